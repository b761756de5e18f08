"""What was taught mends what was read nearly so, asks where it may be another name, and lets well-read names be."""

from __future__ import annotations

import pytest

from ingest.describing.heeding import heed
from mappings.lessons import NOTHING, Lesson, lessons_of
from mappings.record import DescribedField

HEALTH = Lesson("SỞ Y TẾ", "ỦY BAN NHÂN DÂN TỈNH HẬU GIANG", "QĐ-SYT", "GIÁM ĐỐC", "Lê Đức Hiển", 3)
ARCHIVE = Lesson("TRUNG TÂM LƯU TRỮ LỊCH SỬ", "", "BC-TTLTLS", "PHÓ GIÁM ĐỐC", "Mai Thị Thanh Trúc", 2)
COMMUNE = Lesson("ỦY BAN NHÂN DÂN XÃ CÁT HẢI", "", "QĐ-UBND", "CHỦ TỊCH", "Trần Văn Bảy", 4)
LESSONS = lessons_of([HEALTH, ARCHIVE, COMMUNE])


def read(**values: str) -> dict[str, DescribedField]:
    """Fields read well; "~" before a value: read with doubt."""
    return {
        name: DescribedField(name, value.lstrip("~"), 0.6 if "~" in value else 0.95, doubtful="~" in value)
        for name, value in values.items()
    }


def after(name: str, **values: str) -> tuple[str, bool]:
    """Value and doubt of a field after what was taught."""
    field = heed(read(**values), LESSONS)[name]
    return field.value, field.doubtful


def test_without_lessons_all_stays() -> None:
    fields = read(issuer="~SỞ Y TÉ", symbol="QĐ-SYT")
    assert heed(fields, NOTHING) == fields


def test_a_known_issuer_read_with_doubt_needs_no_asking() -> None:
    assert after("issuer", issuer="~SỞ Y TẾ") == ("SỞ Y TẾ", False)


def test_a_misread_issuer_is_mended_where_its_own_symbol_speaks_for_it() -> None:
    assert after("issuer", issuer="~TRUNG TÂM LUU TRỮ LỊCH SỨ", symbol="BC-TTLTLS") == (ARCHIVE.issuer, False)


@pytest.mark.parametrize("symbol", ["QĐ-UBND", "UBND-VX", "NQ-HĐND", "QĐ-UB"])
def test_a_code_that_every_committee_has_is_no_witness(symbol: str) -> None:
    known = "ỦY BAN NHÂN DÂN XÃ TÂN AN"
    lessons = lessons_of([Lesson(known, symbol=symbol, times=9)])
    field = heed(read(issuer="~ỦY BAN NHÂN DÂN XÃ TÂN ÂN", symbol=symbol), lessons)["issuer"]
    assert (field.value, field.doubtful) == (known, True)


@pytest.mark.parametrize("symbol", ["QĐ-UBND", "QĐ-TAN"])
@pytest.mark.parametrize(
    "issuer", ["~ỦY BAN NHÂN DÂN XÃ TÂN ÂN", "ỦY BAN NHÂN DÂN XÃ TÂN ÂN", "~ỦY BAN NHÂN DÂN XÃ TÂN AN"]
)
def test_a_place_that_differs_in_marks_speaks_against_the_known_issuer(issuer: str, symbol: str) -> None:
    lessons = lessons_of([Lesson("ỦY BAN NHÂN DÂN XÃ TÂN AN", symbol=symbol, times=9)])
    fields = read(issuer=issuer, symbol=symbol, place="Tân Ân")
    assert heed(fields, lessons)["issuer"] == fields["issuer"]


@pytest.mark.parametrize(("place", "doubtful"), [("Tân An", False), ("~Tân Ân", True), ("Cà Mau", True)])
def test_a_place_with_its_marks_speaks_for_the_known_issuer(place: str, doubtful: bool) -> None:
    lessons = lessons_of([Lesson("ỦY BAN NHÂN DÂN XÃ TÂN AN", times=9)])
    field = heed(read(issuer="~ỦY BAN NHÂN DÂN XÃ TÂN ẠN", place=place), lessons)["issuer"]
    assert (field.value, field.doubtful) == ("ỦY BAN NHÂN DÂN XÃ TÂN AN", doubtful)


def test_a_misread_issuer_without_a_second_witness_is_mended_and_asked_for() -> None:
    assert after("issuer", issuer="~TRUNG TÂM LUU TRỮ LỊCH SỨ") == (ARCHIVE.issuer, True)


def test_a_name_that_was_not_read_to_its_end_is_asked_for() -> None:
    assert after("issuer", issuer="~SỞ Y") == ("SỞ Y TẾ", True)
    assert after("issuer", issuer="~SỞ Y", symbol="QĐ-SYT") == ("SỞ Y TẾ", True)


