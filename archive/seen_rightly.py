"""I8: who sees a record follows from its unit, class and shares, and from the dossier that it lies in."""

from __future__ import annotations

from collections.abc import Iterator

from archive.dossier_rows import Standing
from archive.unit_of_work import UnitOfWork
from archive.violations import Violation, violation
from mappings.access import QUARANTINE, access_tokens
from mappings.filing import Dossier

_AT_A_TIME = 900


def wrongly_seen(unit: UnitOfWork) -> Iterator[Violation]:
    """Records whose tokens are not what they must be, or that lie in a dossier which is not there or not named."""
    after = 0
    while some := unit.dossiers.standings(after, _AT_A_TIME):
        after = some[-1].sequence
        dossiers = unit.dossiers.among(sorted({one.dossier_id for one in some if one.dossier_id}))
        for one in some:
            yield from _wrong(one, dossiers.get(one.dossier_id or ""))


def _wrong(one: Standing, lies_in: Dossier | None) -> Iterator[Violation]:
    passed = lies_in.tokens if lies_in else ()
    must = frozenset(access_tokens(one.unit, one.access_class, (*one.shared, *passed)))
    if one.tokens != must or set(one.passed) != set(passed):
        yield violation("rights-wrong", one.id)
    is_named = lies_in is not None and one.word == lies_in.name
    if one.dossier_id and not is_named and (lies_in is None or one.access_class != QUARANTINE):
        yield violation("dossier-wrong", one.id)
