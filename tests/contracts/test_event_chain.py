"""The chain of events, on both databases: it holds whoever writes at once, and names what was tampered with."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from archive.catalogue import Catalogue
from archive.chain import ORIGIN, BrokenLink, hash_of, verify_chain
from archive.chain_heads import lost_heads, write_head
from archive.events import Event, EventType
from kernel.clock import now
from kernel.ids import new_id
from tests.servers.postgresql import postgresql_database

Opener = Callable[[], Catalogue]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    else:
        with postgresql_database(tables=False) as url:
            yield url


@pytest.fixture
def catalogue(database: str, tmp_path: Path) -> Iterator[Catalogue]:
    made = opened(database, tmp_path)
    yield made
    made.close()


def opened(database: str, folder: Path) -> Catalogue:
    if database.startswith("sqlite"):
        return Catalogue.sqlite(folder / "catalogue.sqlite")
    return Catalogue.at_url(database, folder)


def tell(catalogue: Catalogue, count: int, name: str = "tệp") -> None:
    events = [
        Event(EventType.VALIDATION, "failure", detail={"file_name": f"{name} {i}", "x": 1.5}) for i in range(count)
    ]
    catalogue.write(lambda work: work.events.add(events))


def broken(catalogue: Catalogue) -> BrokenLink | None:
    with catalogue.reading() as unit:
        return verify_chain(unit)


def tamper(catalogue: Catalogue, statement: str, **values: Any) -> None:
    with catalogue._engine.begin() as connection:
        connection.execute(text(statement), values)


def numbers(catalogue: Catalogue) -> list[int]:
    with catalogue.reading() as unit:
        return [row.number for row in unit.events.rows()]


def test_each_event_carries_the_hash_of_the_one_before_it(catalogue: Catalogue) -> None:
    assert broken(catalogue) is None
    tell(catalogue, 3)
    tell(catalogue, 2)
    with catalogue.reading() as unit:
        rows = list(unit.events.rows())
    assert [row.previous for row in rows] == [ORIGIN, *(row.hash for row in rows[:-1])]
    assert broken(catalogue) is None


def test_the_hash_is_that_of_the_documented_form(catalogue: Catalogue) -> None:
    tell(catalogue, 1)
    with catalogue.reading() as unit:
        (row,) = unit.events.rows()
    content = {
        "agent": "tangthu",
        "at": row.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
        "delivery_id": None,
        "detail": {"file_name": "tệp 0", "x": 1.5},
        "outcome": "failure",
        "previous": "0" * 64,
        "record_id": None,
        "type": "validation",
    }
    assert row.hash == hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def test_nothing_of_an_uncommitted_unit_is_in_the_chain(catalogue: Catalogue) -> None:
    with catalogue.writing() as unit:
        unit.events.add([Event(EventType.VALIDATION)])
        unit.events.flush()
    tell(catalogue, 1)
    assert len(numbers(catalogue)) == 1
    assert broken(catalogue) is None


def test_the_chain_holds_when_many_write_at_once(catalogue: Catalogue, database: str, tmp_path: Path) -> None:
    other = opened(database, tmp_path)
    threads = [threading.Thread(target=lambda to=to: [tell(to, 7) for _ in range(10)]) for to in (catalogue, other) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(numbers(catalogue)) == 8 * 10 * 7
    assert broken(catalogue) is None


@pytest.mark.parametrize(
    "change",
    ["agent = 'người khác'", "outcome = 'success'", "detail = '{}'", "record_id = 'x'", "type = 'ingestion'"],
)
def test_a_changed_event_is_named(catalogue: Catalogue, change: str) -> None:
    tell(catalogue, 9)
    fifth = numbers(catalogue)[4]
    tamper(catalogue, f"UPDATE event SET {change} WHERE number = :number", number=fifth)
    assert broken(catalogue) == BrokenLink(fifth, content=True)


def test_a_changed_event_with_its_hash_made_anew_shows_at_the_next(catalogue: Catalogue) -> None:
    tell(catalogue, 9)
    fifth, sixth = numbers(catalogue)[4:6]
    with catalogue.reading() as unit:
        row = next(row for row in unit.events.rows() if row.number == fifth)
    forged = hash_of(row._asdict() | {"agent": "người khác"}, row.previous)
    tamper(catalogue, "UPDATE event SET agent = 'người khác', hash = :h WHERE number = :number", h=forged, number=fifth)
    assert broken(catalogue) == BrokenLink(sixth, content=False)


def test_an_event_left_out_shows_at_the_next(catalogue: Catalogue) -> None:
    tell(catalogue, 9)
    fifth, sixth = numbers(catalogue)[4:6]
    tamper(catalogue, "DELETE FROM event WHERE number = :number", number=fifth)
    assert broken(catalogue) == BrokenLink(sixth, content=False)


def test_two_events_that_changed_places_are_named(catalogue: Catalogue) -> None:
    tell(catalogue, 9)
    fifth, sixth = numbers(catalogue)[4:6]
    for old, new in ((fifth, 10_000), (sixth, fifth), (10_000, sixth)):
        tamper(catalogue, "UPDATE event SET number = :new WHERE number = :old", old=old, new=new)
    assert broken(catalogue) == BrokenLink(fifth, content=False)


def test_a_cut_chain_holds_but_not_beside_its_head(catalogue: Catalogue, tmp_path: Path) -> None:
    tell(catalogue, 9)
    assert write_head(catalogue, tmp_path / "heads") is not None
    assert write_head(catalogue, tmp_path / "heads") is None  # one a day
    tell(catalogue, 1)
    with catalogue.reading() as unit:
        assert list(lost_heads(unit, tmp_path / "heads")) == []
    last = numbers(catalogue)[-3]
    tamper(catalogue, "DELETE FROM event WHERE number > :last", last=last)
    assert broken(catalogue) is None
    with catalogue.reading() as unit:
        (lost,) = lost_heads(unit, tmp_path / "heads")
    assert lost.gone and lost.number > last


def test_a_chain_written_anew_holds_but_not_beside_its_head(catalogue: Catalogue, tmp_path: Path) -> None:
    tell(catalogue, 9)
    write_head(catalogue, tmp_path / "heads")
    first = numbers(catalogue)[0]
    tamper(catalogue, "UPDATE event SET agent = 'người khác' WHERE number = :first", first=first)
    previous = ORIGIN
    with catalogue.reading() as unit:
        rows = list(unit.events.rows())
    for row in rows:
        link = hash_of(row._asdict(), previous)
        tamper(
            catalogue,
            "UPDATE event SET previous = :previous, hash = :link WHERE number = :number",
            previous=previous,
            link=link,
            number=row.number,
        )
        previous = link
    assert broken(catalogue) is None
    with catalogue.reading() as unit:
        (lost,) = lost_heads(unit, tmp_path / "heads")
    assert not lost.gone and not lost.unreadable


def test_a_head_that_cannot_be_read_is_told(catalogue: Catalogue, tmp_path: Path) -> None:
    tell(catalogue, 1)
    path = write_head(catalogue, tmp_path / "heads")
    assert path is not None
    path.write_text("{")
    with catalogue.reading() as unit:
        (lost,) = lost_heads(unit, tmp_path / "heads")
    assert lost.unreadable


def test_an_archive_without_events_puts_down_no_head(catalogue: Catalogue, tmp_path: Path) -> None:
    assert write_head(catalogue, tmp_path / "heads") is None


def migrated_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "archive/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def fill_first_form(engine: Engine, count: int) -> None:
    """What the first release wrote: an original, its record, and events of all kinds, with gaps in their numbers."""
    columns = "number, at, type, outcome, record_id, delivery_id, agent, detail"
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO original (digest, size, stored_at) VALUES (:d, 5, :at)"), {"d": "a" * 64, "at": now()}
        )
        rows = [
            {
                "number": 3 * number + 1,
                "at": now(),
                "type": "ingestion" if number % 2 else "metadata modification",
                "outcome": "success",
                "record_id": new_id() if number % 3 else None,
                "delivery_id": new_id() if number % 2 else None,
                "agent": "Trần Văn Ất",
                "detail": json.dumps({"fields": {"subject": {"old": None, "new": "Về việc “lưu trữ”"}}, "n": number}),
            }
            for number in range(count)
        ]
        connection.execute(text(f"INSERT INTO event ({columns}) VALUES (:{columns.replace(', ', ', :')})"), rows)


def test_the_events_of_the_first_release_become_a_chain(database: str, tmp_path: Path) -> None:
    engine = create_engine(database)
    migrated_to(engine, "0001")
    fill_first_form(engine, 4500)
    engine.dispose()
    catalogue = opened(database, tmp_path)
    assert numbers(catalogue) == [3 * number + 1 for number in range(4500)]
    assert broken(catalogue) is None
    with catalogue.reading() as unit:
        assert unit.events.head().at.tzinfo is not None  # type: ignore[union-attr]
        assert unit.fixity.due(now(), 5) == ("a" * 64,)
    if catalogue.dialect == "sqlite":  # numbers are given on, never used again
        tell(catalogue, 1)
        assert numbers(catalogue)[-1] == 3 * 4499 + 2
        assert broken(catalogue) is None
    tamper(catalogue, "UPDATE event SET agent = 'x' WHERE number = 7")
    assert broken(catalogue) == BrokenLink(7, content=True)
    catalogue.close()
