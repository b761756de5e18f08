"""How people stay signed in: sessions, API keys, one-time links, and what was tried in vain.

Of every token only its SHA-256 is kept. Tokens are 256 random bits: a fast hash tells nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, insert, select, update

from archive import people_tables
from archive.upserting import upsert


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at a browser. `locked`: only the password opens it again."""

    id: str
    hash: str
    person_id: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    locked: bool
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program that acts for a person. `prefix`: what of it is shown later; `scopes`: permissions."""

    id: str
    prefix: str
    hash: str
    person_id: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """Opens the choice of a password once. `person_id` None: for the first administrator."""

    hash: str
    person_id: str | None
    made_at: datetime
    ends_at: datetime


class Sessions:
    """Those of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, session: Session) -> None:
        """Keeps a new one, and drops what has ended."""
        table = people_tables.session
        self._connection.execute(delete(table).where(table.c.ends_at < session.made_at))
        self._connection.execute(insert(table), [_values(session, table.c.keys())])

    def find(self, token_hash: str) -> Session | None:
        """The one of this token, ended or not; None if there is none."""
        table = people_tables.session
        row = self._connection.execute(select(table).where(table.c.hash == token_hash)).one_or_none()
        return Session(**row._mapping) if row else None

    def by_id(self, session_id: str) -> Session | None:
        """One of them, ended or not; None if there is none."""
        table = people_tables.session
        row = self._connection.execute(select(table).where(table.c.id == session_id)).one_or_none()
        return Session(**row._mapping) if row else None

    def of_person(self, person_id: str) -> tuple[Session, ...]:
        """Their sessions, the newest first."""
        table = people_tables.session
        rows = self._connection.execute(select(table).where(table.c.person_id == person_id).order_by(table.c.id.desc()))
        return tuple(Session(**row._mapping) for row in rows)

    def lock(self, session_id: str, *, locked: bool) -> None:
        """Locks it, or opens it again."""
        table = people_tables.session
        self._connection.execute(update(table).where(table.c.id == session_id).values(locked=locked))

    def see(self, seen: Mapping[str, datetime]) -> None:
        """Notes when each session, by id, was last used."""
        table = people_tables.session
        for session_id in sorted(seen):
            later = update(table).where(table.c.id == session_id, table.c.seen_at < seen[session_id])
            self._connection.execute(later.values(seen_at=seen[session_id]))

    def end(self, session_id: str, person_id: str) -> bool:
        """Ends one of a person's; False if it is none of theirs."""
        table = people_tables.session
        mine = delete(table).where(table.c.id == session_id, table.c.person_id == person_id)
        return self._connection.execute(mine.returning(table.c.id)).one_or_none() is not None

    def end_all(self, person_id: str | None = None, but: str = "") -> None:
        """Ends all of a person, or of everybody, but one."""
        table = people_tables.session
        ended = delete(table).where(table.c.id != but)
        self._connection.execute(ended if person_id is None else ended.where(table.c.person_id == person_id))

    def add_key(self, key: ApiKey) -> None:
        """Keeps a new one."""
        table = people_tables.api_key
        values = _values(key, table.c.keys()) | {"scopes": " ".join(key.scopes)}
        self._connection.execute(insert(table), [values])

    def find_key(self, token_hash: str) -> ApiKey | None:
        """The one of this token, ended or not; None if there is none."""
        table = people_tables.api_key
        row = self._connection.execute(select(table).where(table.c.hash == token_hash)).one_or_none()
        return _key(row) if row else None

    def keys_of(self, person_id: str) -> tuple[ApiKey, ...]:
        """Their keys, the newest first."""
        table = people_tables.api_key
        rows = self._connection.execute(select(table).where(table.c.person_id == person_id).order_by(table.c.id.desc()))
        return tuple(_key(row) for row in rows)

    def use_keys(self, used: Mapping[str, datetime]) -> None:
        """Notes when each key, by id, was last used."""
        table = people_tables.api_key
        for key_id in sorted(used):
            self._connection.execute(update(table).where(table.c.id == key_id).values(used_at=used[key_id]))

    def end_key(self, key_id: str, person_id: str) -> bool:
        """Takes one of a person's out; False if it is none of theirs."""
        table = people_tables.api_key
        mine = delete(table).where(table.c.id == key_id, table.c.person_id == person_id)
        return self._connection.execute(mine.returning(table.c.id)).one_or_none() is not None

    def end_keys(self, person_id: str) -> None:
        """Takes all of a person's out."""
        table = people_tables.api_key
        self._connection.execute(delete(table).where(table.c.person_id == person_id))

    def add_link(self, link: OneTimeLink) -> None:
        """Keeps a new one; former ones for the same person open nothing any more."""
        table = people_tables.one_time_link
        self._connection.execute(delete(table).where(_for(link.person_id)))
        self._connection.execute(insert(table), [_values(link, table.c.keys())])

    def find_link(self, token_hash: str) -> OneTimeLink | None:
        """The one of this token; None if there is none, or it was used."""
        table = people_tables.one_time_link
        row = self._connection.execute(select(table).where(table.c.hash == token_hash)).one_or_none()
        return OneTimeLink(**row._mapping) if row else None

    def use_link(self, token_hash: str) -> bool:
        """It opens nothing any more; False if somebody else was first."""
        table = people_tables.one_time_link
        used = delete(table).where(table.c.hash == token_hash).returning(table.c.hash)
        return self._connection.execute(used).one_or_none() is not None

    def drop_links(self, person_id: str | None) -> None:
        """Links for this person (None: for the first administrator) open nothing any more."""
        self._connection.execute(delete(people_tables.one_time_link).where(_for(person_id)))

    def drop_all_links(self) -> None:
        """None of them opens anything any more."""
        self._connection.execute(delete(people_tables.one_time_link))

    def tried(self, keys: Sequence[str], since: datetime) -> dict[str, int]:
        """How often each of these was tried in vain since then; those never are left out."""
        table = people_tables.attempt
        query = select(table.c.key, table.c.count).where(table.c.key.in_(keys), table.c.since >= since)
        return {row[0]: int(row[1]) for row in self._connection.execute(query)}

    def count_try(self, keys: Iterable[str], at: datetime, window: timedelta) -> None:
        """One more try in vain for each; one whose window is over begins anew."""
        table, begun = people_tables.attempt, at - window
        self._connection.execute(delete(table).where(table.c.since < begun))
        for key in sorted(set(keys)):
            statement = upsert(self._connection, table).values(key=key, since=at, count=1)
            stale = table.c.since < begun
            more = {
                "since": case((stale, at), else_=table.c.since),
                "count": case((stale, 1), else_=table.c.count + 1),
            }
            self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=more))

    def forget_tries(self, keys: Iterable[str]) -> None:
        """After a success: they count from nought."""
        table = people_tables.attempt
        self._connection.execute(delete(table).where(table.c.key.in_(list(keys))))

    def count(self) -> int:
        """How many sessions are kept."""
        query = select(func.count()).select_from(people_tables.session)
        return int(self._connection.execute(query).scalar_one())


def _for(person_id: str | None) -> Any:
    column = people_tables.one_time_link.c.person_id
    return column.is_(None) if person_id is None else column == person_id


def _values(kept: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in names}


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(**(dict(row._mapping) | {"scopes": tuple(row.scopes.split())}))
