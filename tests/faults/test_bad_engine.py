"""A search engine that is down, slow, cut off, overloaded or choosy: intake never notices, the index catches up."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import ingest.service
from search_api.access import LOCAL
from search_api.correcting import CorrectionService
from search_api.disposing import DisposalService
from search_api.engines.elasticsearch import client
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.indexer import Indexer
from tangthu.answering import make_application
from tangthu.bootstrap import open_engine, open_house
from tangthu.cli import app
from tangthu.settings import read_settings
from tests.faults import engine_troubles as troubles
from tests.faults.conftest import Told
from tests.faults.engine_troubles import Fault, Place, troubled
from tests.faults.invariants import digest_of, of_index, violations
from tests.faults.taking_process import _Here
from tests.integration.house import House, until
from tests.records import enter
from tests.servers.elasticsearch import ElasticsearchServer, elasticsearch_url, fresh_alias, own_server
from tests.servers.proxy import Proxy
from tests.serving import at_this_machine, search_house

FILES = 12
BEFORE = 3
BOUND_SECONDS = 120
LIMIT_SECONDS = 2.0
"""The client's time limit here: its own would only make the tests longer."""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("down", troubles.down),
        ("slow", troubles.slow),
        ("taking a part of each bulk: 429", troubled(troubles.partly_overloaded)),
        pytest.param("resetting", troubled(troubles.resetting), marks=pytest.mark.long),
        pytest.param("ending answers in the middle", troubled(troubles.cut_short), marks=pytest.mark.long),
        pytest.param("answering 429", troubled(troubles.overloaded), marks=pytest.mark.long),
        pytest.param("overloaded at random", troubled(troubles.overloaded_at_random), marks=pytest.mark.long),
        pytest.param("answering 503", troubled(troubles.restarting), marks=pytest.mark.long),
        pytest.param("taking a part of each bulk: 503", troubled(troubles.partly_restarting), marks=pytest.mark.long),
        pytest.param("behind a gateway that says 502", troubled(troubles.gateway), marks=pytest.mark.long),
        pytest.param("on a full disk", troubles.full, marks=pytest.mark.long),
    ],
)
def test_intake_goes_on_whatever_the_engine_does_and_the_index_catches_up(
    name: str, fault: Fault, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(f"Elasticsearch {name}", FILES, faced(elasticsearch_url(), fault, tmp_path, monkeypatch))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_index_catches_up_with_a_server_that_was_killed_and_comes_back(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_server() as server:
        told("Elasticsearch killed", FILES, faced(server.url, partial(killed, server), tmp_path, monkeypatch))


@contextmanager
def killed(server: ElasticsearchServer, _place: Place) -> Iterator[None]:
    server.kill9()
    yield
    server.restart()


def faced(url: str, fault: Fault, root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is violated when files come, and records change and go, while the engine has a fault, and after it."""
    # Reading has no part in this: processes for it would only take their time to start.
    monkeypatch.setattr(ingest.service, "ReadingPool", _Here)
    before = [f"Công văn đến trước {number}".encode() for number in range(BEFORE)]
    contents = [f"Công văn số {number} về việc máy tìm kiếm".encode() for number in range(FILES)]
    with ExitStack() as stack:
        alias, house = stack.enter_context(fresh_alias(url)), stack.enter_context(House(root))
        place = Place(stack.enter_context(Proxy(url)), url, alias)
        straight = ElasticsearchEngine([url], alias)
        monkeypatch.setattr(client, "_SECONDS", LIMIT_SECONDS)
        engine = ElasticsearchEngine([place.proxy.url], alias)
        stack.callback(engine.close)
        stack.callback(straight.close)
        # Looks often at whether the index is whole: what comes late must be noticed in the time of a test.
        indexer = Indexer(house.catalogue, engine, house.layout.index_lock, look_seconds=0.5)
        stack.enter_context(indexing(indexer))
        service = stack.enter_context(house.service())
        for number, content in enumerate(before):
            house.drop(f"trước {number}.txt", content)
        assert service.drain(BOUND_SECONDS)
        until(lambda: not of_index(house.catalogue, straight), BOUND_SECONDS)
        with fault(place):
            for number, content in enumerate(contents):
                house.drop(f"{number}.txt", content)
            change(house)
            assert service.drain(BOUND_SECONDS), service.intake.status
            lines = [f"the intake has {service.intake.status.trouble}"] if service.intake.status.trouble else []
            delivered = Counter(map(digest_of, [*before, *contents]))
            lines += violations(house, delivered)
            until(lambda: place.proxy.met >= 3 or indexer.status.failures, BOUND_SECONDS)
        until(lambda: not place.proxy.held, BOUND_SECONDS)
        until(lambda: not of_index(house.catalogue, straight) and not indexer.status.trouble, BOUND_SECONDS)
        return lines + violations(house, delivered, straight)


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


def change(house: House) -> None:
    """Of the records that the index knows, one is corrected, one put into the bin, one purged."""
    with house.catalogue.reading() as work:
        corrected, binned, purged = list(dict(work.records.all_revisions()))[:BEFORE]
    disposal = DisposalService(house.catalogue, [house.originals])
    CorrectionService(house.catalogue).correct(corrected, {"subject": "Sửa khi máy tìm kiếm vắng"}, LOCAL)
    for record_id in (binned, purged):
        disposal.discard(record_id, "Lê An", "Nộp nhầm", LOCAL)
    disposal.purge(purged, "Lê An", "Trần Bình", LOCAL)


def test_what_the_engine_refuses_is_set_aside_and_named_and_tried_again_when_asked_or_changed(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        alias = stack.enter_context(fresh_alias(elasticsearch_url()))
        proxy = stack.enter_context(Proxy(elasticsearch_url()))
        for name, value in {
            "DATA": tmp_path / "data",
            "DROP": tmp_path / "drop",
            "ENGINE": "elasticsearch",
            "ELASTICSEARCH_URL": proxy.url,
            "ELASTICSEARCH_INDEX": alias,
        }.items():
            monkeypatch.setenv(f"TANGTHU_{name}", str(value))
        house = stack.enter_context(open_house(read_settings(None)))
        engine = stack.enter_context(open_engine(house, read_only=False))
        page = stack.enter_context(at_this_machine(stack.enter_context(make_application(house, engine))))
        indexer = Indexer(house.catalogue, engine, house.layout.index_lock)
        ids = [enter(house.catalogue, [f"trang {number}"]) for number in range(6)]
        changed, asked = ids[2], ids[4]
        proxy.trouble = refusing({changed, asked})
        while indexer.step():
            pass
        lines = unnamed({changed, asked}, page) + wrongly_found(set(ids) - {changed, asked}, page)
        lines += reindexed(len(ids) - 2)
        lines += unnamed({changed, asked}, page) + wrongly_found(set(ids) - {changed, asked}, page)
        proxy.trouble = refusing({asked})
        CorrectionService(house.catalogue).correct(changed, {"subject": "Sửa lại"}, LOCAL)
        while indexer.step():
            pass
        lines += unnamed({asked}, page) + wrongly_found(set(ids) - {asked}, page)
        proxy.up()
        lines += reindexed(len(ids))
        lines += unnamed(set(), page) + wrongly_found(set(ids), page) + of_index(house.catalogue, engine)
    told("Elasticsearch refusing records", 2, lines)


def refusing(ids: set[str]) -> troubles.Trouble:
    reason = "[1:7] failed to parse field [text] of type [text]"
    return troubles.in_bulk(lambda _number, key: key in ids, 400, "document_parsing_exception", reason)


def reindexed(records: int) -> list[str]:
    done = command("reindex", "--json")
    return [] if done["records"] == records else [f"the rebuild has {done}, not {records} records"]


def command(*words: str) -> dict[str, object]:
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 0, answer.output
    said: dict[str, object] = json.loads(answer.stdout)
    return said


def unnamed(refused: set[str], page: TestClient) -> list[str]:
    """Where the command line, the API or the page name other records than these, or give no reason."""
    shown = CliRunner().invoke(app, ["status"], env={"COLUMNS": "200"}).stdout
    lines = [
        f"{where} names {named}"
        for where, outbox in (
            ("the command line", command("status", "--json")["outbox"]),
            ("the API", page.get("/api/v1/status").json()["outbox"]),
        )
        if (named := {one["record_id"]: one["reason"] for one in outbox["set_aside"]}).keys() != refused  # type: ignore[index]
        or not all("failed to parse" in reason for reason in named.values())
    ]
    told = page.get("/tiep-nhan").text
    for where, text in (("the command line", shown), ("the page", told)):
        lines += [f"{where} does not name {key}" for key in refused if key not in text]
        if ("failed to parse" in text) != bool(refused):
            lines.append(f"{where} tells the wrong reason")
    return lines


def wrongly_found(ids: set[str], page: TestClient) -> list[str]:
    found = {hit["record_id"] for hit in page.get("/api/v1/search", params={"q": "trang"}).json()["hits"]}
    return [] if found == ids else [f"found are {sorted(found)} instead of {sorted(ids)}"]


def test_a_search_while_the_engine_is_away_says_so_and_the_records_are_still_shown(tmp_path: Path) -> None:
    with fresh_alias(elasticsearch_url()) as alias, Proxy(elasticsearch_url()) as proxy:
        engine = ElasticsearchEngine([proxy.url], alias)
        with search_house(tmp_path, engine) as house:
            record_id = house.enter("trang")
            house.index()
            proxy.down()
            assert house.get("/search", status=503, q="trang")["code"] == "engine-unavailable"
            assert house.get(f"/records/{record_id}")["record_id"] == record_id
            assert house.get("/status")["engine"]["answers"] is False
            proxy.up()
            assert house.found("trang") == [record_id]
        engine.close()
