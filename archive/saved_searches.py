"""Searches that people have saved, and how far each was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from archive import tables
from archive.alerts import Alerts
from kernel.clock import now
from kernel.errors import NotFound
from kernel.ids import new_id

MOST_SAVED = 1_000
"""Saved searches of an archive: each is asked about every record that comes in."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """`owner`: a name as typed, or, with an `account`, as they sign. `question`: as the way out wrote it.

    `seen`: the last alert that was looked at.
    """

    id: str
    owner: str
    title: str
    question: Mapping[str, Any]
    mail: str | None
    saved_at: datetime
    since_sequence: int
    seen: int
    account: str | None = None


class SavedSearches:
    """Those of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        owner: str,
        title: str,
        question: Mapping[str, Any],
        mail: str | None = None,
        account: str | None = None,
    ) -> SavedSearch:
        """A new one. What came in before it is no news to it, what the index has not learned of yet is."""
        record, moment = tables.record, now()
        last = self._connection.execute(select(func.coalesce(func.max(record.c.sequence), 0))).scalar_one()
        is_first = not self.count()
        made = SavedSearch(new_id(), owner, title, question, mail, moment, last, 0, account)
        row = {name: getattr(made, name) for name in tables.saved_search.c.keys()}  # noqa: SIM118 - of columns
        self._connection.execute(insert(tables.saved_search), [row])
        Alerts(self._connection).await_waiting(moment, all_of_outbox=is_first)
        return made

    def count(self) -> int:
        """How many there are."""
        return int(self._connection.execute(select(func.count()).select_from(tables.saved_search)).scalar_one())

    def all(self, account: str | None = None) -> tuple[SavedSearch, ...]:
        """All of them, or those of an account, by owner, the oldest first."""
        table = tables.saved_search
        query = select(table).order_by(table.c.owner, table.c.id)
        rows = self._connection.execute(query if account is None else query.where(table.c.account == account))
        return tuple(SavedSearch(**row._mapping) for row in rows)

    def by_id(self, search_id: str, account: str | None = None) -> SavedSearch:
        """One of them, of this account if one is given, else NotFound."""
        table = tables.saved_search
        row = self._connection.execute(select(table).where(table.c.id == search_id)).one_or_none()
        if row is None or (account is not None and row.account != account):
            raise NotFound(id=search_id)
        return SavedSearch(**row._mapping)

    def remove(self, search_id: str, account: str | None = None) -> None:
        """Takes it out with its alerts. NotFound."""
        self.by_id(search_id, account)
        self._connection.execute(delete(tables.alert).where(tables.alert.c.search_id == search_id))
        self._connection.execute(delete(tables.saved_search).where(tables.saved_search.c.id == search_id))

    def see(self, search_id: str, until: int, account: str | None = None) -> None:
        """All alerts up to this number were looked at; none that is still to come. NotFound."""
        alert, table = tables.alert, tables.saved_search
        last = select(func.coalesce(func.max(alert.c.number), 0)).where(alert.c.search_id == search_id)
        until = min(until, self._connection.execute(last).scalar_one())
        seen = max(self.by_id(search_id, account).seen, until)
        self._connection.execute(update(table).where(table.c.id == search_id).values(seen=seen))

    def unseen(self, access: Sequence[str]) -> dict[str, int]:
        """How many new records each has that these tokens may see and that are not in the bin; none are left out."""
        alert, search = tables.alert, tables.saved_search
        query = (
            select(alert.c.search_id, func.count())
            .join(search, search.c.id == alert.c.search_id)
            .where(alert.c.number > search.c.seen, Alerts.visible(access))
            .group_by(alert.c.search_id)
        )
        return {row[0]: int(row[1]) for row in self._connection.execute(query)}
