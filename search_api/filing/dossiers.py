"""Dossiers for who asks: made, filled, put in order, and shown with what he may see of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analyzers.issue_numbers import canonical_number
from archive import dossier_moves, dossiers
from archive.catalogue import Catalogue
from archive.dossier_rows import Held
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue, NotFound
from kernel.ids import new_id
from mappings.access import ACCESS_CLASSES, INTERNAL, access_tokens
from mappings.filing import Dossier, DossierChange
from mappings.record import RecordView
from search_api.access import Viewer, views_seen
from search_api.access.policy import Permission
from search_api.access.viewer import expect
from search_api.engines.protocol import Sort
from search_api.filing.allowing import (
    Tree,
    changeable,
    expect_moving,
    expect_passing,
    fileable,
    held_changeable,
    may_see_dossier,
    records_seen,
    seen,
)
from search_api.filing.checking import folded, said_of_dossier, said_rule
from search_api.people.sharing import Access, checked_access, tokens_shared
from search_api.query.answers import SearchQuery
from search_api.query.search import SearchService
from search_api.saved.question import asked_question

MOST_AT_ONCE = 1_000
"""Records that are filed, taken out or proposed together."""

MOST_UNMADE = 100
_HITS = 100
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Lying:
    """A record in a dossier, and where: `number` from 1; pages and sheets from the dossier's first on.

    Sheets are None from the first record on whose number of sheets is not known.
    """

    view: RecordView
    number: int
    first_page: int
    last_page: int
    first_sheet: int | None
    last_sheet: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A dossier with what the asker may see of it. `starts_on`, `ends_on`: as said, else of its records."""

    dossier: Dossier
    lying: tuple[Lying, ...]

    @property
    def pages(self) -> int:
        """Of all of it."""
        return self.lying[-1].last_page if self.lying else 0

    @property
    def sheets(self) -> int | None:
        """Of all of it; None where they are not known."""
        return self.lying[-1].last_sheet if self.lying else 0

    @property
    def starts_on(self) -> str:
        """The first day, empty where nothing tells it."""
        return self.dossier.starts_on or min(self._days(), default="")

    @property
    def ends_on(self) -> str:
        """The last day."""
        return self.dossier.ends_on or max(self._days(), default="")

    def _days(self) -> list[str]:
        return [day for one in self.lying if (day := one.view.value("issued_on"))]


@dataclass(frozen=True, slots=True)
class Listed:
    """A dossier and how much the asker sees in it."""

    dossier: Dossier
    held: Held


