"""What the reading processes of a running service take and can reach, seen in /proc; how slow the disk was."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS = 0.05


@dataclass
class Seen:
    """Of the reading processes since the last look: most memory of one page (MB), processor seconds of all.

    The memory is that of a reading process and of the OCR engine that it runs, together.
    """

    megabytes: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Reader:
    """A reading process, and the OCR engines that it runs now."""

    number: int
    engines: tuple[int, ...]


class Watch(threading.Thread):
    """Looks at all reading processes below a process, many times a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._seen = Seen()
        self._used: dict[int, float] = {}
        self._fresh: set[int] = set()
        self.networks: set[str] = set()
        self.devices: set[str] = set()
        self.writable: set[str] = set()
        self.readers = 0

    def run(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            for reader in readers_below(self._root):
                try:
                    self._look(reader)
                except (OSError, IndexError, ValueError):
                    continue  # it ended

    def _look(self, reader: Reader) -> None:
        engines = [_memory(number)[0] for number in reader.engines]
        now, peak = _memory(reader.number)
        used = _seconds(reader.number, of_ended=True) + sum(_seconds(number) for number in reader.engines)
        with self._lock:
            if reader.number not in self._used:
                self._look_around(reader.number)
            fresh = reader.number in self._fresh or reader.number not in self._used
            # Its peak is of this file only if it was begun anew with it; what it shares with the engine is little.
            self._seen.megabytes = max(self._seen.megabytes, now + sum(engines), peak if fresh else 0.0)
            self._seen.seconds += max(0.0, used - self._used.get(reader.number, 0.0))
            self._used[reader.number] = used
            self._fresh.add(reader.number)

    def _look_around(self, number: int) -> None:
        self.readers += 1
        self.networks.add(str(Path(f"/proc/{number}/ns/net").readlink()))
        for line in Path(f"/proc/{number}/net/dev").read_text().splitlines()[2:]:
            self.devices.add(line.partition(":")[0].strip())
        for line in Path(f"/proc/{number}/mountinfo").read_text().splitlines():
            words = line.split()
            if "rw" in words[5].split(","):
                self.writable.add(words[4])

    def take(self) -> Seen:
        """What was seen since the last time; peaks begin anew."""
        with self._lock:
            seen, self._seen = self._seen, Seen()
            self._fresh = {number for number in self._used if _begin_peak_anew(number)}
        return seen

    def end(self) -> None:
        self._ending.set()
        self.join()


class SlowestWrite(threading.Thread):
    """Writes a few bytes through to the disk of a folder, again and again: what anything beside it had to wait."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._file = folder / ".slowest-write"
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._began: float | None = None
        self._slowest = 0.0

    def run(self) -> None:
        with self._file.open("wb", buffering=0) as file:
            while not self._ending.wait(_LOOK_SECONDS):
                with self._lock:
                    self._began = time.monotonic()
                file.write(b"x")
                os.fsync(file.fileno())
                with self._lock:
                    self._slowest = max(self._slowest, time.monotonic() - self._began)
                    self._began = None

    def take(self) -> float:
        """Seconds of the slowest write since the last time, one that still goes on included."""
        with self._lock:
            slowest = max(self._slowest, 0.0 if self._began is None else time.monotonic() - self._began)
            self._slowest = 0.0
            return slowest

    def end(self) -> None:
        self._ending.set()
        self.join()


def _memory(number: int) -> tuple[float, float]:
    """Megabytes that a process holds, and the most that it held."""
    status = Path(f"/proc/{number}/status").read_text()
    now, peak = (int(status.partition(word)[2].split()[0]) / 1024 for word in ("VmRSS:", "VmHWM:"))
    return now, peak


def _seconds(number: int, *, of_ended: bool = False) -> float:
    """Processor seconds of a process, and of those of its children that ended."""
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11 : 15 if of_ended else 13]) / _TICKS


def _begin_peak_anew(number: int) -> bool:
    try:
        Path(f"/proc/{number}/clear_refs").write_text("5")  # proc(5)
    except OSError:
        return False
    return True


def readers_below(root: int) -> list[Reader]:
    """The reading processes below a process."""
    children, names = _processes()
    found, left = [], [root]
    while left:
        number = left.pop()
        left += children.get(number, [])
        name = names.get(number, b"")
        if b"ingest.sandboxed" in name and not name.startswith(b"bwrap"):
            engines = (child for child in children.get(number, []) if b"tesseract" in names[child].split(b"\0")[0])
            found.append(Reader(number, tuple(engines)))
    return found


def services_below(root: int) -> Counter[int]:
    """The processes of the service itself below a process: one that fell over is started anew by another number."""
    children, names = _processes()
    found, left = Counter[int](), [(root, b"")]
    while left:
        number, parent = left.pop()
        name = names.get(number, b"")
        # Whoever is just being started still carries its parent's words.
        if b"ingest.sandboxed" not in name and b"tangthu" in name and name != parent:
            found[number] += 1
            left += [(child, name) for child in children.get(number, [])]
    return found


def _processes() -> tuple[dict[int, list[int]], dict[int, bytes]]:
    """The children and the command line of each process."""
    children: dict[int, list[int]] = {}
    names: dict[int, bytes] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                names[int(entry.name)] = (entry / "cmdline").read_bytes()
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    return children, names
