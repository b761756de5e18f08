"""What the processes that take, read and index meet is seen by people: in the status, on the page, in health."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from archive.layout import Layout
from archive.watchers import Standing, ToldFile, ToldTrouble, Watchers
from ingest.service import IngestService
from kernel.bilingual import Bilingual
from kernel.clock import now
from kernel.errors import AttachmentsNotRead
from kernel.locks import Owner
from mappings.record import PageState, RecordState
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from search_api.web.router import web_router
from search_api.web.services import WebOptions
from tangthu import telling
from tangthu.bootstrap import open_house, working
from tangthu.commands import upkeep
from tangthu.settings import Settings
from tangthu.supervise import Supervisor
from tests.integration.house import AT_ONCE, House, until
from tests.serving import SearchHouse, search_house

FULL = Bilingual("Ổ đĩa đã đầy", "The disk is full")
KEPT = Bilingual("Giải phóng chỗ", "Make room")


def standing() -> Standing:
    return Standing(
        at=now(),
        held_count=2,
        held=(ToldFile("hộp 1/<b>.pdf", 7, FULL),),
        passed_over_count=1,
        passed_over=("~$a.docx",),
        troubles=(ToldTrouble("intake", now(), FULL, KEPT, "OSError: no space"),),
    )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[SearchHouse]:
    with search_house(tmp_path, TantivyEngine(tmp_path / "index")) as made:
        yield made


def test_the_troubles_of_living_processes_are_in_the_status(served: SearchHouse) -> None:
    watchers = Watchers(served.layout)
    owners = [Owner(served.layout.owners) for _ in range(2)]
    told = standing()
    for owner in owners:
        watchers.tell(owner.id, told)
    assert watchers.standings() == [told, told]
    assert watchers.any_alive()
    first = served.get("/status")["watching"][0]
    assert first["held"] == [{"name": "hộp 1/<b>.pdf", "tries": 7, "title": {"vi": FULL.vi, "en": FULL.en}}]
    assert first["troubles"][0]["remedy"] == {"vi": KEPT.vi, "en": KEPT.en}
    owners[0].close()
    assert watchers.standings() == [told]
    assert len(list(served.layout.watchers.iterdir())) == 1
    owners[1].close()
    assert served.get("/status")["watching"] == []
    assert not watchers.any_alive()


def test_a_file_that_is_not_understood_is_passed_by(served: SearchHouse) -> None:
    owner = Owner(served.layout.owners)
    (served.layout.watchers / f"{owner.id}.json").write_text('{"at": 1}')
    assert Watchers(served.layout).standings() == []
    owner.close()


def test_the_page_shows_troubles_held_and_passed_over_files_and_when_nobody_watches(served: SearchHouse) -> None:
    served.client.app.include_router(web_router(served.services, WebOptions()))  # type: ignore[attr-defined]
    assert "không có tiến trình nào" in served.client.get("/tiep-nhan").text
    owner = Owner(served.layout.owners)
    Watchers(served.layout).tell(owner.id, standing())
    page = served.client.get("/tiep-nhan").text
    for said in (FULL.vi, KEPT.vi, "hộp 1/&lt;b&gt;.pdf", "đã thử 7 lần", "~$a.docx"):
        assert said in page
    assert "không có tiến trình nào" not in page
    owner.close()


def test_a_working_process_tells_what_it_holds_and_forgets_it_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PERIOD_SECONDS", 0.05)
    with House(tmp_path) as house, house.service() as service:
        watchers = Watchers(house.layout)
        indexer = Indexer(house.catalogue, TantivyEngine(tmp_path / "index"), house.layout.index_lock)
        house.drop("hộp/a.txt", "một")
        house.drop("b.tmp", "hai")
        (house.layout.originals / "incoming").rename(tmp_path / "away")
        with telling.Teller(watchers, service, indexer):
            service.intake.look()
            until(lambda: [told for told in watchers.standings() if told.held])
            (told,) = watchers.standings()
            assert (told.held[0].name, told.held_count, told.passed_over) == ("hộp/a.txt", 1, ("b.tmp",))
            assert told.troubles[0].part == "intake"
        assert watchers.standings() == []


@pytest.mark.parametrize("part", ["intake", "pipeline"])
def test_a_part_that_ends_unasked_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    ended = threading.Event()
    with (
        House(tmp_path) as house,
        IngestService(house.catalogue, house.originals, house.layout, tmp_path / "drop", AT_ONCE, ended.set) as service,
    ):
        monkeypatch.setattr(getattr(service, part), "run", lambda: None)
        service.start()
        assert ended.wait(30)
    ended.clear()
    monkeypatch.undo()
    with (
        House(tmp_path) as house,
        IngestService(house.catalogue, house.originals, house.layout, tmp_path / "drop", AT_ONCE, ended.set) as service,
    ):
        service.start()
    assert not ended.is_set()


def test_a_process_that_cannot_be_started_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tangthu.supervise._PAUSE_SECONDS", (0.01,))
    supervisor = Supervisor((), {})
    tries = threading.Semaphore(0)

    def spawn() -> None:
        tries.release()
        raise OSError("no memory")

    monkeypatch.setattr(supervisor, "_spawn", spawn)
    with supervisor:
        assert all(tries.acquire(timeout=30) for _ in range(3))


def test_the_pool_waits_as_long_as_is_promised_and_longer_than_the_reading_itself(tmp_path: Path) -> None:
    with House(tmp_path) as house, house.service() as service:
        assert service._reading._page_seconds == AT_ONCE.page_seconds
        assert service._reading._page_seconds > service.pipeline._options.reading.page_seconds


def test_an_indexer_that_ends_unasked_is_told_and_the_house_closes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(Indexer, "run", lambda *_: None)
    settings = Settings(data=tmp_path / "data", drop=tmp_path / "drop")
    with open_house(settings) as house, working(house, ended.set):
        assert ended.wait(30)
        assert Watchers(house.layout).any_alive()
    assert not Watchers(house.layout).any_alive()


def test_the_command_tells_troubles_names_and_that_nobody_watches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upkeep.status(tmp_path)
    assert "No process is taking" in " ".join(capsys.readouterr().out.split())
    layout = Layout(tmp_path)
    owner = Owner(layout.owners)
    Watchers(layout).tell(owner.id, standing())
    upkeep.status(tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert "The disk is full" in said
    assert "hộp 1/<b>.pdf" in said
    owner.close()


def test_a_file_with_something_unread_inside_is_partly_searchable(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "an@songxanh.example", "Gửi báo cáo"
    message.set_content("Kính gửi Ủy ban\n")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    with House(tmp_path) as house, house.service() as service:
        house.drop("a.eml", message.as_bytes())
        assert service.drain(120)
        assert house.record_states() == {RecordState.PARTLY_SEARCHABLE: 1}
        (row,) = house.deliveries().values()
        with house.catalogue.reading() as work:
            unread = work.pages.page(str(row.delivery.record_id), 2)
    assert (unread.state, unread.reason) == (PageState.FAILED, AttachmentsNotRead.code)
