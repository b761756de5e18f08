"""Reading originals again, and what is kept of it.

An event for each original that is not intact, and for each that is again; those that are intact as always are summed
up in one event a run (in the background: one a day), so that the chain tells who checked what without drowning in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.fixity import Checked, Outcome
from archive.originals import Originals
from archive.unit_of_work import UnitOfWork
from archive.violations import Violation, violation
from kernel.errors import DigestMismatch, NotFound, Unavailable
from kernel.progress import Progress, silent

_AT_A_TIME = 500


@dataclass(slots=True)
class FixityResult:
    """What a run found: how many were read, and which were not intact."""

    checked: int = 0
    wrong: list[Checked] = field(default_factory=list)


def check(originals: Originals, digest: str) -> Checked:
    """Reads one original again. Unavailable if the storage as a whole does not answer: that is no word on this one."""
    try:
        return Checked(digest, _found(originals, digest))
    except Unavailable:
        next(originals.held(), None)  # raises if it does not
    try:
        return Checked(digest, _found(originals, digest))
    except Unavailable:  # others are given out, and this one is not
        return Checked(digest, Outcome.UNREADABLE)


def _found(originals: Originals, digest: str) -> Outcome:
    try:
        originals.verify(digest)
    except DigestMismatch:
        return Outcome.ALTERED
    except NotFound:
        return Outcome.MISSING
    except OSError:
        return Outcome.UNREADABLE
    return Outcome.INTACT


def check_all(catalogue: Catalogue, originals: Originals, progress: Progress = silent) -> FixityResult:
    """Reads every original of the catalogue again and keeps what was found."""
    result = FixityResult()
    with catalogue.reading() as unit:
        total = unit.fixity.count()
    progress(0, total)
    for digests in _parts(catalogue):
        checks = [check(originals, digest) for digest in digests]
        result.wrong += catalogue.write(partial(record_checks, checks=checks))
        result.checked += len(checks)
        progress(result.checked, max(total, result.checked))
    catalogue.write(summarise)
    return result


def record_checks(work: UnitOfWork, checks: Sequence[Checked]) -> list[Checked]:
    """Keeps what was found and tells the events; those that are wrong. What is no original any more is passed over."""
    there = [one for one in checks if work.fixity.has(one.digest)]
    wrong = [one for one in there if one.outcome is not Outcome.INTACT]
    # Tried again after a commit whose answer was lost: what that has kept is not told twice.
    noted = work.fixity.noted(there)
    there = [one for one in there if one.digest not in noted]
    former = work.fixity.former([one.digest for one in there])
    work.fixity.note(there)
    telling = [
        one for one in there if one.outcome is not Outcome.INTACT or former.get(one.digest, one.outcome) != one.outcome
    ]
    owners = work.records.ids_by_digest([one.digest for one in telling])
    work.events.add([_event(one, owners.get(one.digest)) for one in telling])
    return wrong


def _event(one: Checked, record_id: str | None) -> Event:
    outcome = "success" if one.outcome is Outcome.INTACT else "failure"
    detail = {"algorithm": "sha-256", "digest": one.digest, "found": one.outcome.value}
    return Event(EventType.FIXITY, outcome, record_id, detail=detail, at=one.at)


def summarise(work: UnitOfWork) -> None:
    """One event for all that was found intact since the last such one; none if nothing was."""
    since = work.fixity.last_summary()
    intact = work.fixity.intact_since(since)
    if intact:
        detail = {"algorithm": "sha-256", "intact": intact, "since": since.isoformat() if since else None}
        work.events.add([Event(EventType.FIXITY, detail=detail)])


def violations_of(originals: Originals, wrong: Sequence[Checked]) -> Iterator[Violation]:
    """What was found wrong, as the checker says it. Missing ones are told by I3 already."""
    for one in wrong:
        if one.outcome is Outcome.ALTERED:
            yield violation("original-altered", originals.place(one.digest))
        elif one.outcome is Outcome.UNREADABLE:
            yield violation("original-unreadable", originals.place(one.digest), reason="EIO")


def _parts(catalogue: Catalogue) -> Iterator[list[str]]:
    """The digests in parts, each asked for anew: reading them takes hours, and no transaction should last so long."""
    after = ""
    while True:
        with catalogue.reading() as unit:
            digests = unit.fixity.next_digests(after, _AT_A_TIME)
        if not digests:
            return
        after = digests[-1]
        yield list(digests)
