"""Mails of Outlook: read, told what is attached, and turned away when they are broken."""

import struct

import pytest

from benchmarks import old_encodings
from ingest.reading import ReadingOptions, read_page
from ingest.reading.compound import CompoundFile
from ingest.reading.outlook import OutlookMail, msg_text
from ingest.recognising import MSG, Limits, inspect
from kernel.errors import AttachmentsNotRead, DamagedFile, EncryptedFile, TruncatedFile, UnknownType
from tests.unit.reading.messages import compound, outlook

LIMITS = Limits(max_pages=50, max_megapixels=40)
SENT = 133_808_580_000_000_000  # 2025-01-09 01:00 UTC
TEXTS = {
    "0C1A": "Nguyễn Văn An", "5D01": "an@songxanh.example", "0E04": "Văn thư\0", "0037": "Gửi báo cáo quý",
    "1000": "Kính gửi Ủy ban\r\nXin báo cáo.",
}  # fmt: skip
GOOD = "Căn cứ Luật Tổ chức chính quyền địa phương, Ủy ban nhân dân huyện giao các phòng hướng dẫn chỉnh lý tài liệu."


@pytest.fixture
def inspected(tmp_path):
    def look(content):
        path = tmp_path / "stored"
        path.write_bytes(content)
        return inspect(str(path), "x.pdf", LIMITS)

    return look


@pytest.fixture
def read(tmp_path, inspected):
    def page(content, number=1):
        inspected(content)
        return read_page(str(tmp_path / "stored"), MSG, number, ReadingOptions())

    return page


def test_a_mail_gives_headers_body_and_names_of_attachments(inspected, read):
    content = outlook(TEXTS, ["Báo cáo.pdf", "Phụ lục.xlsx"], SENT)
    found = inspected(content)
    assert (found.media_type, found.extension, found.page_count) == (MSG, ".msg", 2)
    assert read(content).text.split("\n") == [
        "From: Nguyễn Văn An <an@songxanh.example>", "To: Văn thư", "Date: 09/01/2025 08:00 +0700",
        "Subject: Gửi báo cáo quý", "", "Kính gửi Ủy ban", "Xin báo cáo.", "",
        "Tệp đính kèm / Attachments (2):", "- Báo cáo.pdf", "- Phụ lục.xlsx",
    ]  # fmt: skip
    with pytest.raises(AttachmentsNotRead):
        read(content, 2)


def test_a_short_mail_with_a_pdf_in_its_first_bytes_is_a_mail(inspected):
    content = outlook({}, ["a.pdf"])
    assert b"%PDF-" in content[:1024]
    assert inspected(content).media_type == MSG


def test_attachments_are_read_up_to_ten_thousand_even_of_one_name(tmp_path):
    (tmp_path / "mail").write_bytes(outlook(TEXTS, ["x"] * 10_000))
    assert len(OutlookMail(str(tmp_path / "mail")).attachment_names()) == 10_000
    (tmp_path / "mail").write_bytes(outlook(TEXTS, ["x"] * 10_001))
    with pytest.raises(DamagedFile):
        OutlookMail(str(tmp_path / "mail"))


def test_long_streams_and_many_entries_are_read(tmp_path):
    body = "".join(f"Dòng {n} của văn bản\n" for n in range(100))
    attachments = [f"Tệp {n}.pdf" for n in range(200)]
    (tmp_path / "mail").write_bytes(outlook(TEXTS | {"1000": body}, attachments))
    text = msg_text(str(tmp_path / "mail"))
    assert body.strip() in text
    assert all(f"- {name}" in text for name in attachments)


def test_a_body_in_html_or_an_old_encoding_is_read(read):
    markup = {"__substg1.0_10130102": "<html><style>p{}</style><p>Kính <b>gửi</b></p></html>".encode()}
    assert read(outlook({"0037": "x"}, **markup)).text.endswith("Kính gửi")
    old = read(outlook({}, encoded={"1000": old_encodings.to_tcvn3(GOOD), "0037": b"Bao cao"})).text
    assert old.lower() == f"subject: bao cao\n\n{GOOD}".lower()


def test_a_mail_with_an_encrypted_file_is_no_encrypted_file(inspected):
    inner = compound({"EncryptedPackage": b"x" * 5000})
    assert (
        inspected(outlook(TEXTS, **{"__attach_version1.0_#00000000": {"__substg1.0_37010102": inner}})).page_count == 2
    )
    with pytest.raises(EncryptedFile):
        inspected(inner)


def test_what_is_attached_is_told_however_deep_it_is(inspected):
    inner = {"__substg1.0_0037001F": b"x"}
    for _ in range(40):
        inner = {"__attach_version1.0_#00000000": {"__substg1.0_3701000D": inner}}
    assert inspected(outlook(TEXTS, **inner)).page_count == 2


def test_other_compound_files_are_unknown(inspected):
    with pytest.raises(UnknownType):
        inspected(compound({"PowerPoint Document": b"x" * 5000, "Objects": {"WordDocument": b"x", "Workbook": b"x"}}))


def changed(content, place, value):
    return content[:place] + struct.pack("<I", value) + content[place + 4 :]


MAIL = outlook(TEXTS | {"1000": "Kính gửi " * 1000}, ["a.pdf"])
TABLE = (struct.unpack_from("<I", MAIL, 76)[0] + 1) * 512
DIRECTORY = (struct.unpack_from("<I", MAIL, 48)[0] + 1) * 512


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (MAIL[:100], TruncatedFile),
        (MAIL[:-600], TruncatedFile),
        (changed(MAIL, TABLE, 0), DamagedFile),
        (changed(MAIL, TABLE, 5000), DamagedFile),
        (changed(MAIL, 48, 5000), DamagedFile),
        (changed(MAIL, 30, 0xFFFFFFFF), DamagedFile),
        (changed(MAIL, DIRECTORY + 76, 77777), DamagedFile),
        (compound({"__attach_version1.0_#00000000": {"__properties_version1.0": b"x"}}), DamagedFile),
    ],
    ids=["head", "cut", "ring", "beyond", "no-directory", "sector-size", "child", "inner-only"],
)
def test_broken_mails_are_turned_away(inspected, content, error):
    with pytest.raises(error):
        inspected(content)


def test_entries_that_hang_in_a_ring_are_told_once():
    content = compound({"a": b"x", "b": {"c": b"y"}})
    directory = (struct.unpack_from("<I", content, 48)[0] + 1) * 512
    for entry in (1, 2, 3):
        for place in (68, 72, 76):
            content = changed(content, directory + 128 * entry + place, entry % 3 + 1)
    assert len(CompoundFile(content).tree()) == 2
