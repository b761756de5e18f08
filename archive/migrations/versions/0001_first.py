"""The first form of the catalogue.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=50), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=26), nullable=True),
        sa.Column("delivery_id", sa.String(length=26), nullable=True),
        sa.Column("agent", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_record_id"), "event", ["record_id"], unique=False)
    op.create_table(
        "original",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_original")),
    )
    op.create_table(
        "outbox",
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_refusal_since", "outbox", ["refusal", "since"], unique=False)
    op.create_table(
        "record",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("access_class", sa.String(length=20), nullable=False),
        sa.Column("reader", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["digest"], ["original.digest"], name=op.f("fk_record_digest")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_record")),
        sa.UniqueConstraint("digest", name=op.f("uq_record_digest")),
        sa.UniqueConstraint("id", name=op.f("uq_record_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_record_state_sequence", "record", ["state", "sequence"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("record_id", sa.String(length=26), nullable=True),
        sa.Column("reason", sa.String(length=50), nullable=True),
        sa.Column("reason_values", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_delivery_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_record_id"), "delivery", ["record_id"], unique=False)
    op.create_index("ix_delivery_state", "delivery", ["state"], unique=False)
    op.create_table(
        "described_field",
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_described_field_record_id")),
        sa.PrimaryKeyConstraint("record_id", "name", name=op.f("pk_described_field")),
    )
    op.create_table(
        "page",
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("read_by", sa.String(length=20), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.Column("has_image", sa.Boolean(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=50), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_page_record_id")),
        sa.PrimaryKeyConstraint("record_id", "number", name=op.f("pk_page")),
    )
    op.create_index("ix_page_state_record_id", "page", ["state", "record_id"], unique=False)
    op.create_table(
        "record_access",
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("token", sa.String(length=150), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_access_record_id")),
        sa.PrimaryKeyConstraint("record_id", "token", name=op.f("pk_record_access")),
    )


def downgrade() -> None:
    for table in ("record_access", "page", "described_field", "delivery", "record", "outbox", "original", "event"):
        op.drop_table(table)