class DossierService:
    """Safe over threads. NotFound for a dossier or record that the viewer may not see, NotAllowed as `allowing`."""

    def __init__(self, catalogue: Catalogue, search: SearchService, office: str = "office") -> None:
        """`office`: the unit of what nobody says whose it is."""
        self._catalogue = catalogue
        self._search = search
        self._office = office

    def listed(
        self, viewer: Viewer, limit: int, after: tuple[str, str] = ("", ""), state: str = "", words: str = ""
    ) -> tuple[Listed, ...]:
        """By name, after the name and id `after`. `words`: of the name, in order, with or without diacritics."""
        with self._catalogue.reading() as unit:
            found = _listed(unit, viewer, limit, after, state, words)
            held = unit.dossiers.held([one.id for one in found], viewer.tokens)
        return tuple(Listed(one, held.get(one.id, Held())) for one in found)

    def unmade(self, viewer: Viewer) -> dict[str, Held]:
        """Names that records bear which lie in no dossier, the first by name."""
        with self._catalogue.reading() as unit:
            return unit.dossiers.unmade(viewer.tokens, MOST_UNMADE)

    def open(self, dossier_id: str, viewer: Viewer) -> Opened:
        """All that lies in it."""
        with self._catalogue.reading() as unit:
            found = seen(unit, dossier_id, viewer)
            ids = unit.dossiers.record_ids(found.id, viewer.tokens)
            views = views_seen(unit, ids, viewer, boxes=False)
        return Opened(found, laid(in_order(found, views)))

    def of_record(self, view: RecordView, viewer: Viewer) -> Dossier | None:
        """The dossier that a record lies in, if they may see it."""
        lies = view.record.dossier_id
        with self._catalogue.reading() as unit:
            found = unit.dossiers.among([lies]).get(lies) if lies else None
        return found if found is not None and may_see_dossier(found, viewer) else None

    def changes(self, dossier_id: str, viewer: Viewer) -> tuple[DossierChange, ...]:
        """Its history, the newest first; of records that moved those alone that the viewer may see."""
        with self._catalogue.reading() as unit:
            seen(unit, dossier_id, viewer)
            found = unit.dossiers.changes(dossier_id)
            ids = {record_id for one in found for record_id in (*one.moved, *_ids_of(one.placed))}
            shown_ids = views_seen(unit, sorted(ids), viewer, discarded=True, boxes=False).keys()
        shown = (_for_who_sees(one, shown_ids) for one in reversed(found))
        # A step of which nothing may be seen is none.
        return tuple(one for one in shown if one.described or one.placed or one.moved)

    def make(self, untrusted_said: Mapping[str, Any], viewer: Viewer) -> Dossier:
        """A new one, and in it the records that wait for its name, as far as the viewer may lay them there.

        `untrusted_said`: as `said_of_dossier` has it, and `unit`, `access_class`. BadValue, DossierNameTaken.
        """
        rights = {name: str(untrusted_said[name]) for name in ("unit", "access_class") if untrusted_said.get(name)}
        rest = {key: value for key, value in untrusted_said.items() if key not in ("unit", "access_class")}
        said = said_of_dossier({"title": "", **rest})
        dossier_id = new_id()

        def work(unit: UnitOfWork) -> Dossier:
            wanted = Access(rights.get("unit") or self._home(viewer), rights.get("access_class") or INTERNAL)
            expect(viewer, Permission.FILE, wanted.unit)
            checked_access(unit, wanted, self._office)
            told = {"unit": wanted.unit, "access_class": wanted.access_class, "agency": Tree(unit).agency(wanted.unit)}
            made = dossiers.make(unit, dossier_id, said | told, viewer.name)
            waiting = unit.dossiers.waiting(made.name, viewer.tokens, MOST_AT_ONCE)
            records = views_seen(unit, waiting, viewer, boxes=False).values() if may_see_dossier(made, viewer) else ()
            ids = fileable(unit, [one.record for one in records], made, viewer)
            if ids:
                dossier_moves.file(unit, made.id, ids, viewer.name)
            return unit.dossiers.by_id(made.id)

        return self._catalogue.write(work)

    def _home(self, viewer: Viewer) -> str:
        """The unit of what nobody says whose it is: the office itself, or the first where they may."""
        if viewer.rights is None or viewer.may(Permission.FILE, self._office):
            return self._office
        return min(viewer.rights.units(Permission.FILE), default=self._office)

    def units(self, viewer: Viewer, permission: Permission) -> tuple[str, ...]:
        """Units in which this is allowed to them, to choose from; that of the office first if it is one."""
        with self._catalogue.reading() as unit:
            keys = {*unit.people.parents(), self._office}
        allowed = sorted(one for one in keys if viewer.may(permission, one))
        return tuple(sorted(allowed, key=lambda one: one != self._office))

    def describe(
        self, dossier_id: str, untrusted_said: Mapping[str, Any], viewer: Viewer, version: int | None = None
    ) -> Dossier:
        """BadValue, DossierChanged, DossierClosed, DossierNameTaken."""

        def work(unit: UnitOfWork) -> Dossier:
            held = changeable(unit, dossier_id, viewer)
            said = said_of_dossier(untrusted_said, held.code, held.title)
            return dossiers.describe(unit, dossier_id, said, viewer.name, version)

        return self._catalogue.write(work)

    def give_access(self, dossier_id: str, untrusted: Access, viewer: Viewer, version: int | None = None) -> Dossier:
        """Says whose it is and who sees it, and by that all that lies in it.

        NotAllowed without `records:share` in its unit, in the unit that it comes to, and in those of records that more
        people would see. BadValue, DossierChanged, DossierNameTaken.
        """

        def work(unit: UnitOfWork) -> Dossier:
            held = seen(unit, dossier_id, viewer)
            for place in (held.unit, untrusted.unit):
                expect(viewer, Permission.SHARE, place)
            wanted = checked_access(unit, untrusted, held.unit)
            shared = tokens_shared(wanted)
            tree, tokens = Tree(unit), access_tokens(wanted.unit, wanted.access_class, shared)
            records = views_seen(unit, unit.dossiers.record_ids(held.id), viewer, discarded=True, boxes=False)
            for view in records.values():
                if view.record.access_class in ACCESS_CLASSES:
                    expect_passing(view.record, tokens, tree, viewer)
            said = {"unit": wanted.unit, "agency": tree.agency(wanted.unit), "access_class": wanted.access_class}
            return dossiers.give_access(unit, dossier_id, said | {"shared": shared}, viewer.name, version)

        return self._catalogue.write(work)

    def rule(self, dossier_id: str, query: SearchQuery | None, viewer: Viewer) -> Dossier:
        """Keeps a question as what fills it; None: no rule any more. BadValue."""
        return self.describe(dossier_id, {"rule": said_rule(query)}, viewer)

    def file(self, dossier_id: str, untrusted_ids: Sequence[str], viewer: Viewer) -> DossierChange | None:
        """BadValue, InBin, DossierClosed, DossierFull."""
        ids = _ids(untrusted_ids)

        def work(unit: UnitOfWork) -> DossierChange | None:
            held = held_changeable(unit, dossier_id, viewer)
            expect_moving(unit, dict.fromkeys(ids, held), viewer)
            return dossier_moves.file(unit, dossier_id, ids, viewer.name)

        return self._catalogue.write(work)

    def take_out(self, dossier_id: str, untrusted_ids: Sequence[str], viewer: Viewer) -> DossierChange | None:
        """BadValue, InBin, DossierClosed."""
        ids = _ids(untrusted_ids)

        def work(unit: UnitOfWork) -> DossierChange | None:
            held_changeable(unit, dossier_id, viewer)
            records = records_seen(unit, ids, viewer)
            inside = [key for key, record in records.items() if record.dossier_id == dossier_id]
            expect_moving(unit, dict.fromkeys(inside, None), viewer)
            return dossier_moves.take_out(unit, dossier_id, inside, viewer.name)

        return self._catalogue.write(work)

    def place(
        self, dossier_id: str, untrusted_ids: Sequence[str], viewer: Viewer, version: int | None = None
    ) -> Dossier:
        """Puts the records that the viewer sees into this order; others keep theirs behind. DossierChanged."""

        def work(unit: UnitOfWork) -> Dossier:
            held = held_changeable(unit, dossier_id, viewer)
            shown = views_seen(unit, unit.dossiers.record_ids(held.id), viewer, boxes=False).keys()
            hidden = [one for one in held.placed if one not in shown]
            order = [one for one in untrusted_ids if one in shown]
            return dossiers.place(unit, dossier_id, [*order, *(hidden if order else [])], viewer.name, version)

        return self._catalogue.write(work)

    def remove(self, dossier_id: str, viewer: Viewer) -> None:
        """DossierNotEmpty."""

        def work(unit: UnitOfWork) -> None:
            held_changeable(unit, dossier_id, viewer)
            dossiers.remove(unit, dossier_id, viewer.name)

        self._catalogue.write(work)

    def undo(self, dossier_id: str, change_id: str, viewer: Viewer) -> None:
        """DossierChanged, DossierClosed."""

        def work(unit: UnitOfWork) -> None:
            held = held_changeable(unit, dossier_id, viewer)
            change = dossiers.undone(unit, held, change_id)
            if change.moved and not change.described:
                _expect_undoing(unit, change, viewer)
            dossiers.undo(unit, dossier_id, change_id, viewer.name)

        self._catalogue.write(work)

    def proposals(self, dossier_id: str, viewer: Viewer, most: int = _HITS) -> tuple[RecordView, ...]:
        """What its rule finds and does not lie in it, the newest first. EngineUnavailable."""
        with self._catalogue.reading() as unit:
            held = seen(unit, dossier_id, viewer)
        if not held.rule:
            return ()
        found: list[RecordView] = []
        query = replace(asked_question(held.rule), limit=_HITS, whole=True, sort=Sort.NEWEST)
        while True:
            answer = self._search.search(query, viewer)
            ids = [hit.record_id for hit in answer.hits]
            with self._catalogue.reading() as unit:
                views = views_seen(unit, ids, viewer, boxes=False)
            found += [views[one] for one in ids if one in views and views[one].record.dossier_id != held.id]
            if len(found) >= most or answer.next_cursor is None:
                return tuple(found[:most])
            query = replace(query, cursor=answer.next_cursor)

    def fill(self, dossier_id: str, viewer: Viewer) -> DossierChange | None:
        """Files what its rule finds and lies in no dossier, as far as the viewer may; a thousand at the most.

        DossierClosed, DossierFull, EngineUnavailable.
        """
        found = self.proposals(dossier_id, viewer, MOST_AT_ONCE)
        with self._catalogue.reading() as unit:
            held = changeable(unit, dossier_id, viewer)
            # What waits for another dossier by its separator sheet is not taken from there.
            words = (None, held.name)
            loose = [one.record for one in found if not one.record.dossier_id and one.value("dossier") in words]
            ids = fileable(unit, loose, held, viewer)
        return self.file(dossier_id, ids, viewer) if ids else None


