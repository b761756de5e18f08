"""What files are, told in a reading process: many in one call, so that thousands of small ones go quickly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ingest.recognising import Inspection, Limits, inspect
from ingest.sandbox import ReadingPool
from kernel.errors import DamagedFile, PageUnreadable, TangthuError, Unavailable

Finding = Inspection | TangthuError
"""What a file is, or why that is not known: Refused is the file's fault, anything else is not."""


class Untold(NamedTuple):
    """A file of which nothing is known yet."""

    path: str
    untrusted_name: str


def inspect_all(files: Sequence[Untold], limits: Limits) -> tuple[Finding, ...]:
    """A finding for each file, in order. Runs in a reading process."""
    return tuple(_inspect(file, limits) for file in files)


def _inspect(file: Untold, limits: Limits) -> Finding:
    try:
        return inspect(file.path, file.untrusted_name, limits)
    except TangthuError as error:
        return error
    except OSError as error:
        # With a number it comes from the operating system; without, from an image library about the bytes.
        return DamagedFile() if error.errno is None else Unavailable(reason=str(error))
    except MemoryError:
        raise
    except Exception:  # a parser fell over hostile bytes
        return DamagedFile()


class Inspector:
    """Inspects files by a pool of its own, so that files are made safe while others are being read."""

    def __init__(self, pool: ReadingPool, limits: Limits, seconds: float) -> None:
        """`seconds`: the time limit of one call."""
        self._pool = pool
        self._limits = limits
        self._seconds = seconds

    def findings(self, files: Sequence[Untold]) -> tuple[Finding, ...]:
        """A finding for each file, in order. A file that kills its process is found damaged."""
        if not files:
            return ()
        try:
            return self._call(files)
        except PageUnreadable:
            if len(files) > 1:
                return tuple(self.findings([file])[0] for file in files)
            return (self._blame(),)

    def _blame(self) -> Finding:
        # Only if the process does its work without this file is the file at fault, and not the machine.
        try:
            self._call(())
        except PageUnreadable as error:
            return Unavailable(reason=error.code)
        return DamagedFile()

    def _call(self, files: Sequence[Untold]) -> tuple[Finding, ...]:
        findings = self._pool.submit(inspect_all, tuple(files), self._limits, seconds=self._seconds).result()
        if len(findings) != len(files):
            raise PageUnreadable
        return findings
