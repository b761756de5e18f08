from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.describing import describe
from ingest.describing.letters import is_syllable
from mappings.record import Box, Page
from mappings.turning import turned
from tests.unit.describing.pages import BODY, Row, head, page

LETTER_HEAD = head("Số: 299/UBND-TTHC")


def fields(rows: list[Row]):
    return describe([page([*rows, *BODY])])


def test_kind_and_subject_under_a_title() -> None:
    rows = [
        (0.46, 0.18, "QUYẾT ĐỊNH"),
        (0.3, 0.2, "Về việc thành lập Tổ số hóa"),
        (0.35, 0.22, "tài liệu lưu trữ huyện"),
    ]
    found = fields([*head(), *rows])
    assert found["kind"].value == "Quyết định"
    assert found["subject"].value == "Về việc thành lập Tổ số hóa tài liệu lưu trữ huyện"
    assert not found["kind"].doubtful
    assert not found["subject"].doubtful
    assert len(found["subject"].boxes) == 2


@pytest.mark.parametrize(
    "stop",
    [
        "Kính gửi: Sở Tài chính",
        "Căn cứ Luật Lưu trữ",
        "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
    ],
)
def test_a_subject_ends_before(stop: str) -> None:
    rows = [(0.46, 0.18, "BÁO CÁO"), (0.35, 0.2, "Kết quả công tác năm"), (0.35, 0.222, stop)]
    assert fields([*head("Số: 5/BC-UBND"), *rows])["subject"].value == "Kết quả công tác năm"


def test_a_subject_ends_at_a_gap() -> None:
    rows = [(0.46, 0.18, "BÁO CÁO"), (0.35, 0.2, "Kết quả công tác năm"), (0.35, 0.25, "Trong năm qua cơ quan đã")]
    assert fields([*head("Số: 5/BC-UBND"), *rows])["subject"].value == "Kết quả công tác năm"


def test_a_title_with_slipped_marks() -> None:
    rows = [(0.46, 0.18, "QUYÉT ĐỊNH"), (0.3, 0.2, "Về việc giao kế hoạch")]
    kind = fields([*head(), *rows])["kind"]
    assert (kind.value, kind.doubtful) == ("Quyết định", False)


def test_notice_and_communique_are_one_letter_apart_and_neither_is_guessed_for_the_other() -> None:
    rows = [(0.46, 0.18, "THÔNG XÁO"), (0.3, 0.2, "Về việc nghỉ lễ")]
    kind = fields([*head("Số: 5/TB-UBND"), *rows])["kind"]
    assert kind.doubtful
    assert kind.value == "Thông báo"


def test_a_letter_has_its_subject_under_the_number() -> None:
    rows = [
        (0.14, 0.14, "V/v công bố danh mục"),
        (0.15, 0.16, "thủ tục hành chính"),
        (0.4, 0.23, "Kính gửi: Sở Nội vụ"),
    ]
    found = fields([*LETTER_HEAD, *rows])
    assert (found["kind"].value, found["kind"].doubtful) == ("Công văn", False)
    assert found["subject"].value == "V/v công bố danh mục thủ tục hành chính"


