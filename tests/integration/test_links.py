"""Links between records: what one refers to and what refers to it, on both engines, under everybody's rights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from kernel.errors import EngineUnavailable
from mappings.record import DescribedField
from search_api.application import create_application
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.linking import LinkService
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.records import touch
from tests.serving import SearchHouse, at_this_machine, search_house

DECISION = {
    "number": "12",
    "symbol": "QĐ-UBND",
    "issued_on": "2020-03-05",
    "kind": "Quyết định",
    "issuer": "Ủy ban nhân dân tỉnh",
    "subject": "Về việc ban hành Quy chế",
}
LETTER = {
    "number": "45",
    "symbol": "SNV-VTLT",
    "issued_on": "2021-06-07",
    "kind": "Công văn",
    "references": "Quyết định số 12/QĐ-UBND ngày 05/03/2020; Nghị định số 30/2020/NĐ-CP ngày 05/03/2020",
}


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


def entered(house: SearchHouse, fields: dict[str, str], **more: Any) -> str:
    """A record whose described fields a person has confirmed, in the index."""
    record_id = house.enter("Một trang giấy.", fields={"subject": "Một trang"}, **more)
    values = {"fields": {name: {"value": value} for name, value in fields.items()}}
    if more.get("access_class", "internal") == "internal":
        answer = house.client.patch(f"/api/v1/records/{record_id}", json=values)
        assert answer.status_code == 200, answer.text
    house.index()
    return record_id


def links(house: SearchHouse, record_id: str) -> dict[str, Any]:
    return house.get(f"/records/{record_id}/links")


def test_both_ends_of_a_link_tell_each_other(house: SearchHouse) -> None:
    decision, letter = entered(house, DECISION), entered(house, LETTER)
    told = links(house, letter)
    first, second = told["refers_to"]
    assert (first["number"], first["symbol"], first["issued_on"], first["kind"]) == (
        "12", "QĐ-UBND", "2020-03-05", "Quyết định",
    )  # fmt: skip
    assert [(one["record_id"], one["sure"]) for one in first["records"]] == [(decision, True)]
    assert second["records"] == []  # the archive has no such document
    assert [(one["record_id"], one["sure"]) for one in links(house, decision)["referred_by"]] == [(letter, True)]
    assert told["referred_by"] == []


def test_of_two_with_one_number_in_one_year_both_are_told(house: SearchHouse) -> None:
    one = entered(house, DECISION)
    other = entered(house, DECISION | {"issued_on": "2020-08-09", "subject": "Quyết định của Chủ tịch"})
    letter = entered(house, LETTER)
    found = links(house, letter)["refers_to"][0]["records"]
    assert [(link["record_id"], link["sure"]) for link in found] == [(one, True), (other, False)]


def test_two_of_the_very_day_are_both_asked_for(house: SearchHouse) -> None:
    both = {entered(house, DECISION), entered(house, DECISION)}
    found = links(house, entered(house, LETTER))["refers_to"][0]["records"]
    assert {link["record_id"] for link in found} == both
    assert not any(link["sure"] for link in found)


def test_another_year_is_another_document(house: SearchHouse) -> None:
    entered(house, DECISION | {"issued_on": "2019-03-05"})
    assert links(house, entered(house, LETTER))["refers_to"][0]["records"] == []


def test_without_a_year_all_with_the_number_may_be_meant(house: SearchHouse) -> None:
    both = {entered(house, DECISION), entered(house, DECISION | {"issued_on": "2019-03-05"})}
    letter = entered(house, LETTER | {"references": "Quyết định số 12/QĐ-UBND"})
    found = links(house, letter)["refers_to"][0]["records"]
    assert {link["record_id"] for link in found} == both
    assert not any(link["sure"] for link in found)
    assert [one["record_id"] for one in links(house, both.pop())["referred_by"]] == [letter]


@pytest.mark.parametrize("name", ["number", "symbol", "issued_on"])
def test_a_record_whose_number_or_day_may_be_misread_is_asked_for(house: SearchHouse, name: str) -> None:
    decision, letter = entered(house, DECISION), entered(house, LETTER)
    misread = DescribedField(name, DECISION[name], 0.5, doubtful=True)
    house.catalogue.write(lambda unit: unit.records.set_field(decision, misread))
    assert [one["sure"] for one in links(house, letter)["refers_to"][0]["records"]] == [False]
    assert [one["sure"] for one in links(house, decision)["referred_by"]] == [False]


def test_a_list_that_may_be_misread_is_asked_for(house: SearchHouse) -> None:
    decision, letter = entered(house, DECISION), entered(house, LETTER)
    misread = DescribedField("references", LETTER["references"], 0.5, doubtful=True)
    house.catalogue.write(lambda unit: unit.records.set_field(letter, misread))
    assert [one["sure"] for one in links(house, letter)["refers_to"][0]["records"]] == [False]
    assert [one["sure"] for one in links(house, decision)["referred_by"]] == [False]


def test_a_corrected_list_changes_the_links(house: SearchHouse) -> None:
    decision, letter = entered(house, DECISION), entered(house, LETTER)
    changed = {"fields": {"references": {"value": "Nghị định số 30/2020/NĐ-CP"}}}
    assert house.client.patch(f"/api/v1/records/{letter}", json=changed).status_code == 200
    house.index()
    assert [one["text"] for one in links(house, letter)["refers_to"]] == ["Nghị định số 30/2020/NĐ-CP"]
    assert links(house, decision)["referred_by"] == []


def test_a_record_that_one_may_not_see_is_no_link(house: SearchHouse) -> None:
    house.enter("Một trang.", fields=DECISION, access_class="restricted", unit="elsewhere")
    house.index()
    assert links(house, entered(house, LETTER))["refers_to"][0]["records"] == []


def test_a_record_in_the_bin_is_no_link(house: SearchHouse) -> None:
    decision, letter = entered(house, DECISION), entered(house, LETTER)
    house.services.disposal.discard(decision, "Lê Văn Thư", "nhập nhầm", house.services.viewer)
    assert links(house, letter)["refers_to"][0]["records"] == []


def test_links_of_no_record(house: SearchHouse) -> None:
    house.get("/records/01jd3v8p7m6x1yq2w3e4r5t6y7/links", status=404)


def test_secrecy_and_arrival_are_filters(house: SearchHouse) -> None:
    marked = entered(
        house, {"secrecy": "toi mat", "arrival_number": "0235", "arrived_on": "2018-03-21", "addressees": "Sở Nội vụ"}
    )
    entered(house, DECISION)
    for filters in (
        {"secrecy": "Tối mật"},
        {"secrecy": "toi mat"},
        {"arrival_number": "235"},
        {"arrived_from": "2018-03-21", "arrived_to": "2018-03-21"},
        {"q": "so den 0235"},
        {"q": "sở nội vụ"},
    ):
        assert house.found(**filters) == [marked], filters
    assert house.found(arrived_from="2018-03-22") == []
    assert house.get("/search", q="")["facets"]["secrecy"] == [{"value": "Tối mật", "count": 1}]
    hit = house.get("/search", secrecy="Tối mật")["hits"][0]
    assert hit["secrecy"] == "Tối mật"
    problem = house.get("/search", status=422, arrived_from="2018-03-22", arrived_to="2018-03-21")
    assert problem["code"] == "bad-value"


@pytest.fixture
def local_house(tmp_path: Path) -> Iterator[SearchHouse]:
    made = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, made) as house:
        yield house
    made.close()


@pytest.fixture
def page(local_house: SearchHouse) -> Iterator[TestClient]:
    services = local_house.services
    application = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
    with at_this_machine(application) as client:
        yield client


def test_the_page_leads_to_what_it_refers_to_and_back(local_house: SearchHouse, page: TestClient) -> None:
    decision = entered(local_house, DECISION | {"subject": "Về <b>Quy chế</b>", "secrecy": "Mật"})
    letter = entered(local_house, LETTER)
    shown = page.get(f"/van-ban/{letter}").text
    assert "Văn bản được dẫn chiếu" in shown
    assert f'<a href="/van-ban/{decision}"><span class="issue-number">12/QĐ-UBND</span> Về &lt;b&gt;Quy chế' in shown
    assert "chưa có trong kho" in shown  # the other document that it refers to
    assert "cần kiểm tra" not in shown
    back = page.get(f"/van-ban/{decision}").text
    assert "Văn bản dẫn chiếu đến văn bản này" in back
    assert f'href="/van-ban/{letter}"' in back
    assert '<span class="badge bad">Mật</span>' in back
    assert '<span class="badge bad">Mật</span>' in page.get("/?secrecy=M%E1%BA%ADt").text


def test_a_mark_that_may_be_one_is_shown_with_its_doubt(local_house: SearchHouse, page: TestClient) -> None:
    record_id = entered(local_house, DECISION)
    maybe = DescribedField("secrecy", "Mật", 0.5, doubtful=True)
    local_house.catalogue.write(lambda unit: unit.records.set_field(record_id, maybe))
    touch(local_house.catalogue, record_id)
    local_house.index()
    for address in (f"/van-ban/{record_id}", "/?secrecy=M%E1%BA%ADt"):
        assert '<span class="badge bad">Mật<span class="unsure"' in page.get(address).text


def test_the_page_asks_where_several_may_be_meant(local_house: SearchHouse, page: TestClient) -> None:
    for _ in range(2):
        entered(local_house, DECISION)
    assert page.get(f"/van-ban/{entered(local_house, LETTER)}").text.count("có thể là văn bản này, cần kiểm tra") == 2


def test_a_record_is_shown_without_its_links_while_the_search_is_away(local_house: SearchHouse) -> None:
    letter = entered(local_house, LETTER)
    nobody = ElasticsearchEngine(["http://127.0.0.1:1"], "nobody")  # no program of a user may listen there
    away = replace(local_house.services, links=LinkService(local_house.catalogue, nobody))
    application = create_application(away, pages=web_router(away), error_page=error_page_in("vi"))
    with at_this_machine(application) as client:
        shown = client.get(f"/van-ban/{letter}")
        assert shown.status_code == 200
        assert "chưa hiện được liên kết" in shown.text
        assert client.get(f"/api/v1/records/{letter}/links").status_code == 503


def test_fields_without_a_trace_stand_aside_and_can_be_filled_in(local_house: SearchHouse, page: TestClient) -> None:
    letter = entered(local_house, LETTER)
    shown = page.get(f"/van-ban/{letter}").text
    aside = shown[shown.index('<details class="absent">') :].split("</details>")[0]
    assert 'id="f-arrived_on"' in aside
    assert 'id="f-references"' not in aside
    sent = {"name": "arrived_on", "value": "8/6/2021"}
    assert "08/06/2021" in page.post(f"/van-ban/{letter}/xac-nhan", data=sent).text
    assert local_house.get(f"/records/{letter}")["fields"]["arrived_on"]["value"] == "2021-06-08"
    refused = page.post(f"/van-ban/{letter}/xac-nhan", data={"name": "arrived_on", "value": "32/6/2021"})
    assert refused.status_code == 422
    assert "Gõ ngày dạng 05/03/2018." in refused.text


class HangingEngine:
    """Answers no search until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def search(self, request: SearchRequest) -> EngineResults:
        self.let_go.wait()
        raise EngineUnavailable(reason="let go")


