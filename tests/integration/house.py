"""A whole archive in a temporary folder, with the ways in that the tests use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from archive.catalogue import Catalogue
from archive.deliveries import DeliveryRow
from archive.layout import Layout
from archive.originals import FolderOriginals, Originals
from archive.spool import Spool
from ingest.service import IngestOptions, IngestService
from mappings.record import RecordState

AT_ONCE = IngestOptions(settle_seconds=0, rescan_seconds=0.2)
"""Takes at the first look."""


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@dataclass
class House(AbstractContextManager["House"]):
    root: Path
    database_url: str = ""
    layout: Layout = field(init=False)
    catalogue: Catalogue = field(init=False)
    originals: FolderOriginals = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(self.root / "data")
        self.layout.prepare()
        self.incoming.mkdir(parents=True, exist_ok=True)
        url, layout = self.database_url, self.layout
        self.catalogue = Catalogue.at_url(url, layout.data) if url else Catalogue.sqlite(layout.catalogue)
        self.originals = FolderOriginals(self.layout.originals)
        self.spool = Spool(self.layout.spool)

    @property
    def incoming(self) -> Path:
        return self.root / "drop" / "incoming"

    @property
    def rejected(self) -> Path:
        return self.root / "drop" / "rejected"

    def __exit__(self, *_: object) -> None:
        self.catalogue.close()

    def service(self, options: IngestOptions = AT_ONCE, originals: Originals | None = None) -> IngestService:
        return IngestService(self.catalogue, originals or self.originals, self.layout, self.root / "drop", options)

    def drop(self, name: str, content: bytes | str) -> Path:
        path = self.incoming / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def upload(self, name: str, content: bytes) -> str:
        with self.spool.add(name) as writer:
            writer.write(content)
            return writer.finish().delivery_id

    def deliveries(self) -> dict[str, DeliveryRow]:
        with self.catalogue.reading() as work:
            return {row.delivery.file_name: row for row in work.deliveries.recent(100_000)}

    def record_states(self) -> dict[RecordState, int]:
        with self.catalogue.reading() as work:
            return work.records.counts()

    def record_count(self) -> int:
        return sum(self.record_states().values())

    def files_left(self) -> list[str]:
        """Every file in the drop that is not rejected, and every spooled one."""
        drop, spool = self.root / "drop", self.layout.spool
        dropped = [path.relative_to(drop) for path in drop.rglob("*") if path.is_file()]
        spooled = [path.relative_to(spool) for path in spool.rglob("*") if path.is_file()]
        return sorted(str(path) for path in [*dropped, *spooled] if path.parts[0] != "rejected")


def other_process(root: Path) -> subprocess.Popen[bytes]:
    """A process of its own that takes and reads in the house at `root` until nothing is left."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)}
    return subprocess.Popen([sys.executable, "-m", __name__, str(root)], env=environment)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    with House(Path(sys.argv[1])) as house, house.service() as service:
        sys.exit(not service.drain(120))
