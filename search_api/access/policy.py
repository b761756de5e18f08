"""What may be allowed, and which role allows what: the one place, as data. `docs/rights.md` shows it.

A permission is named by one rule: what it is about (a plural noun; `bin` and `house`, of which there is one, stay
singular), a colon, and a verb for what is done with it: `records:correct`. Roles are held in a unit and reach down to
all below it. No role has more than its lines say: who manages people sees no record by that.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from mappings.people import Role


class Permission(StrEnum):
    """Something that may be allowed."""

    READ = "records:read"
    EXPORT = "records:export"
    ADD = "records:add"
    CORRECT = "records:correct"
    SHARE = "records:share"
    DISCARD = "records:discard"
    WATCH_INTAKE = "deliveries:read"
    SAVE_SEARCH = "searches:save"
    PRINT = "separators:print"
    SEE_LESSONS = "lessons:read"
    TEACH = "lessons:change"
    FILE = "dossiers:change"
    REGISTER = "registers:change"
    SEE_BIN = "bin:read"
    RESTORE = "bin:restore"
    ASK_PURGE = "bin:ask"
    PURGE = "bin:purge"
    SEE_EVENTS = "events:read"
    MANAGE_PEOPLE = "people:manage"
    MANAGE_UNITS = "units:manage"
    WATCH_HOUSE = "house:watch"


_P = Permission
_READER = frozenset({_P.READ, _P.EXPORT, _P.SAVE_SEARCH})
_CLERK = _READER | {_P.ADD, _P.CORRECT, _P.WATCH_INTAKE, _P.PRINT, _P.SEE_LESSONS, _P.FILE, _P.REGISTER}
_ARCHIVIST = _CLERK | {
    _P.SHARE,
    _P.DISCARD,
    _P.TEACH,
    _P.SEE_BIN,
    _P.RESTORE,
    _P.ASK_PURGE,
    _P.PURGE,
    _P.SEE_EVENTS,
    _P.WATCH_HOUSE,
}
_LEADER = _READER | {_P.WATCH_INTAKE, _P.SHARE, _P.SEE_BIN, _P.PURGE, _P.SEE_EVENTS}
_ADMINISTRATOR = frozenset({_P.MANAGE_PEOPLE, _P.MANAGE_UNITS, _P.WATCH_HOUSE})

ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.CLERK: _CLERK,
    Role.ARCHIVIST: _ARCHIVIST,
    Role.LEADER: _LEADER,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}
"""What each role may do, in its unit and all below it."""

OF_THE_HOUSE = frozenset({_P.WATCH_HOUSE, _P.MANAGE_UNITS})
"""Of the whole archive and no single unit: they hold only where the role is held everywhere."""
