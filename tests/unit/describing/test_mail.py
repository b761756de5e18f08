"""A mail is about what its own subject says."""

from __future__ import annotations

from dataclasses import replace

from ingest.describing import describe
from mappings.record import ReadBy
from tests.unit.describing.pages import text_page

MAIL = "From: a@example.vn\nTo: b@example.vn\nSubject: Gửi hồ sơ | đợt 2\n\nV/v nộp lưu hồ sơ năm 2019\nSubject: khác\n"


def test_a_mails_subject_is_that_of_its_headers() -> None:
    field = describe([text_page(MAIL)])["subject"]
    assert (field.value, field.doubtful, field.page) == ("Gửi hồ sơ | đợt 2", False, 1)


def test_words_behind_the_headers_are_none_of_them() -> None:
    field = describe([text_page(MAIL.replace("Subject: Gửi hồ sơ | đợt 2\n", ""))]).get("subject")
    assert field is None or field.value != "khác"


def test_a_scan_of_a_printed_mail_is_no_mail() -> None:
    field = describe([replace(text_page(MAIL), read_by=ReadBy.OCR)]).get("subject")
    assert field is None or field.value != "Gửi hồ sơ | đợt 2"
