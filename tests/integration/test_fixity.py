"""Originals read again: whatever became of their bytes is found, nothing else is, and a person is told."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.chain_heads import has_heads, write_head
from archive.events import EventType
from archive.fixity import Checked, Outcome
from archive.fixity_check import check_all, record_checks, summarise
from archive.originals import FolderOriginals, Held
from archive.upkeep import Upkeep, UpkeepOptions
from archive.verifying import verify, verify_originals
from kernel.clock import now
from kernel.errors import Unavailable
from kernel.locks import exclusive
from search_api.access import LOCAL
from search_api.disposing import DisposalService
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.web.router import web_router
from search_api.web.services import WebOptions
from tests.integration.checking import checkable
from tests.integration.house import House, until
from tests.planted_originals import plant, take_many
from tests.serving import SearchHouse, search_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


def events(house: House) -> list[tuple[str | None, str, str]]:
    with house.catalogue.reading() as unit:
        rows = [row for row in unit.events.rows() if row.type == EventType.FIXITY.value]
    return [(row.record_id, row.outcome, str(row.detail.get("found") or row.detail["intact"])) for row in rows]


def test_every_planted_change_is_found_and_no_other(house: House) -> None:
    digests = take_many(house, 400)
    planted = plant(house, digests, 100, random.Random(7))
    archive = checkable(house)
    found = [*verify(archive), *verify_originals(archive)]
    assert {Path(one.where).name for one in found} == planted
    with house.catalogue.reading() as unit:
        standing = unit.fixity.standing()
    wrong = {one.digest for one in standing.wrong}
    assert wrong <= planted
    assert standing.wrong_count == len(planted & set(digests))
    assert standing.checked == standing.originals == 400


def test_whole_originals_raise_no_alarm_and_one_event(house: House) -> None:
    take_many(house, 30)
    seen: list[tuple[int, int]] = []
    result = check_all(house.catalogue, house.originals, lambda done, total: seen.append((done, total)))
    assert (result.checked, result.wrong) == (30, [])
    assert seen[-1] == (30, 30)
    assert events(house) == [(None, "success", "30")]
    house.catalogue.write(summarise)
    assert len(events(house)) == 1  # nothing was read since
    assert list(verify(checkable(house))) == []


def test_a_failure_is_an_event_of_its_record_and_so_is_its_recovery(house: House) -> None:
    digests = take_many(house, 5)
    path = house.originals.path(digests[2])
    content = path.read_bytes()
    path.unlink()
    check_all(house.catalogue, house.originals)
    with house.catalogue.reading() as unit:
        record_id = unit.records.ids_by_digest([digests[2]])[digests[2]]
        assert [one.record_id for one in unit.fixity.standing().wrong] == [record_id]
    path.write_bytes(content)
    check_all(house.catalogue, house.originals)
    assert events(house) == [
        (record_id, "failure", "missing"),
        (None, "success", "4"),
        (record_id, "success", "intact"),
        (None, "success", "5"),
    ]
    with house.catalogue.reading() as unit:
        assert unit.fixity.standing().wrong_count == 0
    assert list(verify(checkable(house))) == []


def test_an_original_that_cannot_be_read_is_told(house: House) -> None:
    (digest,) = take_many(house, 1)
    path = house.originals.path(digest)
    path.unlink()
    path.symlink_to("/proc/self/mem")  # opens, but gives EIO
    assert [one.outcome for one in check_all(house.catalogue, house.originals).wrong] != []


class Refusing(FolderOriginals):
    """As S3 does with an object whose permission is missing. `away`: with everything."""

    refused: str = ""
    away: bool = False

    def verify(self, digest: str) -> None:
        if self.away or digest == self.refused:
            raise Unavailable(reason="403")
        super().verify(digest)

    def held(self) -> Iterator[Held]:
        if self.away:
            raise Unavailable(reason="403")
        yield from super().held()


def test_one_that_the_storage_does_not_give_out_keeps_no_other_from_being_read(house: House) -> None:
    digests = sorted(take_many(house, 3))
    originals = Refusing(house.layout.originals)
    originals.refused = digests[0]
    result = check_all(house.catalogue, originals)
    assert [(one.digest, one.outcome) for one in result.wrong] == [(digests[0], Outcome.UNREADABLE)]
    assert result.checked == 3


def test_storage_that_is_away_says_nothing_of_its_originals(house: House) -> None:
    take_many(house, 3)
    originals = Refusing(house.layout.originals)
    originals.away = True
    with pytest.raises(Unavailable):
        check_all(house.catalogue, originals)
    assert (checked(house), events(house)) == (0, [])


def test_what_was_read_longest_ago_is_due_first(house: House) -> None:
    digests = take_many(house, 6)
    moment = now()
    checks = [
        Checked(digest, Outcome.ALTERED if age % 2 else Outcome.INTACT, moment - timedelta(days=age))
        for age, digest in enumerate(digests[:5])
    ]
    house.catalogue.write(lambda work: record_checks(work, checks))
    with house.catalogue.reading() as unit:
        assert unit.fixity.due(moment + timedelta(seconds=1), 10) == (digests[5], *reversed(digests[1:5]), digests[0])
        assert unit.fixity.due(moment - timedelta(days=2), 2) == (digests[5], digests[4])
        assert unit.fixity.due(moment - timedelta(days=10), 10) == (digests[5],)


def upkeep(house: House, days: int = 90) -> Callable[[], None]:
    """Starts the upkeep, with short turns; what is returned ends it."""
    stop = threading.Event()
    layout = house.layout
    options = UpkeepOptions(layout.chain_heads, layout.fixity_lock, days, turn_seconds=0.05)
    thread = threading.Thread(target=Upkeep(house.catalogue, house.originals, options).run, args=(stop,))
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end


def checked(house: House) -> int:
    with house.catalogue.reading() as unit:
        return unit.fixity.standing().checked


def test_the_background_reads_all_again_and_then_rests(house: House) -> None:
    digests = take_many(house, 25)
    house.originals.path(digests[9]).unlink()
    end = upkeep(house)
    until(lambda: checked(house) == 25)
    with house.catalogue.reading() as unit:
        last = unit.fixity.standing().last_at
    until(lambda: list(house.layout.chain_heads.glob("*.json")))
    end()
    with house.catalogue.reading() as unit:
        standing = unit.fixity.standing()
    assert standing.last_at == last
    assert [one.digest for one in standing.wrong] == [digests[9]]
    failures = [one for one in events(house) if one[1] == "failure"]
    assert len(failures) == 1
    assert len(events(house)) <= 2  # one summary a day at the most


def test_an_original_read_long_ago_is_read_again_in_time(house: House) -> None:
    digests = take_many(house, 3)
    old = now() - timedelta(days=31)
    house.catalogue.write(lambda work: record_checks(work, [Checked(one, Outcome.INTACT, old) for one in digests]))
    end = upkeep(house)

    def all_new() -> bool:
        with house.catalogue.reading() as unit:
            oldest = unit.fixity.standing().oldest_at
        return oldest is not None and oldest > old

    until(all_new)
    end()


def test_originals_are_read_where_no_head_can_be_put_down(house: House) -> None:
    take_many(house, 3)
    house.layout.chain_heads.write_text("a file where the folder should be")
    end = upkeep(house)
    until(lambda: checked(house) == 3)
    end()


def test_a_head_is_put_down_without_a_rename_or_a_second_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a folder with `chattr +a`: names can be added to it, and that is all."""
    take_many(house, 1)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "EPERM")

    for name in ("rename", "replace", "unlink"):
        monkeypatch.setattr(f"os.{name}", refused)
        monkeypatch.setattr(Path, name, refused)
    path = write_head(house.catalogue, house.layout.chain_heads)
    assert list(house.layout.chain_heads.iterdir()) == [path]
    assert write_head(house.catalogue, house.layout.chain_heads) is None
    monkeypatch.undo()
    assert list(verify(checkable(house))) == []


