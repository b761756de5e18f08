"""How the house stands: one answer for the API and for the command line."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from archive.fixity import WrongOriginal
from archive.layout import Layout
from archive.outbox import SetAside
from archive.unit_of_work import UnitOfWork
from archive.watchers import Standing, Watchers
from kernel.errors import TangthuError
from search_api.access import Viewer, may_see
from search_api.access.policy import Permission
from search_api.services import Check, Services

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxStanding:
    """`waiting`: records that the index must still learn. `set_aside`: those refused that the viewer may see."""

    waiting: int
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class SidecarsStanding:
    """`waiting`: changes that are not written down beside the originals yet."""

    waiting: int


@dataclass(frozen=True, slots=True)
class PurgedStanding:
    """`waiting`: purged records whose bytes could not be removed yet."""

    waiting: int


@dataclass(frozen=True, slots=True)
class EngineStanding:
    """Whether the search engine answers, and if not, why."""

    answers: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class UnsearchableStanding:
    """Records and pages that cannot be found."""

    records: int
    pages: int


@dataclass(frozen=True, slots=True)
class OriginalsStanding:
    """What reading the originals again has found, of those that the viewer may see. `wrong`: the first hundred."""

    total: int
    checked: int
    last_checked_at: datetime | None
    oldest_checked_at: datetime | None
    wrong_count: int
    wrong: tuple[WrongOriginal, ...]


@dataclass(frozen=True, slots=True)
class HouseStanding:
    """How the house stands. Counts are by state, and of what the viewer may see."""

    records: Mapping[str, int]
    pages: Mapping[str, int]
    deliveries: Mapping[str, int]
    outbox: OutboxStanding
    sidecars: SidecarsStanding
    purged: PurgedStanding
    engine: EngineStanding
    unsearchable: UnsearchableStanding
    watching: tuple[Standing, ...]
    originals: OriginalsStanding
    sandbox: str


def standing(services: Services, viewer: Viewer) -> HouseStanding:
    """How the house stands now, for this viewer."""
    trouble = trouble_of(services.engine.ping)
    with services.catalogue.reading() as unit:
        return HouseStanding(
            records=_by_name(unit.records.counts(viewer.tokens)),
            pages=_by_name(unit.pages.counts(viewer.tokens)),
            deliveries=_by_name(unit.deliveries.counts(viewer.tokens)),
            outbox=_outbox(unit, viewer),
            sidecars=SidecarsStanding(unit.sidecar_marks.waiting(viewer.tokens)),
            purged=PurgedStanding(sum(may_see(viewer, one) for one in unit.bin.waiting())),
            engine=EngineStanding(trouble is None, trouble),
            unsearchable=UnsearchableStanding(*unit.pages.unsearchable(viewer.tokens)),
            watching=tuple(_watching(services, viewer)),
            originals=_originals(unit, viewer),
            sandbox=services.sandbox,
        )


def _watching(services: Services, viewer: Viewer) -> Iterator[Standing]:
    """Without the names of files for one who watches the house but may not know what comes in."""
    knows = viewer.may(Permission.WATCH_INTAKE, services.signing.unit)
    for one in Watchers(Layout(services.data)).standings():
        yield one if knows else replace(one, held=(), passed_over=())


def trouble_of(check: Check) -> str | None:
    """What is wrong with a part of the house, in a sentence; None if nothing is."""
    try:
        check()
    except TangthuError as error:
        return error.title.en
    except Exception as error:  # a check that fails in a way of its own has found trouble all the same
        LOG.exception("a health check failed")
        return type(error).__name__
    return None


def _by_name(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(state): count for state, count in counts.items()}


def _outbox(unit: UnitOfWork, viewer: Viewer) -> OutboxStanding:
    waiting = unit.outbox.waiting(access=viewer.tokens)
    return OutboxStanding(waiting, unit.outbox.all_set_aside(access=viewer.tokens))


def _originals(unit: UnitOfWork, viewer: Viewer) -> OriginalsStanding:
    found = unit.fixity.standing(viewer.tokens)
    return OriginalsStanding(
        found.originals, found.checked, found.last_at, found.oldest_at, found.wrong_count, found.wrong
    )
