"""A prepared house, every call that taking its files makes, and one run with a fault in one of them."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.rebuilding import rebuild_catalogue
from archive.receiving import announce
from kernel.clock import now
from mappings.record import Delivery, DeliverySource, DeliveryState
from tests import stacks
from tests.faults.invariants import digest_of, nothing_lost, violations
from tests.faults.strace import Call, calls_in, traced
from tests.faults.taking_process import Taking, Work
from tests.integration.house import House, until
from tests.keeping import everything

SEED = 20_240_305
UPLOAD = "Tờ trình gửi lên".encode()


class Point(NamedTuple):
    """The `number`-th call of a name in a thread."""

    thread: str
    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.thread}: {self.name} {self.number}"


@dataclass(frozen=True)
class Prepared:
    """A house with files in its drop and spool, to be copied for each run. `delivered`: digest to how often."""

    root: Path
    delivered: Counter[str]

    def copy(self, root: Path) -> Path:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root, root, symlinks=True)
        return root


def pdf() -> bytes:
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(30, 30))  # read in no time
        document.save(made, deterministic_id=True)
    return made.getvalue()


def prepared(root: Path) -> Prepared:
    """Something of every kind: new, in a folder, the same twice, of a record that is there, refused, uploaded."""
    known = "Đã có từ trước".encode()
    with House(root) as house:
        house.drop("trước.txt", known)
    process = Taking(Work(root, index=True))
    process.go()
    assert process.end() == (0, [True])
    contents = [pdf(), "Công văn".encode(), "Công văn".encode(), known, b"", "Nghị quyết".encode(), b"Sao"]
    with House(root) as house:
        for name, content in zip(("a.pdf", "2019/b.txt", "c.txt", "d.txt", "e.pdf"), contents, strict=False):
            house.drop(name, content)
        announced = house.upload("f.txt", contents[5])
        came = Delivery(announced, "f.txt", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), len(contents[5]))
        house.catalogue.write(lambda unit: announce(unit, [came]))
        house.upload("g.txt", contents[6])
    return Prepared(root, Counter([digest_of(known), *map(digest_of, contents)]))


def stack() -> bytes:
    """A scan of two records, parted by sheets."""
    return stacks.pdf([stacks.START, stacks.BLANK, stacks.BLANK, stacks.START, stacks.BLANK])


def mail() -> bytes:
    """A mail with two attachments that become records, and one that does not."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "so@binhdinh.gov.vn", "xa@binhdinh.gov.vn", "Gửi văn bản"
    made.set_content("Kính gửi các xã, xin xem tệp đính kèm.")
    for name, content in (("a.txt", UPLOAD), ("b.txt", UPLOAD + b" b"), ("c.exe", b"MZ\x90\x00" + bytes(99))):
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    made.set_boundary("b")  # the same bytes each time
    return made.as_bytes()


def parted(root: Path, name: str, content: bytes) -> tuple[Prepared, list[str]]:
    """A house with a file in its drop that two records come out of; and the digests of these."""
    with House(root) as house:
        house.drop(name, content)
    made = Prepared(root, Counter([digest_of(content)]))
    process = Taking(Work(made.copy(root.with_name("tried"))))
    process.go()
    assert process.end() == (0, [True])
    with House(root.with_name("tried")) as tried:
        parts = [row.delivery.digest for row in tried.deliveries().values()]
    assert len(parts) == 3
    return made, [str(digest) for digest in parts if digest != digest_of(content)]


def settled(root: Path) -> Prepared:
    """The same, all taken and read; nothing of it is written beside the originals yet."""
    house = prepared(root)
    process = Taking(Work(root))
    process.go()
    assert process.end() == (0, [True])
    return house


def recorded(house: Prepared, scratch: Path, work: Work, *, follow: bool = False) -> list[Call]:
    """Every changing call of a run without a fault."""
    process = Taking(work)
    with traced(process.thread, follow=follow) as log:
        process.go()
        code, said = process.end()
        assert code == 0, said
        # strace writes its last lines after the end of the process
        until(lambda: b"+++ exited" in log.read_bytes())
        return calls_in(log)


def points_of(house: Prepared, scratch: Path, thread: str, **more: object) -> list[Point]:
    """Every changing call of a thread in a run without a fault."""
    calls = recorded(house, scratch, Work(house.copy(scratch), thread, **more))  # type: ignore[arg-type]
    return [Point(thread, call.name, call.number) for call in calls]


def sample(points: Sequence[Point], count: int) -> list[Point]:
    """Some of them, the same each time."""
    return sorted(random.Random(SEED).sample(points, min(count, len(points))))


def run_with(house: Prepared, scratch: Path, point: Point, fault: str, **more: object) -> tuple[int, list[object]]:
    """A run in a fresh copy with a fault, as strace's `inject` has it, in one call; how the process ended."""
    process = Taking(Work(house.copy(scratch), point.thread, **more))  # type: ignore[arg-type]
    with traced(process.thread, "-e", f"inject={point.name}:{fault}"):
        process.go()
        return process.end()


def restarted(house: Prepared, scratch: Path, *, optional: bytes = b"", made: Sequence[str] = ()) -> list[str]:
    """What is violated before and after a restart without a fault. `optional`: bytes that may have come or not.

    `made`: digests of what is made of the delivered files, and is there at the end as if it had been delivered.

    At the end the originals with what lies beside them must tell all that the catalogue does.
    """
    told = nothing_lost(scratch, house.delivered)
    process = Taking(Work(scratch, sidecars=True))
    process.go()
    ended = process.end()
    if ended != (0, [True]):
        return [*told, f"the restart ended with {ended}"]
    delivered = house.delivered + Counter(made)
    with House(scratch) as opened:
        if optional and digest_of(optional) in _archived(opened):
            delivered = delivered + Counter([digest_of(optional)])
        told += violations(opened, delivered)
        again = rebuilt(scratch)
        return told + [f"{name} differs when rebuilt" for name, rows in everything(opened.catalogue).items()
                       if rows != again[name]]  # fmt: skip


def rebuilt(scratch: Path) -> dict[str, list[dict[str, Any]]]:
    """All that a catalogue holds that was made anew from originals and sidecars. Fails if they are not whole."""
    aside = scratch.with_name("rebuilt")
    shutil.rmtree(aside, ignore_errors=True)
    layout = Layout(aside)
    layout.prepare()
    shutil.copytree(Layout(scratch / "data").originals, layout.originals, dirs_exist_ok=True)
    catalogue = Catalogue.sqlite(layout.catalogue)
    try:
        done = rebuild_catalogue(catalogue, FolderOriginals(layout.originals), layout)
        assert done.whole, done
        return everything(catalogue)
    finally:
        catalogue.close()


def _archived(house: House) -> set[str]:
    return {path.name for path in house.layout.originals.rglob("*") if path.parent.name != "incoming"}


def named(point: object, told: Sequence[str]) -> Iterator[str]:
    """Violations with the point at which they came."""
    return (f"{point}: {line}" for line in told)
