"""I1: each delivered file is in exactly one place. Looks while the service runs, and sees no ghosts by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from archive.catalogue import Catalogue
from archive.contradictions import KnownDelivery
from archive.originals import Originals
from archive.places import Places, digest_of, files_below
from archive.violations import Violation, violation
from kernel.errors import DigestMismatch, NotFound
from mappings.record import DeliveryState

_LOOKS = 3
_TAKEN = (DeliveryState.ARCHIVED, DeliveryState.DUPLICATE)


def unaccounted(catalogue: Catalogue, places: Places, *, at_rest: bool) -> Iterator[Violation]:
    """Deliveries that the catalogue knows and that are not where it says, and files that nothing tells of.

    `at_rest`: nothing runs and nobody has touched `rejected/`, so that nothing may be on its way either. The bytes
    of what is archived are looked at by I3.
    """
    rejected = places.rejected_ids()
    with catalogue.reading() as unit:
        for delivery in unit.contradictions.deliveries():
            if delivery.state is DeliveryState.RECEIVED and not _is_on_its_way(catalogue, places, delivery.id):
                yield violation("delivery-lost", delivery.id, name=delivery.file_name)
            elif delivery.state in _TAKEN:
                yield from _taken(delivery)
            elif at_rest and delivery.state is DeliveryState.REJECTED:
                path = rejected.get(delivery.id)
                if path is None or not path.exists():
                    yield violation("rejected-file-gone", delivery.id, name=delivery.file_name)
    yield from _without_reason(places)
    if at_rest:
        parts = (path for path in files_below(places.rejected) if path.name.endswith(".part"))
        yield from (violation("left-behind", path) for path in [*places.claims(), *parts])


def _is_on_its_way(catalogue: Catalogue, places: Places, delivery_id: str) -> bool:
    """Whether a received file still waits, or has ceased to wait since its row was read."""
    for _ in range(_LOOKS):  # it may be moved from one claim to another just while we look
        if places.holds_upload(delivery_id):
            return True
        with catalogue.reading() as unit:
            row = unit.deliveries.find(delivery_id)
        if row is None or row.delivery.state is not DeliveryState.RECEIVED:
            return True
    return False


def _taken(delivery: KnownDelivery) -> Iterator[Violation]:
    if delivery.record_digest is None:
        yield violation("delivery-without-record", delivery.id, name=delivery.file_name)
    elif delivery.record_digest != delivery.digest:
        yield violation("delivery-of-other-bytes", delivery.id, name=delivery.file_name)


def _without_reason(places: Places) -> Iterator[Violation]:
    # The reason is written before the file is moved, so reasons that are read later tell of every file read before.
    files = files_below(places.rejected)
    notes = set(places.notes())
    for path in files:
        hidden = path.name.startswith(".") or path.name.lower() in ("thumbs.db", "desktop.ini")
        if path in notes or hidden or path.name.endswith(".part"):
            continue
        if path.with_name(f"{path.name}.txt") not in notes and path.exists():
            yield violation("rejected-without-reason", path)


def misplaced(
    catalogue: Catalogue, originals: Originals, places: Places, delivered: Mapping[str, tuple[str, int]]
) -> Iterator[Violation]:
    """For tests that know what was handed in: digest to (a name, how many times).

    As many of each must be in the drop, waiting or claimed, taken into the archive (its bytes read anew), purged in
    due form or in `rejected/` with a reason, all counted together. Nothing may run meanwhile.
    """
    reasons = set(places.rejected_ids().values())
    aside = [path for path in files_below(places.rejected) if path in reasons]
    found = Counter(digest_of(path) for path in [*files_below(places.incoming), *places.claims(), *aside])
    with catalogue.reading() as unit:
        known = list(unit.contradictions.deliveries())
    taken = Counter(one.digest for one in known if one.state in _TAKEN)
    purged = Counter(one.digest for one in known if one.state is DeliveryState.PURGED)
    for digest, (name, times) in delivered.items():
        count = found[digest] + purged[digest] + (taken[digest] if _is_whole(originals, digest) else 0)
        if count < times:
            yield violation("delivered-nowhere", digest, name=name)
        elif count > times:
            yield violation("delivered-twice", digest, name=name, places=count)


def _is_whole(originals: Originals, digest: str) -> bool:
    try:
        originals.verify(digest)
    except (DigestMismatch, NotFound, OSError):
        return False
    return True