@pytest.mark.parametrize(
    ("name", "longer", "known"),
    [
        ("position", "PHÓ CHỦ TỊCH THƯỜNG TRỰC", {"position": "PHÓ CHỦ TỊCH", "signer": "Trần Văn Bảy"}),
        ("signer", "Trần Dũng Minh", {"signer": "Trần Dũng", "issuer": "SỞ Y TẾ", "position": "GIÁM ĐỐC"}),
        ("issuer", "ỦY BAN NHÂN DÂN QUẬN 3", {"issuer": "ỦY BAN NHÂN DÂN", "symbol": "QĐ-UBQ3"}),
        ("superior", "ỦY BAN NHÂN DÂN QUẬN 3", {"superior": "ỦY BAN NHÂN DÂN", "issuer": "SỞ Y TẾ"}),
    ],
)
def test_a_name_read_well_that_opens_a_longer_one_stays(name: str, longer: str, known: dict[str, str]) -> None:
    of_it = {"issuer": "SỞ Y TẾ", "symbol": "QĐ-UBQ3", "signer": "Trần Văn Bảy", "position": "GIÁM ĐỐC", name: longer}
    lessons = lessons_of([Lesson(**of_it, times=5)])
    fields = read(**known)
    assert heed(fields, lessons)[name] == fields[name]


@pytest.mark.parametrize("other", ["ỦY BAN NHÂN DÂN XÃ CÁT MINH", "ỦY BAN NHÂN DÂN XÃ CÁT HÙNG", "SỞ Y DƯỢC"])
def test_another_name_read_well_stays_as_it_is(other: str) -> None:
    assert after("issuer", issuer=other)[0] == other


def test_names_that_differ_in_a_number_are_never_taken_for_each_other() -> None:
    lessons = lessons_of([Lesson("ỦY BAN NHÂN DÂN PHƯỜNG 1", times=9)])
    field = heed(read(issuer="~ỦY BAN NHÂN DÂN PHƯỜNG 7"), lessons)["issuer"]
    assert (field.value, field.doubtful) == ("ỦY BAN NHÂN DÂN PHƯỜNG 7", True)


def test_between_two_known_names_about_as_close_nothing_is_chosen() -> None:
    lessons = lessons_of([Lesson("SỞ XÂY DỰNG BẮC"), Lesson("SỞ XÂY DỰNG NAM")])
    assert heed(read(issuer="~SỞ XÂY DỰNG BAM"), lessons)["issuer"].value == "SỞ XÂY DỰNG BAM"


def test_a_signer_whose_marks_were_misread_is_never_filed_silently() -> None:
    known = {"issuer": "SỞ Y TẾ", "position": "GIÁM ĐỐC"}
    assert after("signer", signer="Lê Đức Hiến", **known) == ("Lê Đức Hiển", True)
    assert after("signer", signer="Lê Đức Hiến") == ("Lê Đức Hiến", True)


def test_a_namesake_elsewhere_is_no_witness() -> None:
    assert after("signer", signer="~Lê Đức Hiển", issuer="SỞ CÔNG THƯƠNG") == ("Lê Đức Hiển", True)


def test_a_symbol_that_this_issuer_uses_with_this_kind_is_known() -> None:
    known = {"issuer": ARCHIVE.issuer, "kind": "Quyết định"}
    assert after("symbol", symbol="~QĐ-TTLTLS", **known) == ("QĐ-TTLTLS", False)
    assert after("symbol", symbol="~QĐ-TTLTLS", issuer=ARCHIVE.issuer, kind="Báo cáo")[1]


def test_a_slip_in_a_known_symbol_is_mended_and_asked_for() -> None:
    assert after("symbol", symbol="~BC-TTLILS", issuer=ARCHIVE.issuer, kind="Báo cáo") == ("BC-TTLTLS", True)


def test_a_symbol_of_which_nothing_was_read_is_offered_from_issuer_and_kind() -> None:
    assert after("symbol", symbol="~", issuer="SỞ Y TẾ", kind="Báo cáo") == ("BC-SYT", True)
    assert after("symbol", symbol="~", issuer="SỞ Y TẾ", kind="Công văn") == ("", True)


def test_the_position_of_a_known_signer_is_offered() -> None:
    assert after("position", position="~", signer="Mai Thị Thanh Trúc") == ("PHÓ GIÁM ĐỐC", True)


def test_what_was_taken_back_counts_no_more() -> None:
    lessons = lessons_of([HEALTH], [("issuer", "SỞ Y TẾ")])
    assert heed(read(issuer="~SỞ Y TẾ"), lessons)["issuer"].doubtful
    assert "SYT" not in lessons.issuer_codes.get("SỞ Y TẾ", {})
    assert lessons.of["signer"]["Lê Đức Hiển"] == 3
