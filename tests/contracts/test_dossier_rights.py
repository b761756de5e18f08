"""Who sees a dossier sees what lies in it: on SQLite and PostgreSQL, with people of each kind. Decision 53."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from archive.catalogue import Catalogue
from archive.dossier_moves import file_by_sheet
from archive.quarantining import quarantine, release
from archive.seen_rightly import wrongly_seen
from archive.unit_of_work import UnitOfWork
from kernel.errors import NotFound
from kernel.filing_errors import DossierNameTaken
from kernel.people_errors import NotAllowed
from mappings.filing import Dossier
from mappings.people import Grant, Role
from mappings.record import RecordState
from search_api.access import Viewer, views_seen
from search_api.access.rights import rights_of, tokens_of
from search_api.correcting import CorrectionService
from search_api.filing.dossiers import DossierService
from search_api.people.sharing import Access
from search_api.query.search import SearchService
from tests.records import enter
from tests.rights.offices import enter_people
from tests.servers.postgresql import postgresql_database


@dataclass(frozen=True)
class House:
    """An archive of two agencies (`tests.rights.offices`)."""

    catalogue: Catalogue

    @property
    def dossiers(self) -> DossierService:
        return DossierService(self.catalogue, cast("SearchService", None), "a1")

    def viewer(self, account: str) -> Viewer:
        """Somebody with the roles that they have there."""

        def work(unit: UnitOfWork) -> Viewer:
            person = unit.people.find(account)
            assert person is not None
            standing = unit.people.standing(person.id)
            rights = rights_of(standing)
            return Viewer(person.signature, tokens_of(standing, rights), account, rights)

        return self.catalogue.write(work)

    def person_id(self, account: str) -> str:
        with self.catalogue.reading() as unit:
            found = unit.people.find(account)
        assert found is not None
        return found.id

    def sees(self, account: str, record_id: str) -> bool:
        """By the rows and by the view, which must say the same."""
        viewer = self.viewer(account)
        with self.catalogue.reading() as unit:
            by_row = unit.records.find(record_id, viewer.tokens) is not None
            by_view = record_id in views_seen(unit, [record_id], viewer, discarded=True)
        assert by_row == by_view
        return by_row

    def make(self, by: str, title: str = "Hồ sơ", **said: str) -> Dossier:
        return self.dossiers.make({"title": title, "unit": "a1", "access_class": "unit", **said}, self.viewer(by))

    def told(self) -> set[str]:
        """What the index must learn; and it is asked for anew."""
        with self.catalogue.writing() as unit:
            found = unit.outbox.pending(100)
            unit.outbox.done(found)
            unit.commit()
        return {one.record_id for one in found}

    def wrong(self) -> list[str]:
        with self.catalogue.reading() as unit:
            return [one.code for one in wrongly_seen(unit)]


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
        made.write(enter_people)
        yield House(made)
        made.close()
        return
    with postgresql_database() as url:
        made = Catalogue.at_url(url, tmp_path)
        made.write(enter_people)
        yield House(made)
        made.close()


def test_who_sees_a_dossier_sees_what_lies_in_it_until_it_is_taken_out(house: House) -> None:
    record_id = enter(house.catalogue, unit="b", access_class="unit")
    made = house.make("first")
    house.told()
    assert not house.sees("reader", record_id)
    house.dossiers.file(made.id, [record_id], house.viewer("first"))
    assert house.sees("reader", record_id)
    assert house.told() == {record_id}
    assert [one.view.record.id for one in house.dossiers.open(made.id, house.viewer("reader")).lying] == [record_id]
    assert house.wrong() == []
    house.dossiers.take_out(made.id, [record_id], house.viewer("first"))
    assert not house.sees("reader", record_id)
    assert house.told() == {record_id}
    assert house.wrong() == []


def test_a_clerk_may_not_show_a_record_to_more_people_by_filing_it(house: House) -> None:
    narrow, wide = enter(house.catalogue, unit="a1", access_class="unit"), enter(house.catalogue, unit="a1")
    of_agency = house.make("clerk", "Chung", access_class="internal")
    clerk = house.viewer("clerk")
    with pytest.raises(NotAllowed) as refused:
        house.dossiers.file(of_agency.id, [narrow], clerk)
    assert refused.value.values["permission"] == "records:share"
    house.dossiers.file(of_agency.id, [wide], clerk)  # the agency sees it anyway
    house.dossiers.file(of_agency.id, [narrow], house.viewer("archivist"))
    with pytest.raises(NotAllowed):
        CorrectionService(house.catalogue).correct(narrow, {"dossier": ""}, house.viewer("leader"))
    other = enter(house.catalogue, unit="a1", access_class="unit")
    with pytest.raises(NotAllowed):
        CorrectionService(house.catalogue).correct(other, {"dossier": "Chung"}, clerk)
    assert house.wrong() == []


def test_of_another_unit_neither_dossier_nor_record_is_touched(house: House) -> None:
    theirs = enter(house.catalogue, unit="a2")
    mine = house.make("clerk", access_class="internal")
    with pytest.raises(NotAllowed):
        house.dossiers.file(mine.id, [theirs], house.viewer("clerk"))
    of_a2 = house.make("first", "Của A2", unit="a2", access_class="internal")
    for attempt in (
        lambda: house.dossiers.file(of_a2.id, [enter(house.catalogue, unit="a1")], house.viewer("clerk")),
        lambda: house.dossiers.describe(of_a2.id, {"title": "x"}, house.viewer("clerk")),
        lambda: house.dossiers.remove(of_a2.id, house.viewer("archivist")),
        lambda: house.make("clerk", "Mới", unit="a2"),
        lambda: house.dossiers.give_access(of_a2.id, Access("a2", "public"), house.viewer("leader")),
        lambda: house.dossiers.give_access(mine.id, Access("a1", "public"), house.viewer("clerk")),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_dossier_that_is_shared_shows_its_records_and_tells_the_index_in_the_same_commit(house: House) -> None:
    made = house.make("archivist")
    ids = [enter(house.catalogue, unit="a1", access_class="unit") for _ in range(3)]
    house.dossiers.file(made.id, ids, house.viewer("archivist"))
    house.told()
    # Who reads nowhere sees nothing that is shared with them either.
    elsewhere = Grant(house.person_id("administrator"), "b", Role.READER)
    house.catalogue.write(lambda unit: unit.people.grant(elsewhere))
    assert not house.sees("administrator", ids[0])
    wanted = Access("a1", "unit", people=("administrator",))
    house.dossiers.give_access(made.id, wanted, house.viewer("archivist"), 2)
    assert all(house.sees("administrator", one) for one in ids)
    assert house.told() == set(ids)
    house.dossiers.give_access(made.id, Access("a1", "unit"), house.viewer("archivist"))
    assert not any(house.sees("administrator", one) for one in ids)
    assert house.told() == set(ids)
    assert house.wrong() == []


def test_showing_a_dossier_to_more_people_takes_the_right_to_share_each_record(house: House) -> None:
    made = house.make("first")
    theirs = enter(house.catalogue, unit="b", access_class="unit")
    house.dossiers.file(made.id, [theirs], house.viewer("first"))
    with pytest.raises(NotAllowed):
        house.dossiers.give_access(made.id, Access("a1", "internal"), house.viewer("archivist"))
    house.dossiers.give_access(made.id, Access("a1", "internal"), house.viewer("first"))
    house.dossiers.give_access(made.id, Access("a1", "unit"), house.viewer("archivist"))  # fewer: nothing of b to ask
    assert house.sees("reader", theirs)


def test_what_may_be_a_state_secret_passes_through_no_dossier(house: House) -> None:
    made = house.make("archivist")
    record_id = enter(house.catalogue, unit="a1", access_class="unit")
    house.dossiers.file(made.id, [record_id], house.viewer("archivist"))
    house.catalogue.write(lambda unit: quarantine(unit, record_id, 1))
    for account in ("reader", "archivist", "first"):
        assert not house.sees(account, record_id)
        assert house.dossiers.open(made.id, house.viewer(account)).lying == ()
    house.dossiers.give_access(made.id, Access("a1", "internal"), house.viewer("archivist"))
    house.dossiers.describe(made.id, {"title": "Tên mới"}, house.viewer("archivist"))
    assert not house.sees("reader", record_id)
    assert house.wrong() == []
    told = house.dossiers.changes(made.id, house.viewer("archivist"))
    assert record_id not in str(told)
    house.catalogue.write(lambda unit: release(unit, record_id, "Hoa", "nhầm"))
    assert house.sees("reader", record_id)
    assert house.wrong() == []


def test_a_dossier_with_nothing_but_what_is_kept_apart_is_empty(house: House) -> None:
    made = house.make("archivist")
    record_id = enter(house.catalogue, unit="a1", access_class="unit")
    house.dossiers.file(made.id, [record_id], house.viewer("archivist"))
    house.catalogue.write(lambda unit: quarantine(unit, record_id, 1))
    house.dossiers.remove(made.id, house.viewer("archivist"))
    with house.catalogue.reading() as unit:
        record = unit.records.by_id(record_id)
    assert (record.dossier_id, record.passed, record.state) == (None, (), RecordState.QUARANTINED)
    assert house.wrong() == []


@pytest.mark.parametrize(
    ("unit", "access_class", "record_class", "files"),
    [
        ("a1", "unit", "unit", True),
        ("a1", "internal", "internal", True),
        ("a1", "internal", "unit", False),  # the agency would see what is the unit's
        ("a1", "public", "internal", False),
        ("a1", "unit", "named", False),  # the unit would see what nobody sees
        ("a2", "internal", "internal", False),  # whoever hands in for a1 may not file in a2
        ("b", "public", "public", False),
    ],
)
def test_a_separator_sheet_files_where_it_shows_nothing_to_anybody_new(
    house: House, unit: str, access_class: str, record_class: str, files: bool
) -> None:
    made = house.make("first", "Theo tờ", unit=unit, access_class=access_class)
    record_id = enter(house.catalogue, fields={"dossier": "Theo tờ"}, unit="a1", access_class=record_class)
    house.catalogue.write(lambda work: file_by_sheet(work, record_id))
    with house.catalogue.reading() as work:
        assert work.records.by_id(record_id).dossier_id == (made.id if files else None)
        waiting = work.dossiers.unmade(("public", "unit:a1", "internal:a1"), 10)
    seen = record_class != "named"  # else whoever looks would learn that there is a record which they may not see
    assert ("Theo tờ" in waiting) == (seen and not files)
    assert house.wrong() == []


def test_a_hidden_dossier_is_as_if_it_were_not_there_but_for_its_name(house: House) -> None:
    hidden = house.make("first", "Kín", unit="a2")
    clerk = house.viewer("clerk")
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: house.dossiers.open(hidden.id, clerk),
        lambda: house.dossiers.changes(hidden.id, clerk),
        lambda: house.dossiers.file(hidden.id, [enter(house.catalogue, unit="a1")], clerk),
        lambda: house.dossiers.give_access(hidden.id, Access("a1", "unit"), house.viewer("leader")),
    )
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert house.dossiers.listed(clerk, 10) == ()
    with pytest.raises(DossierNameTaken) as taken:
        house.make("clerk", "Kín")
    assert hidden.id not in str(taken.value.values)
    house.make("first", "Kín", unit="b")  # another agency has names of its own
    record_id = enter(house.catalogue, unit="a1")
    CorrectionService(house.catalogue).correct(record_id, {"dossier": "Kín"}, clerk)
    with house.catalogue.reading() as unit:
        assert unit.records.by_id(record_id).dossier_id is None


def test_a_name_confirmed_as_it_stands_files_only_where_that_may_be_done(house: House) -> None:
    made = house.make("clerk", "Chung", access_class="internal")
    narrow = enter(house.catalogue, fields={"dossier": "Chung"}, unit="a1", access_class="unit")
    corrections = CorrectionService(house.catalogue)
    corrections.correct(narrow, {"dossier": "Chung"}, house.viewer("clerk"))
    with house.catalogue.reading() as unit:
        assert unit.records.by_id(narrow).dossier_id is None
    corrections.correct(narrow, {"dossier": "Chung"}, house.viewer("archivist"))
    with house.catalogue.reading() as unit:
        assert unit.records.by_id(narrow).dossier_id == made.id
    assert house.sees("reader", narrow)
    assert house.wrong() == []


def test_undoing_takes_the_rights_that_doing_took(house: House) -> None:
    made = house.make("archivist", access_class="internal")
    record_id = enter(house.catalogue, unit="a1", access_class="unit")
    house.dossiers.file(made.id, [record_id], house.viewer("archivist"))
    out = house.dossiers.take_out(made.id, [record_id], house.viewer("clerk"))
    assert out is not None
    with pytest.raises(NotAllowed):
        house.dossiers.undo(made.id, out.id, house.viewer("clerk"))
    house.dossiers.undo(made.id, out.id, house.viewer("archivist"))
    assert house.wrong() == []
    widened = house.dossiers.give_access(made.id, Access("a1", "public"), house.viewer("archivist"))
    with pytest.raises(NotFound):
        last = house.dossiers.changes(widened.id, house.viewer("archivist"))[0].id
        house.dossiers.undo(made.id, last, house.viewer("clerk"))


def test_undoing_names_no_record_that_is_hidden(house: House) -> None:
    made = house.make("first", access_class="unit")
    ids = [enter(house.catalogue, unit=unit, access_class="unit") for unit in ("a1", "a2")]
    house.dossiers.file(made.id, ids, house.viewer("first"))
    out = house.dossiers.take_out(made.id, ids, house.viewer("first"))
    assert out is not None
    with pytest.raises(NotFound) as refused:
        house.dossiers.undo(made.id, out.id, house.viewer("archivist"))
    assert refused.value.values == {"id": out.id}


def test_what_somebody_wrote_into_the_tables_is_noticed(house: House) -> None:
    made = house.make("archivist")
    ids = [enter(house.catalogue, unit="a1", access_class="unit") for _ in range(4)]
    house.dossiers.file(made.id, ids, house.viewer("archivist"))
    assert house.wrong() == []
    for number, statement in enumerate(
        (
            "INSERT INTO record_access (record_id, token) VALUES ('{}', 'public')",
            "DELETE FROM record_access WHERE record_id = '{}'",
            "UPDATE record SET passed = '' WHERE id = '{}'",
            "UPDATE described_field SET value = 'x' WHERE name = 'dossier' AND record_id = '{}'",
        )
    ):
        with house.catalogue.connection_for_moving() as connection:
            connection.exec_driver_sql(statement.format(ids[number]))
            connection.commit()
    assert house.wrong() == ["rights-wrong", "rights-wrong", "rights-wrong", "dossier-wrong"]
