"""The feed of a search: the latest accessions that fit it."""

from __future__ import annotations

from search_api.access import Viewer
from search_api.giving.columns import Speaking
from search_api.giving.feed import MOST_ENTRIES, Entry, FeedHead, atom
from search_api.query.answers import SearchQuery
from search_api.query.search import SearchService


def newest_feed(
    search: SearchService, query: SearchQuery, viewer: Viewer, speaking: Speaking, own: str, asked: str
) -> bytes:
    """The feed. `own`: its address without the question; `asked`: the question as it stands in the address."""
    views = search.latest(query, viewer, MOST_ENTRIES)
    words = query.q.strip()
    title = f"Tàng thư: {words}" if words else "Tàng thư"
    address = f"{own}?{asked}" if asked else own
    page = f"{speaking.page}/?{asked}" if asked else f"{speaking.page}/"
    head = FeedHead(title, f"search?{asked}", address, page)
    return atom(head, [Entry(view, view.record.received_at) for view in views], speaking)
