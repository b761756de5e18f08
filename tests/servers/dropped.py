"""Files dropped into a real service and read by it once, for all tests that ask what became of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mappings.record import DescribedField
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until


@dataclass(frozen=True)
class Dropped:
    """A service that has read everything dropped into it."""

    server: TangthuServer

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """File name → the record as the API tells it."""
        hits = self.server.get("/api/v1/search?limit=100")["hits"]
        return {hit["file_name"]: self.server.get(f"/api/v1/records/{hit['record_id']}") for hit in hits}

    def hits(self, question: str) -> list[dict[str, Any]]:
        """The first fifty hits."""
        found: list[dict[str, Any]] = self.server.get(f"/api/v1/search?limit=50&q={quote(question)}")["hits"]
        return found

    def fields(self, file_name: str) -> dict[str, DescribedField]:
        """What was described; an empty value that is asked for stays a question."""
        told = self.records[file_name]["fields"]
        return {
            name: DescribedField(name, one["value"] or "", one["confidence"] or 0.0, one["doubtful"])
            for name, one in told.items()
            if one["value"] or one["doubtful"]
        }

    def text(self, file_name: str, page: int) -> str:
        """A page's words in reading order."""
        record = self.records[file_name]["record_id"]
        words = self.server.get(f"/api/v1/records/{record}/pages/{page}/words")["words"]
        return " ".join(word["text"] for word in words)


@contextmanager
def dropped(files: Iterable[Path], folder: Path, seconds: float) -> Iterator[Dropped]:
    """Drops them and waits until each is read and can be found; AssertionError after `seconds`."""
    paths = list(files)
    with tangthu_server(folder) as server:
        (server.drop / "incoming").mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.copy(path, server.drop / "incoming" / path.name)
        wait_until(lambda: server.all_read(len(paths)), seconds)
        yield Dropped(server)
