"""When a record was read, in which batch a file came and from whom; what the home page counts has its index.

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("record", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("batch", sa.String(length=26), nullable=True))
    op.add_column("delivery", sa.Column("batch_files", sa.Integer(), nullable=True))
    op.add_column("delivery", sa.Column("by", sa.String(length=100), nullable=True))
    op.add_column("delivery", sa.Column("account", sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE record SET read_at = (SELECT min(event.at) FROM event WHERE event.record_id = record.id "
        "AND event.type = 'metadata extraction') WHERE state IN ('searchable', 'partly_searchable')"
    )
    op.create_index(op.f("ix_record_received_at"), "record", ["received_at"], unique=False)
    op.create_index(op.f("ix_record_read_at"), "record", ["read_at"], unique=False)
    op.create_index(op.f("ix_delivery_batch"), "delivery", ["batch"], unique=False)
    op.create_index(op.f("ix_delivery_received_at"), "delivery", ["received_at"], unique=False)
    _partial("ix_page_failed", "page", ["record_id", "reason"], "state = 'failed'")
    open_fields = "confirmed = 0 AND doubtful = 1", "NOT confirmed AND doubtful"
    _partial("ix_described_field_open", "described_field", ["record_id"], *open_fields)


def _partial(name: str, table: str, columns: list[str], sqlite: str, postgresql: str = "") -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=False,
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(postgresql or sqlite),
    )


def downgrade() -> None:
    op.drop_index("ix_described_field_open", "described_field")
    op.drop_index("ix_page_failed", "page")
    op.drop_index(op.f("ix_delivery_received_at"), "delivery")
    op.drop_index(op.f("ix_delivery_batch"), "delivery")
    op.drop_index(op.f("ix_record_read_at"), "record")
    op.drop_index(op.f("ix_record_received_at"), "record")
    for column in ("account", "by", "batch_files", "batch"):
        op.drop_column("delivery", column)
    op.drop_column("record", "read_at")
