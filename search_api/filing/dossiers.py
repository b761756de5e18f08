"""Dossiers for who asks: made, filled, put in order, and shown with what he may see of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analyzers.issue_numbers import canonical_number
from analyzers.streams import terms_of
from archive import dossiers
from archive.catalogue import Catalogue
from archive.dossier_rows import Held
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue, NotFound
from kernel.ids import new_id
from mappings.access import access_tokens
from mappings.filing import Dossier, DossierChange
from mappings.record import RecordView
from search_api.access import Viewer, views_seen
from search_api.engines.protocol import Sort
from search_api.filing.checking import said_of_dossier, said_rule
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
    """Safe over threads. NotFound for a dossier or record that the viewer may not see."""

    def __init__(self, catalogue: Catalogue, search: SearchService) -> None:
        self._catalogue = catalogue
        self._search = search

    def listed(
        self, viewer: Viewer, limit: int, after: str = "", state: str = "", words: str = ""
    ) -> tuple[Listed, ...]:
        """By name, after the name `after`. `words`: of the name, in order, with or without diacritics."""
        with self._catalogue.reading() as unit:
            found = _listed(unit, viewer, limit, after, state, words)
            held = unit.dossiers.held([one.name for one in found], viewer.tokens)
        return tuple(Listed(one, held.get(one.name, Held())) for one in found)

    def unmade(self, viewer: Viewer) -> dict[str, Held]:
        """Names that records bear and no dossier has yet, the first by name."""
        with self._catalogue.reading() as unit:
            return unit.dossiers.unmade(viewer.tokens, MOST_UNMADE)

    def open(self, dossier_id: str, viewer: Viewer) -> Opened:
        """All that lies in it."""
        with self._catalogue.reading() as unit:
            found = _seen(unit, dossier_id, viewer)
            ids = unit.dossiers.record_ids(found.name, viewer.tokens)
            views = views_seen(unit, ids, viewer, boxes=False)
        return Opened(found, laid(in_order(found, views)))

    def named(self, name: str, viewer: Viewer) -> Dossier | None:
        """The dossier that a record's field names."""
        with self._catalogue.reading() as unit:
            found = unit.dossiers.named([name]).get(name) if name else None
        return found if found is not None and _may_see(found, viewer) else None

    def changes(self, dossier_id: str, viewer: Viewer) -> tuple[DossierChange, ...]:
        """Its history, the newest first; of records that moved those alone that the viewer may see."""
        with self._catalogue.reading() as unit:
            _seen(unit, dossier_id, viewer)
            found = unit.dossiers.changes(dossier_id)
            ids = {record_id for one in found for record_id in (*one.moved, *_ids_of(one.placed))}
            seen = views_seen(unit, sorted(ids), viewer, discarded=True, boxes=False).keys()
        shown = (_for_who_sees(one, seen) for one in reversed(found))
        # A step of which nothing may be seen is none.
        return tuple(one for one in shown if one.described or one.placed or one.moved)

    def make(self, untrusted_said: Mapping[str, Any], viewer: Viewer) -> Dossier:
        """A new one. BadValue, DossierNameTaken."""
        said = said_of_dossier({"title": "", "unit": "office", "access_class": "internal", **untrusted_said})
        dossier_id = new_id()
        return self._catalogue.write(lambda unit: dossiers.make(unit, dossier_id, said, viewer.name))

    def describe(
        self, dossier_id: str, untrusted_said: Mapping[str, Any], viewer: Viewer, version: int | None = None
    ) -> Dossier:
        """BadValue, DossierChanged, DossierClosed, DossierNameTaken."""

        def work(unit: UnitOfWork) -> Dossier:
            held = _seen(unit, dossier_id, viewer)
            said = said_of_dossier(untrusted_said, held.code, held.title)
            return dossiers.describe(unit, dossier_id, said, viewer.name, version)

        return self._catalogue.write(work)

    def rule(self, dossier_id: str, query: SearchQuery | None, viewer: Viewer) -> Dossier:
        """Keeps a question as what fills it; None: no rule any more. BadValue."""
        return self.describe(dossier_id, {"rule": said_rule(query)}, viewer)

    def file(self, dossier_id: str, untrusted_ids: Sequence[str], viewer: Viewer) -> DossierChange | None:
        """BadValue, InBin, DossierClosed."""
        ids = _ids(untrusted_ids)

        def work(unit: UnitOfWork) -> DossierChange | None:
            _seen(unit, dossier_id, viewer)
            _expect_seen(unit, ids, viewer)
            return dossiers.file(unit, dossier_id, ids, viewer.name)

        return self._catalogue.write(work)

    def take_out(self, dossier_id: str, untrusted_ids: Sequence[str], viewer: Viewer) -> DossierChange | None:
        """BadValue, InBin, DossierClosed."""
        ids = _ids(untrusted_ids)

        def work(unit: UnitOfWork) -> DossierChange | None:
            _seen(unit, dossier_id, viewer)
            _expect_seen(unit, ids, viewer)
            return dossiers.take_out(unit, dossier_id, ids, viewer.name)

        return self._catalogue.write(work)

    def place(
        self, dossier_id: str, untrusted_ids: Sequence[str], viewer: Viewer, version: int | None = None
    ) -> Dossier:
        """Puts the records that the viewer sees into this order; others keep theirs behind. DossierChanged."""

        def work(unit: UnitOfWork) -> Dossier:
            held = _seen(unit, dossier_id, viewer)
            inside = unit.dossiers.record_ids(held.name)
            seen = views_seen(unit, inside, viewer, boxes=False).keys()
            hidden = [one for one in held.placed if one not in seen]
            order = [one for one in untrusted_ids if one in seen]
            return dossiers.place(unit, dossier_id, [*order, *(hidden if order else [])], viewer.name, version)

        return self._catalogue.write(work)

    def remove(self, dossier_id: str, viewer: Viewer) -> None:
        """DossierNotEmpty."""

        def work(unit: UnitOfWork) -> None:
            _seen(unit, dossier_id, viewer)
            dossiers.remove(unit, dossier_id, viewer.name)

        self._catalogue.write(work)

    def undo(self, dossier_id: str, change_id: str, viewer: Viewer) -> None:
        """DossierChanged, DossierClosed."""

        def work(unit: UnitOfWork) -> None:
            _seen(unit, dossier_id, viewer)
            dossiers.undo(unit, dossier_id, change_id, viewer.name)

        self._catalogue.write(work)

    def proposals(self, dossier_id: str, viewer: Viewer, most: int = _HITS) -> tuple[RecordView, ...]:
        """What its rule finds and does not lie in it, the newest first. EngineUnavailable."""
        with self._catalogue.reading() as unit:
            held = _seen(unit, dossier_id, viewer)
        if not held.rule:
            return ()
        found: list[RecordView] = []
        query = replace(asked_question(held.rule), limit=_HITS, whole=True, sort=Sort.NEWEST)
        while True:
            answer = self._search.search(query, viewer)
            ids = [hit.record_id for hit in answer.hits]
            with self._catalogue.reading() as unit:
                views = views_seen(unit, ids, viewer, boxes=False)
            found += [views[one] for one in ids if one in views and views[one].value("dossier") != held.name]
            if len(found) >= most or answer.next_cursor is None:
                return tuple(found[:most])
            query = replace(query, cursor=answer.next_cursor)

    def fill(self, dossier_id: str, viewer: Viewer) -> DossierChange | None:
        """Files what its rule finds and lies nowhere, a thousand at the most. DossierClosed, EngineUnavailable."""
        loose = [one.record.id for one in self.proposals(dossier_id, viewer, MOST_AT_ONCE) if not one.value("dossier")]
        return self.file(dossier_id, loose, viewer) if loose else None


