"""A process that takes, reads, indexes and writes sidecars until it is killed, as `tangthu watch` does."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import ingest.service
from archive.keeping import SidecarWriter
from archive.upkeep import Upkeep, UpkeepOptions
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from tests.faults.taking_process import _Here
from tests.integration.house import House


def engine_of(house: House, url: str, alias: str, *, read_only: bool = False) -> SearchEngine:
    """Elasticsearch at a URL, or the embedded one if there is none."""
    return ElasticsearchEngine([url], alias) if url else TantivyEngine(house.layout.index, read_only=read_only)


def live(root: Path, url: str, alias: str, control: Connection) -> None:
    logging.disable(logging.CRITICAL)
    ingest.service.ReadingPool = _Here  # type: ignore[assignment,misc]
    with House(root) as house, house.service() as service:
        layout = house.layout
        loops = (
            Indexer(house.catalogue, engine_of(house, url, alias), layout.index_lock).run,
            SidecarWriter(house.catalogue, house.originals.beside, layout.sidecar_lock, layout.work).run,
            Upkeep(house.catalogue, house.originals, UpkeepOptions(layout.chain_heads, layout.fixity_lock)).run,
        )
        for loop in loops:
            threading.Thread(target=loop, args=(threading.Event(),), daemon=True).start()
        service.start()
        control.send("alive")
        control.recv()


class Living:
    """A started process of this kind."""

    def __init__(self, root: Path, url: str, alias: str) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.taking_process", __name__])
        self._control, inner = context.Pipe()
        self._process = context.Process(target=live, args=(root, url, alias, inner), daemon=True)
        self._process.start()
        inner.close()
        assert self._control.recv() == "alive"

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._control.close()
