"""What the reading processes of a running service take, and what they can reach, seen from outside in /proc."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Seen:
    """Of the reading processes since the last look: most memory of one (MB), processor seconds of all."""

    megabytes: float = 0.0
    seconds: float = 0.0


class Watch(threading.Thread):
    """Looks at all descendants of a process a few times a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._seen = Seen()
        self._used: dict[int, float] = {}
        self.networks: set[str] = set()
        self.devices: set[str] = set()
        self.writable: set[str] = set()
        self.readers = 0

    def run(self) -> None:
        known: set[int] = set()
        while not self._ending.wait(0.1):
            for number in readers_below(self._root):
                try:
                    self._look(number)
                    if number not in known:
                        known.add(number)
                        self._look_around(number)
                except (OSError, IndexError, ValueError):
                    continue  # it ended

    def _look(self, number: int) -> None:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        used = (int(fields[11]) + int(fields[12])) / _TICKS
        status = Path(f"/proc/{number}/status").read_text()
        now = int(status.partition("VmRSS:")[2].split()[0]) / 1024
        with self._lock:
            # Not the peak, which is that of the whole life of a process that reads many files.
            self._seen.megabytes = max(self._seen.megabytes, now)
            self._seen.seconds += used - self._used.get(number, 0.0)
            self._used[number] = used

    def _look_around(self, number: int) -> None:
        network = str(Path(f"/proc/{number}/ns/net").readlink())
        devices = {
            line.partition(":")[0].strip() for line in Path(f"/proc/{number}/net/dev").read_text().splitlines()[2:]
        }
        writable = set()
        for line in Path(f"/proc/{number}/mountinfo").read_text().splitlines():
            words = line.split()
            if "rw" in words[5].split(","):
                writable.add(words[4])
        with self._lock:
            self.readers += 1
            self.networks.add(network)
            self.devices |= devices
            self.writable |= writable

    def take(self) -> Seen:
        """What was seen since the last time."""
        with self._lock:
            seen, self._seen = self._seen, Seen()
        return seen

    def end(self) -> None:
        self._ending.set()
        self.join()


def readers_below(root: int) -> list[int]:
    """The reading processes, and the OCR engines that they run, below a process."""
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
    found, left = [], [root]
    while left:
        number = left.pop()
        left += children.get(number, [])
        name = names.get(number, b"")
        is_reader = b"ingest.sandboxed" in name and not name.startswith(b"bwrap")
        if is_reader or name.split(b"\0")[0].endswith(b"tesseract"):
            found.append(number)
    return found