def test_a_petition_is_a_kind_though_it_has_no_head() -> None:
    rows = [
        (0.3, 0.06, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (0.42, 0.12, "ĐƠN KIẾN NGHỊ"),
        (0.37, 0.14, "Về việc sửa chữa cống"),
        (0.35, 0.2, "Kính gửi: Ủy ban nhân dân xã"),
        (0.55, 0.6, "Suối Mây, ngày 12 tháng 9 năm 2025"),
        (0.6, 0.64, "NGƯỜI LÀM ĐƠN"),
        (0.6, 0.72, "Võ Thị Lành"),
    ]
    found = fields(rows)
    assert found["kind"].value == "Đơn"
    assert found["subject"].value == "KIẾN NGHỊ Về việc sửa chữa cống"
    assert found["issued_on"].value == "2025-09-12"
    assert found["signer"].value == "Võ Thị Lành"
    assert "issuer" not in found
    assert "number" not in found


def test_scraps_of_a_stamp_are_no_part_of_the_subject() -> None:
    rows = [
        (0.46, 0.18, "CHỈ THỊ"),
        (0.2, 0.2, "ÃI|~40 #T~0 x|~10 Về việc thi hành án hành chính"),
        (0.05, 0.21, "L4Ÿ~0"),
    ]
    found = fields([*head("Số: 7/CT-UBND"), *rows])
    assert found["subject"].value == "Về việc thi hành án hành chính"


def test_a_syllable_that_cannot_be_makes_the_subject_doubtful() -> None:
    rows = [(0.46, 0.18, "BÁO CÁO"), (0.35, 0.2, "Tình hình của tỉnh Quảng Nøãi")]
    assert fields([*head("Số: 5/BC-UBND"), *rows])["subject"].doubtful


def test_a_word_misread_with_certainty_is_mended_by_word_list_and_record() -> None:
    rows = [(0.46, 0.18, "BÁO CÁO"), (0.35, 0.2, "Về việc công bô thủ tục"), (0.16, 0.5, "việc công bố thủ tục")]
    subject = fields([*head("Số: 5/BC-UBND"), *rows])["subject"]
    assert (subject.value, subject.doubtful) == ("Về việc công bố thủ tục", False)


def test_a_word_mended_by_the_word_list_alone_is_doubtful() -> None:
    rows = [(0.46, 0.18, "BÁO CÁO"), (0.35, 0.2, "Về việc công bô thủ tục")]
    subject = fields([*head("Số: 5/BC-UBND"), *rows])["subject"]
    assert (subject.value, subject.doubtful) == ("Về việc công bố thủ tục", True)


def test_a_word_that_the_record_uses_so_is_left_alone() -> None:
    rows = [(0.46, 0.18, "CHỈ THỊ"), (0.35, 0.2, "Về kỳ thi tốt nghiệp"), (0.16, 0.5, "kỳ thi và kỳ thi; bị kỳ thị")]
    assert "kỳ thi tốt" in fields([*head("Số: 5/CT-UBND"), *rows])["subject"].value


@pytest.mark.parametrize(("stamp", "name"), [("KHẨN", "Khẩn"), ("HỎA TỐC", "Hỏa tốc"), ("THƯỢNG KHẨN", "Thượng khẩn")])
def test_urgency_stamps(stamp: str, name: str) -> None:
    rows = [(0.14, 0.14, "V/v ứng phó với bão"), (0.14, 0.19, stamp)]
    found = fields([*LETTER_HEAD, *rows])
    assert found["urgency"].value == name
    assert found["subject"].value == "V/v ứng phó với bão"


@pytest.mark.parametrize("line", ["khẩn", "V/v khẩn trương thực hiện", "KHẨN TRƯƠNG THỰC HIỆN NGHỊ QUYẾT", "KHÂN HIỆU"])
def test_what_is_no_urgency_stamp(line: str) -> None:
    assert "urgency" not in fields([*LETTER_HEAD, (0.14, 0.19, line)])


SIGNATURE: list[Row] = [
    (0.14, 0.6, "Nơi nhận:"),
    (0.55, 0.6, "KT. CHỦ TỊCH"),
    (0.14, 0.62, "- Như trên;"),
    (0.55, 0.62, "PHÓ CHỦ TỊCH"),
    (0.14, 0.64, "- Lưu: VT, Nguyễn Thị Hoa"),
    (0.57, 0.72, "Trần Văn Minh"),
]


def test_the_signer_stands_under_the_office() -> None:
    signer = fields([*head(), *SIGNATURE])["signer"]
    assert (signer.value, signer.doubtful) == ("Trần Văn Minh", False)


def test_the_signer_is_of_the_document_not_of_its_appendix() -> None:
    appendix = page([(0.4, 0.1, "PHỤ LỤC"), (0.55, 0.5, "GIÁM ĐỐC"), (0.55, 0.6, "Lê Thị Lan")], number=2)
    assert describe([page([*head(), *SIGNATURE]), appendix])["signer"].value == "Trần Văn Minh"


@pytest.mark.parametrize("name", ["Trần~60 Văn Minh", "Ñgô Văn Minh", "guyễn Văn Minh"])
def test_a_name_read_badly_is_doubtful(name: str) -> None:
    assert fields([*head(), *SIGNATURE[:-1], (0.57, 0.72, name)])["signer"].doubtful


def test_a_signature_without_a_name_is_asked_for() -> None:
    signer = fields([*head(), *SIGNATURE[:-1]])["signer"]
    assert (signer.value, signer.doubtful) == ("", True)


def _lying(shown: Page, degrees: int) -> Page:
    words = tuple(replace(word, box=turned(word.box, 360 - degrees)) for word in shown.words)
    width, height = (shown.height, shown.width) if degrees in (90, 270) else (shown.width, shown.height)
    return replace(shown, words=words, rotation=degrees, width=width, height=height)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_on_its_side_is_described_alike_and_its_boxes_stay_where_they_are_seen(degrees: int) -> None:
    upright = page([*head(), (0.46, 0.18, "QUYẾT ĐỊNH"), (0.3, 0.2, "Về việc giao kế hoạch"), *BODY])
    straight, lying = describe([upright]), describe([_lying(upright, degrees)])
    assert {name: field.value for name, field in lying.items()} == {
        name: field.value for name, field in straight.items()
    }
    seen = turned(straight["kind"].boxes[0], 360 - degrees)
    for edge in ("x0", "y0", "x1", "y1"):
        assert getattr(lying["kind"].boxes[0], edge) == pytest.approx(getattr(seen, edge))


def test_turning_by_90_degrees_clockwise_brings_the_top_left_corner_to_the_top_right() -> None:
    box = turned(Box(0.0, 0.0, 0.2, 0.1), 90)
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((0.9, 0.0, 1.0, 0.2))


@pytest.mark.parametrize(
    "word", ["quyết", "nghiêng", "Quảng", "thuỷ", "thủy", "khuỷu", "giếng", "ý", "oanh", "Đắk", "Ngãi"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["quyêt", "Nøãi", "xuât", "câp", "ttg", "ứriệu", "tỉầh", "strong"])
def test_what_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)
