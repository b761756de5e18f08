"""By the databases' own plans: what is asked often or of much walks through no whole table, or not for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from archive.catalogue import Catalogue
from archive.unit_of_work import UnitOfWork
from tests.records import enter
from tests.servers.postgresql import postgresql_database


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
    yield made
    made.close()


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Catalogue]:
    with postgresql_database() as url:
        made = Catalogue.at_url(url, tmp_path)
        yield made
        made.close()


def plan(catalogue: Catalogue, ask: Callable[[UnitOfWork], object]) -> list[str]:
    """The steps that the database takes for all that is asked."""
    asked: list[tuple[str, Any]] = []

    def keep(*arguments: Any) -> None:
        asked.append((arguments[2], arguments[3]))

    event.listen(catalogue._engine, "before_cursor_execute", keep)
    with catalogue.reading() as unit:
        ask(unit)
    event.remove(catalogue._engine, "before_cursor_execute", keep)
    selects = [(statement, values) for statement, values in asked if statement.startswith("SELECT")]
    with catalogue._engine.connect() as connection:
        word = "EXPLAIN QUERY PLAN" if catalogue.dialect == "sqlite" else "EXPLAIN"
        plans = [connection.exec_driver_sql(f"{word} {one}", values).all() for one, values in selects]
    assert plans
    return [row[-1] for rows in plans for row in rows]


def test_what_each_search_asks_of_the_bin_goes_by_keys_alone(sqlite: Catalogue) -> None:
    steps = plan(sqlite, lambda unit: unit.bin.leaving(("public", "unit:office")))
    assert [step for step in steps if step.startswith("SCAN")] == []


def test_what_each_search_asks_of_its_hits_goes_by_keys_alone(sqlite: Catalogue) -> None:
    ids = [enter(sqlite, ("một", "hai")) for _ in range(3)]
    steps = plan(sqlite, lambda unit: unit.records.views(ids, pages=True, boxes=False))
    steps += plan(sqlite, lambda unit: unit.pages.packed({(record_id, page) for record_id in ids for page in (1, 2)}))
    assert [step for step in steps if step.startswith("SCAN ") and "CONSTANT" not in step] == []
    assert len([step for step in steps if step.startswith("SEARCH page")]) == 2


def test_events_that_are_missing_are_found_without_a_walk_for_each(postgresql: Catalogue) -> None:
    steps = plan(postgresql, lambda unit: list(unit.contradictions.missing_events()))
    assert [step for step in steps if "SubPlan" in step] == []


@pytest.mark.parametrize("rows", ["records", "pages"])
def test_counts_ask_of_no_row_whether_it_lies_in_the_bin(rows: str, sqlite: Catalogue) -> None:
    steps = plan(sqlite, lambda unit: getattr(unit, rows).counts())
    walked = next(number for number, step in enumerate(steps) if step.startswith("SCAN"))
    assert "USING COVERING INDEX" in steps[walked]
    asked_of_each = [step for step in steps[walked : walked + 2] if "IN-OPERATOR" in step or "SUBQUERY" in step]
    assert asked_of_each == []
    assert len([step for step in steps if step.startswith("SCAN")]) == 1
