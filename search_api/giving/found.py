"""All that a search finds, as a table or a feed: streaming, up to a stated limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from kernel.bilingual import Bilingual
from mappings.record import RecordView
from search_api.access import Viewer
from search_api.giving.columns import RECORD_COLUMNS, Speaking, cells, heads
from search_api.giving.tables import Row, TableForm, written
from search_api.query.answers import SearchQuery
from search_api.query.search import SearchService, Stretch

MOST_ROWS = {TableForm.CSV: 50_000, TableForm.XLSX: 20_000}
"""Records of one table. A workbook is packed as a whole before its first byte is sent, so it holds fewer."""

FILE_NAME = Bilingual("ket-qua-tim-kiem", "search-results")


@dataclass(frozen=True, slots=True)
class GivenTable:
    """A table on its way. `total`: records found, of which the first `most` at the most are given."""

    total: int
    total_is_exact: bool
    partial: bool
    most: int
    pieces: Iterator[bytes]

    @property
    def whole(self) -> bool:
        """Whether all that was found is given."""
        return self.total_is_exact and self.total <= self.most


def give_table(
    search: SearchService, query: SearchQuery, viewer: Viewer, form: TableForm, speaking: Speaking
) -> GivenTable:
    """The records that this viewer may see, in the order of the search.

    The first ones are looked for before this returns: its errors are those of `SearchService.search`.
    """
    stretches = search.walk(query, viewer)
    first = next(stretches)
    most = MOST_ROWS[form]
    views = islice(_views(chain((first,), stretches)), most)
    rows: Iterator[Row] = chain(
        (heads(RECORD_COLUMNS, speaking),), (cells(RECORD_COLUMNS, view, speaking) for view in views)
    )
    return GivenTable(first.total, first.total_is_exact, first.partial, most, written(form, rows))


def _views(stretches: Iterator[Stretch]) -> Iterator[RecordView]:
    for stretch in stretches:
        yield from stretch.views
