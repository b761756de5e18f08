"""Files that were not taken: those of one's own units, and only by who may hand in there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.receiving import announce, reject
from archive.rejected_files import RejectedFiles
from ingest.intake.rejecting import Rejections
from kernel.clock import now
from kernel.errors import DamagedFile
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.rejected import RejectedService
from tests.rights.offices import Offices, offices_in


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path) as made:
        house = made.house
        files = RejectedFiles(tmp_path / "rejected", tmp_path / "files.lock")
        service = RejectedService(house.catalogue, house.spool, files, made.options.unit)
        made.application.state.services = replace(made.application.state.services, rejected=service)
        yield made


def refused(offices: Offices, folder: Path, unit: str | None) -> str:
    delivery = Delivery(new_id(), f"{unit}.pdf", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 9)
    offices.house.catalogue.write(lambda work: announce(work, (delivery,), unit))
    offices.house.catalogue.write(lambda work: reject(work, delivery, DamagedFile()))
    path = folder / "came.pdf"
    path.write_bytes(f"bytes of {unit}".encode())
    Rejections(folder / "rejected", folder / "rejecting.lock").put(path, path.name, delivery, DamagedFile())
    return delivery.id


def test_those_of_other_units_do_not_exist(offices: Offices, tmp_path: Path) -> None:
    ids = {unit: refused(offices, tmp_path, unit) for unit in ("a1", "a2", "b", None)}
    for actor, seen in (("clerk", ["a1"]), ("leader", ["a1"]), ("first", ["None", "b", "a2", "a1"])):
        answer = offices.client(actor).get("/api/v1/rejected").json()
        assert [one["file_name"] for one in answer["files"]] == [f"{unit}.pdf" for unit in seen]
        assert answer["total"] == len(seen)
    clerk, leader = offices.client("clerk"), offices.client("leader")
    for unit in ("a2", "b", None, "none"):
        place = f"/api/v1/rejected/{ids.get(unit, '01jd3v8p7m6x1yq2w3e4r5t6y7')}"
        files = {"file": ("x.pdf", b"%PDF-1.7")}
        answers = [
            clerk.get(f"{place}/file"), clerk.post(f"{place}/retry"), clerk.post(f"{place}/replacement", files=files),
            clerk.post(f"{place}/settle", json={"note": "x"}),
        ]  # fmt: skip
        assert {one.status_code for one in answers} == {404}, unit
    assert list(offices.house.spool.whole()) == []
    mine = f"/api/v1/rejected/{ids['a1']}"
    assert leader.get(f"{mine}/file").status_code == leader.post(f"{mine}/retry").status_code == 403
    saved = clerk.get(f"{mine}/file")
    assert saved.content == b"bytes of a1" and "attachment" in saved.headers["content-disposition"]
    assert saved.headers["content-type"] == "application/octet-stream"


def test_what_is_tried_again_or_replaced_stays_of_its_unit(offices: Offices, tmp_path: Path) -> None:
    ids = [refused(offices, tmp_path, "a1") for _ in range(2)]
    clerk = offices.client("clerk")
    again = clerk.post(f"/api/v1/rejected/{ids[0]}/retry").json()["delivery_id"]
    # By somebody who hands in for the whole office otherwise.
    first = offices.client("first")
    files = {"file": ("x.pdf", b"%PDF-1.7")}
    instead = first.post(f"/api/v1/rejected/{ids[1]}/replacement", files=files).json()["delivery_id"]
    with offices.house.catalogue.reading() as work:
        assert {work.deliveries.by_id(one).unit for one in (again, instead)} == {"a1"}
    assert clerk.post(f"/api/v1/rejected/{ids[0]}/retry").status_code == 409
    assert clerk.get("/api/v1/rejected").json()["total"] == 0
    assert sorted(one.path.read_bytes() for one in offices.house.spool.whole()) == [b"%PDF-1.7", b"bytes of a1"]
