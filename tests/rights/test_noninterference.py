"""An archive with and one without secret records answer alike to one who may not see them.

Forty examples in `./test`, ten thousand by `./test rights`, on both engines, over the whole API and the pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from tests.rights.archives import Archive, archive_of, stand_still
from tests.rights.asking import WORLDS, Asked, Example, examples
from tests.rights.comparing import Tally, compare
from tests.rights.drawn import open_records, secret_records
from tests.rights.routes import routes_of
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

NOT_ASKED = {
    "/metrics": "for whoever watches the machine: counts of the whole house, shut to all others (SECURITY.md)",
    "/api/v1/metrics": "the same",
    "/docs": "the same for all",
    "/api/v1/openapi.json": "the same for all",
    "/static/{name}": "the same for all",
    "/huong-dan": "the same for all",
    "/huong-dan/{name}": "the same for all",
    "/api/v1/separators": "sheets made of what is asked alone",
    "/to-phan-cach": "a form",
    "/to-phan-cach.pdf": "sheets made of what is asked alone",
    "/tra-cuu-danh-sach": "a form; its answer is that of /search/list",
    "/nop": "a form",
    "/api/v1/rejected/{delivery_id}/file": "of files that became no record",
    "/health/live": "says that it lives",
    "/api/v1/health/live": "the same",
    "/health/ready": "as /api/v1/health/ready",
    "/dang-nhap": "a form",
    "/dang-nhap/mot-lan/ve": "of accounts, no record",
    "/moi/{token}": "of accounts, no record",
    "/nguoi-dung/{person_id}": "the same",
    "/tim-kiem-da-luu/{search_id}": "the service of /saved-searches/{search_id}/alerts",
}


@dataclass(slots=True)
class Worlds:
    """By engine: the archive without secret records, and those that have some."""

    folder: Path
    stack: ExitStack
    made: dict[tuple[str, int], Archive] = field(default_factory=dict)

    def archive(self, engine: str, world: int) -> Archive:
        """World 0 has no secret records."""
        key = (engine, world)
        if key not in self.made:
            secret = secret_records(world) if world else ()
            place = self.folder / f"{engine}-{world}"
            opened = self._engine(engine, place)
            self.made[key] = self.stack.enter_context(archive_of((*open_records(), *secret), place, opened))
        return self.made[key]

    def _engine(self, name: str, place: Path) -> SearchEngine:
        engine: SearchEngine
        if name == "elasticsearch":
            alias = self.stack.enter_context(fresh_alias(elasticsearch_url()))
            engine = ElasticsearchEngine([elasticsearch_url()], alias)
        else:
            engine = TantivyEngine(place / "index")
        self.stack.callback(engine.close)
        return engine


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    with ExitStack() as stack:
        stand_still(stack.enter_context(pytest.MonkeyPatch.context()))
        yield Worlds(tmp_path_factory.mktemp("worlds"), stack)


def _trials(worlds: Worlds, engine: str, count: int, among: int = WORLDS) -> Tally:
    tally = Tally()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(examples(among))
    def tried(example: Example) -> None:
        compare(example, worlds.archive(engine, 0), worlds.archive(engine, example.world), tally)

    tried()
    return tally


@pytest.mark.parametrize("engine", ["tantivy", "elasticsearch"])
def test_a_secret_record_changes_no_answer(worlds: Worlds, engine: str) -> None:
    tally = _trials(worlds, engine, 40, among=2)
    assert tally.examples >= 40
    assert {200, 404} <= set(tally.statuses)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("engine", ["tantivy", "elasticsearch"])
def test_ten_thousand_questions_tell_nothing(worlds: Worlds, engine: str) -> None:
    tally = _trials(worlds, engine, 10_000)
    print(f"\n{engine}: {tally.examples} examples over {WORLDS} archives, 0 differences; by route:")
    for route, count in sorted(tally.asked.items()):
        reordered = tally.reordered[route]
        print(f"  {count:6} {route}" + (f"  (hits in another order: {reordered})" if reordered else ""))
    print(f"  statuses: {dict(sorted(tally.statuses.items()))}")


def test_every_reading_route_is_asked(worlds: Worlds) -> None:
    archive = worlds.archive("tantivy", 0)
    every = routes_of(archive.client.app)
    routes = {one.removeprefix("GET ") for one in every if one.startswith("GET ")}
    assert len(routes) > 40
    assert routes - {one.route for one in _every_question()} - set(NOT_ASKED) == set()


def _every_question() -> list[Asked]:
    found: list[Asked] = []

    @settings(max_examples=4_000, database=None, derandomize=True, phases=(Phase.generate,), deadline=None)
    @given(examples())
    def draw(example: Example) -> None:
        found.append(example.asked)

    draw()
    return found


def test_the_worlds_differ_for_those_who_may_see(worlds: Worlds) -> None:
    counts = []
    for world in (0, 1):
        with worlds.archive("tantivy", world).house.catalogue.reading() as unit:
            counts.append(sum(unit.records.counts().values()))
    assert counts[0] < counts[1]
