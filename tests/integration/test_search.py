"""What is asked is found, on both engines: through the API, the catalogue, the indexer and a real engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.ids import new_id
from mappings.index_document import index_document
from search_api.access import Viewer
from search_api.engines.protocol import SearchEngine
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.records import described
from tests.serving import SearchHouse, search_house

BUDGET = {
    "number": "123",
    "symbol": "QĐ-UBND",
    "issued_on": "2019-03-05",
    "issuer": "Ủy ban nhân dân xã Hoa Sen",
    "kind": "Quyết định",
    "subject": "Về việc phê duyệt dự toán ngân sách năm 2019",
    "signer": "Nguyễn Văn Mẫu",
    "urgency": "Khẩn",
}
MEETING = {
    "number": "05",
    "symbol": "GM-VP",
    "issued_on": "2020-11-20",
    "issuer": "Văn phòng huyện Bình Minh",
    "kind": "Giấy mời",
    "subject": "Họp tổng kết công tác văn thư",
}


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


@pytest.fixture
def budget(house: SearchHouse) -> str:
    return house.enter(
        "ỦY BAN NHÂN DÂN\nSố: 123/QĐ-UBND\nQUYẾT ĐỊNH\nVề việc phê duyệt dự toán ngân sách",
        "Điều 1. Giao bộ phận kế toán thực hiện.\nKinh phí thuỷ lợi hoà vào quỹ chung.",
        fields=BUDGET,
    )


@pytest.fixture
def meeting(house: SearchHouse) -> str:
    return house.enter(
        "GIẤY MỜI\nHọp tổng kết, ngày 20 tháng 11 năm 2020.\nCăn cứ Quyết định số 123/QĐ-UBND", fields=MEETING
    )


@pytest.fixture
def two(house: SearchHouse, budget: str, meeting: str) -> tuple[str, str]:
    house.index()
    return budget, meeting


@pytest.mark.parametrize(
    "question",
    [
        "dự toán ngân sách",
        "du toan ngan sach",
        "Dự Toán NGÂN SÁCH",
        "thủy lợi hòa",
        "thuy loi",
        '"phê duyệt dự toán"',
        '"phe duyet du toan"',
        "nguyễn văn mẫu",
        "05/03/2019",
        "ngày 5 tháng 3 năm 2019",
    ],
)
def test_found_with_and_without_diacritics(house: SearchHouse, two: tuple[str, str], question: str) -> None:
    assert house.found(question) == [two[0]]


def test_behind_what_fits_many_words_stands_what_fits_some_of_them(house: SearchHouse, two: tuple[str, str]) -> None:
    assert house.found("uy ban nhan dan xa hoa sen") == [two[0], two[1]]


@pytest.mark.parametrize("question", ["123/QĐ-UBND", "123 qd ubnd", "số 123/QD-UBND", '"123/QĐ-UBND"'])
def test_the_record_with_the_number_comes_before_one_that_names_it(
    house: SearchHouse, two: tuple[str, str], question: str
) -> None:
    answer = house.get("/search", q=question)
    assert [hit["record_id"] for hit in answer["hits"]] == [two[0], two[1]]
    assert not answer["partial"]


@pytest.mark.parametrize("question", ["5/GM-VP", "05/gm-vp", "so 05 gm vp"])
def test_a_number_is_found_with_and_without_its_leading_zero(
    house: SearchHouse, two: tuple[str, str], question: str
) -> None:
    assert house.found(question)[0] == two[1]


def test_a_record_whose_handwritten_number_was_not_read_is_offered_by_its_symbol(house: SearchHouse) -> None:
    unread = house.enter("Số:      /UBND-KTTH\nV/v tham gia ý kiến", fields={"symbol": "UBND-KTTH"})
    house.enter("Số: 12/UBND-KTTH\nV/v rà soát", fields={"number": "12", "symbol": "UBND-KTTH"})
    house.index()
    assert house.found("574/UBND-KTTH") == [unread]
    assert house.found('"574/UBND-KTTH"') != [unread]
    house.client.patch(f"/api/v1/records/{unread}", json={"fields": {"number": {"value": "575"}}})
    house.index()
    assert unread not in house.found("574/UBND-KTTH") or house.get("/search", q="574/UBND-KTTH")["partial"]


def test_the_day_of_issue_comes_before_a_day_that_is_named(house: SearchHouse, two: tuple[str, str]) -> None:
    naming = house.enter("Thực hiện từ ngày 05/3/2019.")
    house.index()
    assert house.found("5/3/2019") == [two[0], naming]


def test_a_phrase_stands_in_a_row(house: SearchHouse, two: tuple[str, str]) -> None:
    answer = house.get("/search", q='"ngân sách dự toán"')
    assert answer["partial"]
    assert house.found('"dự toán ngân sách"') == [two[0]]


def test_what_is_spelled_alike_comes_first(house: SearchHouse) -> None:
    other, alike = house.enter("con bò bán chợ"), house.enter("cái bàn gỗ")
    last = house.enter("bạn bè")
    house.index()
    assert house.found("bàn")[0] == alike
    assert set(house.found("ban")) == {other, alike, last}
    assert house.found('"bàn"')[0] == alike


def test_what_is_not_wanted_is_left_out(house: SearchHouse, two: tuple[str, str]) -> None:
    assert house.found("quyết định -ngân") == [two[1]]
    assert house.found('-"tổng kết"') == [two[0]]
    assert house.found("-mới") == [two[1], two[0]], "mời is not mới"
    assert house.found("-moi") == [two[0]]


def test_when_nothing_fits_all_the_best_of_the_rest_is_shown_and_said(house: SearchHouse, two: tuple[str, str]) -> None:
    answer = house.get("/search", q="ngân sách văn thư khí tượng")
    assert answer["partial"]
    assert {hit["record_id"] for hit in answer["hits"]} == set(two)
    nothing = house.get("/search", q="khí tượng")
    assert (nothing["total"], nothing["partial"], nothing["hits"]) == (0, False, [])


def test_a_word_in_the_subject_weighs_more(house: SearchHouse) -> None:
    in_text = house.enter("Báo cáo về lâm nghiệp và đất đai", fields={"subject": "Báo cáo chung của năm"})
    in_subject = house.enter("Báo cáo về đất đai và nông nghiệp", fields={"subject": "Báo cáo lâm nghiệp năm"})
    house.enter("Báo cáo chung", fields={"subject": "Báo cáo khác"})
    house.index()
    assert house.found("lâm nghiệp") == [in_subject, in_text]


def test_an_empty_question_lists_everything_newest_first(house: SearchHouse, two: tuple[str, str]) -> None:
    answer = house.get("/search")
    assert [hit["record_id"] for hit in answer["hits"]] == [two[1], two[0]]
    assert (answer["total"], answer["total_is_exact"], answer["sort"]) == (2, True, "newest")
    assert house.found(sort="oldest") == [two[0], two[1]]
    assert answer["hits"][0]["pages"] == []


def test_a_hit_has_its_description_snippets_and_boxes(house: SearchHouse, two: tuple[str, str]) -> None:
    (hit,) = house.get("/search", q="kế toán")["hits"]
    assert hit["issue_number"] == "123/QĐ-UBND"
    assert (hit["issued_on"], hit["issuer"], hit["kind"]) == (BUDGET["issued_on"], BUDGET["issuer"], BUDGET["kind"])
    assert (hit["subject"], hit["page_count"], hit["urgency"]) == (BUDGET["subject"], 2, "Khẩn")
    assert (hit["state"], hit["signer"]) == ("searchable", "Nguyễn Văn Mẫu")
    (page,) = [page for page in hit["pages"] if page["page"] == 2]
    assert [part["text"] for part in page["snippet"] if part["marked"]] == ["kế", "toán"]
    words = house.get(f"/records/{two[0]}/pages/2/words")["words"]
    boxes = {word["text"]: word["box"] for word in words}
    assert page["boxes"] == [boxes["kế"], boxes["toán"]]


def test_the_subject_is_marked_too(house: SearchHouse, two: tuple[str, str]) -> None:
    (hit,) = house.get("/search", q="ngan sach")["hits"]
    assert "".join(part["text"] for part in hit["subject_parts"]) == BUDGET["subject"]
    assert [part["text"] for part in hit["subject_parts"] if part["marked"]] == ["ngân", "sách"]


def test_a_misread_word_is_marked_as_well(house: SearchHouse) -> None:
    house.enter("Phe duyêt ngan sách")
    house.index()
    (hit,) = house.get("/search", q="phê duyệt ngân sách")["hits"]
    assert [part["text"] for part in hit["pages"][0]["snippet"] if part["marked"]] == ["Phe", "duyêt", "ngan", "sách"]


def test_of_a_long_record_the_best_three_pages_are_shown(house: SearchHouse) -> None:
    pages = [f"trang {number} nói về thuế" for number in range(1, 121)]
    pages[49] = "thuế nhà đất, thuế nhà đất"
    pages[99] = "thuế nhà đất"
    # All the words too, but far apart; the other pages have one of three and are not shown beside such.
    pages[9] = pages[19] = "đất công" + " và rừng" * 20 + " thuế" + " và rừng" * 20 + " nhà"
    house.enter(*pages)
    house.index()
    (hit,) = house.get("/search", q="thuế nhà đất")["hits"]
    assert {50, 100} < {page["page"] for page in hit["pages"]}
    assert len(hit["pages"]) == 3


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": "Quyết định"}, 0),
        ({"kind": "quyet dinh"}, 0),
        ({"kind": "QĐ"}, 0),
        ({"kind": "qd"}, 0),
        ({"kind": "GM"}, 1),
        ({"issuer": "Ủy ban nhân dân xã Hoa Sen"}, 0),
        ({"issuer": "van phong huyen binh minh"}, 1),
        ({"signer": "nguyen van mau"}, 0),
        ({"urgency": "khan"}, 0),
        ({"year": "2020"}, 1),
        ({"issued_from": "2019-03-05", "issued_to": "2019-03-05"}, 0),
        ({"issued_from": "2019-03-06"}, 1),
        ({"issued_to": "2020-11-19"}, 0),
    ],
)
def test_each_filter(house: SearchHouse, two: tuple[str, str], filters: dict[str, str], expected: int) -> None:
    assert house.found(**filters) == [two[expected]]


def test_several_values_of_a_filter_mean_any_of_them(house: SearchHouse, two: tuple[str, str]) -> None:
    assert set(house.found(kind=["QĐ", "Giấy mời"])) == set(two)
    assert house.found(kind=["QĐ", "Giấy mời"], year=["2020", "2021"]) == [two[1]]
    assert house.found(state=["partly_searchable"]) == []
    assert len(house.found(state=["partly_searchable", "searchable"])) == 2


def test_facets_are_counted_under_the_other_filters(house: SearchHouse, two: tuple[str, str]) -> None:
    facets = house.get("/search", kind="QĐ")["facets"]
    assert list(facets) == ["kind", "issuer", "year", "urgency", "secrecy", "dossier", "keywords", "state", "signer"]
    assert sorted((one["value"], one["count"]) for one in facets["kind"]) == [("Giấy mời", 1), ("Quyết định", 1)]
    assert facets["issuer"] == [{"value": BUDGET["issuer"], "count": 1}]
    assert facets["year"] == [{"value": "2019", "count": 1}]
    assert facets["state"] == [{"value": "searchable", "count": 1}]


@pytest.mark.parametrize(("q", "sort"), [("giấy", None), ("giấy tờ", "newest"), ("", "oldest"), ("khong giay", None)])
def test_a_cursor_walks_over_all_hits_once(house: SearchHouse, q: str, sort: str | None) -> None:
    ids = {house.enter(f"Tờ giấy thứ {number}" + " giấy" * (number % 3)) for number in range(23)}
    house.index()
    found: list[str] = []
    cursor = None
    while True:
        parameters = {"cursor": cursor, "sort": sort}
        answer = house.get("/search", q=q, limit=5, **{key: value for key, value in parameters.items() if value})
        assert answer["total"] == 23
        found += [hit["record_id"] for hit in answer["hits"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert len(found) == 23
    assert set(found) == ids


def test_what_cannot_be_searched_is_told(house: SearchHouse) -> None:
    house.enter("một trang", None, None)
    house.index()
    assert house.get("/search", q="trang")["unsearchable"] == {"records": 1, "pages": 2}


def test_suggestions_complete_in_the_archives_own_spelling(house: SearchHouse, two: tuple[str, str]) -> None:
    def suggested(q: str) -> list[str]:
        return list(house.get("/suggest", q=q)["suggestions"])

    assert suggested("uy b") == ["Ủy ban nhân dân xã Hoa Sen"]
    assert suggested("ủy ba") == ["Ủy ban nhân dân xã Hoa Sen"]
    assert suggested("dự toán ng")[0].startswith("dự toán ngân")
    assert suggested("du toan ng")[0].startswith("dự toán ngân")
    assert suggested("quy") == ["Quyết định"]
    assert suggested("123/q") == ["123/QĐ-UBND"]
    assert suggested("nguyen van") == ["Nguyễn Văn Mẫu"]
    assert suggested("ủy bạn") == []
    assert suggested("") == suggested("?") == suggested("khí") == []


def test_suggestions_end_in_whole_words_and_keywords_are_among_them(house: SearchHouse) -> None:
    house.enter("một", fields={"subject": "Cải cách hành chính năm 2019", "keywords": "cải cách; khiếu nại hành chính"})
    house.enter("hai", fields={"subject": "Cải cách hành lang an toàn"})
    house.index()
    suggested = house.get("/suggest", q="cai cach hanh")["suggestions"]
    assert suggested == ["Cải cách hành chính năm 2019", "Cải cách hành lang an toàn"]
    assert house.get("/suggest", q="cai c")["suggestions"][0] == "Cải cách"
    assert "khiếu nại hành chính" in house.get("/suggest", q="hanh ch")["suggestions"]


def test_a_hidden_record_shows_nowhere(house: SearchHouse, two: tuple[str, str]) -> None:
    hidden = house.enter(
        "Hồ sơ mật về ngân sách",
        None,
        fields={"subject": "Kỷ luật viên chức", "issuer": "Thanh tra", "kind": "Kết luận"}
        | {"number": "77", "symbol": "KL-TT"},
        unit="police",
        access_class="restricted",
    )
    house.index()
    answer = house.get("/search", q="ngân sách")
    assert [hit["record_id"] for hit in answer["hits"]] == [two[0]]
    assert answer["total"] == 1
    assert answer["unsearchable"] == {"records": 0, "pages": 0}
    assert "Thanh tra" not in str(house.get("/search")["facets"])
    assert house.get("/search", q="", issuer="Thanh tra")["total"] == 0
    for typed in ("kỷ l", "thanh", "ket l", "77/k"):
        assert house.get("/suggest", q=typed)["suggestions"] == []
    for path in ("", "/text", "/original", "/pages/1/image", "/pages/1/words"):
        assert house.get(f"/records/{hidden}{path}", status=404)["code"] == "not-found"
    answer = house.client.patch(f"/api/v1/records/{hidden}", json={"fields": {"number": {"value": "1"}}})
    assert answer.status_code == 404
    assert hidden not in str(house.get("/deliveries"))

    house.as_viewer(Viewer("inspector", ("unit:police",)))
    assert house.found("ngân sách") == [hidden]
    assert house.get("/suggest", q="kỷ l")["suggestions"] != []
    house.as_viewer(Viewer("nobody", ()))
    assert house.found() == []


def test_a_correction_is_found_by_its_new_value_and_kept(house: SearchHouse, two: tuple[str, str]) -> None:
    seen = house.get(f"/records/{two[0]}")
    answer = house.client.patch(
        f"/api/v1/records/{two[0]}",
        json={
            "fields": {"number": {"value": "321"}, "subject": {"value": "Chuyển đổi số"}},
            "revision": seen["revision"],
        },
    )
    assert answer.status_code == 200
    assert answer.json()["fields"]["number"] | {"boxes": []} == {
        "value": "321", "confidence": 1.0, "doubtful": False, "confirmed": True, "page": 1, "boxes": [],
    }  # fmt: skip
    house.index()
    assert house.found("321/QĐ-UBND") == [two[0]]
    assert house.found("chuyen doi so") == [two[0]]
    with house.catalogue.writing() as unit:
        unit.records.describe(two[0], described(BUDGET))
        unit.commit()
    assert house.get(f"/records/{two[0]}")["issue_number"] == "321/QĐ-UBND"


def test_a_record_that_vanished_is_left_out_of_the_hits(house: SearchHouse, two: tuple[str, str]) -> None:
    with house.catalogue.reading() as unit:
        document = index_document(unit.records.view(two[0]))
    house.engine.put([replace(document, id=new_id(), sequence=99, sort_key=document.sort_key + 50)])
    house.engine.commit()
    assert house.found("ngân sách") == [two[0]]
