"""Deliveries, kills, restarts, an engine that goes and comes, corrections, in any order that Hypothesis thinks of."""

from __future__ import annotations

import fcntl
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mappings.record import RecordState
from search_api.access import LOCAL
from search_api.correcting import CorrectionService
from tests.faults.conftest import Told
from tests.faults.invariants import digest_of, nothing_lost, of_index, violations
from tests.faults.living_process import Living, engine_of
from tests.integration.house import House

_SECONDS = 60


class AnyOrder(RuleBasedStateMachine):
    """A house, a process that works in it or is dead, an engine that is there or away."""

    steps = 0
    verified = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.root = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="tangthu-any-order-")))
        self.house = self.stack.enter_context(House(self.root))
        self.delivered: Counter[str] = Counter()
        self.corrected: dict[str, str] = {}
        self.locked: int | None = None
        self.living: Living | None = None
        self.restart()

    @property
    def away(self) -> bool:
        return self.locked is not None

    @rule(which=st.integers(0, 8), door=st.sampled_from(["drop", "folder", "renamed", "upload"]))
    def deliver(self, which: int, door: str) -> None:
        content = f"Văn bản thứ {which}".encode() if which else b""
        self.delivered[digest_of(content)] += 1
        name = f"{sum(self.delivered.values())}.txt"
        if door == "upload":
            self.house.upload(name, content)
        elif door == "renamed":
            self.house.drop(f"{name}.part", content).rename(self.house.incoming / name)
        else:
            # Written elsewhere and put there whole: half-written files are another test's matter.
            (self.root / "coming").write_bytes(content)
            (self.house.incoming / "hộp").mkdir(exist_ok=True)
            (self.root / "coming").rename(self.house.incoming / (f"hộp/{name}" if door == "folder" else name))

    @precondition(lambda self: self.living)
    @rule(after=st.floats(0, 0.5))
    def kill(self, after: float) -> None:
        time.sleep(after)  # the moment of the kill is what is tried
        assert self.living
        assert self.living.alive, "it died by itself"
        self.living.kill()
        self.living = None

    @precondition(lambda self: not self.living)
    @rule()
    def restart(self) -> None:
        self.living = Living(self.root, "", "")

    @precondition(lambda self: not self.away)
    @rule()
    def engine_down(self) -> None:
        """The embedded engine cannot be away; somebody else holds its lock."""
        lock = self.house.layout.index_lock.open("a")
        self.locked = self.stack.enter_context(lock).fileno()
        fcntl.flock(self.locked, fcntl.LOCK_EX)

    @precondition(lambda self: self.away)
    @rule()
    def engine_up(self) -> None:
        if self.locked is not None:
            fcntl.flock(self.locked, fcntl.LOCK_UN)
            self.locked = None

    @rule(choice=st.integers(0, 100))
    def correct(self, choice: int) -> None:
        with self.house.catalogue.reading() as work:
            ids = [record_id for record_id, _ in work.records.all_revisions()]
        if ids:
            record_id, value = ids[choice % len(ids)], f"Người sửa {choice}"
            CorrectionService(self.house.catalogue).correct(record_id, {"subject": value}, LOCAL)
            self.corrected[record_id] = value

    @rule()
    def verify(self) -> None:
        """Whatever was before: with a process and an engine, everything comes to its end."""
        if self.away:
            self.engine_up()
        if not self.living:
            self.restart()
        deadline = time.monotonic() + _SECONDS
        while told := self.unsettled():
            assert self.living
            assert self.living.alive, "it died by itself"
            assert time.monotonic() < deadline, told
            time.sleep(0.1)
        assert not violations(self.house, self.delivered)
        assert not self.index_differs()
        with self.house.catalogue.reading() as work:
            fields = work.records.fields(list(self.corrected))
        assert {key: fields[key]["subject"].value for key in self.corrected} == self.corrected
        type(self).verified += 1

    def unsettled(self) -> list[str]:
        states = self.house.record_states()
        with self.house.catalogue.reading() as work:
            waiting = work.outbox.waiting()
        told = self.house.files_left() + [f"{waiting} for the index"] * bool(waiting)
        told += [state.value for state in (RecordState.RECEIVED, RecordState.READING) if states.get(state)]
        return told or self.index_differs()

    def index_differs(self) -> list[str]:
        engine = engine_of(self.house, "", "", read_only=True)
        try:
            return of_index(self.house.catalogue, engine)
        finally:
            engine.close()

    @invariant()
    def nothing_is_lost(self) -> None:
        type(self).steps += 1
        # A file on its way from one place to the next may be seen in neither; not twice in a row.
        for _ in range(5):
            if not (told := nothing_lost(self.root, self.delivered)):
                return
        raise AssertionError(told)

    def teardown(self) -> None:
        try:
            self.verify()
        finally:
            if self.living:
                self.living.kill()
            self.stack.close()


@pytest.mark.timeout(3600)
def test_nothing_is_lost_in_any_order(whole: bool, told: Told) -> None:
    class Tried(AnyOrder):
        """Its own counts."""

    chosen = settings(
        max_examples=40 if whole else 2,
        stateful_step_count=30 if whole else 8,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Tried, settings=chosen)
    told("steps in any order, embedded", Tried.steps, [])
