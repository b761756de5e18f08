"""Deliveries, kills, an engine that goes and comes, corrections, deletions, in any order that Hypothesis thinks of."""

from __future__ import annotations

import fcntl
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from archive.keeping import SidecarWriter
from archive.receiving import announce
from archive.sidecars import Sidecars
from kernel.clock import now
from kernel.disposal_errors import DeliveredAgain, InBin, SecondPersonNeeded
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.access import LOCAL
from search_api.correcting import CorrectionService
from search_api.disposing import DisposalService
from search_api.verifying import unindexed
from tests.faults import engine_troubles as troubles
from tests.faults.conftest import Told
from tests.faults.engine_troubles import Place, troubled
from tests.faults.invariants import digest_of, line, nothing_lost, of_index, places, unread, violations
from tests.faults.living_process import Living, engine_of
from tests.integration.checking import found
from tests.integration.house import House
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias
from tests.servers.proxy import Proxy

BOUND_SECONDS = 120
AN, BINH = "Lê An", "Trần Bình"
FAULTS = {
    "down": troubles.down,
    "resetting": troubled(troubles.resetting),
    "cut short": troubled(troubles.cut_short),
    "429": troubled(troubles.overloaded),
    "503": troubled(troubles.restarting),
    "429 in part": troubled(troubles.partly_overloaded),
}
DOORS = ("drop", "folder", "renamed", "upload")
MOMENTS = (0.0, 0.02, 0.1, 0.5)
HAPPENINGS = (
    *3 * ["deliver", "kill or restart"],
    *2 * ["engine goes or comes", "correct", "discard", "purge"],
    *["take_back", "take_back", "verify"],
)
T = TypeVar("T")
Step = Callable[..., None]


def step(function: Step) -> Step:
    """A step whose failure is a violation and ends the run; raised, Hypothesis would try to have it once more."""

    @wraps(function)
    def stepped(self: AnyOrder, **chosen: Any) -> None:
        if not self.broken:
            self.note(function.__name__, *chosen.values())
            try:
                function(self, **chosen)
            except (Exception, pytest.fail.Exception):
                self.violate([traceback.format_exc()])

    return stepped


