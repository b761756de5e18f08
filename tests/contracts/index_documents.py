"""Small index documents, made without a catalogue."""

from __future__ import annotations

from datetime import date, timedelta

from mappings.fields import FIELDS, FieldKind
from mappings.index_document import EMPTY_STREAM, IndexDocument, IndexValue, days_since_1970, sort_key
from search_api.engines.nodes import Everything, Node, Term, Unscored
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest

PUBLIC = Unscored(Term("access", "public"))
FIRST_DAY = date(2020, 1, 1)
_STREAMS = [name for name, one in FIELDS.items() if one.kind in (FieldKind.STREAM, FieldKind.BAG)]


def document(
    sequence: int,
    text: str = "van ban",
    *,
    revision: int = 1,
    day: date | None = None,
    access: tuple[str, ...] = ("public",),
    **values: IndexValue,
) -> IndexDocument:
    """Record `r<sequence>` with this folded text, issued `sequence` days after the first day unless said."""
    issued = day or FIRST_DAY + timedelta(days=sequence % 20_000)
    streams: dict[str, IndexValue] = dict.fromkeys(_STREAMS, EMPTY_STREAM)
    return IndexDocument(
        f"r{sequence}",
        revision,
        sequence,
        sort_key(issued, sequence),
        {
            **streams,
            "text_folded": text,
            "issued_on": days_since_1970(issued),
            "year": str(issued.year),
            "access": access,
            **values,
        },
    )


def fill(engine: SearchEngine, *documents: IndexDocument) -> None:
    assert engine.put(documents) == ()
    engine.commit()


def find(engine: SearchEngine, query: Node | None = None, access: Node = PUBLIC, **more: object) -> EngineResults:
    return engine.search(SearchRequest(query or Everything(), access, **more))  # type: ignore[arg-type]


def ids(results: EngineResults) -> list[str]:
    return [hit.id for hit in results.hits]


def found(engine: SearchEngine, query: Node | None = None, access: Node = PUBLIC, **more: object) -> set[str]:
    """The ids that a query finds; its total must agree."""
    results = find(engine, query, access, **{"limit": 1000, **more})
    assert results.total == len(results.hits)
    return set(ids(results))
