"""How the processes that take, read and index stand: each tells it in a file of its own, and anybody may look.

The page is another process than they are, and they may be several; so what one of them meets is seen by people only
through here. A file counts as long as its owner lives; those of the dead are removed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.layout import Layout
from kernel.bilingual import Bilingual
from kernel.durable import write_file
from kernel.locks import is_held

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ToldTrouble:
    """What keeps a part (`intake`, `reading`, `indexing`) from going on, and what a person can do."""

    part: str
    at: datetime
    title: Bilingual
    remedy: Bilingual
    detail: str


@dataclass(frozen=True, slots=True)
class ToldFile:
    """A claimed file that could not be taken in so many tries: its name as shown, and why not."""

    name: str
    tries: int
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Standing:
    """How one process stands. `waiting`, `held_count`, `passed_over_count`: files; names are the first 20 of them.

    `blind`: why the drop is only looked through now and then, if it cannot be watched.
    """

    at: datetime
    waiting: int = 0
    held_count: int = 0
    held: tuple[ToldFile, ...] = ()
    passed_over_count: int = 0
    passed_over: tuple[str, ...] = ()
    blind: str | None = None
    troubles: tuple[ToldTrouble, ...] = ()


class Watchers:
    """All processes that take, read and index in one archive."""

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.watchers
        self._owners = layout.owners

    def tell(self, owner_id: str, standing: Standing) -> None:
        """Says how an owner stands from now on. OSError if the disk fails."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = json.dumps(asdict(standing), default=datetime.isoformat, ensure_ascii=False)
        write_file(self._path(owner_id), content.encode())

    def forget(self, owner_id: str) -> None:
        """The owner ends in order."""
        self._path(owner_id).unlink(missing_ok=True)

    def any_alive(self) -> bool:
        """Whether any process takes and reads."""
        return any(is_held(path) for path in self._owners.glob("*.lock"))

    def standings(self) -> list[Standing]:
        """How the living stand, in the order in which they were started."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            if is_held(self._owners / f"{path.stem}.lock"):
                found += _read(path)
            else:
                path.unlink(missing_ok=True)
        return found

    def _path(self, owner_id: str) -> Path:
        return self._folder / f"{owner_id}.json"


def _read(path: Path) -> list[Standing]:
    """None if the file is gone, or of another version of ours."""
    try:
        return [_standing(json.loads(path.read_bytes()))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        LOG.warning("%s is not understood: %r", path.name, error)
        return []


def _standing(told: Mapping[str, Any]) -> Standing:
    return Standing(
        at=datetime.fromisoformat(told["at"]),
        waiting=int(told["waiting"]),
        held_count=int(told["held_count"]),
        held=tuple(ToldFile(one["name"], int(one["tries"]), Bilingual(**one["title"])) for one in told["held"]),
        passed_over_count=int(told["passed_over_count"]),
        passed_over=tuple(str(name) for name in told["passed_over"]),
        blind=told["blind"],
        troubles=tuple(_trouble(one) for one in told["troubles"]),
    )


def _trouble(told: Mapping[str, Any]) -> ToldTrouble:
    at = datetime.fromisoformat(told["at"])
    return ToldTrouble(told["part"], at, Bilingual(**told["title"]), Bilingual(**told["remedy"]), told["detail"])
