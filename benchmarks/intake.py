"""Files a second of intake for many small text files dropped in one go, beside a bare copy of the same files.

    python -m benchmarks.intake --files 10000 [--read]

Each original is fsynced, its folder too, and each row is committed before a file leaves the drop. The bare copy
writes each file and fsyncs it, in one thread: no digest, no folder made durable, no catalogue. Both run on the
folder given by --folder (default: the system's temporary folder), one after the other, in one run. --read goes
on until every record is read and described, and prints that too. Sidecars are written meanwhile, as the watching
process does; --without-sidecars leaves that away, to see what it costs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from archive.catalogue import Catalogue
from archive.keeping import SidecarWriter
from archive.layout import Layout
from archive.originals import FolderOriginals
from ingest.service import IngestOptions, IngestService

_PARAGRAPH = "Căn cứ Luật Lưu trữ, Ủy ban nhân dân xã báo cáo việc thu thập, chỉnh lý tài liệu tại kho lưu trữ. "


def _make_files(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    for number in range(count):
        text = f"Số: {number}/BC-UBND\nBÁO CÁO\nVề công tác lưu trữ năm {2000 + number % 26}\n{_PARAGRAPH * 8}\n"
        (folder / f"báo cáo {number}.txt").write_text(text, encoding="utf-8")


def _bare_copy(source: Path, target: Path) -> float:
    target.mkdir()
    began = time.monotonic()
    for path in source.iterdir():
        with path.open("rb") as reader, (target / path.name).open("wb") as writer:
            shutil.copyfileobj(reader, writer)
            writer.flush()
            os.fsync(writer.fileno())
    return time.monotonic() - began


@contextmanager
def _sidecars(catalogue: Catalogue, layout: Layout) -> Iterator[None]:
    stop = threading.Event()
    writer = SidecarWriter(catalogue, FolderOriginals(layout.originals).beside, layout.sidecar_lock, layout.work)
    thread = threading.Thread(target=writer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _take(root: Path, count: int, *, read: bool, sidecars: bool) -> tuple[float, float | None]:
    layout = Layout(root / "data")
    layout.prepare()
    catalogue = Catalogue.sqlite(layout.catalogue)
    options = IngestOptions(workers=os.cpu_count() or 1, settle_seconds=0, rescan_seconds=1)
    with (
        _sidecars(catalogue, layout) if sidecars else nullcontext(),
        IngestService(catalogue, FolderOriginals(layout.originals), layout, root / "drop", options) as service,
    ):
        began = time.monotonic()
        service.intake.look()
        taken = time.monotonic() - began
        if service.intake.status.archived != count or service.intake.status.left:
            raise SystemExit(f"not all were taken: {service.intake.status}")
        if read and not service.drain(3600):
            raise SystemExit(f"not all were read: {service.status}")
        whole = time.monotonic() - began
    catalogue.close()
    return taken, whole if read else None


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:8.0f} files/s  ({seconds:.1f} s)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--without-sidecars", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        root = Path(folder)
        incoming = root / "drop" / "incoming"
        _make_files(incoming, asked.files)
        os.sync()
        copied = _bare_copy(incoming, root / "copy")
        taken, read = _take(root, asked.files, read=asked.read, sidecars=not asked.without_sidecars)
    print(f"{asked.files} text files of about 0.9 KB, {os.cpu_count()} cores")
    print(f"copy and fsync, one thread  {_rate(asked.files, copied)}")
    print(f"intake                      {_rate(asked.files, taken)}")
    print(f"intake / copy               {copied / taken:8.2f}")
    if read:
        print(f"intake, read and described  {_rate(asked.files, read)}")


if __name__ == "__main__":
    main()
