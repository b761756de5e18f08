"""A file a day with the head of the chain. The chain alone cannot tell that its end was cut off, or that all of it was
written anew; beside a head that was put down before, either shows.

Whoever keeps copies of these files where the archive cannot write (another machine, a mailbox, paper) can prove it
even against somebody who rules this machine. They are one small file a day; a scheduled job can mail them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from archive.catalogue import Catalogue
from archive.chain import Head
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.durable import write_new


@dataclass(frozen=True, slots=True)
class LostHead:
    """A head that was put down but is not in the chain. `gone`: no such event is there any more; else it is another.

    `unreadable`: the file itself tells nothing.
    """

    file: Path
    number: int = 0
    gone: bool = False
    unreadable: bool = False


def write_head(catalogue: Catalogue, folder: Path) -> Path | None:
    """Puts down today's head (by UTC) if that was not done yet; the file, None if it was or if nothing has happened.

    Only adds to the folder: it may be one in which nothing can be renamed or deleted. OSError if it takes no file.
    """
    path = folder / f"{now():%Y-%m-%d}.json"
    if path.exists():
        return None
    with catalogue.reading() as unit:
        head = unit.events.head()
    if head is None:
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = {"number": head.number, "hash": head.hash, "at": head.at, "written_at": now()}
    try:
        write_new(path, orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except FileExistsError:  # another process was first
        return None
    return path


def newest_head(folder: Path) -> Path | None:
    """The file of the newest head of a folder."""
    return max(_files(folder), default=None)


def has_heads(folder: Path) -> bool:
    """Whether there is any head in a folder."""
    return any(_files(folder))


def lost_heads(unit: UnitOfWork, folder: Path) -> Iterator[LostHead]:
    """Every head that was put down and is not in the chain any more, oldest first. Checks no link of the chain."""
    for path in sorted(_files(folder)):
        kept = _read(path)
        if kept is None:
            yield LostHead(path, unreadable=True)
            continue
        held = unit.events.head(kept.number)
        if held is None or (held.number, held.hash) != (kept.number, kept.hash):
            yield LostHead(path, kept.number, gone=held is None or held.number != kept.number)


def _files(folder: Path) -> Iterator[Path]:
    """Without empty ones: a power cut came between the name and the bytes, and no head was put down that day."""
    return (path for path in folder.glob("*.json") if not _is_empty(path))


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:  # it cannot be said; who reads it says why
        return False


def _read(path: Path) -> Head | None:
    try:
        untrusted = orjson.loads(path.read_bytes())
        return Head(int(untrusted["number"]), str(untrusted["hash"]), datetime.fromisoformat(untrusted["at"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
