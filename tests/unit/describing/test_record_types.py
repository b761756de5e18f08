"""The fields of a record type are read from behind their labels, each of its kind, or asked for."""

from __future__ import annotations

import pytest

from ingest.describing import describe
from mappings.record import DescribedField
from mappings.record_types import RecordTypes
from mappings.record_types.loading import read_type
from tests.unit.describing.pages import Row, page, text_page

BIRTH: list[Row] = [
    (0.45, 0.05, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.4, 0.12, "GIẤY KHAI SINH"),
    (0.12, 0.2, "Họ, chữ đệm, tên: NGUYỄN THỊ HOA SEN"),
    (0.12, 0.23, "Ngày, tháng, năm sinh: 05/03/2018"),
    (0.12, 0.26, "Giới tính: Nữ"),
    (0.5, 0.26, "Dân tộc: Kinh"),
    (0.12, 0.29, "Nơi sinh: Bệnh viện Đa khoa tỉnh"),
    (0.12, 0.32, "Họ, chữ đệm, tên người mẹ: Trần Thị Mẫu"),
]


def fields(rows: list[Row]) -> dict[str, DescribedField]:
    return describe([page(rows)])


def values(text: str) -> dict[str, str]:
    return {name: field.value for name, field in describe([text_page(text)]).items() if "." in name}


def test_a_birth_certificate_is_known_and_read() -> None:
    found = fields(BIRTH)
    assert found["record_type"].value == "Hộ tịch: khai sinh"
    told = {name.partition(".")[2]: field.value for name, field in found.items() if "." in name}
    assert told == {
        "child": "NGUYỄN THỊ HOA SEN",
        "born_on": "2018-03-05",
        "sex": "Nữ",
        "birthplace": "Bệnh viện Đa khoa tỉnh",
        "mother": "Trần Thị Mẫu",
    }
    assert all(found[name].boxes and not found[name].doubtful for name in found if "." in name)


def test_the_mothers_label_is_not_the_childs() -> None:
    found = fields([row for row in BIRTH if "HOA SEN" not in row[2]])
    assert "birth.child" not in found


@pytest.mark.parametrize("row", ["Ngày, tháng, năm sinh: Q5/Q3/2Q18~40", "Ngày, tháng, năm sinh: 05/03/2018~60"])
def test_a_day_that_cannot_be_read_for_sure_is_asked_for(row: str) -> None:
    assert fields([*BIRTH[:3], (0.12, 0.23, row)])["birth.born_on"].doubtful


def test_administrative_paper_has_no_record_type() -> None:
    assert not any("." in name or name == "record_type" for name in fields([*BIRTH[:1], *BIRTH[2:]]))


def test_a_land_certificate() -> None:
    text = (
        "GIẤY CHỨNG NHẬN\nQUYỀN SỬ DỤNG ĐẤT\nQUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT\n"
        "I. Người sử dụng đất\nÔng Nguyễn Văn Ví\nThửa đất số: 123, tờ bản đồ số: 45\n"
        "Diện tích: 1.250,5 m2\nSố vào sổ cấp GCN: CH 00123\n"
    )
    found = values(text)
    assert (found["land.parcel"], found["land.sheet"], found["land.area"]) == ("123", "45", "1.250,5")
    assert found["land.entry"] == "CH 00123"


def test_a_petition() -> None:
    text = (
        "ĐƠN KHIẾU NẠI\nKính gửi: Ủy ban nhân dân xã\nTôi tên là: Trần Thị Ví, sinh năm 1960\n"
        "Địa chỉ: thôn 2, xã Hoa Sen\nSố CCCD: 012345678901\n"
    )
    found = values(text)
    assert found["petition.person"] == "Trần Thị Ví"
    assert found["petition.address"] == "thôn 2, xã Hoa Sen"
    assert found["petition.identity"] == "012345678901"


def test_personnel() -> None:
    text = "SƠ YẾU LÝ LỊCH\nHọ và tên khai sinh: LÊ VĂN MẪU\nSinh ngày: 02 tháng 9 năm 1975\nQuê quán: xã Hoa Sen\n"
    found = values(text)
    assert found == {
        "curriculum.person": "LÊ VĂN MẪU",
        "curriculum.born_on": "1975-09-02",
        "curriculum.origin": "xã Hoa Sen",
    }


LAND = "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT\n"


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ("1250,5 m2", "1250,5"),
        ("2400 m2", "2400"),
        ("2400m²", "2400"),
        ("1.250,5 m2", "1.250,5"),
        ("12.345.678,9 m2", "12.345.678,9"),
        ("85 m2", "85"),
        ("1 250 m2", ""),
        ("24O0 m2", ""),
        ("12-15 m2", ""),
    ],
)
def test_a_number_is_read_whole_or_asked_for(said: str, area: str) -> None:
    field = describe([text_page(f"{LAND}Diện tích: {said}\n")])["land.area"]
    assert (field.value, field.doubtful) == (area, not area)


