"""Ways to index texts and to rank them for a question: ours, and what else one could do with the same BM25."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import tantivy
from tantivy import Occur, Query

from analyzers.streams import analyse
from benchmarks.pyvi_words import pyvi_words
from benchmarks.retrieval.measures import DEPTH
from mappings.index_document import IndexDocument, index_document
from mappings.record import DescribedField, Page, PageState, ReadBy, Record, RecordState, RecordView
from search_api.access import LOCAL, access_node
from search_api.engines.nodes import Node
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest, Sort
from search_api.query.finding import find
from search_api.query.parsing import parse
from search_api.query.planning import plan

_BATCH = 200


class Way(Protocol):
    """Holds one corpus and ranks its documents."""

    def rank(self, question: str) -> Sequence[str]:
        """Ids of the best documents, at most `DEPTH`, the best first."""


Terms = Callable[[str], Sequence[str]]


class Ours:
    """The real path: a record built from the text, our analysis, parsing, planning and engine."""

    def __init__(self, engine: SearchEngine, documents: Mapping[str, str], subjects: Mapping[str, str]) -> None:
        self._engine = engine
        self._keys = sorted(documents)
        generation = engine.new_generation()
        for start in range(0, len(self._keys), _BATCH):
            part = self._keys[start : start + _BATCH]
            generation.put([_document(start + at, documents[key], subjects.get(key)) for at, key in enumerate(part)])
            generation.commit()
        generation.switch()

    def rank(self, question: str) -> Sequence[str]:
        """As `Way.rank`."""
        found = found_by(self._engine, question, limit=DEPTH)
        return [self._keys[int(hit.id) - 1] for hit in found.hits]


def found_by(
    engine: SearchEngine, question: str, *, limit: int = 10, facets: tuple[str, ...] = (), whole: bool = False
) -> EngineResults:
    """What the search asks of the engine for this question, and its answer."""
    planned = plan(parse(question))
    sort = Sort.RELEVANCE if planned.ranked else Sort.NEWEST
    access = access_node(LOCAL)

    def request(node: Node) -> SearchRequest:
        return SearchRequest(node, access, sort=sort, limit=limit, facets=facets)

    return find(engine, planned, request, whole=whole)[0]


def _document(at: int, text: str, subject: str | None) -> IndexDocument:
    return index_document(view_of(at + 1, text, subject))


def view_of(sequence: int, text: str, subject: str | None = None) -> RecordView:
    """A record of one page with this text."""
    record = Record(
        id=f"{sequence:026d}",
        sequence=sequence,
        digest=f"{sequence:064x}",
        size=len(text),
        media_type="application/pdf",
        file_name=f"{sequence}.pdf",
        state=RecordState.SEARCHABLE,
        revision=1,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        page_count=1,
        unit="office",
        access_class="public",
    )
    fields = {"subject": DescribedField("subject", subject, 0.9)} if subject else {}
    return RecordView(record, fields, (Page(1, PageState.SEARCHABLE, ReadBy.OCR, 0.9, text),))


class Streams:
    """Any streams of terms, each with a weight, in tantivy with its BM25; any word of a question may occur."""

    def __init__(self, documents: Mapping[str, str], channels: Sequence[tuple[Terms, float]]) -> None:
        self._channels = channels
        self._keys = sorted(documents)
        builder = tantivy.SchemaBuilder()
        for at in range(len(channels)):
            builder.add_text_field(f"s{at}", stored=False, tokenizer_name="whitespace", index_option="freq")
        builder.add_integer_field("place", stored=True, indexed=True, fast=True)
        self._schema = builder.build()
        self.folder = Path(tempfile.mkdtemp(prefix="tangthu-benchmark-"))
        self._index = tantivy.Index(self._schema, path=str(self.folder))
        writer = self._index.writer(64_000_000, 1)
        for place, key in enumerate(self._keys):
            document = tantivy.Document()
            document.add_integer("place", place)
            for at, (terms, _) in enumerate(channels):
                document.add_text(f"s{at}", " ".join(terms(documents[key])))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def rank(self, question: str) -> Sequence[str]:
        """As `Way.rank`: any word may occur."""
        clauses = [
            (Occur.Should, Query.boost_query(Query.term_query(self._schema, f"s{at}", term, "freq"), weight))
            for at, (terms, weight) in enumerate(self._channels)
            for term in dict.fromkeys(terms(question))
        ]
        searcher = self._index.searcher()
        rows = searcher.search(Query.boolean_query(clauses), limit=DEPTH).hits
        places = searcher.fast_field_values("place", [address for _, address in rows])
        return [self._keys[place] for place in places]

    def close(self) -> None:
        """Removes its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def plain_words(text: str) -> list[str]:
    """About what Elasticsearch's `standard` analyzer makes: words in small letters, composed as they come."""
    return re.findall(r"\w+(?:[.,]\w+)*", unicodedata.normalize("NFC", text).lower())


def bare_words(text: str) -> list[str]:
    """About `standard` with `asciifolding`."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.findall(r"\w+(?:[.,]\w+)*", "".join(one for one in letters if not unicodedata.combining(one)))


def marked(text: str) -> Sequence[str]:
    """Syllables; none of a question without any diacritics, which says nothing about them."""
    analysis = analyse(text)
    return analysis.syllables if analysis.has_diacritics else ()


def bare_terms(text: str) -> Sequence[str]:
    """Folded syllables."""
    return analyse(text).folded


def bare_pairs(text: str) -> Sequence[str]:
    """Neighbouring folded syllables."""
    return analyse(text).bigrams


THREE_STREAMS: tuple[tuple[Terms, float], ...] = ((marked, 0.5), (bare_terms, 0.5), (bare_pairs, 0.5))
"""What our index held before anything else was tried, any word of a question being enough."""

OTHERS: dict[str, tuple[tuple[Terms, float], ...]] = {
    "standard": ((plain_words, 1.0),),
    "asciifolded": ((bare_words, 1.0),),
    "pyvi words": ((pyvi_words, 1.0),),
    "three streams": THREE_STREAMS,
}


@contextmanager
def streams(channels: Sequence[tuple[Terms, float]], documents: Mapping[str, str]) -> Iterator[Way]:
    """The way over these documents, its folder removed in the end."""
    way = Streams(documents, channels)
    try:
        yield way
    finally:
        way.close()


@contextmanager
def ours(engine: Callable[[], AbstractContextManager[SearchEngine]], documents: Mapping[str, str]) -> Iterator[Way]:
    """The real path over these documents."""
    with engine() as opened:
        yield Ours(opened, documents, {})
