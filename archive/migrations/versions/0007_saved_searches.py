"""Saved searches, and the records that newly fit them.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_sequence", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_table(
        "alert",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("search_id", sa.String(length=26), nullable=False),
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["saved_search.id"], name=op.f("fk_alert_search_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_alert")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alert_search_id_record_id"), "alert", ["search_id", "record_id"], unique=True)
    op.create_index(op.f("ix_alert_record_id"), "alert", ["record_id"], unique=False)
    op.create_table(
        "alert_due",
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("newly_read", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_alert_due")),
    )
    op.create_index(op.f("ix_alert_due_since"), "alert_due", ["since"], unique=False)


def downgrade() -> None:
    for table in ("alert_due", "alert", "saved_search"):
        op.drop_table(table)
