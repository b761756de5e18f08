"""What an Elasticsearch may do instead of its work, done by the proxy in front of a real one."""

from __future__ import annotations

import json
import random
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.servers.proxy import Exchange, Proxy, Trouble

SEED = 20_240_305


@dataclass(frozen=True, slots=True)
class Place:
    """An engine's alias on a server, and the proxy before it."""

    proxy: Proxy
    url: str
    alias: str


Fault = Callable[[Place], AbstractContextManager[None]]
"""Goes on while its block runs; after it all is well again."""


@contextmanager
def down(place: Place) -> Iterator[None]:
    """Nobody listens; connections that were open are cut."""
    place.proxy.down()
    yield
    place.proxy.up()


@contextmanager
def slow(place: Place) -> Iterator[None]:
    """No answer within the client's time limit; all that was asked reaches the server only when nobody waits for it."""
    over = threading.Event()

    def wait(exchange: Exchange) -> bool:
        exchange.wait_until_given_up()
        over.wait()
        exchange.ask()
        return True

    place.proxy.trouble = wait
    yield
    place.proxy.up()
    over.set()


@contextmanager
def full(place: Place) -> Iterator[None]:
    """The disk is nearly full, and the server itself lets nothing be written any more."""
    _block(place, True)
    yield
    _block(place, None)


def _block(place: Place, on: bool | None) -> None:
    body = json.dumps({"index.blocks.read_only_allow_delete": on}).encode()
    asked = urllib.request.Request(
        f"{place.url}/{place.alias}/_settings", body, {"Content-Type": "application/json"}, method="PUT"
    )
    urllib.request.urlopen(asked, timeout=30).close()


def troubled(make: Callable[[], Trouble]) -> Fault:
    """The proxy has this trouble."""

    @contextmanager
    def fault(place: Place) -> Iterator[None]:
        place.proxy.trouble = make()
        yield
        place.proxy.up()

    return fault


def resetting() -> Trouble:
    """Resets most connections, half of them only after the server has done what was asked."""
    chance = random.Random(SEED)

    def reset(exchange: Exchange) -> bool:
        if chance.random() < 0.4:
            return False
        if chance.random() < 0.5:
            exchange.ask()
        exchange.reset()
        return True

    return reset


def cut_short() -> Trouble:
    """Most answers end in the middle; the server has done what was asked."""
    chance = random.Random(SEED)

    def cut(exchange: Exchange) -> bool:
        if chance.random() < 0.4:
            return False
        exchange.answer(*exchange.ask(), sent=chance.random())
        return True

    return cut


def answering(status: int, kind: str, reason: str) -> Callable[[], Trouble]:
    """Nothing but this error."""

    def answer(exchange: Exchange) -> bool:
        exchange.answer_json(status, {"error": {"type": kind, "reason": reason}, "status": status})
        return True

    return lambda: answer


def gateway() -> Trouble:
    """A door in front of the server that cannot reach it, and says so in its own words."""

    def answer(exchange: Exchange) -> bool:
        exchange.answer(502, [("Content-Type", "text/html")], b"<html><h1>502 Bad Gateway</h1></html>")
        return True

    return answer


overloaded = answering(429, "circuit_breaking_exception", "[parent] Data too large")
restarting = answering(503, "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered]")


def partly_overloaded() -> Trouble:
    """Turns away every second document of a bulk request: too much just then."""
    return in_bulk(lambda number, _id: number % 2 == 1, 429, "es_rejected_execution_exception", "queue is full")


def overloaded_at_random() -> Trouble:
    """Turns away most documents, whether they come alone or with others, for as long as it lasts."""
    chance = random.Random(SEED)
    return in_bulk(lambda _number, _id: chance.random() < 0.7, 429, "es_rejected_execution_exception", "queue is full")


def partly_restarting() -> Trouble:
    """Every third document of a bulk request has no shard to go to yet."""
    return in_bulk(lambda number, _id: number % 3 == 0, 503, "unavailable_shards_exception", "primary is not active")


def in_bulk(chosen: Callable[[int, str], bool], status: int, kind: str, reason: str) -> Trouble:
    """The server gets the operations that are not chosen, by number and id; for the others the proxy answers."""

    def partly(exchange: Exchange) -> bool:
        if not exchange.path.split("?")[0].endswith("/_bulk"):
            return False
        operations = list(_operations(exchange.body))
        refused = [chosen(number, one.id) for number, one in enumerate(operations)]
        if not any(refused):
            return False
        passed = b"".join(one.lines for one, no in zip(operations, refused, strict=True) if not no)
        answered = iter(_items(exchange, passed)) if passed else iter(())
        error = {"type": kind, "reason": reason}
        items = [
            {one.kind: {"_index": "i", "_id": one.id, "status": status, "error": error}} if no else next(answered)
            for one, no in zip(operations, refused, strict=True)
        ]
        exchange.answer_json(200, {"took": 1, "errors": True, "items": items})
        return True

    return partly


@dataclass(frozen=True, slots=True)
class _Operation:
    kind: str
    id: str
    lines: bytes


def _operations(body: bytes) -> Iterator[_Operation]:
    lines = iter(body.splitlines(keepends=True))
    for line in lines:
        ((kind, named),) = json.loads(line).items()
        yield _Operation(kind, named["_id"], line if kind == "delete" else line + next(lines))


def _items(exchange: Exchange, body: bytes) -> list[dict[str, Any]]:
    status, _, said = exchange.ask(body)
    assert status == 200, said
    items: list[dict[str, Any]] = json.loads(said)["items"]
    return items
