"""Many small originals, and what may happen to their bytes, planted on purpose."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

from archive.receiving import Arrival, receive
from kernel.clock import now
from kernel.ids import new_id
from mappings.record import DeliverySource
from tests.integration.house import House

_AT_A_TIME = 500


def take_many(house: House, count: int) -> list[str]:
    """Archives `count` small files, without waiting for the disk; their digests in order of arrival."""
    digests: list[str] = []
    arrivals: list[Arrival] = []
    for number in range(count):
        content = f"Công văn số {number}/UBND-VP ".encode() * (1 + number % 40)
        digest = hashlib.sha256(content).hexdigest()
        path = house.originals.path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digests.append(digest)
        arrivals.append(
            Arrival(new_id(), f"{number}.txt", DeliverySource.DROP, now(), digest, len(content), "text/plain", 1)
        )
    for start in range(0, count, _AT_A_TIME):
        part = arrivals[start : start + _AT_A_TIME]
        house.catalogue.write(lambda work, some=part: receive(work, some, "office", "internal"))
    return digests


def plant(house: House, digests: list[str], count: int, chance: random.Random) -> set[str]:
    """Spoils `count` places: flips a bit, removes, adds, swaps two (which are two places). The names of the spoiled."""
    chosen = iter(chance.sample(digests, min(count + 1, len(digests))))
    spoiled: set[str] = set()
    while len(spoiled) < count:
        ways = (_flip, _remove, _add) if count - len(spoiled) < 2 else (_flip, _remove, _add, _swap)
        way: Callable[..., set[str]] = ways[len(spoiled) % len(ways)]
        spoiled |= way(house, chosen, chance)
    return spoiled


def _flip(house: House, chosen, chance: random.Random) -> set[str]:  # type: ignore[no-untyped-def]
    digest = next(chosen)
    content = bytearray(house.originals.path(digest).read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    house.originals.path(digest).write_bytes(content)
    return {digest}


def _remove(house: House, chosen, chance: random.Random) -> set[str]:  # type: ignore[no-untyped-def]
    digest = next(chosen)
    house.originals.path(digest).unlink()
    return {digest}


def _add(house: House, chosen, chance: random.Random) -> set[str]:  # type: ignore[no-untyped-def]
    content = chance.randbytes(50)
    digest = hashlib.sha256(content).hexdigest()
    house.originals.path(digest).parent.mkdir(parents=True, exist_ok=True)
    house.originals.path(digest).write_bytes(content)
    return {digest}


def _swap(house: House, chosen, chance: random.Random) -> set[str]:  # type: ignore[no-untyped-def]
    one, other = next(chosen), next(chosen)
    first, second = house.originals.path(one), house.originals.path(other)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    return {one, other}
