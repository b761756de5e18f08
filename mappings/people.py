"""People, units and roles: the words for them, and how an account and a unit may be called. Data only; no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

EVERYWHERE = "*"
"""In place of a unit: all units, those to come as well."""

_ACCOUNT = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
_UNIT = re.compile(r"[^\s/*?#\x00-\x1f][^\s/*?#\x00-\x1f]*(?: [^\s/*?#\x00-\x1f]+)*")
LONGEST_UNIT = 100


class Role(StrEnum):
    """What somebody is to a unit. What each may do stands in `search_api.access.policy`."""

    READER = "reader"
    CLERK = "clerk"
    ARCHIVIST = "archivist"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class OfficeUnit:
    """An agency (`parent` None) or a part of one. `key` stands in its records and never changes; `name` is shown."""

    key: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, which is never given to another. `password`: its hash, None until one is chosen.

    `totp`: the secret of the second factor, None without one. `closed_at`: since then nobody signs in with it.
    """

    id: str
    account: str
    name: str
    made_at: datetime
    password: str | None = None
    password_at: datetime | None = None
    totp: str | None = None
    closed_at: datetime | None = None

    @property
    def signature(self) -> str:
        """How it stands in events, in the bin and on tombstones: read by people, and of one person only."""
        return signature_of(self.name, self.account)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a unit and all below it; `unit` may be `EVERYWHERE`."""

    person_id: str
    unit: str
    role: Role


def chain(unit: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The unit and all above it, the agency last. A ring, which nobody can enter, would end where it began."""
    found = [unit]
    while (above := parents.get(found[-1])) is not None and above in parents and above not in found:
        found.append(above)
    return tuple(found)


LONGEST_PERSON = 50
"""Characters of a person's name: with the account it fits where a name is kept."""


def signature_of(name: str, account: str) -> str:
    """`Nguyễn Thị Mẫu (mau.nt)`."""
    return f"{name} ({account})"


def is_account(untrusted: str) -> bool:
    """Whether an account may be called so: 1 to 40 of a-z 0-9 . _ -, a letter or digit at both ends."""
    return bool(_ACCOUNT.fullmatch(untrusted))


def is_unit_key(untrusted: str) -> bool:
    """Whether a unit may be called so: up to 100 characters, single spaces inside, none of / * ? #."""
    return len(untrusted) <= LONGEST_UNIT and bool(_UNIT.fullmatch(untrusted))
