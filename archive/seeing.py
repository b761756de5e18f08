"""Who may see what, as a condition of a query: what is counted or listed for somebody is only what is theirs to see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, tuple_

from archive import tables
from mappings.access import access_tokens
from mappings.record import DeliveryState


def is_seen(record_id: ColumnElement[str], access: Sequence[str]) -> ColumnElement[bool]:
    """Whether the record of this id carries one of these tokens; asked row by row, by the key."""
    rights = tables.record_access
    return exists().where(rights.c.record_id == record_id, rights.c.token.in_(access))


def is_delivery_seen(connection: Connection, access: Sequence[str]) -> ColumnElement[bool]:
    """Whether a delivery became a record, or once was one, that these tokens may see; or never became any."""
    table, stone = tables.delivery, tables.tombstone
    purged = table.c.state == DeliveryState.PURGED.value
    homes = connection.execute(select(stone.c.unit, stone.c.access_class).distinct()).all()
    seen = [(unit, name) for unit, name in homes if not set(access).isdisjoint(access_tokens(unit, name))]
    stones = select(stone.c.record_id).where(tuple_(stone.c.unit, stone.c.access_class).in_(seen))
    return or_(
        and_(table.c.record_id.is_(None), ~purged),
        is_seen(table.c.record_id, access),
        and_(purged, table.c.reason_values["record_id"].as_string().in_(stones)),
    )