@pytest.mark.parametrize(
    ("said", "identity"),
    [
        ("012345678901", "012345678901"),
        ("01234567890123", ""),
        ("0123456789", ""),
        ("A012345678", ""),
        ("012345678.1", ""),
    ],
)
def test_a_code_cut_out_of_a_longer_one_is_asked_for(said: str, identity: str) -> None:
    field = describe([text_page(f"ĐƠN KHIẾU NẠI\nSố CCCD: {said}\n")])["petition.identity"]
    assert (field.value, field.doubtful) == (identity, not identity)


def kept(text: str) -> tuple[str, bool]:
    """The record's type, and whether it is asked for."""
    field = describe([text_page(text)]).get("record_type")
    return (field.value, field.doubtful) if field else ("", False)


LAND_TITLE = "Đất đai: giấy chứng nhận quyền sử dụng đất"


@pytest.mark.parametrize(
    ("title", "filed"),
    [
        ("GIẤY CHỨNG NHẬN\nĐĂNG KÝ HỘ KINH DOANH", ""),
        ("GIẤY CHỨNG NHẬN", ""),
        ("GIẤY CHỨNG NHẬN\nKẾT HÔN", "Hộ tịch: kết hôn"),
        ("GIẤY CHỨNG NHẬN\nQUYỀN SỬ DỤNG ĐẤT", LAND_TITLE),
        ("GIẤY CHỨNG NHẬN\nQUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU NHÀ Ở\nVÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT", LAND_TITLE),
        ("TRÍCH LỤC\nKHAI SINH\n(BẢN SAO)", "Hộ tịch: khai sinh"),
    ],
)
def test_a_title_over_several_lines_is_one_title(title: str, filed: str) -> None:
    assert kept(f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{title}\nHọ và tên: Trần Thị Ví\n") == (filed, False)


HEAD = (
    "ỦY BAN NHÂN DÂN\nXÃ HOA SEN\n\nSố: 12/{code}-UBND\tHoa Sen, ngày 05 tháng 3 năm 2024\n\n{title}\n"
    "{about}\n\nĐiều 1. Bổ nhiệm ông Trần Văn Ví\n"
)


@pytest.mark.parametrize(
    ("code", "title", "about", "filed"),
    [
        ("QĐ", "QUYẾT ĐỊNH", "Về việc bổ nhiệm công chức", ("Cán bộ: quyết định bổ nhiệm", False)),
        ("QĐ", "QUYẾT ĐỊNH", "Về việc điều động ông Trần Văn Ví", ("Cán bộ: quyết định bổ nhiệm", False)),
        ("QĐ", "QUYẾT ĐỊNH", "Về việc điều động\nông Trần Văn Ví", ("Cán bộ: quyết định bổ nhiệm", False)),
        ("BC", "BÁO CÁO", "Về việc bổ nhiệm công chức", ("Cán bộ: quyết định bổ nhiệm", True)),
        ("QĐ", "QUYẾT ĐỊNH", "Về việc điều động xe phòng, chống bão", ("", False)),
        ("QĐ", "QUYẾT ĐỊNH", "Theo Tờ trình của Phòng Nội vụ\nvề việc bổ nhiệm công chức", ("", False)),
    ],
)
def test_an_appointment_is_a_decision(code: str, title: str, about: str, filed: tuple[str, bool]) -> None:
    assert kept(HEAD.format(code=code, title=title, about=about)) == filed


def read(text: str) -> dict[str, str]:
    """The fields of the type that are sure, and "?" with what was read for those that are asked for."""
    found = describe([text_page(text)])
    told = {name.partition(".")[2]: field for name, field in found.items() if "." in name}
    return {name: f"?{field.value}" if field.doubtful else field.value for name, field in told.items()}


BIRTH_TITLE = "GIẤY KHAI SINH\n"
CURRICULUM = "SƠ YẾU LÝ LỊCH\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{CURRICULUM}Chức vụ đảng: Bí thư\nChức vụ: Trưởng phòng", {"position": "Trưởng phòng"}),
        (f"{CURRICULUM}Chức vụ đảng: Bí thư", {}),
        (f"{LAND}Địa chỉ thường trú: thôn 1\nĐịa chỉ thửa đất: thôn 2", {"address": "thôn 2"}),
        (f"{LAND}Ba thửa đất liền nhau\nBà con trong thôn\nÔng Nguyễn Văn Ví", {"holder": "Nguyễn Văn Ví"}),
        (f"{BIRTH_TITLE}Họ và tên (chữ in hoa): TRẦN VĂN VÍ", {"child": "TRẦN VĂN VÍ"}),
        (f"{LAND}Diện tích (m2): 45", {"area": "45"}),
    ],
)
def test_a_label_that_opens_a_longer_one_is_none(text: str, told: dict[str, str]) -> None:
    assert read(text) == told


