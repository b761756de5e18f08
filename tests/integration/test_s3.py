"""A record whose original lies on S3-compatible storage is taken in, read, handed out and purged as any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kernel.errors import NotFound
from mappings.record import DeliveryState, RecordState
from search_api.disposing import DisposalService
from search_api.engines.tantivy_engine import TantivyEngine
from tests.contracts.test_originals import s3
from tests.integration.house import House
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
