"""After a purge nothing of the text is left in the data folder: not beside the originals, nor in the catalogue's files,
nor in those of the index once the indexer has had time."""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import tantivy

from archive.keeping import SidecarWriter
from archive.sidecars import Sidecars
from mappings.record import Record
from search_api import expunging
from search_api.access import LOCAL
from search_api.disposing import DisposalService
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.page_images import KeptPageImages
from tests.integration.house import until
from tests.serving import SearchHouse, search_house

SECRET = "xyloquinbazo"  # a word that nothing else has
SUBJECT = "zorbelfantik"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "data" / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()


def writer(house: SearchHouse) -> SidecarWriter:
    layout = house.layout
    return SidecarWriter(house.catalogue, house.originals.beside, layout.sidecar_lock, layout.work)


def holding(folder: Path, word: str = SECRET) -> set[str]:
    """The files that hold a word, in plain or packed."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if word.encode() in (gzip.decompress(content) if path.suffix == ".gz" else content):
                found.add(str(path.relative_to(folder)))
    return found


def indexed(house: SearchHouse, word: str = SECRET) -> int:
    """How often the files of the index still tell of a word, whether or not a search would find it."""
    index = tantivy.Index.open(str(next((house.layout.index).glob("generation-*"))))
    index.reload()
    return int(index.searcher().doc_freq("text_folded", word))


def draw(house: SearchHouse, record_id: str) -> None:
    with house.catalogue.reading() as unit:
        record: Record = unit.records.by_id(record_id)
    house.services.images.image(record, 1, 320)


def disposal(house: SearchHouse) -> DisposalService:
    images = house.services.images
    assert isinstance(images, KeptPageImages)
    return DisposalService(house.catalogue, (house.originals, images, Sidecars(house.originals.beside)))


def test_nothing_of_a_purged_text_is_left_in_the_data_folder(house: SearchHouse) -> None:
    text = f"Nội dung {SECRET} " + "chữ khác " * 3000
    record_id = house.enter(text, content=SECRET.encode(), fields={"subject": SUBJECT})
    (house.layout.work / record_id).unlink()  # of `enter`, which has no drop folder
    kept = house.enter("Văn bản khác còn ở lại")
    writer(house).drain()
    house.index()
    draw(house, record_id)
    data = house.layout.data
    assert {Path(name).parts[0] for name in holding(data)} >= {"originals", "catalogue.sqlite-wal"}
    assert any(path.name.endswith(".gz") for path in map(Path, holding(data)))
    assert holding(data, SUBJECT) != set()
    assert indexed(house) == 1
    assert len(list(house.layout.images.rglob("*-1-*"))) == 1

    disposal(house).discard(record_id, "An", "trùng", LOCAL)
    disposal(house).purge(record_id, "An", "Bình", LOCAL)
    assert {name for name in holding(data) | holding(data, SUBJECT) if not name.startswith("index/")} == set()
    assert list(house.layout.images.rglob("*-1-*")) == []
    house.index()
    assert house.found(SECRET) == []
    assert indexed(house) == 1, "hidden, but still in the files: tantivy does not drop it by itself"
    assert house.indexer.expunge()
    assert indexed(house) == 0
    assert holding(data) | holding(data, SUBJECT) == set()
    assert house.found() == [kept]
    assert not house.indexer.expunge(), "once is enough"


def test_a_sidecar_that_was_being_written_during_the_purge_goes_too(house: SearchHouse) -> None:
    record_id = house.enter(f"Nội dung {SECRET}", content=b"x")
    late = writer(house)
    with house.catalogue.reading() as unit:
        rows = unit.kept_rows.of_records([record_id])[record_id]
        prepared = late._sidecars.prepare(rows, unit.kept_rows.pages(record_id))
    disposal(house).discard(record_id, "An", "trùng", LOCAL)
    disposal(house).purge(record_id, "An", "Bình", LOCAL)
    late._sidecars.settle(prepared)
    assert any(name.startswith("originals/") for name in holding(house.layout.data))
    late.drain()
    assert not any(name.startswith("originals/") for name in holding(house.layout.data))


def purged(house: SearchHouse) -> None:
    record_id = house.enter(SECRET, content=b"1")
    house.index()
    disposal(house).discard(record_id, "An", "trùng", LOCAL)
    disposal(house).purge(record_id, "An", "Bình", LOCAL)
    house.index()


def test_a_rebuild_that_fails_is_tried_again_later_and_later(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    purged(house)
    clock, tries = [1000.0], 0

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(expunging, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    with monkeypatch.context() as broken:
        broken.setattr(expunging, "rebuild", full)
        for _ in range(600):  # ten hours, a look a minute
            try:
                assert not house.indexer.expunge()
            except OSError:
                tries += 1
            clock[0] += 60.0
        assert 1 < tries <= 12
    clock[0] += 6 * 3600.0
    assert house.indexer.expunge()
    assert indexed(house) == 0


def test_a_rebuild_that_has_no_room_is_not_begun(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    purged(house)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    assert not house.indexer.expunge()
    assert house.layout.index_lock.with_name("index.purged").exists(), "it waits until there is room"


def test_a_purge_during_the_rebuild_is_taken_out_by_the_next_and_new_records_are_found_meanwhile(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = house.enter(f"{SECRET} một", content=b"1"), house.enter("hai qwertzuiop", content=b"2")
    house.index()
    service = disposal(house)
    for record_id in (first, second):
        service.discard(record_id, "An", "trùng", LOCAL)
    service.purge(first, "An", "Bình", LOCAL)
    house.index()
    step, told = house.indexer.step, []

    def purging() -> int:
        if not told:
            service.purge(second, "An", "Bình", LOCAL)
            told.append(house.enter("ba", content=b"3"))
        return step()

    monkeypatch.setattr(house.indexer, "step", purging)
    assert house.indexer.expunge()
    monkeypatch.undo()
    house.index()
    assert house.found() == told
    house.indexer._expunging._not_before = 0.0
    assert house.indexer.expunge()
    assert indexed(house) == indexed(house, "qwertzuiop") == 0


def test_the_running_indexer_does_it_by_itself(house: SearchHouse) -> None:
    record_id = house.enter(f"Nội dung {SECRET}", content=b"x")
    house.enter("khác", content=b"y")
    house.index()
    disposal(house).discard(record_id, "An", "trùng", LOCAL)
    disposal(house).purge(record_id, "An", "Bình", LOCAL)
    house.indexer._look_seconds = 0.0
    stop = threading.Event()
    thread = threading.Thread(target=house.indexer.run, args=(stop,))
    thread.start()
    try:
        until(lambda: not (house.layout.data / "index.purged").exists() and indexed(house) == 0)
    finally:
        stop.set()
        thread.join()
