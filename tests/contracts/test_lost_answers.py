"""A commit that was done, and whose answer was lost: what is tried again is neither refused nor done twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from archive.catalogue import Catalogue
from archive.events import EventType
from archive.fixity import Checked, Outcome
from archive.fixity_check import record_checks
from archive.unit_of_work import UnitOfWork
from search_api.access import LOCAL
from search_api.disposing import DisposalService
from tests.contracts.test_bin import entered, put_in
from tests.contracts.test_catalogue import catalogue  # noqa: F401 - a fixture

DIGEST = "a" * 64


@pytest.fixture
def lose_answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The answer to the next commit is lost."""
    commit, losing = UnitOfWork.commit, [False]

    def committed(unit: UnitOfWork) -> None:
        commit(unit)
        if losing[0]:
            losing[0] = False
            raise OperationalError("COMMIT", {}, Exception("the connection was closed"))

    def lose() -> None:
        losing[0] = True

    monkeypatch.setattr(UnitOfWork, "commit", committed)
    return lose


class Kept:
    """Where bytes lie."""

    def __init__(self) -> None:
        self.removed: list[str] = []

    def size(self, digest: str) -> int:
        return 1

    def remove(self, digest: str) -> None:
        self.removed.append(digest)


def told(catalogue: Catalogue, kind: EventType) -> int:  # noqa: F811
    with catalogue.reading() as unit:
        return sum(row.type == kind.value for row in unit.events.rows())


def test_into_the_bin_out_of_it_and_in_again(catalogue: Catalogue, lose_answer: Callable[[], None]) -> None:  # noqa: F811
    record_id, service = entered(catalogue), DisposalService(catalogue, [Kept()])
    lose_answer()
    assert service.discard(record_id, "An", "trùng", LOCAL).by == "An"
    lose_answer()
    service.restore(record_id, "An", LOCAL)
    assert told(catalogue, EventType.DEACCESSION) == told(catalogue, EventType.ACCESSION) == 1
    lose_answer()
    service.discard(record_id, "An", "trùng", LOCAL)
    lose_answer()
    service.ask_purge(record_id, "An", LOCAL)
    assert told(catalogue, EventType.APPRAISAL) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_a_purge_is_confirmed_once_and_its_bytes_go(
    at_once: bool,
    catalogue: Catalogue,  # noqa: F811
    lose_answer: Callable[[], None],
) -> None:
    record_id, place = entered(catalogue), Kept()
    service = DisposalService(catalogue, [place])
    put_in(catalogue, record_id)
    if at_once:
        lose_answer()
        tombstone = service.purge(record_id, "An", "Bình", LOCAL)
    else:
        service.ask_purge(record_id, "An", LOCAL)
        lose_answer()
        tombstone = service.confirm_purge(record_id, "Bình", LOCAL)
    assert (tombstone.purge_asked_by, tombstone.purge_confirmed_by) == ("An", "Bình")
    assert place.removed == [DIGEST]
    assert told(catalogue, EventType.DELETION) == 1


def test_an_original_found_altered_is_told_once(catalogue: Catalogue, lose_answer: Callable[[], None]) -> None:  # noqa: F811
    entered(catalogue)
    checks = [Checked(DIGEST, Outcome.ALTERED)]
    lose_answer()
    assert catalogue.write(lambda work: record_checks(work, checks)) == checks
    assert told(catalogue, EventType.FIXITY) == 1
    again = [Checked(DIGEST, Outcome.ALTERED)]
    assert catalogue.write(lambda work: record_checks(work, again)) == again
    assert told(catalogue, EventType.FIXITY) == 2, "found altered once more: that is another reading"
