"""Deleting from end to end, on both engines: through the API, the page, the command line, intake and reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from archive.disposing import ask_purge, confirm_purge, discard, remove_bytes
from ingest.confining import Confinement
from ingest.sandbox import ReadingPool
from mappings.record import DeliveryState, RecordState
from search_api.access import Viewer
from search_api.application import create_application
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.rebuild import rebuild
from search_api.reconciling import Reconciled, reconcile
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tangthu.cli import app
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.integration import readers
from tests.integration.house import House, until
from tests.integration.test_pipeline import add, all_done, options, running
from tests.serving import SearchHouse, at_this_machine, search_house

FIELDS = {"kind": "Quyết định", "issuer": "Ủy ban nhân dân xã Hoa Sen", "subject": "Về việc phân lô đất đai"}
ME, YOU = "Nguyễn Văn Mẫu", "Trần Thị Ví"


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


def put_in(house: SearchHouse, record_id: str, status: int = 200, by: str = ME, why: str = "Quét nhầm") -> Any:
    answer = house.client.request("DELETE", f"/api/v1/records/{record_id}", json={"by": by, "why": why})
    assert answer.status_code == status, answer.text
    return answer.json()


def post(house: SearchHouse, path: str, by: str, status: int = 200) -> Any:
    answer = house.client.post(f"/api/v1/bin/{path}", json={"by": by})
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def purge(house: SearchHouse, record_id: str) -> Any:
    put_in(house, record_id)
    post(house, f"{record_id}/purge-request", ME)
    return post(house, f"{record_id}/purge-confirmation", YOU)


def seen(house: SearchHouse) -> tuple[int, list[str], dict[str, int], list[str]]:
    """What a search tells: total, ids, kinds, suggestions."""
    answer = house.get("/search", q="đất đai")
    kinds = {one["value"]: one["count"] for one in answer["facets"].get("kind", [])}
    return (
        answer["total"],
        [hit["record_id"] for hit in answer["hits"]],
        kinds,
        house.get("/suggest", q="phân l")["suggestions"],
    )


def test_a_discarded_record_is_out_of_sight_at_once_and_comes_back_whole(house: SearchHouse) -> None:
    binned, other = house.enter("đất đai một", fields=FIELDS), house.enter("đất đai hai", fields={"kind": "Công văn"})
    house.index()
    before = seen(house)
    assert before[0] == 2
    assert before[3] != []
    put_in(house, binned)
    gone = (1, [other], {"Công văn": 1}, [])
    assert seen(house) == gone, "before the index knows"
    house.index()
    assert list(dict(house.engine.revisions())) == [other]
    assert seen(house) == gone, "and afterwards"
    assert house.get("/status")["records"] == {"searchable": 1}
    assert [one["record_id"] for one in house.get("/bin")["records"]] == [binned]
    assert house.get(f"/records/{binned}")["discarded"]["why"] == "Quét nhầm"
    post(house, f"{binned}/restore", YOU, 204)
    house.index()
    assert seen(house) == before
    assert house.get("/bin")["records"] == []


def test_reconciling_and_rebuilding_know_the_bin(house: SearchHouse) -> None:
    binned, other = house.enter("đất đai một"), house.enter("đất đai hai")
    house.index()
    put_in(house, binned)
    with house.catalogue.reading() as unit:
        pending = unit.outbox.pending(5)
    house.catalogue.write(lambda unit: unit.outbox.done(pending))
    assert reconcile(house.catalogue, house.engine, house.layout.index_lock) == Reconciled(0, 0, 1)
    assert list(dict(house.engine.revisions())) == [other]
    rebuild(house.catalogue, house.engine, house.layout.index_lock, lambda done, total: None)
    assert list(dict(house.engine.revisions())) == [other]
    house.catalogue.write(lambda unit: unit.bin.take_out(binned))
    assert reconcile(house.catalogue, house.engine, house.layout.index_lock) == Reconciled(1, 0, 0)
    house.index()
    assert sorted(dict(house.engine.revisions())) == sorted([binned, other])


def test_a_purged_record_is_gone_with_bytes_and_pictures_and_its_tombstone_is_told(house: SearchHouse) -> None:
    record_id = house.enter("đất đai", fields=FIELDS)
    house.index()
    digest = house.get(f"/records/{record_id}")["digest"]
    assert house.client.get(f"/api/v1/records/{record_id}/pages/1/image").status_code == 200
    told = purge(house, record_id)
    assert (told["digest"], told["purge_asked_by"], told["purge_confirmed_by"]) == (digest, ME, YOU)
    assert told["bytes"] == "removed"
    assert [path for path in house.layout.data.rglob(f"*{digest}*") if path.is_file()] == []
    assert seen(house) == (0, [], {}, [])
    house.index()
    assert dict(house.engine.revisions()) == {}
    house.get(f"/records/{record_id}", 404)
    (delivery,) = house.get("/deliveries")["deliveries"]
    assert (delivery["state"], delivery["record_id"]) == ("purged", None)
    house.as_viewer(Viewer("stranger", ("public",)))
    assert house.get("/deliveries")["deliveries"] == [], "nor is the name told to who could not see the record"


def test_what_is_missing_or_out_of_turn_is_refused(house: SearchHouse) -> None:
    record_id = house.enter("đất đai")
    put_in(house, record_id, 422, why=" ")
    put_in(house, record_id, 422, by="")
    put_in(house, "nothing", 404)
    post(house, f"{record_id}/restore", ME, 409)
    post(house, f"{record_id}/purge-request", ME, 409)
    put_in(house, record_id)
    assert put_in(house, record_id, 409)["code"] == "in-bin"
    assert post(house, f"{record_id}/purge-confirmation", YOU, 409)["code"] == "purge-not-asked"
    assert post(house, f"{record_id}/purge-request", ME)["purge_asked_by"] == ME
    assert post(house, f"{record_id}/purge-confirmation", ME.upper(), 409)["code"] == "second-person-needed"
    correction = {"fields": {"number": {"value": "5"}}}
    assert house.client.patch(f"/api/v1/records/{record_id}", json=correction).json()["code"] == "in-bin"
    house.as_viewer(Viewer("stranger", ("public",)))
    assert house.get("/bin")["records"] == []
    put_in(house, record_id, 404)
    post(house, f"{record_id}/restore", ME, 404)
    post(house, f"{record_id}/purge-confirmation", YOU, 404)


def test_the_bin_is_paged(house: SearchHouse) -> None:
    ids = [house.enter(f"trang {number}") for number in range(5)]
    for record_id in ids:
        put_in(house, record_id)
    first = house.get("/bin", limit=3)
    second = house.get("/bin", limit=3, before=first["next_before"])
    assert [one["record_id"] for one in first["records"] + second["records"]] == ids[::-1]
    assert second["next_before"] is None


@pytest.fixture
def local_house(tmp_path: Path) -> Iterator[SearchHouse]:
    made = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, made) as found:
        yield found
    made.close()


@pytest.fixture
def page(local_house: SearchHouse) -> Iterator[TestClient]:
    services = local_house.services
    application = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
    with at_this_machine(application) as client:
        yield client


def test_the_page_leads_into_the_bin_and_out_of_it(local_house: SearchHouse, page: TestClient) -> None:
    record_id = local_house.enter("đất đai", fields=FIELDS)
    assert f'action="/van-ban/{record_id}/bo"' in page.get(f"/van-ban/{record_id}").text
    refused = page.post(f"/van-ban/{record_id}/bo", data={"by": "<b>Ai</b>", "why": ""})
    assert refused.status_code == 422
    assert 'value="&lt;b&gt;Ai&lt;/b&gt;"' in refused.text
    shown = page.post(f"/van-ban/{record_id}/bo", data={"by": ME, "why": "<script>"}).text
    assert "Văn bản đã vào thùng rác." in shown
    assert "&lt;script&gt;" in shown
    opened = page.get(f"/van-ban/{record_id}").text
    assert "đang ở thùng rác" in opened
    assert f'action="/van-ban/{record_id}/bo"' not in opened
    assert page.post(f"/van-ban/{record_id}/bo", data={"by": ME, "why": "x"}).status_code == 409
    assert "Xin ghi tên" in page.post(f"/thung-rac/{record_id}/khoi-phuc", data={"by": " "}).text
    assert "đã được khôi phục" in page.post(f"/thung-rac/{record_id}/khoi-phuc", data={"by": YOU}).text
    assert "Thùng rác trống" in page.get("/thung-rac").text


def test_the_page_purges_by_two_persons_only(local_house: SearchHouse, page: TestClient) -> None:
    record_id = local_house.enter("đất đai", fields=FIELDS)
    page.post(f"/van-ban/{record_id}/bo", data={"by": ME, "why": "Quét nhầm"})
    assert f"{ME} đã đề nghị xóa hẳn" in page.post(f"/thung-rac/{record_id}/de-nghi-xoa", data={"by": ME}).text
    alone = page.post(f"/thung-rac/{record_id}/xac-nhan-xoa", data={"by": ME.lower()})
    assert (alone.status_code, "không thể tự xác nhận" in alone.text) == (409, True)
    assert "đã bị xóa hẳn" in page.post(f"/thung-rac/{record_id}/xac-nhan-xoa", data={"by": YOU}).text
    assert page.get(f"/van-ban/{record_id}").status_code == 404
    assert "Đã xóa hẳn" in page.get("/tiep-nhan").text
    assert page.post(f"/thung-rac/{record_id}/dot-sach", data={"by": YOU}).status_code in (404, 422)


def test_the_intake_page_says_what_lies_in_the_bin(local_house: SearchHouse, page: TestClient) -> None:
    record_id = local_house.enter("đất đai")
    put_in(local_house, record_id)
    assert "Đang ở thùng rác" in page.get("/tiep-nhan").text
    (delivery,) = local_house.get("/deliveries")["deliveries"]
    assert (delivery["record_id"], delivery["in_bin"]) == (record_id, True)


def test_the_command_line_discards_restores_and_purges(local_house: SearchHouse) -> None:
    record_id = local_house.enter("đất đai")

    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [*words, "--data", str(local_house.layout.data)])
        assert (result.exit_code == 0) == (code == 0), (result.output, result.exception)
        return result.output

    run("discard", record_id, "--why", "Quét nhầm", "--by", ME)
    assert record_id in run("bin", "--json")
    run("undiscard", record_id, "--by", YOU)
    run("purge", record_id, "--by", ME, "--second", YOU, code=1)
    run("discard", record_id, "--why", "Quét nhầm", "--by", ME)
    run("purge", record_id, "--by", ME, "--second", ME.swapcase(), code=1)
    assert '"removed"' in run("purge", record_id, "--by", ME, "--second", YOU, "--json")
    local_house.get(f"/records/{record_id}", 404)


def purge_in(house: House, record_id: str) -> None:
    house.catalogue.write(lambda work: discard(work, record_id, ME, "Quét nhầm"))
    house.catalogue.write(lambda work: ask_purge(work, record_id, ME))
    house.catalogue.write(lambda work: confirm_purge(work, record_id, YOU))


def only_record(house: House) -> str:
    with house.catalogue.reading() as work:
        ((record_id, _),) = list(work.records.all_revisions())
    return record_id


def test_the_bytes_of_a_purged_record_make_a_new_one_when_they_come_again(tmp_path: Path) -> None:
    with House(tmp_path) as house, house.service() as service:
        house.drop("một.txt", "cùng một nội dung")
        assert service.drain(60)
        first = only_record(house)
        purge_in(house, first)
        assert remove_bytes(house.catalogue, house.originals) == 1
        house.drop("hai.txt", "cùng một nội dung")
        assert service.drain(60)
        second = only_record(house)
        assert second != first
        assert house.deliveries()["hai.txt"].delivery.state is DeliveryState.ARCHIVED
        house.originals.verify(str(house.deliveries()["hai.txt"].delivery.digest))


def test_the_same_bytes_while_in_the_bin_are_one_more_delivery_of_it(tmp_path: Path) -> None:
    with House(tmp_path) as house, house.service() as service:
        house.drop("một.txt", "cùng một nội dung")
        assert service.drain(60)
        first = only_record(house)
        house.catalogue.write(lambda work: discard(work, first, ME, "Quét nhầm"))
        house.drop("hai.txt", "cùng một nội dung")
        assert service.drain(60)
        again = house.deliveries()["hai.txt"].delivery
        assert (again.state, again.record_id) == (DeliveryState.DUPLICATE, first)
        assert house.record_count() == 0


def test_bytes_that_a_purge_removes_between_storing_and_committing_are_stored_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with House(tmp_path) as house, house.service() as service:
        house.drop("một.txt", "cùng một nội dung")
        assert service.drain(60)
        purge_in(house, only_record(house))
        store = house.originals.store

        def store_then_purged(source: Path, still: Callable[[], None]) -> Any:
            stored = store(source, still)
            monkeypatch.setattr(house.originals, "store", store)
            assert remove_bytes(house.catalogue, house.originals) == 1
            assert not house.originals.path(stored.digest).exists()
            return stored

        monkeypatch.setattr(house.originals, "store", store_then_purged)
        house.drop("hai.txt", "cùng một nội dung")
        assert service.drain(60)
        came = house.deliveries()["hai.txt"].delivery
        assert came.state is DeliveryState.ARCHIVED
        house.originals.verify(str(came.digest))


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    # The readers of these tests write to a folder of the test.
    with ReadingPool(2, 512, 5, Confinement.LIMITS) as made:
        yield made


def test_a_record_purged_while_it_is_being_read_holds_nothing_up(tmp_path: Path, pool: ReadingPool) -> None:
    with House(tmp_path) as house:
        purged = add(house, "a", 2)
        with running(house, pool, options(house, readers.waits_on_second)) as pipeline:
            until(lambda: (tmp_path / "read").exists() or pipeline.status.pages_in_hand)
            purge_in(house, purged)
            remove_bytes(house.catalogue, house.originals)
            (tmp_path / "go").touch()
            other = add(house, "b", 2)
            until(lambda: house.record_states() == {RecordState.SEARCHABLE: 1})
            until(lambda: pipeline.status.records_in_hand == 0)
        with house.catalogue.reading() as work:
            assert work.records.find(purged) is None
            assert work.records.by_id(other).state is RecordState.SEARCHABLE
            assert purged in work.bin.tombstones([purged])


def test_what_lies_in_the_bin_is_read_only_once_it_is_back(tmp_path: Path, pool: ReadingPool) -> None:
    with House(tmp_path) as house:
        binned, other = add(house, "a", 2), add(house, "b", 2)
        house.catalogue.write(lambda work: discard(work, binned, ME, "Quét nhầm"))
        with running(house, pool, options(house)):
            until(lambda: all_done(house))
            with house.catalogue.reading() as work:
                assert work.records.by_id(other).state is RecordState.SEARCHABLE
                assert work.records.by_id(binned).state is RecordState.RECEIVED
            house.catalogue.write(lambda work: work.bin.take_out(binned))
            until(lambda: house.record_states() == {RecordState.SEARCHABLE: 2})


def test_a_purge_that_was_killed_before_its_bytes_went_is_finished_at_the_next_start(
    local_house: SearchHouse,
) -> None:
    record_id = local_house.enter("đất đai")
    digest = local_house.get(f"/records/{record_id}")["digest"]
    local_house.catalogue.write(lambda work: discard(work, record_id, ME, "Quét nhầm"))
    local_house.catalogue.write(lambda work: ask_purge(work, record_id, ME))
    local_house.catalogue.write(lambda work: confirm_purge(work, record_id, YOU))
    assert local_house.originals.path(digest).is_file()
    local_house.services.disposal.finish()
    assert not local_house.originals.path(digest).exists()
