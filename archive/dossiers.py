"""What is done to dossiers: each step a row of the history and an event of the chain, in the caller's transaction.

Which dossier a record lies in stands in its row, the name of it in its field `dossier`
(docs/decisions/0051-dossiers.md). Whoever sees a dossier sees what lies in it (0053-dossier-rights.md): each step here
writes that down with itself, and tells the index. Whether somebody may do it is asked before, where people are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from archive.dossier_moves import move_back
from archive.dossier_steps import expect_open, step, tell
from archive.filing import say
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import NotFound
from kernel.filing_errors import DossierChanged, DossierClosed, DossierNameTaken, DossierNotEmpty
from kernel.ids import new_id
from mappings.access import QUARANTINE
from mappings.filing import Dossier, DossierChange, DossierState, dossier_name

SAID = (
    "code",
    "title",
    "starts_on",
    "ends_on",
    "retention",
    "keeper",
    "note",
    "state",
    "rule",
)
"""What a person may say of a dossier."""

RIGHTS = ("unit", "agency", "access_class", "shared")
"""What says whose it is, and who sees it."""

_EMPTY: Mapping[str, Any] = {
    **{"starts_on": "", "ends_on": "", "retention": "", "keeper": "", "note": "", "code": ""},
    **{"state": DossierState.OPEN.value, "rule": {}, "shared": ()},
}


def make(unit: UnitOfWork, dossier_id: str, said: Mapping[str, Any], by: str) -> Dossier:
    """A new dossier. `said`: of `SAID` and `RIGHTS`, at least title, unit, agency, access class. DossierNameTaken."""
    moment = now()
    values = {**_EMPTY, **said}
    name = dossier_name(values["code"], values["title"])
    there = unit.dossiers.named(values["agency"], name)
    if there is not None:
        if there.id == dossier_id:  # made by a commit that was never answered
            return there
        raise DossierNameTaken(name=name)
    made = Dossier(id=dossier_id, name=name, placed=(), version=1, made_at=moment, changed_at=moment, **values)
    told = {key: _plain(values[key]) for key in (*SAID, *RIGHTS)}
    return step(unit, made, by, described={"old": {}, "new": told})


def describe(
    unit: UnitOfWork, dossier_id: str, said: Mapping[str, Any], by: str, version: int | None = None
) -> Dossier:
    """Says something else of it; a new code or title is written into all of its records.

    `said`: of `SAID`; `version`: what the person saw. Errors: NotFound, DossierChanged, DossierNameTaken, DossierClosed
    (all but the state and the rule of a closed one stay).
    """
    held = _held(unit, dossier_id, version)
    new = {key: value for key, value in said.items() if getattr(held, key) != value}
    if not new:
        return held
    is_closed = held.state == new.get("state", held.state) == DossierState.CLOSED
    if is_closed and set(new) - {"rule"}:
        raise DossierClosed(name=held.name)
    return _described(unit, held, new, by)


def give_access(
    unit: UnitOfWork, dossier_id: str, said: Mapping[str, Any], by: str, version: int | None = None
) -> Dossier:
    """Says whose it is and who sees it, and by that who sees what lies in it; all of that in this transaction.

    `said`: all of `RIGHTS`. Errors: NotFound, DossierChanged, DossierNameTaken (in the agency that it comes to).
    """
    held = _held(unit, dossier_id, version)
    new = {key: said[key] for key in RIGHTS if getattr(held, key) != said[key]}
    if not new:
        return held
    changed = replace(held, **new)
    if changed.agency != held.agency and unit.dossiers.named(changed.agency, changed.name):
        raise DossierNameTaken(name=changed.name)
    pass_on(unit, changed)
    old = {key: _plain(getattr(held, key)) for key in new}
    return step(unit, changed, by, described={"old": old, "new": {key: _plain(value) for key, value in new.items()}})


def pass_on(unit: UnitOfWork, changed: Dossier) -> None:
    """Writes down who sees what lies in it, and tells the index of each that somebody else sees from now on."""
    ids = unit.dossiers.hold_records(changed.id)
    revisions = unit.dossiers.touch(ids)
    narrowed = unit.dossiers.lay(ids, changed)
    binned = unit.bin.among(list(ids)) if ids else {}
    found = {key: revision for key, revision in revisions.items() if key not in binned}
    unit.outbox.put(found)
    unit.outbox.hasten(narrowed)
    unit.alerts.await_news(found, newly_read=False)


def _held(unit: UnitOfWork, dossier_id: str, version: int | None) -> Dossier:
    held = unit.dossiers.by_id(dossier_id, hold=True)
    if version is not None and version != held.version:
        raise DossierChanged(name=held.name)
    return held


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _described(unit: UnitOfWork, held: Dossier, new: Mapping[str, Any], by: str, undoes: str | None = None) -> Dossier:
    changed = replace(held, **new)
    changed = replace(changed, name=dossier_name(changed.code, changed.title))
    moved: dict[str, list[str]] = {}
    if changed.name != held.name:
        if unit.dossiers.named(held.agency, changed.name):
            raise DossierNameTaken(name=changed.name)
        ids = unit.dossiers.hold_records(held.id)
        say(unit, {record_id: {"dossier": changed.name} for record_id in ids}, by, discarded=True)
        moved = {record_id: [held.name, changed.name, held.id, held.id] for record_id in ids}
    old = {key: getattr(held, key) for key in new}
    return step(unit, changed, by, described={"old": old, "new": dict(new)}, moved=moved, undoes=undoes)


def place(unit: UnitOfWork, dossier_id: str, record_ids: Sequence[str], by: str, version: int | None = None) -> Dossier:
    """Gives its records this order; none: by their day. Errors: NotFound, DossierChanged, DossierClosed."""
    held = _held(unit, dossier_id, version)
    expect_open(held)
    inside = set(unit.dossiers.record_ids(held.id))
    order = tuple(dict.fromkeys(key for key in record_ids if key in inside))
    if order == held.placed:
        return held
    return _placed(unit, held, order, by)


def _placed(unit: UnitOfWork, held: Dossier, order: tuple[str, ...], by: str, undoes: str | None = None) -> Dossier:
    placed = {"old": list(held.placed), "new": list(order)}
    return step(unit, replace(held, placed=order), by, placed=placed, undoes=undoes)


def remove(unit: UnitOfWork, dossier_id: str, by: str) -> None:
    """Takes an empty dossier away; its history stays. What may be a state secret is let go and keeps nobody from it.

    Errors: NotFound, DossierNotEmpty.
    """
    held = unit.dossiers.by_id(dossier_id, hold=True)
    ids = unit.dossiers.hold_records(held.id)
    views = unit.records.views(ids, discarded=True, boxes=False).values()
    if any(view.record.access_class != QUARANTINE for view in views):
        raise DossierNotEmpty(name=held.name)
    unit.dossiers.touch(ids)
    unit.dossiers.lay(ids, None)
    old = {key: _plain(getattr(held, key)) for key in (*SAID, *RIGHTS)}
    gone = DossierChange(new_id(), held.id, now(), by, {"old": old, "new": {}}, {}, {})
    unit.dossiers.remove(held.id)
    tell(unit, gone, None)


def undone(unit: UnitOfWork, held: Dossier, change_id: str) -> DossierChange:
    """The step of this id, if it is one that can be taken back. Else NotFound: who sees a dossier is said anew."""
    taken = next((one for one in unit.dossiers.changes(held.id) if one.id == change_id), None)
    if taken is None or not (taken.described.get("old") or taken.placed or taken.moved):
        raise NotFound(id=change_id)
    if set(taken.described.get("old", {})) & set(RIGHTS):
        raise NotFound(id=change_id)
    return taken


def undo(unit: UnitOfWork, dossier_id: str, change_id: str, by: str) -> None:
    """Takes one step back, as a step of its own. What was moved on since stays where it is.

    Errors: NotFound, DossierChanged (what the step said was said anew since), DossierNameTaken, DossierClosed.
    """
    held = unit.dossiers.by_id(dossier_id, hold=True)
    taken = undone(unit, held, change_id)
    if "state" not in taken.described.get("new", {}):
        expect_open(held)
    if taken.described:
        if any(getattr(held, key) != value for key, value in taken.described["new"].items()):
            raise DossierChanged(name=held.name)
        _described(unit, held, taken.described["old"], by, change_id)
    elif taken.placed:
        if list(held.placed) != taken.placed["new"]:
            raise DossierChanged(name=held.name)
        _placed(unit, held, tuple(taken.placed["old"]), by, change_id)
    elif move_back(unit, held, taken, by) is None:
        raise DossierChanged(name=held.name)
