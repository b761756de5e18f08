"""What the home page costs: each of its figures and all of it, with and without the indexes made for it.

    python -m benchmarks.home [--records 20000]

Generated records of two pages in SQLite, come and read over the last 35 days; of a hundred, five with a field in doubt,
one with a page that could not be read, two that wait. Milliseconds of this process' cores, as others may work on the
machine, median of several, for one who sees every record and for one who sees one of a hundred. The search that
stands beside it on the page is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from starlette.requests import Request

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.unit_of_work import UnitOfWork
from benchmarks.archives import timed
from benchmarks.search.filling import fill
from benchmarks.search.places import ALL, FEW, Place
from kernel.clock import now
from search_api.access import Viewer
from search_api.reviewing.asking import asker_of
from search_api.reviewing.service import MOST_COUNTED
from search_api.services import Services
from search_api.web.home_course import bounds_of, days_until
from search_api.web.home_view import home_view
from search_api.web.rendering import Asking
from search_api.web.services import WebOptions, WebServices
from tests.serving import search_house

_TIMES = 15
_INDEXES = ("ix_record_received_at", "ix_record_read_at", "ix_page_failed", "ix_described_field_open")
_LIFE = (
    "UPDATE record SET received_at = :come, read_at = :read WHERE sequence % 35 = :day",
    "UPDATE record SET state = 'received', read_at = NULL WHERE sequence % 50 = 7",
    "UPDATE page SET state = 'waiting' WHERE record_id IN (SELECT id FROM record WHERE state = 'received')",
    "UPDATE page SET state = 'failed', reason = 'page-timed-out' "
    "WHERE number = 1 AND record_id IN (SELECT id FROM record WHERE sequence % 100 = 3)",
    "UPDATE described_field SET doubtful = 1 "
    "WHERE name = 'subject' AND record_id IN (SELECT id FROM record WHERE sequence % 20 = 11)",
    "UPDATE original SET checked_at = :read, outcome = 'intact'",
)


@contextmanager
def house_of(records: int) -> Iterator[Services]:
    """Services over so many records with some life in them; the engine is empty, as nothing here asks it."""
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as folder:
        data = Layout(Path(folder) / "data")
        data.data.mkdir()
        place = Place(data.data)
        fill(place, records, words=False)
        engine = place.engine()
        with search_house(Path(folder), engine) as house:
            enliven(house.catalogue)
            yield house.services
        engine.close()


def enliven(catalogue: Catalogue) -> None:
    """Spreads what came over the last days, and leaves something to do."""
    with catalogue.connection_for_moving() as connection:
        for day in range(35):
            come = now() - timedelta(days=day, hours=3)
            moments = {
                "come": f"{come:%Y-%m-%d %H:%M:%S.%f}",
                "read": f"{come + timedelta(hours=1):%Y-%m-%d %H:%M:%S.%f}",
            }
            connection.execute(text(_LIFE[0]), moments | {"day": day})
        for step in _LIFE[1:]:
            connection.execute(text(step), {"read": moments["read"]} if ":read" in step else {})
        connection.execute(text("ANALYZE"))
        connection.commit()
    catalogue.write(lambda unit: unit.review_queue.refresh())


def parts(viewer: Viewer) -> dict[str, Callable[[UnitOfWork], object]]:
    """Each figure by itself."""
    bounds, access = bounds_of(days_until(now())), viewer.tokens
    return {
        "course of thirty days": lambda work: work.figures.came(bounds, access),
        "kinds of seven days": lambda work: work.figures.kinds(bounds[-7], access),
        "pages not read": lambda work: work.figures.failed_pages(access),
        "pages that wait": lambda work: work.figures.waiting_pages(access),
        "to be reviewed": lambda work: work.review_queue.counts(asker_of(viewer), MOST_COUNTED),
        "files not taken": lambda work: work.rejected.count(None),
        "due in the registers": lambda work: work.registers.due(2000, "2999-12-31", access),
        "originals read again": lambda work: work.figures.originals(access),
    }


def measure(services: Services, viewer: Viewer) -> dict[str, float]:
    """Milliseconds by name; the whole page last."""
    found = {name: _median(services, work) for name, work in parts(viewer).items()}
    asking = Asking(Request({"type": "http", "headers": [], "query_string": b"", "path": "/"}), "vi")
    web = WebServices(replace(services, viewer=viewer), WebOptions())
    found["all of it"] = _ms([lambda: home_view(asking, web, viewer)] * _TIMES)
    return found


def _median(services: Services, work: Callable[[UnitOfWork], object]) -> float:
    with services.catalogue.reading() as unit:
        return _ms([lambda: work(unit)] * _TIMES)


def _ms(works: list[Callable[[], object]]) -> float:
    return 1000 * statistics.median(timed(work, time.process_time) for work in works)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.home")
    parser.add_argument("--records", type=int, default=20_000)
    records = parser.parse_args().records
    with house_of(records) as services:
        having = {viewer.name: measure(services, viewer) for viewer in (ALL, FEW)}
        with services.catalogue.connection_for_moving() as connection:
            for name in _INDEXES:
                connection.execute(text(f"DROP INDEX {name}"))
            connection.commit()
        without = {viewer.name: measure(services, viewer) for viewer in (ALL, FEW)}
    print(f"{records} records, ms (median of {_TIMES})")
    for name in (ALL.name, FEW.name):
        print(f"\n{'sees ' + name:26}{'with indexes':>14}{'without':>14}")
        for part, value in having[name].items():
            print(f"{part:26}{value:14.1f}{without[name][part]:14.1f}")


if __name__ == "__main__":
    main()
