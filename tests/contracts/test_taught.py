"""What confirmed fields teach follows from the catalogue, on SQLite and on PostgreSQL, and comes back with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.catalogue import Catalogue
from archive.disposing import discard
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.rebuilding import rebuild_catalogue
from kernel.errors import BadValue
from mappings.lessons import Lesson
from search_api.access import LOCAL, Viewer
from search_api.correcting import CorrectionService
from search_api.teaching import known_to, take_back
from tests.contracts.test_query_plans import plan
from tests.keeping import writer
from tests.records import enter
from tests.servers.postgresql import postgresql_database

SAID = {"issuer": "SỞ NỘI VỤ", "symbol": "QĐ-SNV", "signer": "Lê Trọng Tuyến", "position": "GIÁM ĐỐC"}


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
        yield made
        made.close()
        return
    with postgresql_database() as url:
        made = Catalogue.at_url(url, tmp_path)
        yield made
        made.close()


def confirm(catalogue: Catalogue, values: dict[str, str], **more: str) -> str:
    record_id = enter(catalogue, fields={"issuer": "SO NOI VU"}, **more)
    viewer = Viewer("all", ("internal", "unit:office", "unit:other"))
    CorrectionService(catalogue).correct(record_id, values, viewer)
    return record_id


def found(catalogue: Catalogue) -> list[Lesson]:
    with catalogue.reading() as unit:
        return unit.taught.found()


def test_only_what_people_confirmed_teaches_and_what_was_confirmed_together(catalogue: Catalogue) -> None:
    enter(catalogue, fields={"issuer": "SỞ ĐỌC SAI"})
    confirm(catalogue, SAID)
    confirm(catalogue, SAID)
    confirm(catalogue, {"issuer": "SỞ Y TẾ"})
    assert found(catalogue) == [Lesson(**SAID, times=2), Lesson("SỞ Y TẾ")]


def test_a_record_in_the_bin_teaches_nothing(catalogue: Catalogue) -> None:
    record_id = confirm(catalogue, SAID)
    catalogue.write(lambda unit: discard(unit, record_id, "Trần Thị Ví", "Quét nhầm"))
    assert found(catalogue) == []


def test_what_is_corrected_again_teaches_the_new_value(catalogue: Catalogue) -> None:
    record_id = confirm(catalogue, SAID)
    CorrectionService(catalogue).correct(record_id, {"issuer": "SỞ TƯ PHÁP"}, LOCAL)
    assert [one.issuer for one in found(catalogue)] == ["SỞ TƯ PHÁP"]


def test_taking_back_ends_the_teaching_and_may_be_undone(catalogue: Catalogue) -> None:
    confirm(catalogue, SAID)
    take_back(catalogue, LOCAL, "issuer", "SỞ NỘI VỤ", "Trần Thị Ví", counts=False)
    with catalogue.reading() as unit:
        assert not unit.taught.lessons().of["issuer"]
        assert unit.taught.lessons().of["signer"]
    told = {(one.name, one.value): one.taken_back_by for one in known_to(catalogue, LOCAL)}
    assert told["issuer", "SỞ NỘI VỤ"] == "Trần Thị Ví"
    take_back(catalogue, LOCAL, "issuer", "SỞ NỘI VỤ", "Trần Thị Ví", counts=True)
    with catalogue.reading() as unit:
        assert unit.taught.lessons().of["issuer"] == {"SỞ NỘI VỤ": 1}


def test_nobody_takes_back_what_nobody_taught_or_without_a_name(catalogue: Catalogue) -> None:
    confirm(catalogue, SAID)
    for name, value, by in (("issuer", "SỞ KHÁC", "A"), ("subject", "SỞ NỘI VỤ", "A"), ("issuer", "SỞ NỘI VỤ", " ")):
        with pytest.raises(BadValue):
            take_back(catalogue, LOCAL, name, value, by, counts=False)


def test_a_viewer_sees_only_what_records_taught_that_he_may_see(catalogue: Catalogue) -> None:
    confirm(catalogue, SAID, unit="other", access_class="unit")
    assert known_to(catalogue, LOCAL) == ()
    with pytest.raises(BadValue):
        take_back(catalogue, LOCAL, "issuer", "SỞ NỘI VỤ", "Trần Thị Ví", counts=False)


def test_lessons_are_read_by_their_index(tmp_path: Path) -> None:
    made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
    steps = plan(made, lambda unit: unit.taught.lessons())
    made.close()
    assert any("ix_described_field_confirmed" in step for step in steps)
    assert any("ix_event_of_no_record" in step for step in steps)


def test_all_of_it_comes_back_from_the_originals(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    originals = FolderOriginals(layout.originals)
    catalogue = Catalogue.sqlite(layout.catalogue)
    confirm(catalogue, SAID, originals=originals, scratch=tmp_path)
    confirm(catalogue, {"issuer": "SỞ Y TẾ"}, originals=originals, scratch=tmp_path)
    take_back(catalogue, LOCAL, "issuer", "SỞ Y TẾ", "Trần Thị Ví", counts=False)
    with catalogue.reading() as unit:
        before = unit.taught.lessons()
    writer(catalogue, layout).drain()
    again = Catalogue.sqlite(tmp_path / "again.sqlite")
    rebuild_catalogue(again, originals, layout)
    with again.reading() as unit:
        assert unit.taught.lessons() == before
        assert before.of["issuer"] == {"SỞ NỘI VỤ": 1}
    catalogue.close()
    again.close()
