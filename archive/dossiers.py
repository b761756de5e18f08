"""What is done to dossiers: each step a row of the history and an event of the chain, in the caller's transaction.

Where a record lies is its field `dossier`, so that a separator sheet, a person's correction and filing are the same
thing; docs/decisions/0051-dossiers.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from archive.dossier_rows import DossierRows
from archive.events import Event, EventType
from archive.filing import expect_there, say
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import NotFound
from kernel.filing_errors import DossierChanged, DossierClosed, DossierNameTaken, DossierNotEmpty
from kernel.ids import new_id
from mappings.filing import Dossier, DossierChange, DossierState, dossier_name

SAID = (
    "code",
    "title",
    "unit",
    "access_class",
    "starts_on",
    "ends_on",
    "retention",
    "keeper",
    "note",
    "state",
    "rule",
)
"""What a person may say of a dossier."""

EVENT = "dossier_step"
"""The key of an event's detail: {change, row}, the row without `placed`; no row where the dossier is no more."""

_EMPTY: Mapping[str, Any] = {"starts_on": "", "ends_on": "", "retention": "", "keeper": "", "note": "", "code": ""}


def make(unit: UnitOfWork, dossier_id: str, said: Mapping[str, Any], by: str) -> Dossier:
    """A new dossier. `said`: of `SAID`, at least title, unit and access class. DossierNameTaken."""
    moment = now()
    values = {**_EMPTY, "state": DossierState.OPEN.value, "rule": {}, **said}
    name = dossier_name(values["code"], values["title"])
    there = unit.dossiers.named([name]).get(name)
    if there is not None:
        if there.id == dossier_id:  # made by a commit that was never answered
            return there
        raise DossierNameTaken(name=name)
    made = Dossier(id=dossier_id, name=name, placed=(), version=1, made_at=moment, changed_at=moment, **values)
    return _step(unit, made, by, described={"old": {}, "new": {key: values[key] for key in SAID}})


def describe(
    unit: UnitOfWork, dossier_id: str, said: Mapping[str, Any], by: str, version: int | None = None
) -> Dossier:
    """Says something else of it; a new code or title is written into all of its records.

    `version`: what the person saw. Errors: NotFound, DossierChanged, DossierNameTaken, DossierClosed (all but the
    state and the rule of a closed one stay).
    """
    held = unit.dossiers.by_id(dossier_id, hold=True)
    if version is not None and version != held.version:
        raise DossierChanged(name=held.name)
    new = {key: value for key, value in said.items() if getattr(held, key) != value}
    if not new:
        return held
    is_closed = held.state == new.get("state", held.state) == DossierState.CLOSED
    if is_closed and set(new) - {"rule"}:
        raise DossierClosed(name=held.name)
    return _described(unit, held, new, by)


def _described(unit: UnitOfWork, held: Dossier, new: Mapping[str, Any], by: str, undoes: str | None = None) -> Dossier:
    changed = replace(held, **new)
    changed = replace(changed, name=dossier_name(changed.code, changed.title))
    moved: dict[str, list[str]] = {}
    if changed.name != held.name:
        if unit.dossiers.named([changed.name]):
            raise DossierNameTaken(name=changed.name)
        ids = unit.dossiers.record_ids(held.name)
        say(unit, {record_id: {"dossier": changed.name} for record_id in ids}, by, discarded=True)
        moved = {record_id: [held.name, changed.name] for record_id in ids}
    old = {key: getattr(held, key) for key in new}
    return _step(unit, changed, by, described={"old": old, "new": dict(new)}, moved=moved, undoes=undoes)


def file(unit: UnitOfWork, dossier_id: str, record_ids: Sequence[str], by: str) -> DossierChange | None:
    """Lays records into it, from wherever they lay; None if all of them lay there.

    Errors: NotFound, InBin, DossierClosed (of this one or of the one they lie in).
    """
    held = unit.dossiers.by_id(dossier_id, hold=True)
    return _move(unit, held, dict.fromkeys(record_ids, held.name), by)


def take_out(unit: UnitOfWork, dossier_id: str, record_ids: Sequence[str], by: str) -> DossierChange | None:
    """Takes records out of it; None if none of them lay there. As `file`."""
    held = unit.dossiers.by_id(dossier_id, hold=True)
    inside = set(unit.dossiers.record_ids(held.name))
    return _move(unit, held, {key: "" for key in record_ids if key in inside}, by)


def _move(
    unit: UnitOfWork, held: Dossier, to: Mapping[str, str], by: str, undoes: str | None = None
) -> DossierChange | None:
    expect_open(unit, [held.name])
    expect_there(unit, list(to))
    fields = unit.records.fields(list(to), boxes=False) if to else {}
    old = {key: one["dossier"].value if "dossier" in one else "" for key, one in fields.items()}
    moving = {key: name for key, name in to.items() if old[key] != name}
    if not moving:
        return None
    expect_open(unit, [old[key] for key in moving])
    before = say(unit, {key: {"dossier": name} for key, name in moving.items()}, by)
    moved = {key: [before[key]["dossier"], name] for key, name in moving.items()}
    return _change(unit, held, by, moved=moved, undoes=undoes)[1]


