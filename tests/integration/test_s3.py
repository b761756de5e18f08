"""A record whose original lies on S3-compatible storage is taken in, read, handed out and purged as any other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from archive.rebuilding import rebuild_catalogue
from archive.s3_originals import S3Originals
from archive.sidecars import Sidecars
from archive.verifying import verify, verify_originals
from kernel.errors import NotFound
from mappings.record import DeliveryState, RecordState
from search_api.access import LOCAL
from search_api.disposing import DisposalService
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.rebuild import rebuild
from search_api.verifying import unindexed
from tests.contracts.test_originals import s3
from tests.integration.checking import checkable
from tests.integration.house import House
from tests.keeping import everything, writer
from tests.servers.moto import fresh_bucket
from tests.serving import search_house


def test_from_the_drop_folder_to_the_download_to_the_purge(tmp_path: Path) -> None:
    originals = s3(tmp_path / "data" / "cache" / "originals", f"s3://{fresh_bucket()}/kho")
    with House(tmp_path) as house:
        with house.service(originals=originals) as service:
            house.drop("một.txt", "Kinh phí thuỷ lợi")
            house.drop("hai.txt", "Kinh phí thuỷ lợi")
            assert service.drain(120)
        assert house.record_states() == {RecordState.SEARCHABLE: 1}
        states = sorted(row.delivery.state for row in house.deliveries().values())
        assert states == [DeliveryState.ARCHIVED, DeliveryState.DUPLICATE]
    assert [path for path in (tmp_path / "data" / "originals").rglob("*") if path.is_file()] == []
    handed_out = tmp_path / "data" / "cache" / "originals" / "handed-out"
    assert list(handed_out.iterdir()) == [], "what was read is let go"
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as found:
        disposal = DisposalService(found.catalogue, (originals,))
        services = replace(found.services, originals=originals, disposal=disposal)
        found.client.app.state.services = services  # type: ignore[attr-defined]
        found.index()
        (record_id,) = found.found("thuỷ lợi")
        assert found.client.get(f"/api/v1/records/{record_id}/original").text == "Kinh phí thuỷ lợi"
        assert list(handed_out.iterdir()) == []
        digest = found.get(f"/records/{record_id}")["digest"]
        disposal.discard(record_id, "A", "nhầm", services.viewer)
        disposal.purge(record_id, "A", "B", services.viewer)
        with pytest.raises(NotFound):
            originals.verify(digest)
    engine.close()


def test_storage_stands_alone_when_catalogue_and_data_folder_are_lost(tmp_path: Path) -> None:
    url = f"s3://{fresh_bucket()}/kho"

    def opened() -> S3Originals:
        return s3(tmp_path / "data" / "cache" / "originals", url)

    with House(tmp_path) as house:
        with house.service(originals=opened()) as service:
            for number in range(5):
                house.drop(f"{number}.txt", f"Kinh phí thuỷ lợi {number}")
            house.drop("lại.txt", "Kinh phí thuỷ lợi 3")
            house.drop("rỗng.pdf", b"")
            assert service.drain(120)
        ids = _ids(house)
        _dispose(house, opened(), in_bin=ids[0], purged=ids[1])
        writer(house.catalogue, house.layout, opened()).drain()
        before = everything(house.catalogue)
    shutil.rmtree(tmp_path / "data")
    with House(tmp_path) as house:
        originals = opened()
        done = rebuild_catalogue(house.catalogue, originals, house.layout)
        assert (done.records, done.handed_in, done.whole) == (4, [], True)
        assert everything(house.catalogue) == before
        checked = replace(checkable(house), originals=originals)
        assert list(verify(checked, at_rest=True)) == []
        assert list(verify_originals(checked)) == []
        engine = TantivyEngine(house.layout.index)
        rebuild(house.catalogue, engine, house.layout.index_lock)
        assert list(unindexed(house.catalogue, engine)) == []
        engine.close()


def _ids(house: House) -> list[str]:
    with house.catalogue.reading() as unit:
        return [record_id for record_id, _ in unit.records.all_revisions()]


def _dispose(house: House, originals: S3Originals, in_bin: str, purged: str) -> None:
    service = DisposalService(house.catalogue, (originals, Sidecars(originals.beside)))
    for record_id in (in_bin, purged):
        service.discard(record_id, "An", "nhầm", LOCAL)
    service.purge(purged, "An", "Bình", LOCAL)
