"""What another spelling asks of the archive, all of it through the one door of rights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from archive.catalogue import Catalogue
from mappings.record import Page, PageState, RecordView
from search_api.access import Viewer, views_seen
from search_api.engines.nodes import Node
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort
from search_api.query.planning import plan
from search_api.query.wishes import ParsedQuery

_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class SpellingSearch:
    """As `spelling.Finding`, for one asker and one question with its filters."""

    catalogue: Catalogue
    engine: SearchEngine
    viewer: Viewer
    access: Node
    filters: Mapping[str, Node]
    read: Callable[[str], ParsedQuery]

    def count(self, node: Node) -> int:
        """How many records fit."""
        return self.engine.search(SearchRequest(node, self.access, sort=Sort.NEWEST, limit=1)).total

    def texts(self, node: Node, most: int) -> Sequence[str]:
        """Subject and first pages of the newest few that fit, one text each."""
        hits = self.engine.search(SearchRequest(node, self.access, sort=Sort.NEWEST, limit=most)).hits
        if not hits:
            return ()
        with self.catalogue.reading() as unit:
            views = views_seen(unit, [hit.id for hit in hits], self.viewer, pages=True)
        return [
            "\n".join((*_described(view), *(page.text for page in view.pages[:_MOST_PAGES] if _is_read(page))))
            for view in views.values()
        ]

    def total(self, q: str) -> int:
        """How many records the whole question finds, under its filters."""
        node = plan(self.read(q)).strict
        request = SearchRequest(node, self.access, filters=self.filters, sort=Sort.NEWEST, limit=1)
        return self.engine.search(request).total


def _described(view: RecordView) -> tuple[str, ...]:
    return tuple(filter(None, map(view.value, ("subject", "issuer", "signer"))))


def _is_read(page: Page) -> bool:
    return page.state is PageState.SEARCHABLE