def place(unit: UnitOfWork, dossier_id: str, record_ids: Sequence[str], by: str, version: int | None = None) -> Dossier:
    """Gives its records this order; none: by their day. Errors: NotFound, DossierChanged, DossierClosed."""
    held = unit.dossiers.by_id(dossier_id, hold=True)
    if version is not None and version != held.version:
        raise DossierChanged(name=held.name)
    expect_open(unit, [held.name])
    inside = set(unit.dossiers.record_ids(held.name))
    order = tuple(dict.fromkeys(key for key in record_ids if key in inside))
    if order == held.placed:
        return held
    return _placed(unit, held, order, by)


def _placed(unit: UnitOfWork, held: Dossier, order: tuple[str, ...], by: str, undoes: str | None = None) -> Dossier:
    placed = {"old": list(held.placed), "new": list(order)}
    return _step(unit, replace(held, placed=order), by, placed=placed, undoes=undoes)


def remove(unit: UnitOfWork, dossier_id: str, by: str) -> None:
    """Takes an empty dossier away; its history stays. Errors: NotFound, DossierNotEmpty."""
    held = unit.dossiers.by_id(dossier_id, hold=True)
    if unit.dossiers.record_ids(held.name):
        raise DossierNotEmpty(name=held.name)
    old = {key: getattr(held, key) for key in SAID}
    change = DossierChange(new_id(), held.id, now(), by, {"old": old, "new": {}}, {}, {})
    unit.dossiers.remove(held.id)
    _tell(unit, change, None)


def undo(unit: UnitOfWork, dossier_id: str, change_id: str, by: str) -> None:
    """Takes one step back, as a step of its own. What was moved on since stays where it is.

    Errors: NotFound, DossierChanged (what the step said was said anew since), DossierNameTaken, DossierClosed.
    """
    held = unit.dossiers.by_id(dossier_id, hold=True)
    change = next((one for one in unit.dossiers.changes(dossier_id) if one.id == change_id), None)
    if change is None or not (change.described.get("old") or change.placed or change.moved):
        raise NotFound(id=change_id)
    if "state" not in change.described.get("new", {}):
        expect_open(unit, [held.name])
    if change.described:
        if any(getattr(held, key) != value for key, value in change.described["new"].items()):
            raise DossierChanged(name=held.name)
        _described(unit, held, change.described["old"], by, change_id)
    elif change.placed:
        if list(held.placed) != change.placed["new"]:
            raise DossierChanged(name=held.name)
        _placed(unit, held, tuple(change.placed["old"]), by, change_id)
    else:
        _move_back(unit, held, change, by)


def _move_back(unit: UnitOfWork, held: Dossier, change: DossierChange, by: str) -> None:
    there = unit.records.page_counts(list(change.moved))
    binned = unit.bin.among(list(there))
    fields = unit.records.fields([key for key in there if key not in binned], boxes=False)
    stands = {key: one["dossier"].value if "dossier" in one else "" for key, one in fields.items()}
    back = {key: names[0] for key, names in change.moved.items() if stands.get(key) == names[1]}
    if _move(unit, held, back, by, change.id) is None:
        raise DossierChanged(name=held.name)


def expect_open(unit: UnitOfWork, names: Sequence[str]) -> None:
    """DossierClosed for the first of these that may not be changed; an empty or unknown name is none."""
    found = unit.dossiers.named([name for name in dict.fromkeys(names) if name])
    for held in found.values():
        if held.state == DossierState.CLOSED:
            raise DossierClosed(name=held.name)


def _step(unit: UnitOfWork, changed: Dossier, by: str, **told: Any) -> Dossier:
    return _change(unit, changed, by, **told)[0]


def _change(
    unit: UnitOfWork,
    changed: Dossier,
    by: str,
    *,
    described: Mapping[str, Any] | None = None,
    placed: Mapping[str, Any] | None = None,
    moved: Mapping[str, Any] | None = None,
    undoes: str | None = None,
) -> tuple[Dossier, DossierChange]:
    is_new = bool(described and not described["old"])
    # The events of a dossier must lie in the order of its rows, whatever the clock does.
    moment = changed.made_at if is_new else max(now(), changed.changed_at)
    if not is_new:
        changed = replace(changed, version=changed.version + 1, changed_at=moment)
    change = DossierChange(
        new_id(), changed.id, moment, by, dict(described or {}), dict(placed or {}), dict(moved or {}), undoes
    )
    unit.dossiers.put(changed)
    _tell(unit, change, changed)
    return changed, change


def _tell(unit: UnitOfWork, change: DossierChange, row: Dossier | None) -> None:
    unit.dossiers.put_change(change)
    told: dict[str, Any] = {"change": {**asdict(change), "at": None}, "row": None}
    if row is not None:
        kept = asdict(row)
        del kept["placed"]
        told["row"] = kept | {"made_at": row.made_at.isoformat(), "changed_at": None}
    unit.events.add([Event(EventType.MODIFICATION, agent=change.by, detail={EVENT: told}, at=change.at)])


def come_back(rows: DossierRows, detail: Mapping[str, Any], at: datetime) -> None:
    """Writes what an event tells, when the catalogue is made anew; events come in the order of their numbers."""
    told = detail[EVENT]
    change = DossierChange(**{**told["change"], "at": at})
    rows.put_change(change)
    if told["row"] is None:
        rows.remove(change.dossier_id)
        return
    try:
        placed = rows.by_id(change.dossier_id).placed
    except NotFound:
        placed = ()
    if change.placed:
        placed = tuple(change.placed["new"])
    made_at = datetime.fromisoformat(told["row"]["made_at"])
    rows.put(Dossier(**{**told["row"], "placed": placed, "made_at": made_at, "changed_at": at}))
