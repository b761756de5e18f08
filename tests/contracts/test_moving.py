"""A catalogue moved to the other database is the same: rows, digests, and the numbers that it goes on with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, update
from typer.testing import CliRunner

from archive import moving, tables
from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard
from archive.dossier_moves import file
from archive.dossiers import make
from archive.identities import BegunSignIn, Identity
from archive.moving import digests, move
from archive.registers import Wanted, give
from archive.reviews import Review
from archive.sessions import ApiKey, OneTimeLink, Session
from archive.sights import Sight
from archive.tables import metadata
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadValue, Broken, Unavailable
from kernel.keeping_errors import NotEmpty
from kernel.locks import shared_if_free
from mappings.filing import Direction
from mappings.people import Grant, OfficeUnit, Person, Role
from mappings.record import DescribedField, Page, PageState, ReadBy, RecordState
from mappings.rewording.correcting import PageCorrection, Verdict
from tangthu.cli import app
from tests.contracts.test_catalogue import arrival, take
from tests.first_release import FIRST, TEXT, make_first_release
from tests.records import words_of
from tests.servers.postgresql import postgresql_database


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Catalogue]:
    """With rows of the first release and newer ones, more than a batch, some in the bin and some purged."""
    path = tmp_path / "catalogue.sqlite"
    make_first_release(f"sqlite:///{path}")
    made = Catalogue.sqlite(path)
    fill(made)
    yield made
    made.close()


def fill(catalogue: Catalogue) -> None:
    ids = [str(one.record_id) for one in take(catalogue, *(arrival(f"{number:064x}", 1) for number in range(500)))]
    page = Page(1, PageState.SEARCHABLE, ReadBy.OCR, 0.1 + 0.2, TEXT, words_of(TEXT), 595.2756, 841.89)
    catalogue.write(lambda work: work.pages.save(ids[0], [page]))
    catalogue.write(
        lambda work: work.records.describe(ids[0], {"signer": DescribedField("signer", "ĐỖ \U00020000", 0.1)})
    )
    catalogue.write(lambda work: discard(work, ids[1], "A", "nhầm"))
    catalogue.write(lambda work: discard(work, ids[-1], "A", "nhầm"))
    catalogue.write(lambda work: ask_purge(work, ids[-1], "A"))
    catalogue.write(lambda work: confirm_purge(work, ids[-1], "B"))
    saved = catalogue.write(lambda work: work.saved_searches.add("A", "Ngân sách", {"q": "ngân sách", "kind": ["QĐ"]}))
    catalogue.write(fill_people)
    said = {"title": "Hồ sơ", "unit": "office", "agency": "office", "access_class": "internal"}
    catalogue.write(lambda work: make(work, "01jd3v8p7m6x1yq2w3e4r5t6y7", said, "A"))
    catalogue.write(lambda work: file(work, "01jd3v8p7m6x1yq2w3e4r5t6y7", ids[3:5], "A"))
    wanted = Wanted("01jd3v8p7m6x1yq2w3e4r5t6y8", "office", ids[3], Direction.IN, date(2026, 5, 20))
    catalogue.write(lambda work: give(work, wanted, date(2026, 5, 20), "A"))
    catalogue.write(lambda work: work.alerts.add([(saved.id, ids[0]), (saved.id, ids[2])]))
    catalogue.write(lambda work: fill_reviews(work, ids[0], page))


def fill_reviews(work: UnitOfWork, record_id: str, page: Page) -> None:
    after = (replace(page.words[0], text="ĐÃ \U00020000 SỬA", confidence=1.0),)
    said = PageCorrection("01c", record_id, 1, Verdict.CORRECTED, "Lan (lan)", now(), page.words[:1], after)
    work.corrections.add(said)
    first = Review("01r", record_id, "page", "1", "a", "b", "corrected", "Lan (lan)", "lan", now(), 4.5)
    work.reviews.add(first)
    work.reviews.sample(first)
    work.records.finish(record_id, RecordState.SEARCHABLE)


def fill_people(work: UnitOfWork) -> None:
    person = Person("01jd3v8p7m6x1yq2w3e4r5t6z9", "mau.nt", "Nguyễn Thị Mẫu", now(), "$argon2id$…", now(), "ABC")
    work.people.add(person)
    work.people.put_unit(OfficeUnit("so-a", "Sở A", "tỉnh"))
    work.people.grant(Grant(person.id, "so-a", Role.CLERK))
    ends = now() + timedelta(hours=1)
    work.sessions.open(Session("s" * 26, "a" * 64, person.id, now(), now(), ends, True, "10.0.0.9", "Firefox"))
    work.sessions.add_key(ApiKey("k" * 26, "tangthu_x", "b" * 64, person.id, "quét", ("records:add",), now(), ends))
    work.sessions.add_link(OneTimeLink("c" * 64, person.id, now(), ends))
    work.sessions.count_try(["d" * 64], now(), timedelta(minutes=15))
    work.identities.link(Identity("https://idp.test", "A-1", person.id, "mau", now(), now()))
    begun = BegunSignIn("e" * 64, "sign-in", "s" * 26, "c" * 64, "https://archive.test/ve", "/", now(), ends)
    work.identities.begin(begun)
    work.sights.add([Sight(FIRST, person.id, "opened", now())])


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Catalogue]:
    with postgresql_database() as url:
        made = Catalogue.at_url(url, tmp_path)
        yield made
        made.close()


def test_there_and_back_again_nothing_is_different(sqlite: Catalogue, postgresql: Catalogue, tmp_path: Path) -> None:
    before = digests(sqlite)
    assert {name: table.rows for name, table in before.items() if not table.rows} == {}, "every table holds something"
    assert move(sqlite, postgresql) == before == digests(postgresql) == digests(sqlite)
    back = Catalogue.sqlite(tmp_path / "back.sqlite")
    assert move(postgresql, back) == before == digests(back)
    for catalogue in (postgresql, back):
        with catalogue.reading() as work:
            assert work.pages.page(FIRST, 1).text == TEXT
        (delivery,) = take(catalogue, arrival("f" * 64))
        with catalogue.reading() as work:
            # 5 of the first release, then 500, the last of which was purged: its number is not given again.
            assert work.records.by_id(str(delivery.record_id)).sequence == 506
    back.close()


def test_a_target_that_holds_anything_is_refused(sqlite: Catalogue, postgresql: Catalogue) -> None:
    take(postgresql, arrival("f" * 64))
    before = digests(postgresql)
    with pytest.raises(NotEmpty):
        move(sqlite, postgresql)
    assert digests(postgresql) == before
    with pytest.raises(NotEmpty):
        move(postgresql, sqlite)


def test_a_move_that_breaks_off_leaves_an_empty_target(sqlite: Catalogue, postgresql: Catalogue) -> None:
    def breaks(name: str, rows: int) -> None:
        if (name, rows) == ("page", 400):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(sqlite, postgresql, breaks)
    assert not any(table.rows for table in digests(postgresql).values())
    assert move(sqlite, postgresql) == digests(sqlite)


def test_a_row_that_does_not_come_back_as_it_was_is_noticed_and_nothing_is_moved(
    sqlite: Catalogue, postgresql: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = moving._compare

    def spoiled(writing: Connection, table: Table, expected: moving.TableDigest) -> None:
        if table is tables.page:
            one = (table.c.record_id == FIRST) & (table.c.number == 1)
            writing.execute(update(table).where(one).values(width=595.3))
        compare(writing, table, expected)

    monkeypatch.setattr(moving, "_compare", spoiled)
    with pytest.raises(Broken):
        move(sqlite, postgresql)
    assert not any(table.rows for table in digests(postgresql).values())


def test_a_text_that_postgresql_cannot_hold_is_told(sqlite: Catalogue, postgresql: Catalogue) -> None:
    with sqlite.connection_for_moving() as connection:  # as an early release could write it
        connection.execute(update(tables.described_field).values(value="a\x00b"))
        connection.commit()
    with pytest.raises(BadValue, match="NUL"):
        move(sqlite, postgresql)
    assert not any(table.rows for table in digests(postgresql).values())


def test_digests_see_each_kind_of_change(sqlite: Catalogue) -> None:
    before = digests(sqlite)
    sqlite.write(lambda work: work.outbox.put({FIRST: 99}))
    after = digests(sqlite)
    assert {name for name in before if before[name] != after[name]} == {"outbox"}
    assert before["outbox"].rows == after["outbox"].rows
    assert set(before) == set(metadata.tables)


def test_nobody_answering_or_no_url_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Catalogue.at_url("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path)
    with pytest.raises(BadValue):
        Catalogue.at_url("no url", tmp_path)


def test_the_command_moves_there_and_back_but_not_under_a_running_house(
    sqlite: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, back = tmp_path / "data", tmp_path / "back"
    data.mkdir()
    sqlite.close()
    (tmp_path / "catalogue.sqlite").rename(data / "catalogue.sqlite")
    with postgresql_database() as url:
        with shared_if_free(data / "in-use.lock"):
            refused = CliRunner().invoke(app, ["move-catalogue", url, "--data", str(data)])
        assert refused.exception is not None
        assert "running" in str(refused.exception)
        moved = CliRunner().invoke(app, ["move-catalogue", url, "--data", str(data), "--json"])
        assert moved.exit_code == 0, moved.output
        monkeypatch.setenv("TANGTHU_DATABASE_URL", url)
        returned = CliRunner().invoke(app, ["move-catalogue", "sqlite", "--data", str(back), "--json"])
        assert returned.exit_code == 0, returned.output
        assert returned.stdout == moved.stdout
    assert (back / "catalogue.sqlite").stat().st_size > 100_000
