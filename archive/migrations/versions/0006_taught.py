"""Indexes by which what was taught is read: confirmed fields, and the events that take something back.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"

_CONFIRMED = sa.text("confirmed")
_OF_NO_RECORD = sa.text("record_id IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_described_field_confirmed",
        "described_field",
        ["record_id", "name"],
        unique=False,
        sqlite_where=sa.text("confirmed = 1"),
        postgresql_where=_CONFIRMED,
    )
    op.create_index(
        "ix_event_of_no_record",
        "event",
        ["type", "number"],
        unique=False,
        sqlite_where=_OF_NO_RECORD,
        postgresql_where=_OF_NO_RECORD,
    )


def downgrade() -> None:
    op.drop_index("ix_event_of_no_record", table_name="event")
    op.drop_index("ix_described_field_confirmed", table_name="described_field")
