"""The checker over the tests' house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from archive.places import Places
from archive.verifying import Checkable, verify
from archive.violations import Violation
from ingest.service import CLAIMED
from tests.integration.house import House


def checkable(house: House) -> Checkable:
    drop, spool = house.root / "drop", house.layout.spool
    places = Places(house.incoming, drop / CLAIMED, spool, spool / CLAIMED, house.rejected, house.layout.dividing)
    return Checkable(house.catalogue, house.originals, house.spool, places, house.layout.chain_heads)


def found(house: House, *, at_rest: bool = False) -> list[Violation]:
    return list(verify(checkable(house), at_rest=at_rest))


def codes(violations: Iterable[Violation]) -> dict[str, int]:
    return dict(Counter(one.code for one in violations))
