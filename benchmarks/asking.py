"""What the language of questions costs: other names, signs, fields, another spelling; each beside the plain question.

    python -m benchmarks.asking [--records 10000] [--queries 200] [--elasticsearch] [--core]

Generated records of two pages in a SQLite catalogue and in the engine. Each question is 3 neighbouring words of a
record; then the same with a sign, a field or a name added. Engine: the planned query alone, with the access filter and
nine facets, asked with and without other names in turn; then with and without the facet of keywords. A question with a
slip goes through the whole search, beside the same question without it, which finds as much as a usual one. The first
30 are not counted. --core: by the time of this process' cores instead of
the clock, for a busy machine (with tantivy all of it, with Elasticsearch our own part).
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.archives import WARM_UP, archive_of, p95, timed
from benchmarks.generated_records import generated_records, questions
from mappings.other_names import OtherNames, builtin_names
from search_api.access import LOCAL, access_node
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort
from search_api.query.answers import FACETS, SearchQuery
from search_api.query.parsing import parse
from search_api.query.planning import plan
from search_api.query.search import SearchService

Clock = Callable[[], float]
NO_NAMES = OtherNames((), ())
_CHANGES: dict[str, Callable[[list[str]], str]] = {
    "3 words": " ".join,
    '"a phrase"': lambda words: f'"{words[0]} {words[1]}" {words[2]}',
    "a or b": lambda words: f"{words[0]} {words[1]} | {words[2]}",
    "a near b": lambda words: f"{words[0]} gần/10 {words[2]}",
    "prefix*": lambda words: f"{words[0]} {words[1][:3]}*",
    "kind and years": lambda words: f"{' '.join(words)} loại:QĐ ngày:2018..2020",
    "words of an issuer": lambda words: f"{' '.join(words)} cơ quan: Sở Nội vụ",
    "a name of an agency": lambda words: f"Sở Tài chính {words[0]}",
    "a name, abbreviated": lambda words: f"UBND {words[0]} {words[1]}",
}


def asked(count: int, records: int) -> list[list[str]]:
    """Three words each."""
    views = list(generated_records(min(records, 2_000)))
    found = (question.replace('"', "").split() for question in questions(views, 4 * count))
    return [[word.strip(".,;:") for word in words[:3]] for words in found if _is_usable(words)][:count]


def _is_usable(words: list[str]) -> bool:
    return len(words) >= 3 and all(word.isalpha() and len(word) > 2 for word in words[:3])


def slipped(words: list[str], chance: random.Random) -> str:
    """Two neighbouring letters of the longest word exchanged."""
    word = max(words, key=len)
    at = chance.randrange(len(word) - 1)
    return " ".join(words).replace(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :], 1)


def engine_rows(
    engine: SearchEngine, wanted: list[list[str]], clock: Clock
) -> Iterator[tuple[str, list[float], list[float]]]:
    """A kind of question, seconds without other names, and with them."""
    for kind, change in _CHANGES.items():
        without: list[float] = []
        with_names: list[float] = []
        for number, words in enumerate(wanted):
            pair = [(without, NO_NAMES), (with_names, builtin_names())]
            for seconds, names in pair if number % 2 else reversed(pair):
                taken = timed(partial(_ask, engine, change(words), names), clock)
                if number >= WARM_UP:
                    seconds.append(taken)
        yield kind, without, with_names


def _ask(engine: SearchEngine, question: str, names: OtherNames) -> None:
    engine.search(_request(question, names))


def _request(question: str, names: OtherNames, facets: tuple[str, ...] = FACETS) -> SearchRequest:
    planned = plan(parse(question, names))
    sort = Sort.RELEVANCE if planned.ranked else Sort.NEWEST
    return SearchRequest(planned.strict, access_node(LOCAL), sort=sort, facets=facets)


def keyword_facet(engine: SearchEngine, texts: list[str], clock: Clock) -> tuple[list[float], list[float]]:
    """Seconds of the planned query with the other facets, and with keywords too: far more different values than any."""
    seconds: tuple[list[float], list[float]] = ([], [])
    others = tuple(name for name in FACETS if name != "keywords")
    for number, text in enumerate(texts):
        requests = (_request(text, NO_NAMES, others), _request(text, NO_NAMES))
        for which in (0, 1) if number % 2 else (1, 0):
            taken = timed(partial(engine.search, requests[which]), clock)
            if number >= WARM_UP:
                seconds[which].append(taken)
    return seconds


def spelling(
    service: SearchService, wanted: list[list[str]], clock: Clock
) -> tuple[list[float], list[float], int, int]:
    """Seconds of right and of slipped questions, how many of the latter found next to nothing, and were put right."""
    chance = random.Random(3)
    right: list[float] = []
    wrong: list[float] = []
    lost = put_right = 0
    for number, words in enumerate(wanted):
        slip = slipped(words, chance)
        taken = timed(partial(service.search, SearchQuery(" ".join(words)), LOCAL), clock)
        begun = clock()
        answer = service.search(SearchQuery(slip), LOCAL)
        taken_slipped = clock() - begun
        if number >= WARM_UP:
            right.append(taken)
            wrong.append(taken_slipped)
            lost += answer.partial or answer.total <= 2
            better = answer.understood.did_you_mean
            put_right += better is not None and better.q.casefold() == " ".join(words).casefold()
    return right, wrong, lost, put_right


def _print(label: str, *columns: list[float]) -> None:
    told = "".join(f"{1000 * statistics.median(one):9.1f} {1000 * p95(one):7.1f}" for one in columns)
    print(f"{label:24}{told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--elasticsearch", action="store_true", help="Elasticsearch instead of tantivy")
    parser.add_argument("--core", action="store_true", help="by the time of this process' cores")
    chosen = parser.parse_args()
    clock = time.process_time if chosen.core else time.perf_counter
    wanted = asked(chosen.queries + WARM_UP, chosen.records)
    parsing = [timed(partial(parse, " ".join(words)), clock) for words in wanted]
    with archive_of(chosen.records, elasticsearch=chosen.elasticsearch) as (catalogue, engine):
        rows = list(engine_rows(engine, wanted, clock))
        texts = [" ".join(words) for words in wanted]
        faceted = {
            "3 words": keyword_facet(engine, texts, clock),
            "nothing: everything": keyword_facet(engine, [""] * len(texts), clock),
        }
        right, wrong, lost, put_right = spelling(SearchService(catalogue, engine), wanted, clock)
    name = "Elasticsearch" if chosen.elasticsearch else "tantivy"
    print(
        f"{chosen.records} records, {name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; p50 and p95 in ms",
        end="",
    )
    print(" of a core" if chosen.core else "")
    print(f"{'':24}{'no other names':>17}{'with them':>17}")
    for kind, without, with_names in rows:
        _print(kind, without, with_names)
    print(f"{'facets':24}{'without keywords':>17}{'with them':>17}")
    for kind, columns in faceted.items():
        _print(kind, *columns)
    print(f"{'whole search':24}{'as it should be':>17}{'with a slip':>17}")
    _print("3 words", right, wrong)
    print(f"reading a question: p95 {1000 * p95(parsing):.2f} ms")
    print(f"of {lost} slips that left next to nothing, {put_right} were put right")


if __name__ == "__main__":
    main()
