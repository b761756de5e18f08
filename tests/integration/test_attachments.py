"""What is attached to a mail becomes records of its own, by the whole way in; nothing is lost, and the mail tells."""

from __future__ import annotations

import hashlib
import io
import json
from collections import deque
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import docx
import pikepdf
import pytest

from archive.attaching import Attachments, attachments_of, mails_of
from archive.disposing import discard
from archive.keeping import SidecarWriter
from archive.rebuilding import rebuild_catalogue
from archive.receiving import Arrival, receive
from ingest.answers import outcome_from
from ingest.detaching.detacher import Detached
from ingest.flights import Flight, enter
from kernel.clock import now
from kernel.errors import ReaderDied
from kernel.ids import new_id
from kernel.locks import Owner
from mappings.record import DeliverySource, PageState, Record, RecordState, RecordView
from tests.integration.checking import found
from tests.integration.house import House
from tests.unit.reading import messages, pdfs


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


def word_file(text: str) -> bytes:
    made, buffer = docx.Document(), io.BytesIO()
    made.add_paragraph(text)
    made.save(buffer)
    return buffer.getvalue()


def locked() -> bytes:
    return pdfs.changed(pdfs.born_digital(), lambda _: None, encryption=pikepdf.Encryption(user="x", owner="y"))


def mail(*attached: tuple[str, bytes], inner: EmailMessage | None = None) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "so@binhdinh.gov.vn", "xa@binhdinh.gov.vn", "Gửi văn bản"
    made["Date"] = "Mon, 05 Mar 2018 08:00:00 +0700"
    made.set_content("Kính gửi các xã, xin xem tệp đính kèm.")
    for name, content in attached:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    if inner is not None:
        made.add_attachment(inner)
    return made


def take(house: House, name: str, content: bytes) -> RecordView:
    """The mail's record, all of it and of what came with it read."""
    house.drop(name, content)
    with house.service() as service:
        assert service.drain(120)
    with house.catalogue.reading() as work:
        return work.records.view(str(house.deliveries()[name].delivery.record_id))


def told(house: House, record: RecordView) -> Attachments:
    with house.catalogue.reading() as work:
        attachments = attachments_of(work, record.record.id)
    assert attachments is not None
    return attachments


def of(house: House, record: RecordView) -> dict[str, RecordView]:
    """The attached records by their names in the mail."""
    with house.catalogue.reading() as work:
        return {name: work.records.view(record_id) for name, record_id in told(house, record).record_ids}


def text(record: RecordView) -> str:
    return " ".join(page.text for page in record.pages)


def test_attachments_become_records_and_the_mail_is_wholly_searchable(house: House) -> None:
    content = mail(("Quyết định.docx", word_file("Quyết định về đất đai")), ("bản đồ.pdf", pdfs.born_digital()))
    whole = take(house, "thư.eml", content.as_bytes())
    assert whole.record.state is RecordState.SEARCHABLE
    assert [page.state for page in whole.pages] == [PageState.SEARCHABLE] * 2
    attached = of(house, whole)
    assert list(attached) == ["Quyết định.docx", "bản đồ.pdf"]
    assert "đất đai" in text(attached["Quyết định.docx"])
    assert all(one.record.state is RecordState.SEARCHABLE for one in attached.values())
    assert "Quyết định.docx" in whole.pages[-1].text
    with house.catalogue.reading() as work:
        mails = mails_of(work, [one.record.id for one in attached.values()])
        sources = {row.source for row in work.deliveries.of_record(attached["bản đồ.pdf"].record.id)}
    assert set(mails.values()) == {(whole.record.id,)}
    assert sources == {DeliverySource.ATTACHMENT}
    assert found(house, at_rest=True) == []


def test_a_mail_within_a_mail_is_a_record_with_attachments_of_its_own(house: House) -> None:
    inner = mail(("trong.docx", word_file("Công văn nằm trong thư chuyển tiếp")))
    outer = take(house, "ngoài.eml", mail(inner=inner).as_bytes())
    (middle,) = of(house, outer).values()
    assert middle.record.media_type == "message/rfc822"
    (last,) = of(house, middle).values()
    assert "chuyển tiếp" in text(last)
    assert {one.record.state for one in (outer, middle, last)} == {RecordState.SEARCHABLE}
    assert found(house, at_rest=True) == []


def test_what_cannot_be_taken_stays_in_the_mail_and_is_told(house: House) -> None:
    attached = [
        ("tốt.docx", word_file("Báo cáo")),
        ("chương trình.exe", b"MZ\x90\x00" + bytes(300)),
        ("khóa.pdf", locked()),
        ("rỗng.txt", b""),
        ("../../../tmp/x.docx", word_file("Leo lên")),
    ]
    whole = take(house, "thư.eml", mail(*attached).as_bytes())
    assert whole.record.state is RecordState.PARTLY_SEARCHABLE
    assert whole.pages[-1].state is PageState.FAILED
    assert {one.file_name: one.reason for one in told(house, whole).not_taken} == {
        "chương trình.exe": "unknown-type",
        "khóa.pdf": "encrypted",
        "rỗng.txt": "not-taken-out",
    }
    assert all("/" not in name for name in of(house, whole))
    assert len(of(house, whole)) == 2
    assert found(house, at_rest=True) == []


def test_the_same_file_in_two_mails_is_one_record_attached_to_both(house: House) -> None:
    content = word_file("Thông báo chung")
    first = take(house, "một.eml", mail(("a.docx", content)).as_bytes())
    second = take(house, "hai.eml", mail(("b.docx", content), ("c.docx", word_file("Khác"))).as_bytes())
    (one,) = of(house, first).values()
    assert of(house, second)["b.docx"].record.id == one.record.id
    with house.catalogue.reading() as work:
        assert mails_of(work, [one.record.id])[one.record.id] == (first.record.id, second.record.id)
    assert found(house, at_rest=True) == []