def _listed(unit: UnitOfWork, viewer: Viewer, limit: int, after: str, state: str, words: str) -> tuple[Dossier, ...]:
    if not words.strip():
        return unit.dossiers.listed(viewer.tokens, limit, after, state)
    wanted = _folded(words)
    found: list[Dossier] = []
    while len(found) < limit and (part := unit.dossiers.listed(viewer.tokens, _LOOKED_AT, after, state)):
        found += [one for one in part if wanted in _folded(one.name)]
        after = part[-1].name
    return tuple(found[:limit])


def _folded(text: str) -> str:
    return " ".join(terms_of(text)[1])


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


def _seen(unit: UnitOfWork, dossier_id: str, viewer: Viewer) -> Dossier:
    found = unit.dossiers.by_id(dossier_id)
    if not _may_see(found, viewer):
        raise NotFound(id=dossier_id)
    return found


def _may_see(dossier: Dossier, viewer: Viewer) -> bool:
    return not set(viewer.tokens).isdisjoint(access_tokens(dossier.unit, dossier.access_class))


def _ids(untrusted_ids: Sequence[str]) -> list[str]:
    ids = list(dict.fromkeys(untrusted_ids))
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise BadValue(name="record_ids", value=len(ids), expected=f"1–{MOST_AT_ONCE}")
    return ids


def _expect_seen(unit: UnitOfWork, ids: Sequence[str], viewer: Viewer) -> None:
    seen = views_seen(unit, ids, viewer, discarded=True, boxes=False)
    missing = next((one for one in ids if one not in seen), None)
    if missing is not None:
        raise NotFound(id=missing)


def _ids_of(placed: Mapping[str, list[str]]) -> list[str]:
    return [one for ids in placed.values() for one in ids]


def _for_who_sees(change: DossierChange, seen: Any) -> DossierChange:
    moved = {key: names for key, names in change.moved.items() if key in seen}
    placed = {key: [one for one in ids if one in seen] for key, ids in change.placed.items()}
    return replace(change, moved=moved, placed=placed)
