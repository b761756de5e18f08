"""The bin, and what stays known of purged records.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "discarded",
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("purge_asked_by", sa.String(length=100), nullable=True),
        sa.Column("purge_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_discarded_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_discarded")),
    )
    op.create_index(op.f("ix_discarded_at"), "discarded", ["at"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("access_class", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discarded_by", sa.String(length=100), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("purge_asked_by", sa.String(length=100), nullable=False),
        sa.Column("purge_confirmed_by", sa.String(length=100), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bytes", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_digest"), "tombstone", ["digest"], unique=False)
    op.create_index(op.f("ix_tombstone_bytes"), "tombstone", ["bytes"], unique=False)


def downgrade() -> None:
    for table in ("tombstone", "discarded"):
        op.drop_table(table)