def test_a_label_of_a_sign_or_two_is_no_part_of_a_longer_one() -> None:
    own = 'id = "pass"\nvi = "Thẻ"\nen = "Pass"\nmarks = ["THẺ"]\n'
    own += '[[field]]\nid = "number"\nvi = "Số"\nen = "No"\nlabels = ["Số"]\n'
    types = RecordTypes({"pass": read_type("pass.toml", own.encode())})
    for row, number in (("Số vào sổ cấp GCN: CH 01", None), ("Số CCCD: 0123", None), ("Số: 12", "12"), ("Số 12", "12")):
        found = describe([text_page(f"THẺ\n{row}\n")], types)
        assert "record_type" in found
        assert (found["pass.number"].value if "pass.number" in found else None) == number, row


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Họ và tên:\nTRẦN VĂN VÍ", {"child": "TRẦN VĂN VÍ"}),
        ("Họ và tên: ____ ____\n.......\nTRẦN VĂN VÍ", {"child": "TRẦN VĂN VÍ"}),
        ("Họ và tên:\nNơi sinh: Hà Nội", {"child": "?", "birthplace": "Hà Nội"}),
        ("Nơi sinh:\nDân tộc: Kinh", {"birthplace": "?"}),
        ("Nơi sinh:\nGiới tính Nam", {"birthplace": "?", "sex": "Nam"}),
        ("Nơi sinh: ........ Dân tộc: Kinh", {"birthplace": "?"}),
        ("Nơi sinh: Giới tính: Nam\nHà Nội", {"birthplace": "?", "sex": "Nam"}),
        ("Họ và tên: ……\nNơi sinh: Hà Nội\nHọ và tên: Lê Thị Mẫu", {"child": "?Lê Thị Mẫu", "birthplace": "Hà Nội"}),
        ("1. Họ và tên:\n2. Giới tính: Nam\nHọ, chữ đệm, tên: Lê Mẫu", {"child": "Lê Mẫu", "sex": "Nam"}),
        ("Họ và tên: Tr4n V3n\nHọ và tên: Lê Thị Mẫu", {"child": "?"}),
    ],
)
def test_behind_an_empty_label_the_search_goes_on(rows: str, told: dict[str, str]) -> None:
    assert read(BIRTH_TITLE + rows) == told


def test_a_number_of_the_next_row_is_not_taken_for_a_blank() -> None:
    assert read(f"{LAND}Diện tích:\nThửa đất số: 3") == {"area": "?", "parcel": "3"}
    assert read(f"{LAND}Diện tích:\n45 m2") == {"area": "45"}
    assert read(f"{LAND}Diện tích:\nCấp cho 3 người") == {"area": "?3"}


@pytest.mark.parametrize(
    ("said", "sex"),
    [
        ("Nữ", "Nữ"),
        ("nữ.", "Nữ"),
        ("Nam, dân tộc Kinh", "Nam"),
        ("Nữ Dân tộc: Kinh Quốc tịch: Việt Nam", "Nữ"),
        ("[ ] Nam [x] Nữ", "?"),
        ("Nam / Nữ", "?"),
        ("Nữ, quốc tịch Việt Nam", "?"),
        ("quốc tịch Việt Nam", "?Nam"),
        ("Nama", "?"),
    ],
)
def test_a_choice_is_found_among_other_words_but_never_guessed(said: str, sex: str) -> None:
    assert read(f"{BIRTH_TITLE}Giới tính: {said}") == {"sex": sex}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Ngày, tháng, năm sinh: 05/03/2018 Nơi sinh: Hà Nội", {"born_on": "2018-03-05", "birthplace": "Hà Nội"}),
        ("Nơi sinh: Hà Nội Giới tính: Nam", {"birthplace": "Hà Nội", "sex": "Nam"}),
        ("Nơi sinh: Hà Nội, giới tính Nam", {"birthplace": "Hà Nội", "sex": "Nam"}),
        ("Nơi sinh: HÀ NỘI Dân tộc: Kinh Số CCCD: 012", {"birthplace": "HÀ NỘI"}),
        ("Họ và tên: Trần Văn Ví Quốc tịch: Việt Nam", {"child": "Trần Văn Ví"}),
        ("Nơi sinh: Trạm y tế: xã Hoa Sen, lúc 10:30", {"birthplace": "Trạm y tế: xã Hoa Sen, lúc 10:30"}),
    ],
)
def test_a_value_ends_where_the_next_label_begins(row: str, told: dict[str, str]) -> None:
    assert read(BIRTH_TITLE + row) == told