def _expect_undoing(unit: UnitOfWork, change: DossierChange, viewer: Viewer) -> None:
    """NotFound for a step that moved a record which they may not see: of that none is named."""
    try:
        expect_moving(unit, dossier_moves.places_before(unit, change), viewer)
    except NotFound as error:
        raise NotFound(id=change.id) from error


def _listed(
    unit: UnitOfWork, viewer: Viewer, limit: int, after: tuple[str, str], state: str, words: str
) -> tuple[Dossier, ...]:
    if not words.strip():
        return unit.dossiers.listed(viewer.tokens, limit, after, state)
    wanted = folded(words)
    found: list[Dossier] = []
    while len(found) < limit and (part := unit.dossiers.listed(viewer.tokens, _LOOKED_AT, after, state)):
        found += [one for one in part if wanted in folded(one.name)]
        after = part[-1].name, part[-1].id
    return tuple(found[:limit])


def in_order(dossier: Dossier, views: Mapping[str, RecordView]) -> list[RecordView]:
    """Those that a person has placed first, the others by day, number and accession."""
    placed = [views[one] for one in dossier.placed if one in views]
    rest = [view for one, view in views.items() if one not in set(dossier.placed)]
    return [*placed, *sorted(rest, key=_natural)]


def _natural(view: RecordView) -> tuple[str, str, int]:
    day = view.value("issued_on") or view.record.received_at.date().isoformat()
    return day, canonical_number(view.value("number") or "").zfill(9), view.record.sequence


