"""The search: a question of somebody into hits with their pages, snippets and boxes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.catalogue import Catalogue
from archive.pages import PackedPage
from kernel.errors import IndexOutdated
from mappings.other_names import OtherNames, builtin_names
from mappings.record import PageState, RecordView
from search_api.access import Viewer, access_node, views_seen
from search_api.engines.nodes import AllOf, AnyOf, Node, Term, Unscored
from search_api.engines.protocol import EngineHit, EngineResults, Position, SearchEngine, SearchRequest
from search_api.query.answers import (
    FACETS,
    MOST_HITS,
    HitPage,
    SearchAnswer,
    SearchHit,
    SearchQuery,
    Sort,
    Understood,
    Unsearchable,
)
from search_api.query.cursor import is_fused, read_cursor, write_cursor
from search_api.query.filtering import filters_of
from search_api.query.finding import find
from search_api.query.marking import MarkedPage, MarkedRecord, Share, mark
from search_api.query.parsing import parse
from search_api.query.planning import Plan, plan
from search_api.query.sealing import Seal
from search_api.query.spelling import FEW, did_you_mean
from search_api.query.spelling_search import SpellingSearch
from search_api.query.telling import told_back
from search_api.query.wishes import DidYouMean, ParsedQuery

if TYPE_CHECKING:  # who names no model has no need of it, nor of numpy
    from search_api.meaning.joining import Joining

AT_A_TIME = 1000
"""Hits of one stretch of a walk: by relevance an engine may have to look at all hits before it again."""

FACET_VALUES = 50
"""Values of a facet in an answer, the most frequent ones."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question made ready."""

    parsed: ParsedQuery
    plan: Plan
    filters: dict[str, Node]
    sort: Sort
    limit: int
    after: Position | None
    partial: bool
    whole: bool
    facets: tuple[str, ...] = FACETS
    facet_size: int = FACET_VALUES
    fused: bool = False

    @property
    def may_be_meant(self) -> bool:
        """Whether meaning has a say: of plain words by relevance; one that goes on stays what it began as."""
        free = self.sort is Sort.RELEVANCE and not self.whole and self.parsed.asks_freely
        return free and (self.after is None or self.fused)


