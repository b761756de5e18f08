"""Links between records: the documents that one names and the archive holds, and the records that name it.

Found by number, symbol and year in the index, so under the same rights as any search. Two documents may bear the same
number in one year, and numbers written by hand are misread: every candidate is told, and whether it surely is the one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from archive.catalogue import Catalogue
from mappings.index_document import cited
from mappings.record import RecordView
from mappings.references import Reference, reference_key
from search_api.access import Viewer, access_node, views_seen
from search_api.engines.nodes import AnyOf, Term
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort

MOST_LINKS = 100
"""Records that are told to each side at the most, the newest first."""


@dataclass(frozen=True, slots=True)
class Link:
    """A record at the other end. `sure`: number, symbol and day are those named, read without doubt, of no other."""

    view: RecordView
    sure: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A document that the record names, and the records that may be it."""

    reference: Reference
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """`refers_to`: in the order of the text. `referred_by`: newest first. `more`: there are further ones."""

    refers_to: tuple[Named, ...]
    referred_by: tuple[Link, ...]
    more: bool
    same_number: tuple[Link, ...] = ()
    """Others that bear the same number, symbol and year; never taken for the same document."""


class LinkService:
    """Finds the links of a record. Safe over threads."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine) -> None:
        self._catalogue = catalogue
        self._engine = engine

    def links(self, view: RecordView, viewer: Viewer) -> Links:
        """Both ways, of those that this viewer may see. Errors: EngineUnavailable."""
        references = cited(view)
        named, more = self._found("issue_keys", [one.key for one in references], view, viewer)
        naming, further = self._found("cites", _own_keys(view), view, viewer)
        alike, _ = self._found("issue_keys", _own_keys(view)[:1] if _year(view) else (), view, viewer)
        return Links(
            tuple(Named(one, _links(view, one, named)) for one in references),
            tuple(Link(other, _surely_names(other, view)) for other in naming),
            more or further,
            tuple(Link(other, _surely_alike(other, view)) for other in alike),
        )

    def _found(
        self, field: str, keys: Iterable[str], view: RecordView, viewer: Viewer
    ) -> tuple[Sequence[RecordView], bool]:
        """The records with one of these keys but the record itself, and whether there are more."""
        terms = tuple(Term(field, key) for key in dict.fromkeys(keys) if key)
        if not terms:
            return [], False
        with self._catalogue.reading() as unit:
            access = access_node(viewer, unit.bin.leaving(viewer.tokens))
        results = self._engine.search(SearchRequest(AnyOf(terms), access, sort=Sort.NEWEST, limit=MOST_LINKS + 1))
        with self._catalogue.reading() as unit:
            views = views_seen(unit, [hit.id for hit in results.hits], viewer)
        others = [views[hit.id] for hit in results.hits if hit.id in views and hit.id != view.record.id]
        return others[:MOST_LINKS], results.more or len(others) > MOST_LINKS


def _own_keys(view: RecordView) -> tuple[str, ...]:
    number, symbol = view.value("number") or "", view.value("symbol") or ""
    return (reference_key(number, symbol, _year(view)), reference_key(number, symbol, None))


def _surely_alike(other: RecordView, view: RecordView) -> bool:
    """Whether number, symbol and day of both were read without doubt or confirmed."""
    return all(_is_told(one, name) for one in (other, view) for name in ("number", "symbol", "issued_on"))


def _day(view: RecordView) -> date | None:
    try:
        return date.fromisoformat(view.value("issued_on") or "")
    except ValueError:
        return None


def _year(view: RecordView) -> int | None:
    day = _day(view)
    return day.year if day else None


def _links(view: RecordView, reference: Reference, others: Sequence[RecordView]) -> tuple[Link, ...]:
    """Those of the records that bear the reference's number, symbol and, if told, year."""
    found = [other for other in others if reference.key and reference.key in _own_keys(other)]
    same_day = [other for other in found if _is_of_the_day(other, reference)]
    sure = len(same_day) == 1 and _is_told(view, "references")
    ordered = sorted(found, key=lambda other: not _is_of_the_day(other, reference))
    return tuple(Link(other, sure and other in same_day) for other in ordered)


def _is_of_the_day(view: RecordView, reference: Reference) -> bool:
    """Whether the record surely bears the number and was issued on the very day that is named."""
    known = all(_is_told(view, name) for name in ("number", "symbol", "issued_on"))
    return known and reference.day is not None and reference.day == _day(view)


def _is_told(view: RecordView, name: str) -> bool:
    field = view.fields.get(name)
    return field is not None and bool(field.value) and (field.confirmed or not field.doubtful)


def _surely_names(other: RecordView, view: RecordView) -> bool:
    keys = _own_keys(view)
    named = [one for one in cited(other) if one.key and one.key in keys]
    return _is_told(other, "references") and any(_is_of_the_day(view, one) for one in named)
