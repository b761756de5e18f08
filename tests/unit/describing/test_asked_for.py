"""What a hand or a stain has hidden is asked for, never left out, and confidences say how many are right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.describing import describe
from ingest.describing.certainty import calibrated, described
from mappings.record import DescribedField, ReadBy, Word
from tests.unit.describing.pages import BODY, Row, head, page

TITLE: list[Row] = [(0.46, 0.18, "QUYẾT ĐỊNH"), (0.3, 0.2, "Về việc thành lập Tổ số hóa tài liệu")]


def fields(rows: list[Row]) -> dict[str, DescribedField]:
    return describe([page([*rows, *TITLE, *BODY])])


@pytest.mark.parametrize("row", ["sốẽ: mp-sNv~20", "3G: 7)~30", "ĐD: [717/1I1r93YV]~10", "s: †~20 36Ö_~15"])
def test_a_number_row_that_a_hand_ran_over_is_asked_for(row: str) -> None:
    found = fields(head(row))
    for name in ("number", "symbol"):
        assert (found[name].value, found[name].doubtful) == ("", True)
        assert found[name].boxes
    assert found["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"


def test_a_row_without_a_date_still_tells_where_the_issuer_ends() -> None:
    found = fields([*head("s: 14W?~30 mpBQLDA~20")[:5]])
    assert found["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert found["number"].doubtful


def test_a_symbol_behind_a_lost_stroke_is_known_by_its_kind() -> None:
    rows: list[Row] = [*head("Số: z~20 fTTr-UBND~60"), (0.46, 0.18, "TỜ TRÌNH")]
    assert describe([page([*rows, *BODY])])["symbol"].value == "TTr-UBND"


def test_a_date_that_cannot_be_read_is_asked_for_with_its_place() -> None:
    found = fields(head(date="tinh~20 ngy~10 3x~15 thing~20"))["issued_on"]
    assert (found.value, found.doubtful, bool(found.boxes)) == ("", True, True)


def test_a_department_is_no_number_row() -> None:
    rows: list[Row] = [(0.16, 0.04, "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"), (0.2, 0.07, "SỞ NỘI VỤ"), *head("s: 4†~20")[4:]]
    motto = head()[1]
    assert fields([*rows, motto])["issuer"].value == "SỞ NỘI VỤ"


def test_a_text_layer_without_a_number_has_none() -> None:
    shown = page([*head()[:4], *TITLE, *BODY])
    typed = replace(
        shown, read_by=ReadBy.TEXT_LAYER, words=tuple(replace(word, confidence=None) for word in shown.words)
    )
    assert "number" not in describe([typed])


@pytest.mark.parametrize("name", ["BAN QUẢN LÝ DỰ ÁN", "BAN CHỈ HUY QUÂN SỰ HUYỆN", "TRƯỜNG QUẢN TRỊ KINH DOANH"])
def test_words_of_an_agency_are_not_turned_into_levels(name: str) -> None:
    assert fields([(0.17, 0.06, name), *head()[1:2], *head()[4:]])["issuer"].value == name


def test_a_committee_without_its_place_is_asked_for() -> None:
    assert fields([(0.17, 0.06, "ỦY BAN NHÂN DÂN"), *head()[1:2], *head()[4:]])["issuer"].doubtful


@pytest.mark.parametrize(
    "subject", ["Về việc Phân bố kinh phí năm 2020", "thành lập Tổ công tác của tỉnh", "Rà soát quỹ đất đến-hết năm"]
)
def test_a_subject_that_was_probably_misread_is_asked_for(subject: str) -> None:
    rows: list[Row] = [*head(), (0.46, 0.18, "QUYẾT ĐỊNH"), (0.3, 0.2, subject)]
    assert describe([page([*rows, *BODY])])["subject"].doubtful


def test_the_text_under_a_subject_is_no_part_of_it() -> None:
    running = "Giao ông Đỗ Mạnh Hưởng là công chức Văn phòng chịu trách nhiệm bàn giao tiếp"
    rows: list[Row] = [*head(), *TITLE, (0.17, 0.22, running)]
    subject = describe([page([*rows, *BODY])])["subject"]
    assert subject.value == "Về việc thành lập Tổ số hóa tài liệu"


@pytest.mark.parametrize("name", ["issuer", "subject"])
def test_more_support_is_never_less_confidence(name: str) -> None:
    said = [calibrated(name, step / 100) for step in range(101)]
    assert said == sorted(said)
    assert 0 <= said[0] < said[-1] == 1


def test_only_what_was_read_by_eye_is_calibrated() -> None:
    typed, seen = Word("SỞ", 0), Word("SỞ", 0, confidence=0.8)
    assert described("issuer", "SỞ", [typed], 1).confidence == 1.0
    assert described("issuer", "SỞ", [seen], 1).confidence == 0.94
