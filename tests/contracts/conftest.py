"""Both search engines, real ones, each over a place of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

EngineOpener = Callable[[], SearchEngine]
"""Opens one more engine over the same place, as another process would."""


@pytest.fixture(params=["tantivy", "elasticsearch"])
def open_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EngineOpener]:
    with ExitStack() as stack:
        alias = stack.enter_context(fresh_alias(elasticsearch_url())) if request.param == "elasticsearch" else ""

        def opened() -> SearchEngine:
            engine: SearchEngine
            if request.param == "elasticsearch":
                engine = ElasticsearchEngine([elasticsearch_url()], alias)
            else:
                engine = TantivyEngine(tmp_path / "index")
            stack.callback(engine.close)
            return engine

        yield opened


@pytest.fixture
def engine(open_engine: EngineOpener) -> SearchEngine:
    return open_engine()


@pytest.fixture
def both_engines(tmp_path: Path) -> Iterator[tuple[SearchEngine, SearchEngine]]:
    with fresh_alias(elasticsearch_url()) as alias:
        tantivy = TantivyEngine(tmp_path / "index")
        elasticsearch = ElasticsearchEngine([elasticsearch_url()], alias)
        yield tantivy, elasticsearch
        tantivy.close()
        elasticsearch.close()
