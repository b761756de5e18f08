"""Whoever loses sight of a record by a dossier is told nothing of it from that moment, before the index knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from mappings.filing import Dossier
from search_api.filing.dossiers import DossierService
from search_api.people.sharing import Access
from search_api.query.search import SearchService
from search_api.undoing import undo
from tests.rights.offices import Offices, offices_in

WORDS = "tuyệt mật thư"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path) as made:
        yield made


def dossiers(offices: Offices) -> DossierService:
    return DossierService(offices.house.catalogue, cast("SearchService", None), "a1")


def filed(offices: Offices, records: int = 1) -> tuple[Dossier, list[str]]:
    """Records of another unit that the reader sees only by a dossier of theirs; the index knows it."""
    first = offices.signing.of_account("first")
    made = dossiers(offices).make({"title": "Hồ sơ chung", "unit": "a1", "access_class": "unit"}, first)
    fields = {"subject": WORDS, "issuer": "Ban Kín", "issued_on": "2019-03-05"}
    ids = [offices.house.enter(WORDS, unit="b", access_class="unit", fields=fields) for _ in range(records)]
    dossiers(offices).file(made.id, ids, first)
    offices.house.index()
    assert counted(offices, "reader") == records
    return made, ids


def counted(offices: Offices, account: str) -> int:
    """How many are told of; with none, nothing else of them may be told either."""
    client = offices.client(account)
    answer = client.get("/api/v1/search", params={"q": WORDS}).json()
    total = int(answer["total"])
    if not total:
        histogram = client.get("/api/v1/search/histogram", params={"q": WORDS}).text
        suggested = client.get("/api/v1/suggest", params={"q": "ban k"}).json()["suggestions"]
        assert "Ban Kín" not in str(answer["facets"]) and "2019" not in histogram and suggested == []
    return total


def expect_gone(offices: Offices, ids: list[str], others: list[str]) -> None:
    house = offices.house
    assert counted(offices, "reader") == 0
    assert counted(offices, "first") == len(ids)
    with house.catalogue.reading() as unit:
        assert {one.record_id for one in unit.outbox.pending(len(ids))} == set(ids), "before all else"
        assert {one.record_id for one in unit.outbox.pending(50)} >= {*ids, *others}
    house.index()
    assert counted(offices, "reader") == 0 and counted(offices, "first") == len(ids)


def waiting(offices: Offices) -> list[str]:
    return [offices.house.enter("còn chờ", unit="a1", access_class="unit") for _ in range(3)]


def test_what_is_taken_out_of_a_dossier_is_counted_no_more(offices: Offices) -> None:
    made, ids = filed(offices, 3)
    others = waiting(offices)
    dossiers(offices).take_out(made.id, ids, offices.signing.of_account("first"))
    expect_gone(offices, ids, others)


def test_what_is_moved_into_a_narrower_dossier_is_counted_no_more(offices: Offices) -> None:
    _, ids = filed(offices, 2)
    others, first = waiting(offices), offices.signing.of_account("first")
    narrow = dossiers(offices).make({"title": "Hồ sơ kín", "unit": "b", "access_class": "unit"}, first)
    dossiers(offices).file(narrow.id, ids, first)
    expect_gone(offices, ids, others)


def test_what_lies_in_a_dossier_that_was_narrowed_is_counted_no_more(offices: Offices) -> None:
    made, ids = filed(offices, 3)
    others = waiting(offices)
    dossiers(offices).give_access(made.id, Access("b", "unit"), offices.signing.of_account("first"))
    expect_gone(offices, ids, others)


def test_a_record_whose_field_is_undone_leaves_the_dossier_and_is_counted_no_more(offices: Offices) -> None:
    made, (there,) = filed(offices)
    first = offices.signing.of_account("first")
    dossiers(offices).take_out(made.id, [there], first)
    offices.house.services.corrections.correct(there, {"dossier": made.name}, first)
    # The dossier is of a1's agency, the record of b: a name is no more than a word there.
    own = dossiers(offices).make({"title": "Hồ sơ b", "unit": "b", "access_class": "unit"}, first)
    shown = Access("b", "unit", units=("a1",))
    dossiers(offices).give_access(own.id, shown, first)
    offices.house.services.corrections.correct(there, {"dossier": own.name}, first)
    offices.house.index()
    assert counted(offices, "reader") == 1
    others = waiting(offices)
    undo(offices.house.catalogue, there, first)
    with offices.house.catalogue.reading() as unit:
        assert unit.records.by_id(there).dossier_id is None
        assert unit.records.view(there).value("dossier") == made.name
    expect_gone(offices, [there], others)


def test_the_home_page_counts_what_is_seen_by_a_dossier(offices: Offices) -> None:
    access = offices.signing.of_account("clerk").tokens
    with offices.house.catalogue.reading() as unit:
        originals = unit.figures.originals(access).originals
    filed(offices, 2)
    with offices.house.catalogue.reading() as unit:
        assert unit.figures.originals(access).originals == originals + 2
