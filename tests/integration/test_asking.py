"""A question's language, other names and other spellings, through the API over a real catalogue and both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mappings.other_names import load_names
from search_api.access import Viewer
from search_api.engines.protocol import SearchEngine
from search_api.query.answers import SearchQuery
from search_api.query.search import SearchService
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.serving import SearchHouse, search_house


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


def marked(house: SearchHouse, q: str) -> set[str]:
    hits = house.get("/search", q=q)["hits"]
    pages = (page for hit in hits for page in hit["pages"])
    return {part["text"] for page in pages for part in page["snippet"] if part["marked"]}


def test_what_was_made_of_a_question_is_told_in_the_language_asked_for(house: SearchHouse) -> None:
    found = house.get("/search", q="loại:QĐ ngày:2019 đất đai abc:x")
    assert found["understood"] == (
        "Văn bản loại Quyết định, ban hành từ 01/01/2019 đến 31/12/2019, có chữ “đất đai abc:x”"
    )
    assert [(one["code"], one["piece"]) for one in found["not_understood"]] == [("unknown_field", "abc:x")]
    english = house.client.get("/api/v1/search", params={"q": "loại:QĐ"}, headers={"Accept-Language": "en"}).json()
    assert english["understood"] == "Records of the kind Quyết định"
    assert house.get("/search")["understood"] is None


def test_near_words_beginnings_and_fields_are_marked(house: SearchHouse) -> None:
    house.enter("Sử dụng đất đai khi có khiếu nại về thủy lợi", fields={"subject": "Về việc đất đai"})
    house.index()
    assert marked(house, "đất đai gần/3 khiếu nại") == {"đất đai", "khiếu nại"}
    assert marked(house, "thủ*") == {"thủy"}
    assert marked(house, "thuế hoặc lợi") == {"lợi"}
    assert marked(house, "trích yếu:đất đai") == {"đất đai"}


def test_another_name_of_the_same_is_found_after_the_one_typed_and_marked(house: SearchHouse) -> None:
    long = house.enter("Ủy ban nhân dân xã Hoa Sen họp")
    short = house.enter("UBND xã Hoa Sen họp")
    house.index()
    assert house.found("ubnd xã") == [short, long]
    assert house.found("ủy ban nhân dân xã") == [long, short]
    assert house.found('"UBND xã"') == [short, long]
    assert house.found('"ủy ban nhân dân xã"') == [long, short]
    assert "Ủy ban nhân dân" in marked(house, "ubnd xã")


def test_a_renamed_place_is_found_both_ways_and_told(house: SearchHouse) -> None:
    old = house.enter("Công ty tại tỉnh Bình Dương")
    new = house.enter("Công ty tại TP.HCM")
    house.index()
    assert house.found("công ty tỉnh bình dương") == [old, new]
    assert house.found("công ty thành phố hồ chí minh") == [new, old]
    assert house.found('"tỉnh Bình Dương"') == [old]
    (told,) = house.get("/search", q="công ty tỉnh Bình Dương")["renamed"]
    assert told == {
        "asked": "tỉnh Bình Dương",
        "names": ["thành phố Hồ Chí Minh"],
        "former": False,
        "since": "2025-07-01",
        "source": "Nghị quyết 202/2025/QH15",
        "searched": True,
    }
    (told,) = house.get("/search", q='"TP.HCM"')["renamed"]
    assert told["former"]
    assert not told["searched"]
    assert told["names"] == ["tỉnh Bà Rịa - Vũng Tàu", "tỉnh Bình Dương"]


def test_other_names_hold_in_fields(house: SearchHouse) -> None:
    one = house.enter("Công văn", fields={"issuer": "Ủy ban nhân dân xã Hoa Sen"})
    house.enter("Ủy ban nhân dân xã Hoa Sen", fields={"issuer": "Sở Y tế"})
    house.index()
    assert house.found("cơ quan: UBND xã Hoa Sen") == [one]
    assert house.found('cơ quan:"UBND xã"') == [one]


def test_an_office_adds_names_of_its_own(house: SearchHouse, tmp_path: Path) -> None:
    record = house.enter("Phòng Văn hóa và Thông tin thị trấn Hoa Sen")
    house.index()
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "own.toml").write_text(
        '[[same]]\nnames = ["Phòng Văn hóa và Thông tin", "P.VHTT"]\n'
        '[[became]]\nold = ["thị trấn Hoa Sen"]\nnew = ["phường Hoa Sen Đông"]\n',
        encoding="utf-8",
    )
    names = load_names(tmp_path / "names")
    own = SearchService(house.catalogue, house.engine, names)
    for question in ("p.vhtt", "phường hoa sen đông"):
        answer = own.search(SearchQuery(question), house.services.viewer)
        assert [hit.record_id for hit in answer.hits] == [record]
        assert not answer.partial
        assert house.get("/search", q=question)["partial"] or not house.found(question)


@pytest.fixture
def spelled(house: SearchHouse) -> SearchHouse:
    house.enter("NGHỊ QUYẾT\nVề việc phê duyệt quyết toán năng lượng tái tạo", fields={"subject": "Năng lượng tái tạo"})
    house.enter("Quyết toán ngân sách xã, nghị quyết về đất đai của Hội đồng nhân dân")
    house.index()
    return house


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("nghị quyêts toán", "nghị quyết toán"),
        ("quyét toná", "quyết toán"),
        ("quyet tona", "quyet toan"),
        ("năng lượg tái tạo", "năng lượng tái tạo"),
        ("nănglượng", "năng lượng"),
        ("quyeets toans", "quyet toan"),
        ("xax xã ngân sáhc xax", "xã xã ngân sách xã"),
        ('"tái tạp"', '"tái tạo"'),
        ("đất đaii của hội", "đất đai của hội"),
        ("đát dia", "đất đai"),
        ("dat dia", "dat dai"),
    ],
)
def test_a_slip_is_told_in_the_spelling_of_the_archive(spelled: SearchHouse, typed: str, better: str) -> None:
    told = spelled.get("/search", q=typed)["did_you_mean"]
    assert told is not None
    assert told["q"].casefold() == better
    assert told["total"] == spelled.get("/search", q=told["q"])["total"] > 0


@pytest.mark.parametrize("typed", ["quyết toán", "nghị quyết đất đai", "zzzzzz", "123/QĐ-UBND", "", "loại:QĐ", "2019"])
def test_nothing_is_told_where_nothing_better_is_known(spelled: SearchHouse, typed: str) -> None:
    assert spelled.get("/search", q=typed)["did_you_mean"] is None


def test_no_spelling_tells_of_a_record_that_the_asker_may_not_see(spelled: SearchHouse) -> None:
    spelled.enter("Vụ án tham nhũng", access_class="unit", unit="other")
    spelled.index()
    assert spelled.get("/search", q="tham nhúgn")["did_you_mean"] is None
    spelled.as_viewer(Viewer("chief", ("public", "internal", "unit:other")))
    assert spelled.get("/search", q="tham nhúgn")["did_you_mean"] == {"q": "tham nhũng", "total": 1}


def test_filters_hold_for_what_is_offered(spelled: SearchHouse) -> None:
    assert spelled.get("/search", q="quyét toná", kind="Thông báo")["did_you_mean"] is None
