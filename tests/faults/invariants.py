"""What must hold after any fault: the product's own checker, and what only a test can know."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from archive.accounting import misplaced
from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.places import digest_of as digest_of_file
from archive.places import files_below
from archive.verifying import verify
from archive.violations import Violation
from kernel.errors import EngineUnavailable
from mappings.record import RecordState
from search_api.engines.protocol import SearchEngine
from search_api.verifying import unindexed
from tests.integration.checking import checkable
from tests.integration.house import House

_UNREAD = (RecordState.RECEIVED, RecordState.READING)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def violations(house: House, delivered: Mapping[str, int], engine: SearchEngine | None = None) -> list[str]:
    """Once all is taken and read, and the index knows it if an engine is given: everything that is not as it must be.

    `delivered`: how often each digest was delivered in all.
    """
    archive = checkable(house)
    found = [*verify(archive, at_rest=True), *_misplaced(house, delivered)]
    told = [*map(line, found), *_never_delivered(house.root, delivered), *unread(house)]
    return told + (of_index(house.catalogue, engine) if engine else [])


def of_index(catalogue: Catalogue, engine: SearchEngine) -> list[str]:
    """I4 at rest: the index holds each record's present revision and nothing else; nothing waits or is set aside."""
    try:
        engine.commit()
    except EngineUnavailable as error:
        return [f"I4 cannot be seen: {error}"]
    told = [line(one) for one in unindexed(catalogue, engine)]
    with catalogue.reading() as work:
        waiting, aside = work.outbox.waiting(), work.outbox.all_set_aside()
    told += [f"I4 {waiting} records wait"] if waiting else []
    return told + [f"I4 {one.record_id} is set aside: {one.reason}" for one in aside]


def line(found: Violation) -> str:
    return f"{found.invariant} {found.code}: {found.what.en}: {found.where}"


def _misplaced(house: House, delivered: Mapping[str, int]) -> Iterator[Violation]:
    named = {digest: (digest, times) for digest, times in delivered.items()}
    yield from misplaced(house.catalogue, house.originals, checkable(house).places, named)


def _never_delivered(root: Path, delivered: Mapping[str, int]) -> list[str]:
    """Bytes that nobody has delivered so: a file that was taken before it was whole, or altered on the way."""
    extra = set().union(*places(root).values()) - set(delivered)
    return [f"I1 nobody delivered {digest}" for digest in sorted(extra)]


def unread(house: House) -> list[str]:
    return [f"{count} records stay {state}" for state, count in house.record_states().items() if state in _UNREAD]


def nothing_lost(root: Path, delivered: Mapping[str, int], purged: Mapping[str, int] | None = None) -> list[str]:
    """At any moment, also at work or between kill and restart: the bytes of each delivery are somewhere.

    `purged`: how many deliveries of each digest were purged in due form.
    """
    everywhere, gone = set().union(*places(root).values()), purged or {}
    left = [digest for digest, times in delivered.items() if times > gone.get(digest, 0)]
    return [f"I1 lost: {digest}" for digest in left if digest not in everywhere]


def places(root: Path) -> dict[str, Counter[str]]:
    """Where bytes lie, by place: digest to how often. Notes beside files are not counted."""
    layout, drop = Layout(root / "data"), root / "drop"
    return {
        "drop": _digests(path for path in files_below(drop) if path.relative_to(drop).parts[0] != "rejected"),
        "spool": _digests(files_below(layout.spool)),
        "archive": _digests(path for path in files_below(layout.originals) if _is_original(path)),
        "rejected": _digests(path for path in files_below(drop / "rejected") if not _is_note(path)),
    }


def _digests(paths: Iterable[Path]) -> Counter[str]:
    found: Counter[str] = Counter()
    for path in paths:
        digest = digest_of_file(path)
        if digest:  # else it is on its way to the next place
            found[digest] += 1
    return found


def _is_original(path: Path) -> bool:
    # What is just coming in, and the sidecars, are no originals.
    return path.parent.name != "incoming" and "." not in path.name and len(path.name) == 64


def _is_note(path: Path) -> bool:
    return path.suffix == ".txt" and path.with_suffix("").exists()