def test_a_head_that_a_power_cut_left_empty_is_none(house: House) -> None:
    house.layout.chain_heads.mkdir(exist_ok=True)
    (house.layout.chain_heads / "2026-03-04.json").touch()
    assert not has_heads(house.layout.chain_heads)
    assert list(verify(checkable(house))) == []


def test_what_a_purge_could_not_remove_goes_with_the_upkeep_and_is_told_until_then(served: SearchHouse) -> None:
    class Failing:
        """A disk that fails until it is told not to."""

        failing = True
        asked = 0

        def size(self, digest: str) -> int:
            return 1

        def remove(self, digest: str) -> None:
            self.asked += 1
            if self.failing:
                raise OSError(5, "EIO")
            served.originals.remove(digest)

    place, record_id = Failing(), served.enter("Một trang.", content=b"x")
    digest = digest_of(served, record_id)
    service = DisposalService(served.catalogue, [place])
    service.discard(record_id, "An", "trùng", LOCAL)
    service.purge(record_id, "An", "Bình", LOCAL)
    assert served.get("/status")["purged"] == {"waiting": 1}
    stop, layout = threading.Event(), served.layout
    options = UpkeepOptions(layout.chain_heads, layout.fixity_lock, turn_seconds=0.05, places=(place,))
    thread = threading.Thread(target=Upkeep(served.catalogue, served.originals, options).run, args=(stop,))
    thread.start()
    try:
        until(lambda: place.asked > 2)
        place.failing = False
        until(lambda: served.get("/status")["purged"] == {"waiting": 0})
    finally:
        stop.set()
        thread.join()
    assert served.originals.size(digest) is None