@dataclass(frozen=True, slots=True)
class _Found:
    """`by_meaning`: of which records the words know nothing. `fused`: they are in the order of both."""

    results: EngineResults
    partial: bool
    by_meaning: frozenset[str] = frozenset()
    fused: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hits one after another as the catalogue has them now, without pages. `total`: as of the whole answer."""

    views: tuple[RecordView, ...]
    total: int
    total_is_exact: bool
    partial: bool


class SearchService:
    """Answers searches. Safe over threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        engine: SearchEngine,
        names: OtherNames | None = None,
        meaning: Joining | None = None,
        *,
        seal: Seal | None = None,
    ) -> None:
        """`names`: other names to look for too; None: those that ship. `meaning`: None: by words alone.

        `seal`: of cursors; None: of this process.
        """
        self._seal = seal or Seal()
        self._catalogue = catalogue
        self._engine = engine
        self._names = names if names is not None else builtin_names()
        self._meaning = meaning

    def read(self, untrusted_question: str) -> ParsedQuery:
        """What a question wants."""
        return parse(untrusted_question, self._names)

    def search(
        self, query: SearchQuery, viewer: Viewer, facets: tuple[str, ...] = FACETS, *, respell: bool = True
    ) -> SearchAnswer:
        """The hits that this viewer may see. `facets`: those that are counted; each takes its time.

        `respell`: another spelling is looked for where little was found, which asks the engine some times more, and
        what is near by its meaning is told too.

        Errors: BadValue (a filter), BadCursor, EngineUnavailable.
        """
        begun = time.perf_counter()
        asked = replace(self._ready(query), facets=facets)
        with self._catalogue.reading() as unit:
            access = access_node(viewer, unit.bin.leaving(viewer.tokens))
        found_so = self._found(query.q, asked, access, viewer, meant=respell)
        results, partial = found_so.results, found_so.partial
        if not results.total:
            self._refuse_without_index()
        views, unsearchable = self._looked_up(results.hits, asked.parsed, viewer)
        hits = self._hits(views, asked.parsed, found_so.by_meaning)
        found = 0 if partial else results.total
        better = self._respelled(query, asked, found, access, viewer) if respell else None
        cursor = None
        if results.more and results.hits:
            written = write_cursor(results.hits[-1].position, query, partial=partial, fused=found_so.fused)
            cursor = self._seal.shut(written)
        return SearchAnswer(
            total=results.total,
            total_is_exact=results.total_is_exact,
            took_ms=round((time.perf_counter() - begun) * 1000, 1),
            partial=partial,
            cut=asked.parsed.cut,
            sort=asked.sort,
            hits=hits,
            facets={name: results.facets.get(name, ()) for name in facets},
            next_cursor=cursor,
            unsearchable=unsearchable,
            understood=_understood(asked.parsed, better),
            by_meaning=len(found_so.by_meaning),
        )

    def walk(self, query: SearchQuery, viewer: Viewer, at_a_time: int = AT_A_TIME) -> Iterator[Stretch]:
        """All hits that this viewer may see, in the order of `search` and from its cursor on; at least one stretch.

        Errors: as `search`.
        """
        asked = replace(self._ready(query), limit=at_a_time, facets=())
        # A table of a long question's many hits that fit it only in part would help nobody.
        asked = replace(asked, whole=not asked.partial)
        while True:
            results, partial = self._find(asked, self._access(viewer))
            if not results.total and asked.whole and not query.whole:
                asked = replace(asked, whole=False)
                continue
            if not results.total:
                self._refuse_without_index()
            with self._catalogue.reading() as unit:
                views = views_seen(unit, [hit.id for hit in results.hits], viewer)
            found = tuple(views[hit.id] for hit in results.hits if hit.id in views)
            yield Stretch(found, results.total, results.total_is_exact, partial)
            if not results.more or not results.hits:
                return
            asked = replace(asked, after=results.hits[-1].position, partial=partial)

    def latest(self, query: SearchQuery, viewer: Viewer, limit: int) -> tuple[RecordView, ...]:
        """Those that fit all that was asked and came in last, the latest accession first. Errors: as `search`."""
        asked = self._ready(replace(query, cursor=None, limit=limit))
        # Without scores all hits are one great tie, which every engine orders by accession.
        asked = replace(asked, sort=Sort.RELEVANCE, limit=limit, facets=())
        request = _request(asked, Unscored(asked.plan.strict), self._access(viewer))
        found = [hit.id for hit in self._engine.search(request).hits]
        with self._catalogue.reading() as unit:
            views = views_seen(unit, found, viewer)
        return tuple(views[one] for one in found if one in views)

    def fitting(self, query: SearchQuery, viewer: Viewer, record_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of these records that fit all that was asked, and that this viewer may see, the latest accession last.

        Errors: as `search`.
        """
        asked = self._ready(replace(query, cursor=None))
        among = Unscored(AnyOf(tuple(Term("id", one) for one in record_ids)))
        asked = replace(asked, sort=Sort.RELEVANCE, limit=max(1, len(record_ids)), facets=())
        request = _request(asked, Unscored(AllOf((asked.plan.strict, among))), self._access(viewer))
        return tuple(hit.id for hit in reversed(self._engine.search(request).hits))

    def counted(self, query: SearchQuery, viewer: Viewer, facet: str, size: int) -> EngineResults:
        """The `size` most frequent values of one facet under the question and all filters, with the total."""
        asked = replace(self._ready(query), limit=1, after=None, facets=(facet,), facet_size=size)
        return self._find(asked, self._access(viewer))[0]

    def _ready(self, query: SearchQuery) -> _Asked:
        if query.cursor is not None:
            query = replace(query, cursor=self._seal.opened(query.cursor))
        return _make_ready(query, self.read(query.q))

    def _access(self, viewer: Viewer) -> Node:
        with self._catalogue.reading() as unit:
            return access_node(viewer, unit.bin.leaving(viewer.tokens))

    def _refuse_without_index(self) -> None:
        """IndexOutdated where nothing is found only because the index is gone: that is not the same as no hits."""
        if self._engine.count() is not None:
            return
        with self._catalogue.reading() as unit:
            if unit.records.revisions(limit=1):
                raise IndexOutdated(reason="there is no index")

    def _looked_up(
        self, found: Sequence[EngineHit], parsed: ParsedQuery, viewer: Viewer
    ) -> tuple[list[RecordView], Unsearchable]:
        """The hits as the catalogue has them now; one that is gone since, or hidden since, is left out."""
        with self._catalogue.reading() as unit:
            ids = [hit.id for hit in found]
            views = views_seen(unit, ids, viewer, pages=parsed.wants_something, boxes=False)
            unsearchable = Unsearchable(*unit.pages.unsearchable(viewer.tokens))
        return [views[hit.id] for hit in found if hit.id in views], unsearchable

    def _hits(
        self, views: Sequence[RecordView], parsed: ParsedQuery, by_meaning: frozenset[str]
    ) -> tuple[SearchHit, ...]:
        """Marked while no transaction is open: that takes long enough to keep others from the connections."""
        share = Share.of(len(views))
        marked = [(view, _marked(view, parsed, share)) for view in views]
        wanted = {(view.record.id, page.page.number) for view, marks in marked for page in marks.pages}
        with self._catalogue.reading() as unit:
            pages = unit.pages.packed(wanted)
        hits = (_hit(view, marks, pages) for view, marks in marked)
        return tuple(replace(hit, by_meaning=True) if hit.record_id in by_meaning else hit for hit in hits)

    def _respelled(
        self, query: SearchQuery, asked: _Asked, total: int, access: Node, viewer: Viewer
    ) -> DidYouMean | None:
        """Another spelling of a question that fits next to nothing."""
        if query.cursor is not None or total > FEW:
            return None
        finding = SpellingSearch(self._catalogue, self._engine, viewer, access, asked.filters, self.read)
        return did_you_mean(query.q, asked.parsed, total, finding)

    def _found(self, question: str, asked: _Asked, access: Node, viewer: Viewer, *, meant: bool) -> _Found:
        """By the words, and by meaning where there is a model and the question is one for it."""
        if self._meaning is None or not meant or not asked.may_be_meant:
            return _Found(*self._find(asked, access))
        first = replace(asked, limit=max(asked.limit, self._meaning.first_of_words), after=None)
        words = self._meaning.by_words(asked.plan, lambda node: _request(first, node, access), partial=asked.partial)
        request = _request(replace(asked, facets=()), asked.plan.strict, access)
        joined = self._meaning.joined(question, words, request, viewer.tokens)
        if joined is None:
            return _Found(*self._find(asked, access))
        return _Found(joined.results, words.partial, joined.by_meaning, fused=True)

    def _find(self, asked: _Asked, access: Node) -> tuple[EngineResults, bool]:
        """As `find`."""
        return find(
            self._engine,
            asked.plan,
            lambda node: _request(asked, node, access),
            whole=asked.whole,
            partial=asked.partial,
        )


def _understood(parsed: ParsedQuery, better: DidYouMean | None) -> Understood:
    return Understood(told_back(parsed), parsed.uses_language, parsed.puzzles, parsed.renamed, better)


def _make_ready(query: SearchQuery, parsed: ParsedQuery) -> _Asked:
    after, partial = read_cursor(query.cursor, query) if query.cursor is not None else (None, False)
    planned = plan(parsed)
    sort = query.sort or Sort.RELEVANCE
    if sort is Sort.RELEVANCE and not planned.ranked:
        sort = Sort.NEWEST
    limit = max(1, min(query.limit, MOST_HITS))
    fused = is_fused(query.cursor, query)
    return _Asked(parsed, planned, filters_of(query), sort, limit, after, partial, query.whole, fused=fused)


def _request(asked: _Asked, node: Node, access: Node) -> SearchRequest:
    return SearchRequest(
        query=node,
        access=access,
        filters=asked.filters,
        sort=asked.sort,
        limit=asked.limit,
        after=asked.after,
        facets=asked.facets,
        facet_size=asked.facet_size,
    )


def _marked(view: RecordView, parsed: ParsedQuery, share: Share) -> MarkedRecord:
    readable = [page for page in view.pages if page.state is PageState.SEARCHABLE]
    return mark(parsed, view.value("subject") or "", readable, share)


def _hit(view: RecordView, marked: MarkedRecord, pages: Mapping[tuple[str, int], PackedPage]) -> SearchHit:
    record = view.record
    return SearchHit(
        record_id=record.id,
        issue_number=view.issue_number,
        issued_on=view.value("issued_on"),
        issuer=view.value("issuer"),
        kind=view.value("kind"),
        subject=view.value("subject"),
        page_count=record.page_count,
        state=record.state,
        urgency=view.value("urgency"),
        secrecy=view.value("secrecy"),
        signer=view.value("signer"),
        file_name=record.file_name,
        doubtful=view.doubtful,
        subject_parts=marked.subject,
        pages=tuple(_hit_page(page, pages.get((record.id, page.page.number))) for page in marked.pages),
    )


def _hit_page(marked: MarkedPage, now: PackedPage | None) -> HitPage:
    # Read again between the two looks, its words no longer stand where the text was marked.
    boxes = marked.boxes(now) if now is not None and now.text == marked.page.text else ()
    return HitPage(marked.page.number, marked.snippet, boxes, marked.page.has_image)
