"""I4: the index holds just the records of the catalogue, each in its revision."""

from __future__ import annotations

from collections.abc import Iterator

from archive.catalogue import Catalogue
from archive.violations import Violation, violation
from kernel.errors import EngineUnavailable
from search_api.engines.protocol import SearchEngine
from search_api.reconciling import Difference, differences


def unindexed(catalogue: Catalogue, engine: SearchEngine) -> Iterator[Violation]:
    """Every difference that nothing is about to heal. What waits in the outbox is on its way, and what the engine
    refused is set aside and named in `status`; neither is a violation.

    The service may run meanwhile, so what seems to differ is a violation only if a second walk sees the very same.
    """
    try:
        first = _standing(catalogue, engine)
        again = _standing(catalogue, engine) if first else frozenset[Difference]()
    except EngineUnavailable as error:
        yield violation("index-unreachable", "", reason=error.title.vi)
        return
    for difference in sorted(first & again, key=lambda one: one.record_id):
        yield _told(difference)


def _standing(catalogue: Catalogue, engine: SearchEngine) -> frozenset[Difference]:
    with catalogue.reading() as unit:
        found = list(differences(unit, engine.revisions()))
    with catalogue.reading() as unit:
        waiting = unit.outbox.among([one.record_id for one in found])
    return frozenset(one for one in found if one.record_id not in waiting)


def _told(difference: Difference) -> Violation:
    record_id = difference.record_id
    if difference.current is None:
        return violation("index-extra", record_id, record=record_id)
    if difference.indexed is None:
        return violation("index-lacks", record_id, record=record_id)
    found, expected = difference.indexed, difference.current
    return violation("index-stale", record_id, record=record_id, found=found, expected=expected)
