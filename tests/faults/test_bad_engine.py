"""A search engine that is down, slow, cut off, overloaded or choosy: intake never notices, the index catches up."""

from __future__ import annotations

import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.errors import EngineUnavailable
from mappings.record import RecordState
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.indexer import Indexer
from tests.faults.conftest import Told
from tests.faults.invariants import digest_of, of_index, violations
from tests.integration.house import AT_ONCE, House, until
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias
from tests.servers.proxy import Exchange, Proxy, Trouble
from tests.serving import search_house

FILES = 12
_REFUSAL = {"type": "document_parsing_exception", "reason": "[1:7] failed to parse field [text] of type [text]"}


def down(exchange: Exchange) -> bool:
    exchange.cut()
    return True


def resetting() -> Trouble:
    """Cuts every second connection, and half of those only after the server has done what was asked."""
    asked = Counter[str]()

    def reset(exchange: Exchange) -> bool:
        asked["all"] += 1
        if asked["all"] % 2:
            return False
        if asked["all"] % 4 == 0:
            exchange.ask()
        exchange.cut()
        return True

    return reset


def slow(pause: threading.Event) -> Trouble:
    def wait(exchange: Exchange) -> bool:
        pause.wait(0.4)
        exchange.answer(*exchange.ask())
        return True

    return wait


def overloaded(exchange: Exchange) -> bool:
    exchange.answer_json(429, {"error": {"type": "circuit_breaking_exception", "reason": "too much"}, "status": 429})
    return True


def items_overloaded() -> Trouble:
    """Answers a bulk request in part: each second document was too much just then."""
    return in_bulk(
        lambda number, _id: number % 2 == 1, 429, {"type": "es_rejected_execution_exception", "reason": "queue"}
    )


def in_bulk(chosen: Callable[[int, str], bool], status: int, error: dict[str, str]) -> Trouble:
    """The server gets the documents that are not chosen; for the others the proxy answers."""

    def partly(exchange: Exchange) -> bool:
        if not exchange.path.split("?")[0].endswith("/_bulk"):
            return False
        code, headers, body = exchange.ask()
        if any(name.lower() == "content-encoding" and value == "gzip" for name, value in headers):
            body = gzip.decompress(body)
        said = json.loads(body)
        for number, item in enumerate(said.get("items", [])):
            ((_, answer),) = item.items()
            if chosen(number, answer["_id"]):
                answer.update(status=status, error=error)
                said["errors"] = True
        exchange.answer(
            code, [pair for pair in headers if pair[0].lower() != "content-encoding"], json.dumps(said).encode()
        )
        return True

    return partly


@contextmanager
def indexing(indexer: Indexer) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        pytest.param("down", lambda: down, marks=pytest.mark.long),
        ("resetting", resetting),
        pytest.param("slow", lambda: slow(threading.Event()), marks=pytest.mark.long),
        pytest.param("answering 429", lambda: overloaded, marks=pytest.mark.long),
        ("taking a part of each bulk", items_overloaded),
    ],
)
def test_intake_goes_on_whatever_the_engine_does_and_the_index_catches_up(
    name: str, make: Callable[[], Trouble], tmp_path: Path, told: Told
) -> None:
    contents = [f"Công văn số {number} về việc {name}".encode() for number in range(FILES)]
    with fresh_alias(elasticsearch_url()) as alias, Proxy(elasticsearch_url()) as proxy, House(tmp_path) as house:
        engine = ElasticsearchEngine([proxy.url], alias)
        indexer = Indexer(house.catalogue, engine, house.layout.index_lock)
        with indexing(indexer), house.service(replace(AT_ONCE, workers=1)) as service:
            house.drop("before.txt", b"truoc")
            until(lambda: not waiting(house) and house.record_states() == {RecordState.SEARCHABLE: 1}, 180)
            proxy.trouble = make()
            for number, content in enumerate(contents):
                house.drop(f"{number}.txt", content)
            assert service.drain(180), service.intake.status
            assert service.intake.status.trouble is None
            until(lambda: proxy.met >= 3, 180)
            proxy.trouble = None
            until(lambda: not waiting(house) and indexer.status.trouble is None, 180)
            delivered = Counter(map(digest_of, [b"truoc", *contents]))
            lines = violations(house, delivered, engine)
        engine.close()
    told(f"Elasticsearch {name}", FILES, lines)


def waiting(house: House) -> int:
    with house.catalogue.reading() as work:
        return work.outbox.waiting()


def test_what_the_engine_refuses_is_set_aside_and_named_and_the_rest_goes_in(tmp_path: Path, told: Told) -> None:
    with fresh_alias(elasticsearch_url()) as alias, Proxy(elasticsearch_url()) as proxy:
        engine = ElasticsearchEngine([proxy.url], alias)
        with search_house(tmp_path, engine) as house:
            ids = [house.enter(f"trang {number}") for number in range(5)]
            proxy.trouble = in_bulk(lambda _number, key: key.startswith(ids[2]), 400, _REFUSAL)
            house.index()
            proxy.trouble = None
            (aside,) = house.get("/status")["outbox"]["set_aside"]
            lines = [] if aside["record_id"] == ids[2] and "failed to parse" in aside["reason"] else [str(aside)]
            found = set(house.found("trang"))
            lines += [f"{key} is not found" for key in ids if key not in found and key != ids[2]]
            house.client.patch(f"/api/v1/records/{ids[2]}", json={"fields": {"subject": "Sửa lại"}}).raise_for_status()
            house.index()
            lines += [f"I4 {line}" for line in of_index(house.catalogue, engine)]
            lines += [str(one) for one in house.get("/status")["outbox"]["set_aside"]]
        engine.close()
    told("Elasticsearch refusing a record", 1, lines)


def test_a_search_while_the_engine_is_away_says_so(tmp_path: Path) -> None:
    with fresh_alias(elasticsearch_url()) as alias, Proxy(elasticsearch_url()) as proxy:
        engine = ElasticsearchEngine([proxy.url], alias)
        proxy.trouble = down
        with search_house(tmp_path, engine) as house, pytest.raises(EngineUnavailable):
            house.get("/search", status=503, q="trang")
            engine.ping()
        engine.close()
