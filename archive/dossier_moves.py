"""Records laid into dossiers, taken out and moved: their rows, their fields, who sees them, and what the index learns.

All in the caller's transaction. Whether somebody may do it is asked before, where people are known; only what a
separator sheet may do is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.dossier_steps import change, expect_open
from archive.filing import expect_there, say
from archive.unit_of_work import UnitOfWork
from kernel.filing_errors import DossierFull
from mappings.access import QUARANTINE, widens
from mappings.filing import Dossier, DossierChange, DossierState
from mappings.people import chain

MOST_IN_ONE = 5_000
"""Records in a dossier: one step of it may change them all."""


def file(unit: UnitOfWork, dossier_id: str, record_ids: Sequence[str], by: str) -> DossierChange | None:
    """Lays records into it, from wherever they lay; None if all of them lay there.

    Errors: NotFound, InBin, DossierFull, DossierClosed (of this one or of the one they lie in).
    """
    held = unit.dossiers.by_id(dossier_id, hold=True)
    return _move(unit, held, dict.fromkeys(record_ids, _Place(held.name, held)), by)


def take_out(unit: UnitOfWork, dossier_id: str, record_ids: Sequence[str], by: str) -> DossierChange | None:
    """Takes records out of it; None if none of them lay there. As `file`."""
    held = unit.dossiers.by_id(dossier_id, hold=True)
    inside = set(unit.dossiers.record_ids(held.id))
    return _move(unit, held, {key: _NOWHERE for key in record_ids if key in inside}, by)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record comes to lie: what its field says, and the dossier; None: in none."""

    name: str
    dossier: Dossier | None


_NOWHERE = _Place("", None)


def _move(
    unit: UnitOfWork, held: Dossier, to: Mapping[str, _Place], by: str, undoes: str | None = None
) -> DossierChange | None:
    expect_open(held)
    expect_there(unit, list(to))
    lies = unit.dossiers.lying(list(to))
    moving = {key: place for key, place in to.items() if lies[key] != _id_of(place.dossier)}
    if not moving:
        return None
    _expect_room(unit, held, moving)
    for former in unit.dossiers.among([key for one in moving if (key := lies[one])]).values():
        expect_open(former)
    before = say(unit, {key: {"dossier": place.name} for key, place in moving.items()}, by)
    moved = {
        key: [before[key]["dossier"], place.name, lies[key] or "", _id_of(place.dossier) or ""]
        for key, place in moving.items()
    }
    for place in dict.fromkeys(_id_of(place.dossier) for place in moving.values()):
        ids = [key for key, one in moving.items() if _id_of(one.dossier) == place]
        unit.outbox.hasten(unit.dossiers.lay(ids, moving[ids[0]].dossier))
    return change(unit, held, by, moved=moved, undoes=undoes)[1]


def _id_of(dossier: Dossier | None) -> str | None:
    return dossier.id if dossier else None


def _expect_room(unit: UnitOfWork, held: Dossier, moving: Mapping[str, _Place]) -> None:
    coming = sum(place.dossier is not None and place.dossier.id == held.id for place in moving.values())
    if coming and coming + len(unit.dossiers.record_ids(held.id)) > MOST_IN_ONE:
        raise DossierFull(name=held.name, most=MOST_IN_ONE)


def move_back(unit: UnitOfWork, held: Dossier, taken: DossierChange, by: str) -> DossierChange | None:
    """Takes a step back that moved records; None if none of them lies where it laid them. As `file`."""
    return _move(unit, held, _places_before(unit, taken), by, taken.id)


def places_before(unit: UnitOfWork, taken: DossierChange) -> dict[str, Dossier | None]:
    """Where the records of a step would go if it were taken back: those that still lie where it laid them."""
    return {key: place.dossier for key, place in _places_before(unit, taken).items()}


def _places_before(unit: UnitOfWork, taken: DossierChange) -> dict[str, _Place]:
    lies = unit.dossiers.lying(list(taken.moved))
    binned = unit.bin.among(list(lies)) if lies else {}
    former = unit.dossiers.among([names[2] for names in taken.moved.values() if names[2]])
    found: dict[str, _Place] = {}
    for key, lying in lies.items():
        name, _, was, came = taken.moved[key]
        if key not in binned and (lying or "") == came:
            there = former.get(was)
            found[key] = _Place(there.name if there else name, there)
    return found


def follow_word(unit: UnitOfWork, record_id: str, names: tuple[str, str], into: Dossier | None, by: str) -> None:
    """A record whose field `dossier` was just written comes to lie there, or in none. DossierClosed, DossierFull.

    `names`: what the field said, and says now. Whoever wrote the field tells the index; it goes first
    if somebody sees the record no more.
    """
    record = unit.records.by_id(record_id)
    lies = record.dossier_id
    if lies == _id_of(into):
        return
    former = unit.dossiers.by_id(lies, hold=True) if lies else None
    told = unit.dossiers.by_id(into.id, hold=True) if into else former
    if told is None:
        return
    for one in (former, told):
        if one is not None:
            expect_open(one)
    if into is not None:
        _expect_room(unit, told, {record_id: _Place(told.name, told)})
    if unit.dossiers.lay([record_id], told if into else None):
        unit.outbox.put({record_id: record.revision}, at_once=True)
    change(unit, told, by, moved={record_id: [*names, lies or "", _id_of(into) or ""]})


def file_by_sheet(unit: UnitOfWork, record_id: str) -> None:
    """Lays a record that was just read where its separator sheet says, as far as a sheet may.

    Whoever hands a record in for a unit may fill the dossiers of this unit and of those below it; a sheet cannot say
    who put it in. So only such a dossier takes the record in, only if it is open, and only if nobody sees the record
    by that who would not see it anyway: that takes a person who may share it. Else its name waits on the record.
    """
    record = unit.records.by_id(record_id)
    said = unit.records.fields([record_id], boxes=False)[record_id].get("dossier")
    if said is None or not said.value or record.dossier_id or record.access_class == QUARANTINE:
        return
    parents = unit.people.parents()
    held = unit.dossiers.named(chain(record.unit, parents)[-1], said.value)
    if held is None or held.state == DossierState.CLOSED or record.unit not in chain(held.unit, parents):
        return
    if widens(record.own_tokens, held.tokens, lambda one: chain(one, parents)):
        return
    held = unit.dossiers.by_id(held.id, hold=True)
    if held.state == DossierState.OPEN and len(unit.dossiers.record_ids(held.id)) < MOST_IN_ONE:
        follow_word(unit, record_id, (said.value, said.value), held, "tangthu")


def lie_again(unit: UnitOfWork) -> None:
    """After that: each record lies in the dossier that its row names, if there is one, and is seen by that."""
    for dossier_id in unit.dossiers.named_by_records():
        there = unit.dossiers.among([dossier_id]).get(dossier_id)
        unit.dossiers.lay(unit.dossiers.record_ids(dossier_id), there)
