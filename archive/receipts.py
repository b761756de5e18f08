"""What was delivered together: a batch of one upload, a folder of the drop, a day, each with its deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from archive import tables
from archive.deliveries import DeliveryRow, read_delivery
from mappings.record import DeliverySource, PageState

MOST_LINES = 5_000
"""Files of one receipt."""

_TABLE = tables.delivery
_HANDED = [one.value for one in (DeliverySource.DROP, DeliverySource.UPLOAD, DeliverySource.COMMAND)]
"""The doors through which people deliver; what is cut out of a scan or a mail was delivered with that."""


class Receipts:
    """Those of one unit of work's catalogue; nothing here asks who may see what."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_batch(self, batch: str) -> tuple[DeliveryRow, ...]:
        """Everything that was handed in with this upload."""
        return self._rows(_TABLE.c.batch == batch)

    def of_folder(self, folder: str, since: datetime, until: datetime) -> tuple[DeliveryRow, ...]:
        """What came below this folder within a time, by whichever door: a batch handed in by a page is named so too."""
        below = _TABLE.c.file_name.startswith(f"{folder}/", autoescape=True)
        return self._rows(below, _TABLE.c.source.in_(_HANDED), *_within(since, until))

    def of_time(self, since: datetime, until: datetime, account: str | None = None) -> tuple[DeliveryRow, ...]:
        """What came within a time, by whichever door, or from one person alone."""
        whose = [_TABLE.c.account == account] if account else []
        return self._rows(_TABLE.c.source.in_(_HANDED), *_within(since, until), *whose)

    def recent(self, limit: int) -> tuple[DeliveryRow, ...]:
        """The latest files that people delivered, newest first."""
        query = select(_TABLE).where(_TABLE.c.source.in_(_HANDED)).order_by(_TABLE.c.id.desc()).limit(limit)
        return tuple(read_delivery(row) for row in self._connection.execute(query))

    def failed_pages(self, record_ids: Sequence[str]) -> dict[str, tuple[tuple[int, str | None], ...]]:
        """The pages of these records that could not be read: record id to (number, code of the reason), in order."""
        page, found = tables.page, dict[str, tuple[tuple[int, str | None], ...]]()
        query = select(page.c.record_id, page.c.number, page.c.reason).where(page.c.record_id.in_(record_ids))
        query = query.where(page.c.state == PageState.FAILED.value).order_by(page.c.record_id, page.c.number)
        for record_id, number, reason in self._connection.execute(query):
            found[record_id] = (*found.get(record_id, ()), (number, reason))
        return found

    def _rows(self, *conditions: ColumnElement[bool]) -> tuple[DeliveryRow, ...]:
        query = select(_TABLE).where(*conditions).order_by(_TABLE.c.id)
        return tuple(read_delivery(row) for row in self._connection.execute(query.limit(MOST_LINES)))


def _within(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return _TABLE.c.received_at >= since, _TABLE.c.received_at < until
