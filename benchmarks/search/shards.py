"""What differs when Elasticsearch holds an index in several shards, beside one shard and tantivy.

    python -m benchmarks.search.shards [--records 20000] [--shards 3] [--questions 300]

Of the same questions: how many have the same total, the same ten first hits in the same order, and the same facets
as in one shard; and the clock's p95 of each.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from benchmarks.generated_records import generated_records
from benchmarks.search.asking import WARM_UP, quantiles, questions
from benchmarks.search.places import ALL
from mappings.index_document import index_document
from search_api.access import access_node
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query.parsing import parse
from search_api.query.planning import plan
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

_BATCH = 400
_FACETS = ("kind", "issuer", "year", "signer")


def fill(engines: Sequence[SearchEngine], records: int) -> None:
    """The same documents into all of them."""
    views = generated_records(records)
    while part := [index_document(view) for view in islice(views, _BATCH)]:
        for engine in engines:
            if engine.put(part):
                raise RuntimeError("a generated record was refused")
    for engine in engines:
        engine.commit()


def requests(records: int, count: int) -> Iterator[tuple[str, SearchRequest]]:
    """All must occur; and any of them, which more records fit."""
    for text in questions(records, count, 3, 6, seed=5):
        planned = plan(parse(text))
        yield "all words", SearchRequest(planned.strict, access_node(ALL), facets=_FACETS)
        if planned.loose is not None:
            yield "any word", SearchRequest(planned.loose, access_node(ALL), facets=_FACETS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--questions", type=int, default=300)
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tangthu-benchmark-")))
        url = elasticsearch_url()
        one, several = (
            ElasticsearchEngine([url], stack.enter_context(fresh_alias(url)), shards=number)
            for number in (1, chosen.shards)
        )
        engines: dict[str, SearchEngine] = {
            "one shard": one,
            f"{chosen.shards} shards": several,
            "tantivy": TantivyEngine(folder / "index"),
        }
        for engine in engines.values():
            stack.callback(engine.close)
        fill(list(engines.values()), chosen.records)
        compare(engines, chosen.records, chosen.questions + WARM_UP)


def compare(engines: dict[str, SearchEngine], records: int, count: int) -> None:
    """Prints the table."""
    same: dict[tuple[str, str], list[int]] = {}
    seconds: dict[tuple[str, str], list[float]] = {}
    first, *_ = engines
    for kind, request in requests(records, count):
        answers: dict[str, EngineResults] = {}
        for name, engine in engines.items():
            begun = time.perf_counter()
            answers[name] = engine.search(request)
            seconds.setdefault((kind, name), []).append(time.perf_counter() - begun)
        for name, answer in answers.items():
            told = same.setdefault((kind, name), [0, 0, 0, 0, 0])
            told[0] += 1
            told[1] += answer.total == answers[first].total
            told[2] += {hit.id for hit in answer.hits} == {hit.id for hit in answers[first].hits}
            told[3] += [hit.id for hit in answer.hits] == [hit.id for hit in answers[first].hits]
            told[4] += dict(answer.facets) == dict(answers[first].facets)
    print(f"{records} records; beside one shard of Elasticsearch, same of all questions")
    print(f"{'':12}{'':14}{'questions':>10}{'total':>8}{'ten':>8}{'order':>8}{'facets':>8}{'p50 ms':>9}{'p95 ms':>9}")
    for (kind, name), told in same.items():
        middle, high = quantiles(seconds[kind, name][WARM_UP:])
        print(f"{kind:12}{name:14}{told[0]:10}" + "".join(f"{one:8}" for one in told[1:]) + f"{middle:9.1f}{high:9.1f}")


if __name__ == "__main__":
    main()