def test_only_one_process_reads_in_the_background(house: House) -> None:
    take_many(house, 3)
    with exclusive(house.layout.fixity_lock):
        end = upkeep(house)
        until(lambda: list(house.layout.chain_heads.glob("*.json")))
        assert checked(house) == 0
    until(lambda: checked(house) == 3)
    end()


def test_it_can_be_left_to_the_command(house: House) -> None:
    take_many(house, 3)
    end = upkeep(house, days=0)
    until(lambda: list(house.layout.chain_heads.glob("*.json")))
    end()
    assert checked(house) == 0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()


def page(house: SearchHouse, language: str) -> str:
    house.client.app.include_router(web_router(house.services, replace(WebOptions(), language=language)))  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", house.client.get(f"/tiep-nhan?lang={language}").text)


def test_the_page_and_the_status_show_the_last_result(served: SearchHouse) -> None:
    ids = [served.enter("Một trang.", fields={"subject": f"Việc {number}"}) for number in range(3)]
    assert served.get("/status")["originals"]["last_checked_at"] is None
    check_all(served.catalogue, served.originals)
    status = served.get("/status")["originals"]
    assert (status["total"], status["checked"], status["wrong"]) == (3, 3, [])
    assert "Tất cả còn nguyên vẹn." in page(served, "vi")
    served.originals.existing(digest_of(served, ids[1])).unlink()
    check_all(served.catalogue, served.originals)
    status = served.get("/status")["originals"]
    assert status["wrong_count"] == 1
    assert [(one["record_id"], one["outcome"]) for one in status["wrong"]] == [(ids[1], "missing")]
    shown = page(served, "vi")
    assert "Có 1 bản gốc không còn như khi lưu:" in shown
    assert f'<a href="/van-ban/{ids[1]}">Việc 1</a>: Mất tệp' in shown
    assert "Tất cả còn nguyên vẹn." not in shown


def digest_of(house: SearchHouse, record_id: str) -> str:
    with house.catalogue.reading() as unit:
        return unit.records.by_id(record_id).digest
