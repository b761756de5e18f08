"""Every question of `tests/parity` gets the answer that it must have, and the same one from both engines.

To add a question: a line in `tests/parity/by_hand.jsonl`. `expect` may tell `total`, `ids` (all of them; in order where
`sort` is given), `first` (those at the top, in order), `holds` and `lacks` (some that are among them or are not),
`facets`, `partial`. Numbers are those of `tests/parity/corpus.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.catalogue import Catalogue
from benchmarks.search.filling import enter
from search_api.access import LOCAL, Viewer
from search_api.batches import batches
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import Sort
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query.answers import SearchAnswer, SearchQuery
from search_api.query.search import SearchService
from tests.parity.corpus import corpus, number_of, with_words
from tests.parity.scanning import Asked, counted, found
from tests.parity.writing import BY_HAND, SCANNED, expected, rows
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

ASKED = [*rows(SCANNED), *rows(BY_HAND)]
VIEWERS = {
    "local": LOCAL,
    "branch": Viewer("branch", ("unit:branch",)),
    "public": Viewer("public", ("public",)),
}
_TOGETHER = 100
_FACET_VALUES = 50
_DAYS = ("issued_from", "issued_to", "arrived_from", "arrived_to")

Services = dict[str, SearchService]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The whole search over each engine, and one catalogue."""
    folder: Path = tmp_path_factory.mktemp("parity")
    with ExitStack() as stack:
        catalogue = Catalogue.sqlite(folder / "catalogue.sqlite")
        stack.callback(catalogue.close)
        with catalogue.connection_for_moving() as connection:
            enter(connection, [with_words(view) for view in corpus()])
            connection.commit()
        alias = stack.enter_context(fresh_alias(elasticsearch_url()))
        engines = {
            "tantivy": TantivyEngine(folder / "index"),
            "elasticsearch": ElasticsearchEngine([elasticsearch_url()], alias),
        }
        ids = [view.record.id for view in corpus()]
        for engine in engines.values():
            stack.callback(engine.close)
            # Two commits, so that tantivy has two segments.
            for part in (ids[:200], ids[200:]):
                for batch in batches(catalogue, part):
                    assert engine.put(batch.documents) == ()
                engine.commit()
        yield {name: SearchService(catalogue, engine) for name, engine in engines.items()}


def query_of(asked: Asked) -> SearchQuery:
    days = {name: date.fromisoformat(value) for name, value in asked.filters.items() if name in _DAYS}
    names = {name: tuple(value) for name, value in asked.filters.items() if name not in _DAYS}
    sort = Sort(asked.sort) if asked.sort else None
    # To five words and more the service adds records that fit in part: held here is what fits whole, if any does.
    whole = not (asked.means or {}).get("or_any")
    return SearchQuery(q=asked.q, sort=sort, limit=_TOGETHER, whole=whole, **days, **names)


def whole(service: SearchService, query: SearchQuery, viewer: Viewer) -> tuple[SearchAnswer, list[int]]:
    """The first answer, and the numbers of all hits, page after page."""
    first = answer = service.search(query, viewer)
    numbers = [number_of(hit.record_id) for hit in answer.hits]
    while answer.next_cursor:
        answer = service.search(replace(query, cursor=answer.next_cursor), viewer)
        numbers += [number_of(hit.record_id) for hit in answer.hits]
    return first, numbers


def check(asked: Asked, answer: SearchAnswer, numbers: list[int]) -> None:
    expect: dict[str, Any] = asked.expect
    assert len(set(numbers)) == len(numbers) == answer.total == expect.get("total", answer.total)
    if "ids" in expect:
        assert (numbers if asked.sort else sorted(numbers)) == expect["ids"]
    assert numbers[: len(expect.get("first", ()))] == expect.get("first", [])
    assert set(expect.get("holds", ())) <= set(numbers)
    assert not set(expect.get("lacks", ())) & set(numbers)
    for name, counts in expect.get("facets", {}).items():
        told = {one.value: one.count for one in answer.facets[name]}
        assert told.items() <= counts.items()
        assert len(told) == min(len(counts), _FACET_VALUES)
    assert answer.partial == expect.get("partial", answer.partial)


def test_the_file_holds_questions_enough_of_every_sort() -> None:
    assert len(ASKED) >= 200
    assert len({(one.q, str(one.filters), one.who, one.sort) for one in ASKED}) > 0.8 * len(ASKED)
    assert sum(bool(one.expect.get("total", 1)) for one in ASKED) > 0.9 * len(ASKED), "without hits they prove nothing"


@pytest.mark.parametrize("asked", rows(SCANNED), ids=lambda one: f"{one.about}: {one.q}")
def test_the_file_says_what_a_scan_of_the_records_says(asked: Asked) -> None:
    assert asked.expect == expected(asked)


@pytest.mark.each(4)
@pytest.mark.parametrize("asked", ASKED, ids=lambda one: f"{one.about}: {one.q}")
def test_both_engines_answer_as_they_must_and_alike(services: Services, asked: Asked) -> None:
    query, viewer = query_of(asked), VIEWERS[asked.who]
    answers = {name: whole(service, query, viewer) for name, service in services.items()}
    for answer, numbers in answers.values():
        check(asked, answer, numbers)
    (one, its_numbers), (other, other_numbers) = answers.values()
    assert its_numbers == other_numbers
    assert one.hits == other.hits, "marks, snippets and boxes too"
    assert (one.facets, one.partial, one.sort) == (other.facets, other.partial, other.sort)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("limit", [7, 10])
def test_pages_join_to_the_same_list_whatever_their_length(services: Services, sort: Sort, limit: int) -> None:
    query = SearchQuery(q="ban", sort=sort, limit=_TOGETHER)
    for service in services.values():
        _, numbers = whole(service, query, LOCAL)
        assert len(numbers) > 2 * limit
        assert whole(service, replace(query, limit=limit), LOCAL)[1] == numbers


def test_the_scan_can_say_no() -> None:
    assert found(Asked("words", means={"all": ["không đâu có"]})) != found(Asked("words", means={"all": ["ban"]}))
    assert counted(Asked("words", means={"all": ["khôngđâucó"]}), "kind") == {}
