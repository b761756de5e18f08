"""To whom a document goes, who signed it in which office, whose superior body it names, and when it arrived."""

from __future__ import annotations

import pytest

from ingest.describing import describe
from mappings.record import DescribedField
from tests.unit.describing.pages import BODY, Row, head, page, text_page

LETTER: list[Row] = [*head("Số: 299/UBND-TTHC"), (0.14, 0.14, "V/v công bố danh mục")]
END: list[Row] = [
    (0.14, 0.6, "Nơi nhận:"),
    (0.14, 0.62, "- Như trên;"),
    (0.14, 0.635, "- Các Sở: Tài chính, Nội vụ,"),
    (0.15, 0.65, "Tư pháp;"),
    (0.14, 0.665, "- Lưu: VT, TH."),
]


def described(*rows: Row) -> dict[str, DescribedField]:
    return describe([page([*LETTER, *rows, *BODY])])


def test_one_addressee_beside_the_words() -> None:
    found = described((0.36, 0.23, "Kính gửi: Văn phòng Chính phủ"))["addressees"]
    assert (found.value, found.doubtful, len(found.boxes)) == ("Văn phòng Chính phủ", False, 1)


def test_several_addressees_one_a_line_one_over_two_lines() -> None:
    found = described(
        (0.3, 0.22, "Kính gửi:"),
        (0.4, 0.24, "- Văn phòng Chính phủ;"),
        (0.4, 0.26, "- Tổ công tác cải cách thủ tục"),
        (0.4, 0.28, "hành chính của Chính phủ."),
        (0.2, 0.31, "Thực hiện nội dung công văn của Văn phòng Chính phủ"),
    )["addressees"]
    assert found.value == "Văn phòng Chính phủ; Tổ công tác cải cách thủ tục hành chính của Chính phủ"
    assert not found.doubtful
    assert len(found.boxes) == 3


@pytest.mark.parametrize("line", ["Kính gửi: Văn~40 phòng Chính phủ", "Kính gửi: Vănn phòng Chính phủ"])
def test_a_misread_addressee_is_asked_for(line: str) -> None:
    assert described((0.36, 0.23, line))["addressees"].doubtful


def test_recipients_down_to_the_copy_that_is_kept() -> None:
    found = described(*END, (0.14, 0.75, "Mẫu biểu kèm theo công văn này"))["recipients"]
    assert found.value == "Như trên; Các Sở: Tài chính, Nội vụ, Tư pháp; Lưu: VT, TH"
    assert (found.doubtful, len(found.boxes)) == (False, 4)


def test_a_list_without_its_end_is_asked_for() -> None:
    assert described(*END[:-1])["recipients"].doubtful


@pytest.mark.parametrize("last", ["- Lưu: VI, TH.", "- Lưu: VT TH."])
def test_recipients_whose_signs_are_misread_are_asked_for(last: str) -> None:
    assert described(*END[:-1], (0.14, 0.665, last))["recipients"].doubtful


def test_a_list_whose_heading_a_seal_hides_is_asked_for() -> None:
    found = described(*END[1:])["recipients"]
    assert (found.value, found.doubtful) == ("", True)


@pytest.mark.parametrize(
    ("block", "office", "doubtful"),
    [
        (("CHỦ TỊCH",), "CHỦ TỊCH", False),
        (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "CHỦ TỊCH", False),
        (("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHO CHU TỊCH"), "PHÓ CHỦ TỊCH", False),
        (("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"), "CHÁNH VĂN PHÒNG", False),
        (("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"), "PHÓ CHÁNH VĂN PHÒNG", False),
        (("Q. GIÁM ĐỐC",), "Q. GIÁM ĐỐC", False),
        (("KT. CHỦ TỊCH",), "", True),
        (("TM. ỦY BAN NHÂN DÂN",), "", True),
        (("KT. GIÁM ĐỐC", "GIÁM ĐỐC"), "GIÁM ĐỐC", True),
    ],
)
def test_the_office_of_the_signer(block: tuple[str, ...], office: str, doubtful: bool) -> None:
    rows = [(0.6, 0.6 + 0.018 * place, line) for place, line in enumerate(block)]
    found = described(*END, *rows, (0.6, 0.75, "Trần Văn Bình"))["position"]
    assert (found.value, found.doubtful) == (office, doubtful)


