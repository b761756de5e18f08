"""The questions, each asked of the bare engine and of the whole search in turns, one at a time or ten at once."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from analyzers.streams import analyse
from benchmarks.generated_records import BRANCH, generated_record
from benchmarks.search.places import ALL, FEW, Place
from search_api.access import Viewer, access_node
from search_api.engines.nodes import Range
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort
from search_api.query.answers import SearchQuery
from search_api.query.parsing import parse
from search_api.query.planning import plan
from search_api.query.search import SearchService
from search_api.query.suggesting import Suggester

Clock = Callable[[], float]

WARM_UP = 30
AT_ONCE = 10
_FROM, _TO = date(2016, 7, 1), date(2023, 5, 1)
_LONG_WORDS = 25
_FIRST = 5  # letters of a typed word


@dataclass(frozen=True)
class _Opened:
    service: SearchService
    engine: SearchEngine
    clock: Clock


@dataclass
class Times:
    """Seconds of each question."""

    bare: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    hits: int = 0

    def row(self) -> tuple[float, float, float, float]:
        """Milliseconds: bare p50 and p95, whole p50 and p95."""
        return (*quantiles(self.bare), *quantiles(self.whole))


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    if len(seconds) < 2:
        return (0.0, 0.0)
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000


def questions(records: int, count: int, least: int, most: int, seed: int, of_branch: bool = False) -> Iterator[str]:
    """Neighbouring words of a record, half of the questions typed without diacritics."""
    chance = random.Random(seed)
    for number in range(count):
        sequence = chance.randrange(1, records + 1)
        if of_branch:
            sequence = max(100, sequence // 100 * 100)
        view = generated_record(sequence)
        syllables = chance.choice(view.pages).text.replace("\n", " ").split()
        length = chance.randint(least, most)
        start = chance.randrange(max(1, len(syllables) - length))
        text = " ".join(syllables[start : start + length]).strip(".,; ")
        yield " ".join(analyse(text).folded) if number % 2 else text


def timed(work: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    """Seconds by this clock."""
    begun = clock()
    work()
    return clock() - begun


def _bare(engine: SearchEngine, text: str, viewer: Viewer, narrowed: bool) -> Callable[[], object]:
    """The same query of the engine alone: ten hits, the total, and no facets but with the range of days."""
    planned = plan(parse(text))
    sort = Sort.RELEVANCE if planned.ranked else Sort.NEWEST
    request = SearchRequest(planned.strict, access_node(viewer), sort=sort)
    if narrowed:
        days = Range("issued_on", _FROM.toordinal() - date(1970, 1, 1).toordinal(), _TO.toordinal() - 719163)
        request = replace(request, filters={"issued_on": days}, facets=("kind", "issuer", "year"))
    return lambda: engine.search(request)


def _whole(service: SearchService, text: str, viewer: Viewer, narrowed: bool, times: Times) -> Callable[[], object]:
    query = SearchQuery(q=text)
    if narrowed:
        query = replace(query, issued_from=_FROM, issued_to=_TO)

    def ask() -> None:
        times.hits += len(service.search(query, viewer).hits)

    return ask


def in_turns(opened: _Opened, texts: Sequence[str], viewer: Viewer = ALL, narrowed: bool = False) -> Times:
    """Each question of both; who comes first finds caches cold, so they take turns."""
    service, engine, clock = opened.service, opened.engine, opened.clock
    times = Times()
    for number, text in enumerate(texts):
        pair = [
            (times.bare, _bare(engine, text, viewer, narrowed)),
            (times.whole, _whole(service, text, viewer, narrowed, times)),
        ]
        for seconds, work in pair if number % 2 else reversed(pair):
            taken = timed(work, clock)
            if number >= WARM_UP:
                seconds.append(taken)
    return times


def at_once(service: SearchService, texts: Sequence[str]) -> list[float]:
    """Ten who ask without a pause."""
    taken: list[list[float]] = [[] for _ in range(AT_ONCE)]

    def ask(who: int) -> None:
        for text in texts[who::AT_ONCE]:
            taken[who].append(timed(partial(service.search, SearchQuery(q=text), ALL)))

    threads = [threading.Thread(target=ask, args=(who,)) for who in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for mine in taken for one in mine[1:]]


def typed(records: int, count: int) -> Iterator[str]:
    """What stands in the box while a subject is being typed."""
    chance = random.Random(8)
    for _ in range(count):
        subject = generated_record(chance.randrange(1, records + 1)).fields["subject"].value
        words = subject.removeprefix("Về việc ").split()[: chance.randint(1, 3)]
        words[-1] = words[-1][: chance.randint(1, _FIRST)]
        yield " ".join(words)


@dataclass(frozen=True)
class Asked:
    """All that one process has measured, milliseconds."""

    rows: dict[str, tuple[float, float, float, float]]
    suggesting: tuple[float, float]
    at_once: tuple[float, float]
    own_bytes: int
    hits: dict[str, int]


def ask_all(place: Place, records: int, count: int, core: bool) -> Asked:
    """Every kind of question but those that need other processes. `core`: seconds of this process' cores."""
    count += WARM_UP
    typical = list(questions(records, count, 3, 6, seed=5))
    few = list(questions(records, count, 3, 6, seed=7, of_branch=True))
    with place.opened() as (catalogue, engine):
        service = SearchService(catalogue, engine)
        opened = _Opened(service, engine, time.process_time if core else time.perf_counter)
        times = {
            "3-6 words": in_turns(opened, typical),
            "25 words": in_turns(opened, list(questions(records, count, _LONG_WORDS, _LONG_WORDS, seed=6))),
            "3-6 words, range of days and 3 facets": in_turns(opened, typical, narrowed=True),
            "3-6 words of 1 % of the records": in_turns(opened, few),
            "… by one who sees only these": in_turns(opened, few, viewer=FEW),
            "an issue number": in_turns(opened, list(_numbers(records, count))),
            "nothing: the newest": in_turns(opened, [""] * count),
        }
        suggester = Suggester(catalogue, engine)
        suggesting = [timed(partial(suggester.suggest, text, ALL), opened.clock) for text in typed(records, count)]
        together = at_once(service, typical)
        own = _own_bytes()
    return Asked(
        {kind: one.row() for kind, one in times.items()},
        quantiles(suggesting[WARM_UP:]),
        quantiles(together),
        own,
        {kind: one.hits for kind, one in times.items()},
    )


