"""A house with something on every page: people of each role, records, dossiers, registers, what waits and what went."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from archive import dossier_moves, dossiers
from archive.deliveries import DeliveryRow, HandedIn
from archive.quarantining import quarantine
from archive.receiving import reject
from archive.registers import Wanted, correct, give, make_void
from archive.rejected_files import RejectedFiles
from archive.unit_of_work import UnitOfWork
from ingest.intake.rejecting import Rejections
from kernel.clock import now
from kernel.errors import EncryptedFile
from kernel.ids import new_id
from mappings.filing import Direction
from mappings.people import EVERYWHERE, Grant, OfficeUnit, Person, Role
from mappings.record import Delivery, DeliverySource, DeliveryState, RecordState
from search_api.access import LOCAL, named_keeper
from search_api.filing.checking import today
from search_api.people.entering import link_for
from search_api.people.options import SigningOptions
from search_api.people.passwords import hashed
from search_api.people.signing import SignIn
from search_api.rejected import RejectedService
from search_api.saved.alerting import Alerter
from tests.browser.conftest import House, open_house, serve
from tests.browser.house import DECISION, LETTER, REPORT, UNREAD, Written, store
from tests.browser.test_review import misread

PASSWORD = "thư viện mùa thu 7"
ACTORS: dict[str, tuple[str, tuple[tuple[str, Role], ...]]] = {
    "reader": ("Phạm Văn Đọc", (("office", Role.READER),)),
    "clerk": ("Trần Văn Ví", (("office", Role.CLERK),)),
    "archivist": ("Đỗ Thị Lưu", (("office", Role.ARCHIVIST),)),
    "leader": ("Lê Hoài Nhơn", (("office", Role.LEADER),)),
    "administrator": ("Bùi Văn Quản", (("office", Role.ADMINISTRATOR),)),
    "first": ("Nguyễn Thị Mẫu", ((EVERYWHERE, Role.ADMINISTRATOR), (EVERYWHERE, Role.ARCHIVIST))),
}
BINNED = replace(REPORT, name="quét nhầm.tif", pages=("Trang quét nhầm, đặt ngược tờ giấy.",), fields={})
MARKED = replace(REPORT, name="hộp 12, tờ 5.tif", pages=("Trang có dấu mật của hồ sơ cũ.",), fields={})
NEW = Written(
    "quet-0009.tif",
    ("ỦY BAN NHÂN DÂN XÃ SUỐI MÂY\nSố: 41/KH-UBND\nKẾ HOẠCH\nGiao nộp hồ sơ vào Lưu trữ lịch sử năm 2026",),
    {"number": "41", "symbol": "KH-UBND", "kind": "Kế hoạch", "issued_on": "2026-01-15", "subject": "Giao nộp hồ sơ"},
)
_TODAY = date(2026, 2, 3)
_BY = "Trần Văn Ví (clerk)"


@dataclass(slots=True)
class Filled:
    """The served house. `ids`: what addresses need; `tokens`: of the session of each person."""

    address: str
    house: House
    ids: dict[str, str]
    tokens: dict[str, str]

    def path(self, pattern: str) -> str:
        """An address with its ids filled in."""
        return self.address + pattern.format(**self.ids)


class _Lines:
    """Reads plain lines; how lists are read from files is held elsewhere."""

    def rows(self, untrusted_file: bytes, most: int) -> tuple[tuple[str, ...], ...]:
        return tuple((line,) for line in untrusted_file.decode().splitlines())[:most]


@contextmanager
def filled_house(folder: Path) -> Iterator[Filled]:
    """Everything over one folder, served."""
    house = open_house(folder / "data")
    catalogue = house.services.catalogue
    rejected = RejectedService(catalogue, house.spool, RejectedFiles(folder / "rejected", folder / "files.lock"))
    signing = SigningOptions(requests_per_minute=0, keepers="archivist")
    house = replace(house, services=replace(house.services, rejected=rejected, signing=signing, rows=_Lines()))
    ids = _fill(house, folder)
    tokens = {account: SignIn(catalogue, signing).sign_in(account, PASSWORD, "", "10.0.0.9", "a") for account in ACTORS}
    tokens["locked"] = _locked(house, signing)
    server, thread, address = serve(house)
    yield Filled(address, house, ids, tokens)
    server.should_exit = True
    thread.join(30)
    house.services.engine.close()
    catalogue.close()


def _locked(house: House, signing: SigningOptions) -> str:
    doors = SignIn(house.services.catalogue, signing)
    token = doors.sign_in("clerk", PASSWORD, "", "10.0.0.9", "a")
    doors.lock(doors.of_session(token))
    return token


def _fill(house: House, folder: Path) -> dict[str, str]:
    catalogue = house.services.catalogue
    catalogue.write(_people)
    ids = _records(house, folder)
    catalogue.write(lambda work: _told(work, ids))
    catalogue.write(lambda work: _filed(work, ids))
    _refused(house, folder)
    _fates(house, ids)
    return ids | catalogue.write(_of_people)


def _people(work: UnitOfWork) -> None:
    kept = hashed(PASSWORD)  # once: each takes as long as it must
    work.people.put_unit(OfficeUnit("office", "Ủy ban nhân dân xã Suối Mây"))
    work.people.put_unit(OfficeUnit("dia-chinh", "Địa chính", "office"))
    for account, (name, roles) in ACTORS.items():
        person = Person(new_id(), account, name, now(), kept, now())
        work.people.add(person)
        for place, role in roles:
            work.people.grant(Grant(person.id, place, role))


def _of_people(work: UnitOfWork) -> dict[str, str]:
    person = work.people.find("reader")
    assert person is not None
    return {"person": person.id, "token": link_for(work, person, _BY).rsplit("/", 1)[-1]}


def _records(house: House, folder: Path) -> dict[str, str]:
    (folder / "work").mkdir()
    services = house.services
    services.catalogue.write(
        lambda work: work.saved_searches.add(_BY, "Giao nộp hồ sơ", {"q": "giao nộp"}, "", "clerk")
    )
    names = {
        "decision": DECISION, "letter": LETTER, "report": REPORT, "unread": UNREAD, "binned": BINNED,
        "marked": MARKED, "new": NEW,
    }  # fmt: skip
    ids = {name: store(services.catalogue, services.originals, folder / "work", one) for name, one in names.items()}
    services.catalogue.write(lambda work: _doubtful(work, ids["decision"]))
    services.catalogue.write(lambda work: work.alerts.await_news({ids["new"]: 1}, newly_read=True))
    while house.indexer.step():
        pass
    Alerter(services.catalogue, services.search, lambda _: LOCAL).step()
    services.corrections.correct(ids["letter"], {"issuer": "Sở Nội vụ", "signer": "Trần Thị Mỹ Hoàn"}, LOCAL)
    return ids


def _doubtful(work: UnitOfWork, record_id: str) -> None:
    work.pages.save(record_id, [misread(one) for one in work.pages.of_record(record_id, words=True)])
    work.outbox.put({record_id: work.records.finish(record_id, RecordState.SEARCHABLE)})


def _told(work: UnitOfWork, ids: dict[str, str]) -> None:
    """A batch of two files with its person, one of them not taken."""
    batch, digest = new_id(), work.records.by_id(ids["letter"]).digest
    ids["batch"], handed = batch, HandedIn(batch, 2, _BY, "clerk")
    taken = Delivery(
        batch, "Hộp 3/cv-1274.tif", DeliverySource.UPLOAD, DeliveryState.DUPLICATE, now(), 5, digest, ids["letter"]
    )
    work.deliveries.put([DeliveryRow(taken, handed=handed)])
    other = Delivery(new_id(), "Hộp 3/mật khẩu.pdf", DeliverySource.UPLOAD, DeliveryState.REJECTED, now(), 9)
    refused = replace(other, reason=EncryptedFile().code)
    work.deliveries.put([DeliveryRow(refused, handed=handed)])
    ids["day"] = today().isoformat()


def _filed(work: UnitOfWork, ids: dict[str, str]) -> None:
    said: dict[str, Any] = {"title": "Số hóa 2024", "unit": "office", "agency": "office", "access_class": "internal"}
    ids["dossier"] = new_id()
    dossiers.make(work, ids["dossier"], said | {"rule": {"q": "giao nộp"}}, _BY)
    dossier_moves.file(work, ids["dossier"], [ids["decision"], ids["report"]], _BY)
    for name, record in (("entry", "letter"), ("void", "report")):
        ids[name] = new_id()
        give(work, Wanted(ids[name], "office", ids[record], Direction.IN, _TODAY), _TODAY, _BY)
    correct(work, ids["entry"], {"handed_to": "Phòng Nội vụ", "due_on": "2026-01-05"}, _BY)
    make_void(work, ids["void"], "vào sổ nhầm", _BY)


def _refused(house: House, folder: Path) -> None:
    delivery = Delivery(new_id(), "có mật khẩu.pdf", DeliverySource.DROP, DeliveryState.RECEIVED, now(), 9)
    house.services.catalogue.write(lambda work: reject(work, delivery, EncryptedFile()))
    path = folder / "came.pdf"
    path.write_bytes(b"%PDF-1.7 ")
    Rejections(folder / "rejected", folder / "rejecting.lock").put(path, path.name, delivery, EncryptedFile())


def _fates(house: House, ids: dict[str, str]) -> None:
    services = house.services
    services.disposal.discard(ids["binned"], _BY, "quét nhầm", named_keeper(LOCAL, "local"))
    services.catalogue.write(lambda work: quarantine(work, ids["marked"], 1))
    while house.indexer.step():
        pass
