"""The checker: the invariants of the archive, one after the other, streaming. The tests use the same.

I4 (the index) is `search_api.verifying`, since nothing here knows of a search engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.accounting import unaccounted
from archive.catalogue import Catalogue
from archive.chain import verify_chain
from archive.chain_heads import LostHead, lost_heads
from archive.dividing import unaccounted_pages
from archive.fixity_check import check_all, violations_of
from archive.holdings import doubly_recorded, unmatched
from archive.originals import Originals
from archive.places import Places
from archive.registers import badly_numbered
from archive.seen_rightly import wrongly_seen
from archive.spool import Spool
from archive.unit_of_work import UnitOfWork
from archive.violations import Violation, violation
from kernel.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Checkable:
    """What is checked. `heads`: the folder with the heads of the chain that were put down."""

    catalogue: Catalogue
    originals: Originals
    spool: Spool
    places: Places
    heads: Path


def verify(archive: Checkable, *, at_rest: bool = False) -> Iterator[Violation]:
    """Everything that is not as it must be, by I1, I2, I3 and I5 to I8.

    The service may run meanwhile: what is on its way is no violation. `at_rest`: nothing runs, all work was seen
    through, and nobody has touched `rejected/`; then anything left over is one.
    """
    catalogue = archive.catalogue
    yield from unaccounted(catalogue, archive.places, at_rest=at_rest)
    with catalogue.reading() as unit:
        yield from unaccounted_pages(unit)
        yield from doubly_recorded(unit)
    yield from unmatched(catalogue, archive.originals, archive.spool, archive.places, at_rest=at_rest)
    with catalogue.reading() as unit:
        yield from broken_chain(unit, archive.heads)
    with catalogue.reading() as unit:
        yield from badly_recorded(unit)
    with catalogue.reading() as unit:
        yield from badly_numbered(unit)
    with catalogue.reading() as unit:
        yield from wrongly_seen(unit)


def verify_originals(archive: Checkable, progress: Progress = silent) -> Iterator[Violation]:
    """Reads every original, keeps what was found, and tells what is wrong with the bytes."""
    yield from violations_of(archive.originals, check_all(archive.catalogue, archive.originals, progress).wrong)


def broken_chain(unit: UnitOfWork, heads: Path) -> Iterator[Violation]:
    """I5."""
    broken = verify_chain(unit)
    if broken is not None:
        code = "event-altered" if broken.content else "chain-broken"
        yield violation(code, broken.number, number=broken.number)
    yield from against_heads(unit, heads)


def against_heads(unit: UnitOfWork, heads: Path) -> Iterator[Violation]:
    """What heads of a folder are not in the chain any more: the archive's own, or copies that were carried away."""
    return (_lost(head) for head in lost_heads(unit, heads))


def _lost(head: LostHead) -> Violation:
    if head.unreadable:
        return violation("head-unreadable", head.file)
    return violation("chain-cut" if head.gone else "chain-rewritten", head.file, number=head.number)


def badly_recorded(unit: UnitOfWork) -> Iterator[Violation]:
    """I6."""
    for subject, kind in unit.contradictions.missing_events():
        yield violation("event-missing", subject, event=kind.value)
    for subject, kind in unit.contradictions.repeated_events():
        yield violation("event-repeated", subject, event=kind.value)
    for number, subject in unit.contradictions.stray_events():
        yield violation("event-stray", subject, number=number)
