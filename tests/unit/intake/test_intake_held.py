"""Files that cannot be opened are held and told by name; however many there are, others are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archive.spool import Spool
from ingest.intake.claiming import Claim, DropClaims, SpoolClaims, forget
from ingest.intake.intake import Doors, Intake
from ingest.intake.taking import Taken
from kernel.errors import FileUnreadable
from kernel.locks import Owner


@dataclass
class Way:
    """An intake on a clock of its own, over a taker that takes all but what is called `unreadable`."""

    incoming: Path
    intake: Intake = field(init=False)
    now: float = 0.0
    outage: bool = False

    def take(self, claims: Sequence[Claim]) -> Taken:
        taken = Taken()
        for claim in claims:
            if self.outage or "unreadable" in claim.relative:
                taken.kept.append((claim, FileUnreadable(reason="Permission denied")))
            else:
                forget(claim)
                taken.archived += 1
        return taken

    def drop(self, name: str, count: int) -> None:
        for number in range(count):
            (self.incoming / f"{name} {number}.txt").write_text(name)

    def look(self, times: int) -> None:
        for _ in range(times):
            self.intake.look()
            self.now += 30


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (tmp_path / "spool").mkdir()
    owner = Owner(tmp_path / "owners")
    made = Way(incoming)
    doors = Doors(
        incoming,
        DropClaims(tmp_path / "claimed", owner),
        Spool(tmp_path / "spool"),
        SpoolClaims(tmp_path / "spool/.claimed", owner),
    )
    made.intake = Intake(doors, made, 0, 5, monotonic=lambda: made.now)  # type: ignore[arg-type]
    yield made
    owner.close()


def test_files_that_cannot_be_opened_keep_no_others_from_being_taken(way: Way) -> None:
    way.drop("unreadable", 300)
    way.look(20)
    way.drop("fine", 50)
    way.look(3)
    status = way.intake.status
    assert (status.archived, status.held, status.waiting) == (50, 300, 0)


def test_what_is_held_is_told_by_name_with_its_trouble_and_tries(way: Way) -> None:
    way.drop("unreadable", 1)
    way.drop("fine", 3)
    way.look(5)
    (held,) = way.intake.status.held_files
    assert held.name == "unreadable 0.txt"
    assert held.tries >= 3
    assert "Permission denied" in held.trouble.title.en


def test_an_outage_claims_few_files_and_all_are_taken_once_it_is_over(way: Way) -> None:
    way.outage = True
    way.drop("fine", 1000)
    way.look(6)
    assert way.intake.status.trouble
    assert way.intake.status.held <= 6 * 64
    assert way.intake.status.waiting >= 500
    way.outage = False
    way.look(8)
    status = way.intake.status
    assert (status.archived, status.held, status.trouble) == (1000, 0, None)
