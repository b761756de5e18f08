"""An archive with the embedded engine, for tests of what is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_api.engines.tantivy_engine import TantivyEngine
from tests.serving import SearchHouse, search_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()
