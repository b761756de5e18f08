"""kill -9 of a real Elasticsearch in the middle of indexing: the index equals the catalogue once it is back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from archive.catalogue import Catalogue
from kernel.errors import EngineUnavailable
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.indexer import Indexer
from tests.records import enter
from tests.servers.elasticsearch import fresh_alias, own_server
from tests.servers.tangthu import wait_until

RECORDS = 1500


def _index_equals_catalogue(catalogue: Catalogue, engine: ElasticsearchEngine) -> bool:
    try:
        engine.commit()
        held = dict(engine.revisions())
    except EngineUnavailable:
        return False
    with catalogue.reading() as unit:
        return held == dict(unit.records.all_revisions()) and unit.outbox.waiting() == 0


@pytest.mark.long  # ./test has an engine that is away in tests/faults
@pytest.mark.timeout(400)
def test_the_index_heals_by_itself_after_a_kill_amid_indexing(tmp_path: Path) -> None:
    catalogue = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
    for number in range(RECORDS):
        enter(catalogue, [f"Báo cáo số {number} về công tác văn thư lưu trữ năm 2024. " * 20])
    stop = threading.Event()
    with own_server() as server, fresh_alias(server.url) as alias:
        engine = ElasticsearchEngine((server.url,), alias)
        indexer = Indexer(catalogue, engine, tmp_path / "index.lock")
        thread = threading.Thread(target=indexer.run, args=(stop,))
        thread.start()
        try:
            wait_until(lambda: 0 < indexer.status.indexed < RECORDS, pause=0.01)
            server.kill9()
            wait_until(lambda: indexer.status.trouble is not None)
            # Intake goes on while the engine is away.
            later = enter(catalogue, ["Đến trong khi máy tìm kiếm không chạy."])
            server.restart()
            wait_until(lambda: _index_equals_catalogue(catalogue, engine), 60)
            assert later in dict(engine.revisions())
        finally:
            stop.set()
            thread.join()
            engine.close()
            catalogue.close()
