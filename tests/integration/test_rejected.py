"""Files that were not taken: seen by those whose intake it is, mended, and never lost, wherever a kill comes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from archive.receiving import reject
from archive.rejected_files import PUT_BY, RejectedFiles
from archive.rejected_rows import SETTLED
from ingest.intake.rejecting import Rejections
from kernel.clock import now
from kernel.errors import DamagedFile, NotFound
from kernel.ids import new_id
from kernel.upload_errors import AlreadySettled, RejectedFileGone
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.access import LOCAL
from search_api.rejected import RejectedService
from tests.integration.house import AT_ONCE, House

PLACE = "2019/hop-3/nhiều trang.pdf"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


def pdf(path: Path, pages: int) -> bytes:
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(path)
    return path.read_bytes()


def service_of(house: House) -> RejectedService:
    files = RejectedFiles(house.rejected, house.layout.data / "rejected-files.lock")
    return RejectedService(house.catalogue, house.spool, files)


def look(house: House, **options: object) -> None:
    with house.service(replace(AT_ONCE, **options)) as service:
        service.intake.look()


def refused(house: House, tmp_path: Path) -> tuple[str, bytes]:
    """A PDF of nine pages where eight are the limit, not taken."""
    content = pdf(tmp_path / "made.pdf", 9)
    house.drop(PLACE, content)
    look(house, max_pages=8)
    (row,) = service_of(house).open(LOCAL, 10)
    assert row.delivery.reason == "too-many-pages"
    return row.delivery.id, content


def test_the_same_bytes_are_taken_once_the_limit_was_raised(house: House, tmp_path: Path) -> None:
    delivery_id, content = refused(house, tmp_path)
    service = service_of(house)
    assert service.file(LOCAL, delivery_id)[1].read_bytes() == content
    fresh = service.retry(LOCAL, delivery_id)
    assert service.open(LOCAL, 10) == [] and service.count(LOCAL) == 0
    assert [path for path in house.rejected.rglob("*") if path.is_file()] == []
    look(house)
    with house.catalogue.reading() as unit:
        row = unit.deliveries.by_id(fresh)
        settled = unit.deliveries.by_id(delivery_id)
        assert [*unit.contradictions.missing_events(), *unit.contradictions.repeated_events()] == []
    assert (row.delivery.state, row.delivery.file_name) == (DeliveryState.ARCHIVED, PLACE)
    assert house.originals.existing(str(row.delivery.digest)).read_bytes() == content
    assert settled.reason_values[SETTLED]["became"] == fresh
    with pytest.raises(AlreadySettled):
        service.retry(LOCAL, delivery_id)


def test_what_is_refused_again_stands_in_the_list_again(house: House, tmp_path: Path) -> None:
    delivery_id, content = refused(house, tmp_path)
    fresh = service_of(house).retry(LOCAL, delivery_id)
    look(house, max_pages=8)
    (row,) = service_of(house).open(LOCAL, 10)
    assert row.delivery.id == fresh
    assert service_of(house).file(LOCAL, fresh)[1].read_bytes() == content


def test_a_settled_file_is_put_by_with_its_reason(house: House, tmp_path: Path) -> None:
    delivery_id, content = refused(house, tmp_path)
    service = service_of(house)
    service.settle(LOCAL, delivery_id, "  đã quét \n lại  ")
    assert service.open(LOCAL, 10) == []
    path = service.file(LOCAL, delivery_id)[1]
    assert path.read_bytes() == content and path.parent == house.rejected / PUT_BY / delivery_id
    assert "TỆP KHÔNG NHẬN ĐƯỢC" in path.with_name(path.name + ".txt").read_text("utf-8-sig")
    with house.catalogue.reading() as unit:
        (event,) = [one for one in unit.events.rows() if one.delivery_id == delivery_id and one.detail.get("how")]
    assert (event.agent, event.detail["note"]) == ("local", "đã quét lại")
    assert service.see_through() == 0


def test_a_file_that_is_gone_can_only_be_settled(house: House, tmp_path: Path) -> None:
    delivery_id, _ = refused(house, tmp_path)
    for path in house.rejected.rglob("*.pdf"):
        path.unlink()
    service = service_of(house)
    for ask in (service.retry, service.file):
        with pytest.raises(RejectedFileGone):
            ask(LOCAL, delivery_id)
    service.settle(LOCAL, delivery_id, "mất")
    with pytest.raises(NotFound):
        service.file(LOCAL, "01jd3v8p7m6x1yq2w3e4r5t6y7")


@pytest.mark.parametrize("across", [False, True], ids=["one disk", "two disks"])
@pytest.mark.parametrize("action", ["retry", "settle"])
def test_killed_at_any_step_nothing_is_lost_or_doubled(
    house: House, tmp_path: Path, action: str, across: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call that changes a name on the disk or waits for it is the last, in turn; then a fresh process goes on."""
    if across:
        _two_disks(monkeypatch, house)
    for steps in range(60):
        name, content = f"{action}-{steps}.pdf", f"%PDF {steps}".encode()
        delivery_id = put_rejected(house, name, content)
        with monkeypatch.context() as patched:
            done = _until(patched, steps, lambda one=delivery_id: _act(house, action, one))
        service = service_of(house)
        service.see_through()
        assert service.see_through() == 0
        if service.open(LOCAL, 10):  # it was killed before anything was said
            _act(house, action, delivery_id)
        spooled = [one.path.read_bytes() for one in house.spool.whole()]
        found = [path.read_bytes() for path in house.rejected.rglob("*.pdf")]
        assert (spooled if action == "retry" else found).count(content) == 1
        assert content not in (found if action == "retry" else spooled)
        assert not list(house.rejected.rglob("*.part"))
        assert len(list(house.rejected.rglob("*.txt"))) == len(found)
        if done:
            assert steps > 3
            return
    raise AssertionError("it does not end")


