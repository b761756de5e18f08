"""A database that is locked for a minute or restarted while it commits: nothing is lost, tries are bounded."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from archive.catalogue import Catalogue
from archive.layout import Layout
from ingest.service import IngestService
from kernel.errors import Unavailable
from mappings.record import RecordState
from tests.faults.conftest import Told
from tests.faults.invariants import digest_of, violations
from tests.integration.house import AT_ONCE, House, until
from tests.servers.cutting import cutting_proxy
from tests.servers.postgresql import own_postgresql

FILES = 40


def hold(path: Path, control: Connection) -> None:
    """Locks a SQLite database until a word comes."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    connection.execute("BEGIN EXCLUSIVE")
    control.send("locked")
    control.recv()
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("seconds", [3, pytest.param(75, marks=pytest.mark.long)])
def test_a_database_locked_by_another_process_loses_nothing(seconds: int, tmp_path: Path, told: Told) -> None:
    """75 s are more than a connection waits (a minute), so that the wait itself fails too."""
    contents = [f"Công văn {number}".encode() for number in range(FILES)]
    context = multiprocessing.get_context("spawn")
    with House(tmp_path) as house, house.service() as service:
        control, inner = context.Pipe()
        process = context.Process(target=hold, args=(house.layout.catalogue, inner))
        process.start()
        assert control.recv() == "locked"
        for number, content in enumerate(contents):
            house.drop(f"{number}.txt", content)
        service.start()
        until(lambda: any((tmp_path / "drop/.claimed").rglob("*.txt")), 120)
        # The length of the lock is what is tried here, and not a wait for something.
        threading.Event().wait(seconds)
        assert not house.record_count()
        control.send("let go")
        process.join()
        assert service.drain(100), service.intake.status
        assert service.intake.status.trouble is None
        lines = violations(house, Counter(map(digest_of, contents)))
    told(f"SQLite locked for {seconds} s", FILES, lines)


@pytest.mark.long
def test_a_write_to_a_database_that_is_away_is_tried_a_few_times_and_then_said_to_be_so(
    tmp_path: Path, told: Told
) -> None:
    with own_postgresql() as server:
        catalogue = Catalogue.at_url(server.url, tmp_path)
        server.stop()
        tries: list[float] = []
        began = time.monotonic()
        with pytest.raises(Unavailable):
            catalogue.write(lambda work: tries.append(work.records.counts()))  # type: ignore[arg-type]
        assert time.monotonic() - began < 60
        assert len(tries) == 0
        server.start()
        catalogue.write(lambda work: work.records.counts())
        catalogue.close()
    told("PostgreSQL away: bounded tries", 1, [])


@pytest.mark.parametrize("restarts", [2, pytest.param(12, marks=pytest.mark.long)])
def test_a_database_restarted_while_it_commits_loses_and_doubles_nothing(
    restarts: int, tmp_path: Path, told: Told
) -> None:
    contents = [f"Nghị quyết {number}".encode() for number in range(restarts * 64)]
    with own_postgresql() as server:
        house = PostgresHouse(tmp_path, server.url)
        with house, house.service() as service:
            service.start()
            for restart in range(restarts):
                committed = house.record_count()
                for number in range(restart * 64, restart * 64 + 64):
                    house.drop(f"{number % 5}/{number}.txt", contents[number])
                # As soon as something of these is committed, others are about to be.
                until(lambda committed=committed: house.record_count() > committed, 120)  # type: ignore[misc]
                server.restart()
            assert service.drain(100), (service.intake.status, service.pipeline.status)
            lines = violations(house, Counter(map(digest_of, contents)))
            assert house.record_states() == {RecordState.SEARCHABLE: len(contents)}
    told("PostgreSQL restarted while it commits", restarts, lines)


class PostgresHouse(House):
    """A house with its catalogue in PostgreSQL."""

    def __init__(self, root: Path, url: str) -> None:
        self.url = url
        super().__init__(root)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.catalogue.close()
        self.catalogue = Catalogue.at_url(self.url, self.layout.data)

    def record_count(self) -> int:
        try:
            return super().record_count()
        except Unavailable:
            return 0

    def service(self, options=AT_ONCE, originals=None) -> IngestService:  # type: ignore[no-untyped-def]
        return IngestService(self.catalogue, self.originals, Layout(self.root / "data"), self.root / "drop", options)


@pytest.mark.parametrize("files", [40, pytest.param(400, marks=pytest.mark.long)])
def test_a_commit_that_was_done_but_never_answered_is_not_done_twice(files: int, tmp_path: Path, told: Told) -> None:
    contents = [b"", *(f"Thông báo {number}".encode() for number in range(files))]
    with own_postgresql() as server, cutting_proxy(server.folder, every=3) as proxy:
        url = server.url.replace(str(server.folder), str(proxy.folder))
        with PostgresHouse(tmp_path, url) as house, house.service(replace(AT_ONCE, workers=1)) as service:
            service.start()
            for start in range(0, len(contents), 8):
                came = house.record_count()
                for number in range(start, min(start + 8, len(contents))):
                    house.drop(f"{number}.txt", contents[number])
                until(lambda came=came: house.record_count() > came, 120)  # type: ignore[misc]
            assert service.drain(100), (service.intake.status, service.pipeline.status)
            lines = violations(house, Counter(map(digest_of, contents)))
        assert proxy.cut >= 3
        told("PostgreSQL cut off after a commit, before its answer", proxy.cut, lines)
