"""What files are, told in a reading process: many in one call, so that thousands of small ones go quickly."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ingest.recognising import Inspection, Limits, inspect
from ingest.sandbox import ReadingPool
from ingest.sandboxed import limit_processor
from kernel.errors import DamagedFile, FileUnreadable, PageTimedOut, PageUnreadable, TangthuError, Unavailable

Finding = Inspection | TangthuError | None
"""What a file is, or why that is not known: Refused is the file's fault, other errors are not. None: ask later."""

LOG = logging.getLogger(__name__)

_TOO_LATE = "timed out"
_LATE_IN_A_ROW = 2
_LATE_TRIES = 3
_BRISK_SECONDS = 1.0
_BRISK_SECONDS_EACH = 0.05
_PROCESSOR_SHARE = 0.8


class Untold(NamedTuple):
    """A file of which nothing is known yet. `device`: the number of the disk or share that it lies on."""

    path: str
    untrusted_name: str
    device: int = 0


@dataclass(slots=True)
class _Late:
    """How often a file took too long, each time after others of its device had passed: `passed` of them by now."""

    tries: int = 0
    passed: int = -1


def inspect_all(files: Sequence[Untold], limits: Limits) -> tuple[Finding, ...]:
    """A finding for each file, in order. Runs in a reading process."""
    return tuple(_inspect(file, limits) for file in files)


def inspect_patiently(file: Untold, limits: Limits, processor_seconds: float) -> tuple[Finding, ...]:
    """As `inspect_all`, ended by the kernel after so much work of the processor. Runs in a reading process.

    Waiting for a share takes time and hardly any work: a file that is ended so is at fault itself.
    """
    limit_processor(processor_seconds)
    return inspect_all((file,), limits)


def _inspect(file: Untold, limits: Limits) -> Finding:
    try:
        return inspect(file.path, file.untrusted_name, limits)
    except TangthuError as error:
        return error
    except OSError as error:
        # With a number it comes from the operating system; without, from an image library about the bytes.
        return DamagedFile() if error.errno is None else FileUnreadable(reason=error.strerror)
    except MemoryError:
        raise
    except Exception:  # a parser fell over hostile bytes
        return DamagedFile()


def _size(file: Untold) -> int:
    try:
        return Path(file.path).lstat().st_size
    except OSError:
        return 0


def _is_late(finding: Finding) -> bool:
    return isinstance(finding, FileUnreadable) and finding.values["reason"] == _TOO_LATE


class Inspector:
    """Inspects files by a pool of its own, so that files are made safe while others are being read. For one thread."""

    def __init__(self, pool: ReadingPool, limits: Limits, seconds: float, patient: ReadingPool | None = None) -> None:
        """`seconds`: the time limit of one call. `patient`: where a file goes on being inspected that takes long,
        so that those behind it need not wait.
        """
        self._pool = pool
        self._patient = patient
        self._slow: dict[str, Future[tuple[Finding, ...]]] = {}
        self._limits = limits
        self._seconds = seconds
        self._passed: Counter[int] = Counter()
        self._late: dict[str, _Late] = {}

    def findings(self, files: Sequence[Untold]) -> tuple[Finding, ...]:
        """A finding for each file, in order. A file that kills its process is found damaged.

        One that takes too long may lie on a share that hangs: it is found damaged only after that has happened
        several times, while others of the same device passed. None: it takes long and goes on; to be asked again.
        """
        new = [file for file in files if file.path not in self._slow]
        found = dict(zip(new, self._soon(new), strict=True))
        return tuple(found[file] if file in found else self._later(file) for file in files)

    def _soon(self, files: Sequence[Untold]) -> tuple[Finding, ...]:
        if not files:
            return ()
        try:
            found = self._call(files)
        except PageUnreadable as error:
            if len(files) > 1:
                return tuple(self._singly(files, error))
            return (self._begin(files[0], error) if isinstance(error, PageTimedOut) else self._blame(),)
        for file in files:
            self._passed[file.device] += 1
            self._late.pop(file.path, None)
        return found

    def _singly(self, files: Sequence[Untold], error: PageUnreadable) -> Iterator[Finding]:
        """Each by itself, for together they have ended in this error."""
        late, all_soon = 0, True
        found: dict[Untold, Finding] = {}
        ordered = sorted(files, key=_size)  # what takes long is seldom small: so the others wait for it least
        for file in ordered:
            if late >= _LATE_IN_A_ROW:  # nothing comes from there: do not wait for each
                found[file] = FileUnreadable(reason=_TOO_LATE)
            elif file is ordered[-1] and all_soon and isinstance(error, PageTimedOut):
                found[file] = self._begin(file, error)  # it was this one then: not once more in haste
            else:
                (found[file],) = self._soon([file])
                late = late + 1 if found[file] is None or _is_late(found[file]) else 0
                all_soon = all_soon and not late
        return (found[file] for file in files)

    def _begin(self, file: Untold, error: PageTimedOut) -> Finding:
        if self._patient is None:
            return self._late_finding(file, error)
        self._slow[file.path] = self._patient.submit(
            inspect_patiently, file, self._limits, _PROCESSOR_SHARE * self._seconds, seconds=self._seconds
        )
        return None

    def _later(self, file: Untold) -> Finding:
        if not self._slow[file.path].done():
            return None
        try:
            (finding,) = self._slow.pop(file.path).result()
        except PageTimedOut as error:
            return self._late_finding(file, error)
        except (PageUnreadable, ValueError):
            return self._blame()
        except CancelledError:  # we are closing
            return None
        self._passed[file.device] += 1
        self._late.pop(file.path, None)
        return finding

    def _late_finding(self, file: Untold, error: PageTimedOut) -> Finding:
        LOG.warning("looking at a file took too long: %s", error)
        late = self._late.setdefault(file.path, _Late())
        passed = self._passed[file.device]
        if passed > late.passed:
            late.tries, late.passed = late.tries + 1, passed
        if late.tries < _LATE_TRIES:
            return FileUnreadable(reason=_TOO_LATE)
        del self._late[file.path]
        return DamagedFile()

    def _blame(self) -> Finding:
        # Only if the process does its work without this file is the file at fault, and not the machine.
        try:
            self._call(())
        except PageUnreadable as error:
            return Unavailable(reason=error.code)
        return DamagedFile()

    def _call(self, files: Sequence[Untold]) -> tuple[Finding, ...]:
        seconds = self._seconds
        if self._patient is not None:
            seconds = min(seconds, _BRISK_SECONDS + _BRISK_SECONDS_EACH * len(files))
        findings = self._pool.submit(inspect_all, tuple(files), self._limits, seconds=seconds).result()
        if len(findings) != len(files):
            raise PageUnreadable
        return findings