def test_a_petitioner_holds_no_office() -> None:
    rows: list[Row] = [(0.42, 0.12, "ĐƠN KIẾN NGHỊ"), (0.6, 0.7, "NGƯỜI LÀM ĐƠN"), (0.6, 0.8, "Võ Thị Lành")]
    assert "position" not in describe([page([*rows, *BODY])])


def test_a_name_with_ink_on_it_is_asked_for() -> None:
    rows: list[Row] = [*END, (0.6, 0.6, "CHỦ TỊCH"), (0.6, 0.75, "Trần Văn Bình")]
    assert not described(*rows)["signer"].doubtful
    assert describe([page([*LETTER, *BODY, *rows, (0.66, 0.747, "À")], joined_rows=False)])["signer"].doubtful


CHILD: list[Row] = [
    (0.15, 0.05, "UBND TỈNH QUẢNG NGÃI"),
    (0.2, 0.07, "SỞ NỘI VỤ"),
    (0.45, 0.05, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.18, 0.115, "Số: 12/SNV-VTLT"),
    (0.52, 0.115, "Quảng Ngãi, ngày 14 tháng 3 năm 2024"),
]


def test_the_superior_body_stands_over_the_issuer() -> None:
    found = describe([page([*CHILD, *BODY])])
    assert (found["superior"].value, found["superior"].doubtful) == ("UBND TỈNH QUẢNG NGÃI", False)
    assert found["issuer"].value == "SỞ NỘI VỤ"


def test_an_issuer_alone_has_none() -> None:
    assert "superior" not in describe([page([*head(), *BODY])])


def test_two_that_may_issue_together_are_asked_for() -> None:
    rows = [(0.15, 0.05, "HỘI ĐỒNG NHÂN DÂN TỈNH"), (0.15, 0.07, "ỦY BAN NHÂN DÂN TỈNH"), *CHILD[2:]]
    assert describe([page([*rows, *BODY])])["superior"].doubtful


def test_an_arrival_stamp_is_read_and_asked_for() -> None:
    stamp: list[Row] = [
        (0.03, 0.2, "CÔNG VĂN ĐẾN"),
        (0.03, 0.22, "Số: 2352"),
        (0.03, 0.24, "Ngày: 21/3/2024"),
        (0.03, 0.26, "Chuyển:"),
    ]
    found = described(*stamp)
    assert (found["arrival_number"].value, found["arrival_number"].doubtful) == ("2352", True)
    assert (found["arrived_on"].value, found["arrived_on"].doubtful) == ("2024-03-21", True)
    assert found["number"].value == "299"


def test_an_arrival_stamp_that_cannot_be_read_is_shown() -> None:
    found = described((0.03, 0.22, "Lọ 9I382"), (0.02, 0.24, "TIẾN Chuyển:"))
    assert (found["arrival_number"].value, found["arrival_number"].doubtful) == ("", True)
    assert found["arrived_on"].boxes


def test_an_arrival_stamp_in_a_text_is_believed() -> None:
    text = "SỞ NỘI VỤ\nĐẾN\nSố: 2352\nNgày: 21/3/24\nChuyển: VT\n\nSố: 12/SNV-VTLT\nBÁO CÁO\nKết quả\n"
    found = describe([text_page(text)])
    assert (found["arrival_number"].value, found["arrival_number"].doubtful) == ("2352", False)
    assert found["arrived_on"].value == "2024-03-21"


@pytest.mark.parametrize("line", ["thời gian đến", "đến ngày 21/3/2024", "CHUYỂN ĐỔI SỐ", "Chuyển đổi số năm 2024"])
def test_words_like_those_of_the_stamp_are_none(line: str) -> None:
    assert "arrived_on" not in described((0.14, 0.22, line))