def test_outlook_mails_too(house: House) -> None:
    content = messages.outlook({"0037": "Gửi báo cáo", "1000": "Xin xem tệp"}, {"báo cáo.docx": word_file("Báo cáo")})
    whole = take(house, "thư.msg", content)
    assert [one.record.file_name for one in of(house, whole).values()] == ["báo cáo.docx"]
    assert whole.record.state is RecordState.SEARCHABLE


def test_too_many_stay_in_the_mail(house: House) -> None:
    attached = [(f"{number}.txt", b"x%d" % number) for number in range(201)]
    whole = take(house, "thư.eml", mail(*attached).as_bytes())
    assert whole.record.state is RecordState.PARTLY_SEARCHABLE
    with house.catalogue.reading() as work:
        assert attachments_of(work, whole.record.id) is None
        assert sum(work.records.counts().values()) == 1


def test_what_was_attached_is_known_after_a_rebuild_from_the_originals(house: House, tmp_path: Path) -> None:
    whole = take(house, "thư.eml", mail(("a.docx", word_file("Báo cáo"))).as_bytes())
    before = told(house, whole)
    SidecarWriter(house.catalogue, house.originals.beside, house.layout.sidecar_lock, house.layout.work).drain()
    with House(tmp_path / "again") as again:
        done = rebuild_catalogue(again.catalogue, house.originals, again.layout)
        assert (done.records, done.handed_in) == (2, [])
        assert told(again, whole) == before


def test_mails_nested_without_end_end_somewhere(house: House) -> None:
    deepest = mail(("cuối.docx", word_file("Tận cùng")))
    for _ in range(20):
        deepest = mail(inner=deepest)
    take(house, "lồng.eml", deepest.as_bytes())
    take(house, "bao.eml", b"From: a@b.vn\nTo: c@d.vn\nContent-Type: message/rfc822\n\n" + deepest.as_bytes())
    with house.catalogue.reading() as work:
        states = work.records.counts()
    assert states == {RecordState.SEARCHABLE: 6, RecordState.PARTLY_SEARCHABLE: 1}
    assert found(house, at_rest=True) == []


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_attached_mail_is_kept_as_it_came(house: House, end: bytes) -> None:
    subject = "Subject: " + "mot tieu de dai duoc viet tren mot dong duy nhat " * 4 + "."
    lines = ["From: a@b.vn", "To: c@d.vn", subject, "", "Nội dung", "From here"]
    inner = end.join(line.encode() for line in lines)
    head = [b"From: a@b.vn", b"To: c@d.vn", b'Content-Type: multipart/mixed; boundary="b"', b"", b"--b"]
    outer = end.join([*head, b"Content-Type: message/rfc822", b"", inner, b"--b--", b""])
    whole = take(house, "thư.eml", outer)
    (attached,) = of(house, whole).values()
    with house.originals.open(attached.record.digest) as stream:
        assert stream.read() == inner


@pytest.mark.parametrize("binned", [True, False])
def test_bytes_of_attachments_are_stored_with_their_rows_or_not_at_all(
    house: House, tmp_path: Path, binned: bool
) -> None:
    (tmp_path / "0").write_bytes(b"attached")
    digest = hashlib.sha256(b"attached").hexdigest()
    record = being_read(house, tmp_path)
    arrival = Arrival(new_id(), "a.txt", DeliverySource.ATTACHMENT, now(), digest, 8, "text/plain", 1)
    flight = Flight(record, deque())
    flight.detached = Detached(record, (arrival,), (), house.originals, tmp_path / "none", (tmp_path / "0",))
    flight.fields = {}
    with house.catalogue.reading() as work:
        assert work.records.ids_by_digest([digest]) == {}
    if binned:
        house.catalogue.write(lambda work: discard(work, record.id, "An", "nhầm"))
    house.catalogue.write(lambda work: enter(work, [flight]))
    held = {one.digest for one in house.originals.held()}
    assert (digest in held) is not binned
    with house.catalogue.reading() as work:
        assert bool(work.records.ids_by_digest([digest])) is not binned


def being_read(house: House, folder: Path) -> Record:
    (folder / "mail").write_bytes(mail().as_bytes())
    original = house.originals.store(folder / "mail")
    arrival = Arrival(
        new_id(), "a.eml", DeliverySource.DROP, now(), original.digest, original.size, "message/rfc822", 2
    )
    house.catalogue.write(lambda work: receive(work, [arrival], "office", "internal"))
    owner = Owner(house.layout.owners)
    (record,) = house.catalogue.write(lambda work: work.records.claim(owner.id, owner.alive, 1, set()))
    return record


def test_a_reading_process_cannot_answer_with_parts() -> None:
    """What it made would be removed with its folder."""
    made = {
        "mail": None,
        "arrivals": ["tuple"],
        "not_taken": ["tuple"],
        "originals": None,
        "folder": "/",
        "paths": None,
    }
    hostile = ["tuple", ["made", "ingest.detaching.detacher", "Detached", ["dict", *made.items()]], None, ""]
    assert isinstance(outcome_from(json.dumps(hostile).encode()).error, ReaderDied)
    flight = Flight(None, deque())  # type: ignore[arg-type]
    assert not flight.take_parts(Detached(None, (), (), None, Path("/none"), ()))  # type: ignore[arg-type]
    assert flight.detached is None
    assert not flight.take_parts(None)