def put_rejected(house: House, name: str, content: bytes) -> str:
    """A file in `rejected/`, as intake leaves it."""
    delivery = Delivery(new_id(), name, DeliverySource.DROP, DeliveryState.RECEIVED, now(), len(content))
    house.catalogue.write(lambda unit: reject(unit, delivery, DamagedFile()))
    path = house.drop(name, content)
    Rejections(house.rejected, house.layout.data / "rejecting.lock").put(path, name, delivery, DamagedFile())
    return delivery.id


def _act(house: House, action: str, delivery_id: str) -> None:
    service = service_of(house)
    if action == "retry":
        service.retry(LOCAL, delivery_id)
    else:
        service.settle(LOCAL, delivery_id, "đã quét lại")


class _Killed(BaseException):
    """As if the process had ended."""


def _until(patched: pytest.MonkeyPatch, steps: int, act: Callable[[], None]) -> bool:
    """Whether it came to its end within so many steps."""
    left = steps

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            nonlocal left
            if left == 0:
                raise _Killed
            left -= 1
            return real(*arguments, **named)

        return call

    for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir")):
        patched.setattr(owner, name, counted(getattr(owner, name)))
    try:
        act()
    except _Killed:
        return False
    return True


def _two_disks(patched: pytest.MonkeyPatch, house: House) -> None:
    """The drop on one, the data and what is put by on others."""
    rename = Path.rename

    def over(path: Path, target: Path) -> Path:
        def disk(place: Path) -> object:
            return "by" if PUT_BY in place.parts else house.rejected in place.parents

        if disk(path) != disk(Path(target)):
            raise OSError(18, "Invalid cross-device link")
        return rename(path, target)

    patched.setattr(Path, "rename", over)


def test_another_file_takes_its_place(house: House, tmp_path: Path) -> None:
    delivery_id, _ = refused(house, tmp_path)
    service = service_of(house)
    service.replaced(LOCAL, delivery_id, "01jd3v8p7m6x1yq2w3e4r5t6y7")
    with house.catalogue.reading() as unit:
        values = unit.deliveries.by_id(delivery_id).reason_values
    assert (values[SETTLED]["how"], values["limit"]) == ("replaced", 8)
    assert len(list((house.rejected / PUT_BY).rglob("*.pdf"))) == 1
