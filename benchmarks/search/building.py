"""What it costs to build an index, by the product's own rebuild, and how large it is."""

from __future__ import annotations

import json
import resource
import time
import urllib.request
from dataclasses import dataclass

from sqlalchemy import LargeBinary, cast, func, select

from archive import tables
from benchmarks.search.places import Place
from search_api.rebuild import rebuild

_TOLD_EVERY = 20_000


@dataclass(frozen=True)
class Built:
    """Seconds of the clock and of this process' cores; the most memory that it ever had."""

    records: int
    seconds: float
    core_seconds: float
    most_bytes: int


def build(place: Place) -> Built:
    """The index of all records."""
    told = [0]

    def tell(done: int, total: int) -> None:
        if done // _TOLD_EVERY > told[0]:
            told[0] = done // _TOLD_EVERY
            print(f"  {done} of {total} indexed, {done / (time.perf_counter() - begun):.0f} a second", flush=True)

    with place.opened() as (catalogue, engine):
        begun, core = time.perf_counter(), time.process_time()
        done = rebuild(catalogue, engine, place.lock, tell)
        took = time.perf_counter() - begun, time.process_time() - core
    return Built(done.records, *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def index_bytes(place: Place) -> int:
    """All files of the index."""
    if place.url:
        with urllib.request.urlopen(f"{place.url}/{place.alias}/_stats/store") as answer:
            return int(json.load(answer)["_all"]["primaries"]["store"]["size_in_bytes"])
    return sum(path.stat().st_size for path in (place.folder / "index").rglob("*") if path.is_file())


def text_bytes(place: Place) -> int:
    """UTF-8 of all pages and described fields."""
    with place.opened() as (catalogue, _), catalogue.connection_for_moving() as connection:
        columns = (tables.page.c.text, tables.described_field.c.value)
        sizes = (select(func.sum(func.length(cast(column, LargeBinary)))) for column in columns)
        return sum(int(connection.execute(size).scalar_one()) for size in sizes)