def ask_long(place: Place, question: str, count: int, core: bool) -> Times:
    """One question again and again, that a very long record fits."""
    with place.opened() as (catalogue, engine):
        opened = _Opened(SearchService(catalogue, engine), engine, time.process_time if core else time.perf_counter)
        return in_turns(opened, [question] * (WARM_UP + count))


def ask_at_once(place: Place, records: int, count: int) -> tuple[float, float]:
    """Only ten at once."""
    with place.opened() as (catalogue, engine):
        service = SearchService(catalogue, engine)
        texts = list(questions(records, count + WARM_UP, 3, 6, seed=5))
        for text in islice(texts, WARM_UP):
            service.search(SearchQuery(q=text), ALL)
        return quantiles(at_once(service, texts))


def first_after_start(place: Place, question: str) -> float:
    """Seconds from opening catalogue and engine to the first answer, in a process that has asked nothing before."""
    begun = time.perf_counter()
    with place.opened() as (catalogue, engine):
        SearchService(catalogue, engine).search(SearchQuery(q=question), ALL)
        return time.perf_counter() - begun


def _numbers(records: int, count: int) -> Iterator[str]:
    chance = random.Random(9)
    for _ in range(count):
        yield generated_record(chance.randrange(1, records + 1)).issue_number or ""


def _own_bytes() -> int:
    """Memory of this process that is no file's: what it takes besides the page cache."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


__all__ = ["BRANCH", "Asked", "ask_all", "ask_at_once", "ask_long", "first_after_start", "questions"]
