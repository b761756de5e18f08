"""What a person's word has changed in fields, as events tell it: enough to take the last change back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from archive.events import Event, EventType
from mappings.record import DescribedField

UNDONE = "undone"
"""In the detail of an event that takes another back: the moment of that one."""


@dataclass(frozen=True, slots=True)
class FieldsChanged:
    """One change that still stands. `fields`: by name, as `change_of` tells each."""

    at: datetime
    by: str
    fields: Mapping[str, Mapping[str, Any]]


def change_of(held: DescribedField | None, value: str) -> dict[str, Any]:
    """What the event of a change says of one field: both values, and `was`: how sure the old one was, and by whom."""
    if held is None:
        return {"old": None, "new": value}
    was = {"confidence": held.confidence, "doubtful": held.doubtful, "confirmed": held.confirmed}
    return {"old": held.value, "new": value, "was": was}


def last_change(events: Iterable[Event]) -> FieldsChanged | None:
    """The newest change that was not taken back. `events`: of one record, oldest first."""
    standing: list[Event] = []
    for event in events:
        if event.type is not EventType.MODIFICATION or not event.detail.get("fields"):
            continue
        if UNDONE not in event.detail:
            standing.append(event)
        elif standing:
            standing.pop()
    if not standing:
        return None
    newest = standing[-1]
    return FieldsChanged(newest.at, newest.agent, newest.detail["fields"])


def restored(name: str, held: DescribedField, change: Mapping[str, Any]) -> DescribedField:
    """The field as it was before the change; its place on the scan never moved.

    Events of older versions do not tell how sure the old value was: it is doubtful then, for a person to look at.
    """
    value = change["old"] or ""
    was = change.get("was") or {"confidence": 0.0, "doubtful": bool(value), "confirmed": False}
    sure = float(was["confidence"])
    doubtful, confirmed = bool(was["doubtful"]), bool(was["confirmed"])
    return replace(held, name=name, value=value, confidence=sure, doubtful=doubtful, confirmed=confirmed)
