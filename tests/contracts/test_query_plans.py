"""What is asked again and again, or of a large archive: by SQLite's own plans, nothing walks through a whole table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from archive.catalogue import Catalogue
from archive.unit_of_work import UnitOfWork


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
    yield made
    made.close()


def plan(catalogue: Catalogue, ask: Callable[[UnitOfWork], object]) -> list[str]:
    """The steps that SQLite takes for all that is asked."""
    asked: list[tuple[str, Any]] = []

    def keep(*arguments: Any) -> None:
        asked.append((arguments[2], arguments[3]))

    event.listen(catalogue._engine, "before_cursor_execute", keep)
    with catalogue.reading() as unit:
        ask(unit)
    event.remove(catalogue._engine, "before_cursor_execute", keep)
    selects = [(statement, values) for statement, values in asked if statement.startswith("SELECT")]
    with catalogue._engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all() for one, values in selects]
    assert plans
    return [row[3] for rows in plans for row in rows]


def test_what_each_search_asks_of_the_bin_goes_by_keys_alone(catalogue: Catalogue) -> None:
    steps = plan(catalogue, lambda unit: unit.bin.leaving())
    assert [step for step in steps if step.startswith("SCAN")] == []