class AnyOrder(RuleBasedStateMachine):
    """A house, a process that works in it or is dead, an engine that is there or away.

    Nothing that Hypothesis chooses depends on how far the process has come, so that a run can be had again. What is
    violated is counted, with the steps that led to it; the run goes on no further then.
    """

    cluster = False
    kinds: Counter[str]
    violated: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.history: list[str] = []
        self.broken = False
        self.stack = ExitStack()
        self.root = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="tangthu-any-order-")))
        self.house = self.stack.enter_context(House(self.root))
        self.place: Place | None = None
        if self.cluster:
            url = elasticsearch_url()
            proxy = self.stack.enter_context(Proxy(url))
            self.place = Place(proxy, url, self.stack.enter_context(fresh_alias(url)))
        self.corrections = CorrectionService(self.house.catalogue)
        self.disposal = DisposalService(
            self.house.catalogue, [self.house.originals, Sidecars(self.house.originals.beside)]
        )
        self.delivered: Counter[str] = Counter()
        self.corrected: dict[str, str] = {}
        self.binned: set[str] = set()
        self.purged: set[str] = set()
        self.away: ExitStack | None = None
        self.living: Living | None = None
        self.restart()

    @rule(what=st.sampled_from(HAPPENINGS), number=st.integers(0, 999))
    def happens(self, what: str, number: int) -> None:
        """All that may happen, as one rule: of several, Hypothesis leaves some out of each run, and few would meet."""
        if what == "deliver":
            self.deliver(which=number % 9, door=DOORS[number // 9 % len(DOORS)])
        elif what == "kill or restart":
            self.kill(after=MOMENTS[number % len(MOMENTS)]) if self.living else self.restart()
        elif what == "engine goes or comes":
            self.engine_up() if self.away else self.engine_down(how=sorted(FAULTS)[number % len(FAULTS)])
        elif what == "verify":
            self.verify()
        else:
            among = {"correct": self.known() | self.binned, "discard": self.known()}.get(what, self.binned)
            if among:
                getattr(self, what)(record_id=sorted(among)[number % len(among)])

    @step
    def deliver(self, which: int, door: str) -> None:
        content = f"Văn bản thứ {which}".encode() if which else b""
        self.delivered[digest_of(content)] += 1
        name = f"{sum(self.delivered.values())}.txt"
        if door == "upload":
            self.upload(name, content)
        elif door == "renamed":
            self.house.drop(f"{name}.part", content).rename(self.house.incoming / name)
        else:
            # Written elsewhere and put there whole: half-written files are another test's matter.
            (self.root / "coming").write_bytes(content)
            (self.house.incoming / "hộp").mkdir(exist_ok=True)
            (self.root / "coming").rename(self.house.incoming / (f"hộp/{name}" if door == "folder" else name))

    def upload(self, name: str, content: bytes) -> None:
        """As the API does: durable in the spool, then entered, then answered."""
        key = self.house.upload(name, content)
        came = Delivery(key, name, DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), len(content))
        self.house.catalogue.write(lambda work: announce(work, [came]))

    @step
    def kill(self, after: float) -> None:
        time.sleep(after)  # the moment of the kill is what is tried
        assert self.living
        assert self.living.alive, "it died by itself"
        self.living.kill()
        self.living = None

    @step
    def restart(self) -> None:
        url, alias = (self.place.proxy.url, self.place.alias) if self.place else ("", "")
        self.living = Living(self.root, url, alias)

    @step
    def engine_down(self, how: str) -> None:
        self.away = ExitStack()
        self.away.enter_context(FAULTS[how](self.place) if self.place else self.index_locked())

    @contextmanager
    def index_locked(self) -> Iterator[None]:
        """The embedded engine cannot be away; somebody else holds its lock."""
        with self.house.layout.index_lock.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @step
    def engine_up(self) -> None:
        if self.away:
            self.away.close()
        self.away = None

    @step
    def correct(self, record_id: str) -> None:
        if record_id in self.binned:
            with pytest.raises(InBin):
                self.corrections.correct(record_id, {"subject": "Không được"}, LOCAL)
            return
        self.corrected[record_id] = f"Người sửa lần {len(self.history)}"
        self.corrections.correct(record_id, {"subject": self.corrected[record_id]}, LOCAL)

    @step
    def discard(self, record_id: str) -> None:
        self.disposal.discard(record_id, AN, "Nộp nhầm", LOCAL)
        self.binned.add(record_id)

    @step
    def take_back(self, record_id: str) -> None:
        self.disposal.restore(record_id, BINH, LOCAL)
        self.binned.remove(record_id)

    @step
    def purge(self, record_id: str) -> None:
        try:
            self.disposal.ask_purge(record_id, AN, LOCAL)
            with pytest.raises(SecondPersonNeeded):
                self.disposal.confirm_purge(record_id, AN, LOCAL)
            self.disposal.confirm_purge(record_id, BINH, LOCAL)
        except DeliveredAgain:
            return  # it stays in the bin
        self.binned.remove(record_id)
        self.corrected.pop(record_id, None)
        self.purged.add(record_id)

    @step
    def verify(self) -> None:
        """The checker while all is at work, or after a kill: what is on its way is no violation."""
        self.violate([line(one) for one in self.looked(lambda: found(self.house))])
        if not self.away:
            self.violate([line(one) for one in self.looked(self.unindexed)])

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.broken:
            return
        # A file on its way from one place to the next may be seen in neither; not again and again.
        self.violate(self.looked(lambda: nothing_lost(self.root, self.delivered, self.purged_times())))

    def teardown(self) -> None:
        """Whatever was before: with a process and an engine, everything comes to its end, and is as it must be."""
        try:
            self.come_to_rest()
        finally:
            if self.away:
                self.away.close()
            if self.living:
                self.living.kill()
            self.stack.close()

    @step
    def come_to_rest(self) -> None:
        if self.away:
            self.engine_up()
        if not self.living:
            self.restart()
        deadline = time.monotonic() + BOUND_SECONDS
        while told := self.unsettled():
            assert self.living
            if not self.living.alive or time.monotonic() > deadline:
                self.violate([f"it does not come to rest: {one}" for one in told])
                return
            time.sleep(0.1)
        # The process has its own writer of sidecars, which takes its time; any number of them take turns.
        layout = self.house.layout
        SidecarWriter(self.house.catalogue, self.house.originals.beside, layout.sidecar_lock, layout.work).drain()
        with self.engine() as engine:
            self.violate(violations(self.house, self.delivered, engine))
        self.violate(list(self.words_not_kept()))

    def unsettled(self) -> list[str]:
        lying = places(self.root)
        told = [f"{len(lying[place])} in the {place}" for place in ("drop", "spool") if lying[place]]
        if told := told + unread(self.house):
            return told
        with self.engine() as engine:
            return of_index(self.house.catalogue, engine)

    def words_not_kept(self) -> Iterator[str]:
        """What persons have said, against what the catalogue and the storage hold."""
        with self.house.catalogue.reading() as work:
            held = dict(work.records.all_revisions())
            fields = work.records.fields(list(self.corrected))
            binned = {one.record_id for one in work.bin.content(LOCAL.tokens, 1000)}
        for key, value in self.corrected.items():
            if key not in fields or fields[key]["subject"].value != value:
                yield f"the correction of {key} is lost"
        if binned != self.binned:
            yield f"in the bin are {binned} instead of {self.binned}"
        yield from (f"{key} was purged or is in the bin, and counts" for key in (self.purged | binned) & held.keys())
        beside = [path for path in self.house.layout.originals.glob("??/??/*") if "." in path.name]
        yield from (f"left of a purged record: {one}" for one in beside if not one.with_name(one.name[:64]).exists())

    def engine(self) -> AbstractContextManager[Any]:
        """Straight to the engine, past the proxy, for the checker."""
        url, alias = (self.place.url, self.place.alias) if self.place else ("", "")

        @contextmanager
        def opened() -> Iterator[Any]:
            engine = engine_of(self.house, url, alias, read_only=True)
            try:
                yield engine
            finally:
                engine.close()

        return opened()

    def unindexed(self) -> list[Any]:
        with self.engine() as engine:
            return list(unindexed(self.house.catalogue, engine))

    def known(self) -> set[str]:
        """The records that are not in the bin."""
        with self.house.catalogue.reading() as work:
            return set(dict(work.records.all_revisions()))

    def purged_times(self) -> Counter[str]:
        with self.house.catalogue.reading() as work:
            states = [(one.digest, one.state) for one in work.contradictions.deliveries()]
        return Counter(digest for digest, state in states if digest and state is DeliveryState.PURGED)

    @staticmethod
    def looked(look: Callable[[], list[T]]) -> list[T]:
        """What a look finds; what a second and third one do not see any more was on its way."""
        for _ in range(3):
            if not (told := look()):
                break
        return told

    def note(self, name: str, *chosen: object) -> None:
        type(self).kinds[name] += 1
        self.history.append(f"{name}{chosen or ''}")

    def violate(self, told: list[str]) -> None:
        if told and not self.broken:
            self.broken = True
            type(self).violated += [f"{one}; after: {', '.join(self.history)}" for one in told]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["embedded", pytest.param("Elasticsearch", marks=pytest.mark.long)])
def test_nothing_is_lost_in_any_order(kind: str, whole: bool, told: Told) -> None:
    class Tried(AnyOrder):
        """Its own counts."""

        cluster = kind == "Elasticsearch"

    chosen = settings(
        # The first is always the simplest, nothing but deliveries.
        max_examples=14 if whole else 3,
        stateful_step_count=30 if whole else 12,
        deadline=None,
        derandomize=True,
        database=None,
        # The timing of kills is never twice the same: what was violated is told with its steps, and not sought again.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    Tried.kinds, Tried.violated = Counter(), []
    run_state_machine_as_test(Tried, settings=chosen)
    print(dict(Tried.kinds), *Tried.violated, sep="\n")
    told(f"steps in any order, {kind}", Tried.kinds.total(), Tried.violated)
