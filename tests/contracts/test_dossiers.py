"""Dossiers on SQLite and on PostgreSQL: what lies in them, in which order, and how it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive import dossier_moves, dossiers
from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard, restore
from archive.dossier_rows import Held
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.rebuilding import rebuild_catalogue
from kernel.disposal_errors import InBin
from kernel.errors import NotFound
from kernel.filing_errors import DossierChanged, DossierClosed, DossierNameTaken, DossierNotEmpty
from kernel.ids import new_id
from mappings.access import QUARANTINE
from mappings.filing import Dossier
from search_api.access import LOCAL, Viewer
from search_api.correcting import CorrectionService
from tests.contracts.test_query_plans import plan
from tests.keeping import everything, writer
from tests.records import enter
from tests.servers.postgresql import postgresql_database

SAID: dict[str, Any] = {
    **{"code": "01.TCCB", "title": "Tuyển dụng 2019"},
    **{"unit": "office", "agency": "office", "access_class": "internal"},
}
NAME = "01.TCCB Tuyển dụng 2019"


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


def make(catalogue: Catalogue, **said: Any) -> Dossier:
    dossier_id = new_id()
    return catalogue.write(lambda unit: dossiers.make(unit, dossier_id, SAID | said, "Lan"))


def file(catalogue: Catalogue, made: Dossier, *ids: str) -> str:
    change = catalogue.write(lambda unit: dossier_moves.file(unit, made.id, ids, "Lan"))
    return change.id if change else ""


def describe(catalogue: Catalogue, made: Dossier, **said: Any) -> Dossier:
    return catalogue.write(lambda unit: dossiers.describe(unit, made.id, said, "Lan"))


def undo(catalogue: Catalogue, made: Dossier, change_id: str) -> None:
    catalogue.write(lambda unit: dossiers.undo(unit, made.id, change_id, "Minh"))


def last_change(catalogue: Catalogue, made: Dossier) -> str:
    with catalogue.reading() as unit:
        return unit.dossiers.changes(made.id)[-1].id


def inside(catalogue: Catalogue, name: str = NAME) -> tuple[str, ...]:
    with catalogue.reading() as unit:
        there = unit.dossiers.named("office", name)
        return unit.dossiers.record_ids(there.id, LOCAL.tokens) if there else ()


def field(catalogue: Catalogue, record_id: str) -> str | None:
    with catalogue.reading() as unit:
        return unit.records.view(record_id).value("dossier")


def pending(catalogue: Catalogue) -> set[str]:
    with catalogue.reading() as unit:
        return {one.record_id for one in unit.outbox.pending(100)}


def test_filing_a_sheet_and_a_correction_are_the_same_thing(catalogue: Catalogue) -> None:
    made = make(catalogue)
    sheet = enter(catalogue, fields={"dossier": NAME})
    catalogue.write(lambda unit: dossier_moves.file_by_sheet(unit, sheet))
    typed, filed = enter(catalogue), enter(catalogue)
    CorrectionService(catalogue).correct(typed, {"dossier": NAME}, LOCAL)
    file(catalogue, made, filed)
    assert inside(catalogue) == (sheet, typed, filed)
    with catalogue.reading() as unit:
        assert unit.dossiers.held([made.id], LOCAL.tokens) == {made.id: Held(3, 3)}
        (event,) = [one for one in unit.events.of_record(filed) if "fields" in one.detail]
    assert event.detail["fields"] == {"dossier": {"old": None, "new": NAME}}
    assert event.agent == "Lan"
    assert filed in pending(catalogue)


def test_a_name_from_a_sheet_waits_until_somebody_makes_it(catalogue: Catalogue) -> None:
    record_id = enter(catalogue, ("một", "hai"), {"dossier": "Hồ sơ đất 2019"})
    enter(catalogue, fields={"dossier": "Hồ sơ kín"}, unit="other", access_class="unit")
    with catalogue.reading() as unit:
        assert unit.dossiers.unmade(LOCAL.tokens, 10) == {"Hồ sơ đất 2019": Held(1, 2)}
    made = make(catalogue, code="", title="Hồ sơ đất 2019")
    with catalogue.reading() as unit:
        assert unit.dossiers.waiting(made.name, LOCAL.tokens, 10) == (record_id,)
    file(catalogue, made, record_id)
    with catalogue.reading() as unit:
        assert unit.dossiers.unmade(LOCAL.tokens, 10) == {}
    assert inside(catalogue, made.name) == (record_id,)


def test_a_record_lies_in_one_dossier_and_moves_whole(catalogue: Catalogue) -> None:
    one, two = make(catalogue), make(catalogue, title="Khác")
    record_id = enter(catalogue)
    file(catalogue, one, record_id)
    file(catalogue, two, record_id)
    assert (inside(catalogue), inside(catalogue, two.name)) == ((), (record_id,))
    assert file(catalogue, two, record_id) == ""


def test_two_dossiers_of_one_name_are_refused(catalogue: Catalogue) -> None:
    make(catalogue)
    with pytest.raises(DossierNameTaken):
        make(catalogue)
    other = make(catalogue, title="Khác")
    with pytest.raises(DossierNameTaken):
        describe(catalogue, other, title=SAID["title"])


def test_a_new_title_goes_into_all_records_and_back(catalogue: Catalogue) -> None:
    made = make(catalogue)
    ids = [enter(catalogue) for _ in range(3)]
    apart = enter(catalogue, access_class=QUARANTINE)
    file(catalogue, made, *ids, apart)
    catalogue.write(lambda unit: discard(unit, ids[2], "Lan", "nhầm"))
    named = describe(catalogue, made, title="Tuyển dụng 2020")
    assert inside(catalogue, named.name) == tuple(ids[:2])
    assert field(catalogue, apart) == named.name
    catalogue.write(lambda unit: restore(unit, ids[2], "Lan"))
    assert inside(catalogue, named.name) == tuple(ids)
    undo(catalogue, made, last_change(catalogue, made))
    assert inside(catalogue) == tuple(ids)


def test_filing_is_undone_except_what_was_moved_on_since(catalogue: Catalogue) -> None:
    made, other = make(catalogue), make(catalogue, title="Khác")
    ids = [enter(catalogue, fields={"dossier": "cũ"}), enter(catalogue), enter(catalogue)]
    change = file(catalogue, made, *ids)
    file(catalogue, other, ids[2])
    undo(catalogue, made, change)
    assert [field(catalogue, one) for one in ids] == ["cũ", None, other.name]
    undo(catalogue, made, last_change(catalogue, made))
    assert inside(catalogue) == tuple(ids[:2])
    with pytest.raises(NotFound):
        undo(catalogue, made, new_id())


def test_taking_out_and_its_undoing(catalogue: Catalogue) -> None:
    made = make(catalogue)
    ids = [enter(catalogue), enter(catalogue)]
    file(catalogue, made, *ids)
    catalogue.write(lambda unit: dossier_moves.take_out(unit, made.id, ids[:1], "Lan"))
    assert inside(catalogue) == (ids[1],)
    undo(catalogue, made, last_change(catalogue, made))
    assert inside(catalogue) == tuple(ids)


def test_order_is_kept_and_undone_unless_it_changed_since(catalogue: Catalogue) -> None:
    made = make(catalogue)
    ids = [enter(catalogue) for _ in range(3)]
    file(catalogue, made, *ids)
    for order in (ids[::-1], [ids[1], ids[0], new_id()]):
        catalogue.write(lambda unit, order=order: dossiers.place(unit, made.id, order, "Lan"))  # type: ignore[misc]
    with catalogue.reading() as unit:
        assert unit.dossiers.by_id(made.id).placed == (ids[1], ids[0])
        first, second = [one.id for one in unit.dossiers.changes(made.id) if one.placed]
    with pytest.raises(DossierChanged):
        undo(catalogue, made, first)
    undo(catalogue, made, second)
    with catalogue.reading() as unit:
        assert unit.dossiers.by_id(made.id).placed == tuple(ids[::-1])


def test_a_closed_dossier_changes_only_by_opening(catalogue: Catalogue) -> None:
    made, other = make(catalogue), make(catalogue, title="Khác")
    ids = [enter(catalogue), enter(catalogue)]
    change = file(catalogue, made, ids[0])
    describe(catalogue, made, state="closed")
    for attempt in (
        lambda: file(catalogue, made, ids[1]),
        lambda: file(catalogue, other, ids[0]),
        lambda: describe(catalogue, made, title="Mới"),
        lambda: undo(catalogue, made, change),
        lambda: CorrectionService(catalogue).correct(ids[0], {"dossier": ""}, LOCAL),
        lambda: CorrectionService(catalogue).correct(ids[1], {"dossier": NAME}, LOCAL),
    ):
        with pytest.raises(DossierClosed):
            attempt()
    assert inside(catalogue) == (ids[0],)
    describe(catalogue, made, state="open")
    file(catalogue, made, ids[1])
    assert inside(catalogue) == tuple(ids)


def test_only_an_empty_dossier_goes(catalogue: Catalogue) -> None:
    made = make(catalogue)
    record_id = enter(catalogue)
    file(catalogue, made, record_id)
    with pytest.raises(DossierNotEmpty):
        catalogue.write(lambda unit: dossiers.remove(unit, made.id, "Lan"))
    catalogue.write(lambda unit: dossier_moves.take_out(unit, made.id, [record_id], "Lan"))
    catalogue.write(lambda unit: dossiers.remove(unit, made.id, "Lan"))
    with catalogue.reading() as unit, pytest.raises(NotFound):
        unit.dossiers.by_id(made.id)


def test_nothing_half_is_done(catalogue: Catalogue) -> None:
    made = make(catalogue)
    good, binned = enter(catalogue), enter(catalogue)
    catalogue.write(lambda unit: discard(unit, binned, "Lan", "nhầm"))
    with pytest.raises(InBin):
        file(catalogue, made, good, binned)
    with pytest.raises(NotFound):
        file(catalogue, made, good, new_id())
    assert inside(catalogue) == ()


def test_a_list_shows_what_the_asker_may_see(catalogue: Catalogue) -> None:
    open_, own = make(catalogue), make(catalogue, title="Riêng", access_class="unit")
    make(catalogue, title="Kín", unit="other", access_class="unit")
    with catalogue.reading() as unit:
        assert [one.id for one in unit.dossiers.listed(LOCAL.tokens, 10)] == [own.id, open_.id]
        assert [one.id for one in unit.dossiers.listed(Viewer("ai", ("internal",)).tokens, 10)] == [open_.id]
        assert [one.id for one in unit.dossiers.listed(LOCAL.tokens, 10, after=(own.name, own.id))] == [open_.id]


def test_records_of_a_dossier_are_found_by_their_index(tmp_path: Path) -> None:
    made, one = Catalogue.sqlite(tmp_path / "catalogue.sqlite"), new_id()
    for ask, index in (
        (lambda unit: unit.dossiers.record_ids(one, LOCAL.tokens), "ix_record_dossier_id"),
        (lambda unit: unit.dossiers.held([one], LOCAL.tokens), "ix_record_dossier_id"),
        (lambda unit: unit.dossiers.waiting(NAME, LOCAL.tokens, 10), "ix_described_field_dossier"),
    ):
        assert any(index in step for step in plan(made, ask))
    made.close()


def test_all_of_it_comes_back_from_the_originals(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    originals = FolderOriginals(layout.originals)
    catalogue = Catalogue.sqlite(layout.catalogue)
    ids = [enter(catalogue, originals=originals, scratch=tmp_path) for _ in range(3)]
    made, gone = make(catalogue, rule={"q": "tuyển dụng"}), make(catalogue, title="Bỏ")
    file(catalogue, made, *ids)
    catalogue.write(lambda unit: dossiers.place(unit, made.id, ids[::-1], "Lan"))
    describe(catalogue, made, title="Tuyển dụng 2020", retention="20 năm")
    undo(catalogue, made, last_change(catalogue, made))
    catalogue.write(lambda unit: dossier_moves.take_out(unit, made.id, ids[:1], "Lan"))
    catalogue.write(lambda unit: dossiers.remove(unit, gone.id, "Lan"))
    catalogue.write(lambda unit: discard(unit, ids[2], "Lan", "nhầm"))
    catalogue.write(lambda unit: ask_purge(unit, ids[2], "Lan"))
    catalogue.write(lambda unit: confirm_purge(unit, ids[2], "Minh"))
    writer(catalogue, layout).drain()
    again = Catalogue.sqlite(tmp_path / "again.sqlite")
    rebuild_catalogue(again, originals, layout)
    before, after = everything(catalogue), everything(again)
    for name in ("dossier", "dossier_access", "dossier_change", "record", "record_access", "described_field", "event"):
        assert before[name] == after[name]
    assert len(before["dossier"]) == 1
    assert inside(again) == (ids[1],)
    again.close()
    catalogue.close()
