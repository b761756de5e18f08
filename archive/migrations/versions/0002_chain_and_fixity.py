"""The events as a chain, and when each original was last read again.

Revision: 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from archive.chain import ORIGIN, hash_of
from archive.tables import UtcDateTime

revision = "0002"
down_revision = "0001"

_AT_A_TIME = 2000
_event = sa.table(
    "event",
    sa.column("number", sa.Integer()),
    sa.column("at", UtcDateTime()),
    *(sa.column(name, sa.String()) for name in ("type", "outcome", "record_id", "delivery_id", "agent")),
    sa.column("detail", sa.JSON()),
    sa.column("previous", sa.String()),
    sa.column("hash", sa.String()),
)


def upgrade() -> None:
    op.add_column("original", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("original", sa.Column("outcome", sa.String(length=20), nullable=True))
    op.create_index("ix_original_outcome_checked_at", "original", ["outcome", "checked_at"], unique=False)
    op.add_column("event", sa.Column("previous", sa.String(length=64), nullable=True))
    op.add_column("event", sa.Column("hash", sa.String(length=64), nullable=True))
    _chain(op.get_bind())
    with op.batch_alter_table("event", table_kwargs={"sqlite_autoincrement": True}) as event:
        event.alter_column("previous", existing_type=sa.String(length=64), nullable=False)
        event.alter_column("hash", existing_type=sa.String(length=64), nullable=False)


def _chain(connection: sa.Connection) -> None:
    """Links the events that are there, in their order. The form of a link never changes, so ours of today serves."""
    after, previous = 0, ORIGIN
    query = sa.select(_event).order_by(_event.c.number).limit(_AT_A_TIME)
    change = sa.update(_event).where(_event.c.number == sa.bindparam("b_number"))
    while found := connection.execute(query.where(_event.c.number > after)).all():
        links: list[dict[str, Any]] = []
        for row in found:
            link = hash_of(row._asdict(), previous)
            links.append({"b_number": row.number, "previous": previous, "hash": link})
            previous = link
        connection.execute(change, links)
        after = found[-1].number


def downgrade() -> None:
    with op.batch_alter_table("event", table_kwargs={"sqlite_autoincrement": True}) as event:
        event.drop_column("hash")
        event.drop_column("previous")
    op.drop_index("ix_original_outcome_checked_at", "original")
    with op.batch_alter_table("original") as original:
        original.drop_column("outcome")
        original.drop_column("checked_at")
