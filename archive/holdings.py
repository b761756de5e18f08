"""I2 and I3: one record a digest, and bytes and rows just for each other."""

from __future__ import annotations

from collections.abc import Iterator

from archive.catalogue import Catalogue
from archive.originals import Held, Originals
from archive.places import Places, digest_of, size_of
from archive.spool import Spool
from archive.unit_of_work import UnitOfWork
from archive.violations import Violation, violation


def doubly_recorded(unit: UnitOfWork) -> Iterator[Violation]:
    """I2."""
    for digest, records in unit.contradictions.twice_recorded():
        yield violation("recorded-twice", digest, records=", ".join(records))


def unmatched(
    catalogue: Catalogue, originals: Originals, spool: Spool, places: Places, *, at_rest: bool
) -> Iterator[Violation]:
    """I3, by names and sizes; `fixity_check` reads the bytes.

    Both sides come in the order of the digests, so each is walked once. What does not fit is looked at again, since
    the service may be at work. `at_rest`: it is not, and so nothing temporary may be left either.
    """
    with catalogue.reading() as unit:
        for record_id, digest in unit.contradictions.records_without_original():
            yield violation("record-without-original", digest, record=record_id)
        for digest in unit.contradictions.originals_without_record():
            yield violation("original-without-record", digest)
        for digest, size, held in _side_by_side(unit.fixity.digests(), originals.held()):
            if size is None and held is not None:
                yield from _extra(catalogue, originals, places, held, at_rest=at_rest)
            elif size is not None:
                yield from _wanting(catalogue, originals, digest, size, held)
    if at_rest:
        yield from (violation("temporary-left", path) for path in [*originals.abandoned(), *spool.abandoned()])


def _side_by_side(
    rows: Iterator[tuple[str, int]], things: Iterator[Held]
) -> Iterator[tuple[str, int | None, Held | None]]:
    """(digest, size by its row if there is one, what lies there if anything does)."""
    row = next(rows, None)
    for held in things:
        if held.digest is None:
            yield "", None, held
            continue
        while row is not None and row[0] < held.digest:
            yield *row, None
            row = next(rows, None)
        if row is not None and row[0] == held.digest:
            yield *row, held
            row = next(rows, None)
        else:
            yield held.digest, None, held
    while row is not None:
        yield *row, None
        row = next(rows, None)


def _wanting(
    catalogue: Catalogue, originals: Originals, digest: str, size: int, held: Held | None
) -> Iterator[Violation]:
    found = held.size if held else originals.size(digest)
    if found == size:
        return
    with catalogue.reading() as unit:
        if not unit.fixity.has(digest):  # taken out of the archive meanwhile
            return
    if found is None:
        yield violation("original-missing", originals.place(digest))
    else:
        yield violation("original-size", originals.place(digest), found=found, expected=size)


def _extra(
    catalogue: Catalogue, originals: Originals, places: Places, held: Held, *, at_rest: bool
) -> Iterator[Violation]:
    if held.digest is not None:
        if not at_rest and _is_being_taken(places, held):
            return
        with catalogue.reading() as unit:
            if unit.fixity.has(held.digest) or unit.bin.is_leaving(held.digest):
                return
        if originals.size(held.digest) is None:
            return
    yield violation("bytes-without-row", held.place)


def _is_being_taken(places: Places, held: Held) -> bool:
    """Whether the file that these bytes are of still lies in a claim: its row comes, or comes after a restart."""
    return any(size_of(path) == held.size and digest_of(path) == held.digest for path in places.claims())
