"""Who people are at a provider of sign-in (OpenID Connect), and the sign-ins there that were begun."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from archive import people_tables
from archive.upserting import upsert


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at a provider, and the person here whom it opens. `label`: what people know it by."""

    issuer: str
    subject: str
    person_id: str
    label: str
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BegunSignIn:
    """A browser that was sent to the provider. `hash`: of its cookie; `purpose`, `link`: see `search_api.oidc`."""

    hash: str
    purpose: str
    session_id: str | None
    link: str | None
    redirect: str
    target: str
    made_at: datetime
    ends_at: datetime


class Identities:
    """Those of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def link(self, identity: Identity) -> bool:
        """Links it; False if it is linked already, to whomever."""
        table = people_tables.identity
        statement = upsert(self._connection, table).on_conflict_do_nothing().values(asdict(identity))
        return self._connection.execute(statement.returning(table.c.person_id)).one_or_none() is not None

    def find(self, issuer: str, subject: str) -> Identity | None:
        """The one that is linked; None if it is nobody's here."""
        table = people_tables.identity
        query = select(table).where(table.c.issuer == issuer, table.c.subject == subject)
        row = self._connection.execute(query).one_or_none()
        return Identity(**row._mapping) if row else None

    def of_person(self, person_id: str) -> tuple[Identity, ...]:
        """Theirs, the oldest first."""
        table = people_tables.identity
        query = select(table).where(table.c.person_id == person_id).order_by(table.c.made_at, table.c.subject)
        return tuple(Identity(**row._mapping) for row in self._connection.execute(query))

    def use(self, identity: Identity, at: datetime, label: str) -> None:
        """It opened a session just now; `label`: what it is called there meanwhile."""
        table = people_tables.identity
        same = (table.c.issuer == identity.issuer) & (table.c.subject == identity.subject)
        self._connection.execute(update(table).where(same).values(used_at=at, label=label))

    def drop(self, issuer: str, subject: str, person_id: str) -> bool:
        """It opens nothing any more; False if it is none of this person's."""
        table = people_tables.identity
        mine = (table.c.issuer == issuer) & (table.c.subject == subject) & (table.c.person_id == person_id)
        return self._connection.execute(delete(table).where(mine).returning(table.c.subject)).one_or_none() is not None

    def begin(self, begun: BegunSignIn) -> None:
        """Keeps a new one, and drops those that have ended."""
        table = people_tables.begun_sign_in
        self._connection.execute(delete(table).where(table.c.ends_at < begun.made_at))
        self._connection.execute(insert(table), [asdict(begun)])

    def take_begun(self, token_hash: str) -> BegunSignIn | None:
        """The one of this token, for the only time; None if there is none, or it was taken before."""
        table = people_tables.begun_sign_in
        taken = delete(table).where(table.c.hash == token_hash).returning(table)
        row = self._connection.execute(taken).one_or_none()
        return BegunSignIn(**row._mapping) if row else None

    def drop_begun(self) -> None:
        """None that was begun can be ended any more."""
        self._connection.execute(delete(people_tables.begun_sign_in))