def test_an_engine_that_hangs_does_not_keep_people_from_a_record(local_house: SearchHouse) -> None:
    letter, hanging = entered(local_house, LETTER), HangingEngine()
    stuck = replace(local_house.services, links=LinkService(local_house.catalogue, cast("SearchEngine", hanging)))
    application = create_application(stuck, pages=web_router(stuck), error_page=error_page_in("vi"))
    try:
        with at_this_machine(application) as client:
            assert "chưa hiện được liên kết" in client.get(f"/van-ban/{letter}").text
    finally:
        hanging.let_go.set()


def test_a_record_that_names_its_own_number_is_no_link_to_itself(local_house: SearchHouse) -> None:
    decision = entered(local_house, DECISION | {"references": "Quyết định số 12/QĐ-UBND ngày 05/03/2020"})
    told = links(local_house, decision)
    assert told["refers_to"][0]["records"] == told["referred_by"] == []


def test_the_same_number_twice_in_a_year_is_told_and_never_merged(house: SearchHouse) -> None:
    one = entered(house, DECISION)
    other = entered(house, DECISION | {"issued_on": "2020-08-09", "subject": "Quyết định của Chủ tịch"})
    entered(house, DECISION | {"issued_on": "2021-08-09"})
    assert [(link["record_id"], link["sure"]) for link in links(house, one)["same_number"]] == [(other, True)]
    pages = at_this_machine(create_application(house.services, pages=web_router(house.services)))
    assert "Trùng số, ký hiệu trong cùng năm" in pages.get(f"/van-ban/{one}").text
    assert house.get(f"/records/{other}")["fields"]["number"]["value"] == "12"