def laid(views: Sequence[RecordView]) -> tuple[Lying, ...]:
    """Their pages and sheets counted through."""
    found: list[Lying] = []
    page, sheet = 0, 0
    is_known = True
    for number, view in enumerate(views, 1):
        told = view.value("sheets") or ""
        is_known = is_known and told.isascii() and told.isdigit()
        sheets = int(told) if is_known else 0
        ends = (sheet + 1, sheet + sheets) if is_known else (None, None)
        found.append(Lying(view, number, page + 1, page + view.record.page_count, *ends))
        page, sheet = page + view.record.page_count, sheet + sheets
    return tuple(found)


def _ids(untrusted_ids: Sequence[str]) -> list[str]:
    ids = list(dict.fromkeys(untrusted_ids))
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise BadValue(name="record_ids", value=len(ids), expected=f"1–{MOST_AT_ONCE}")
    return ids


def _ids_of(placed: Mapping[str, list[str]]) -> list[str]:
    return [one for ids in placed.values() for one in ids]


def _for_who_sees(change: DossierChange, seen: Any) -> DossierChange:
    moved = {key: names for key, names in change.moved.items() if key in seen}
    placed = {key: [one for one in ids if one in seen] for key, ids in change.placed.items()}
    return replace(change, moved=moved, placed=placed)
