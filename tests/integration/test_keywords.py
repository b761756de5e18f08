"""Keywords: a facet under the asker's rights, links on the record's page, in tables, and given to older records."""

from __future__ import annotations

import csv
import io
import re
import threading

from archive.events import EventType
from ingest.older_keywords import OlderKeywords
from mappings.record import DescribedField
from search_api.application import create_application
from search_api.web.router import web_router
from tests.serving import SearchHouse, at_this_machine

AT = "http://localhost:8000"
LAND = "Giải quyết khiếu nại về đất đai. Đơn khiếu nại đất đai của hộ nghèo."


def kept(house: SearchHouse, record_id: str) -> DescribedField | None:
    with house.catalogue.reading() as unit:
        return unit.records.fields([record_id])[record_id].get("keywords")


def revisions(house: SearchHouse, *record_ids: str) -> list[int]:
    with house.catalogue.reading() as unit:
        return [unit.records.by_id(one).revision for one in record_ids]


def test_keywords_narrow_a_search_and_stand_in_answer_page_and_table(house: SearchHouse) -> None:
    land = house.enter("một", fields={"keywords": "đất đai; khiếu nại"})
    poor = house.enter("hai", fields={"keywords": "hộ nghèo; đất đai"})
    hidden = house.enter("ba", fields={"keywords": "mật hiệu"}, access_class="unit", unit="other")
    house.index()
    facets = house.get("/search")["facets"]["keywords"]
    assert [(one["value"], one["count"]) for one in facets] == [("đất đai", 2), ("hộ nghèo", 1), ("khiếu nại", 1)]
    assert set(house.found("", keywords="đất đai")) == {land, poor}
    assert house.found("", keywords="khiếu nại") == [land]
    assert house.found("", keywords="mật hiệu") == [] != [hidden]
    pages = at_this_machine(create_application(house.services, pages=web_router(house.services)), base_url=AT)
    (link,) = re.findall(r'href="([^"]+)">đất đai<', pages.get(f"/van-ban/{land}").text)
    narrowed = pages.get(link).text
    assert all(one in narrowed for one in (land, poor, "hộ nghèo"))
    rows = csv.DictReader(io.StringIO(house.client.get("/api/v1/search.csv").content.decode("utf-8-sig"), newline=""))
    assert {row["Mã"]: row["Từ khóa"] for row in rows} == {land: "đất đai; khiếu nại", poor: "hộ nghèo; đất đai"}


def test_a_corrected_keyword_is_found_at_once_by_words_too(house: SearchHouse) -> None:
    record_id = house.enter("một", fields={"keywords": "đất đai"})
    house.index()
    answer = house.client.patch(
        f"/api/v1/records/{record_id}", json={"fields": {"keywords": {"value": "thủy lợi;  thủy lợi ; đê"}}}
    )
    assert answer.status_code == 200, answer.text
    house.index()
    assert [one["value"] for one in house.get("/search")["facets"]["keywords"]] == ["thủy lợi", "đê"]
    assert house.found("thuy loi") == [record_id]


def test_older_records_are_given_keywords_once_and_nothing_else_is_touched(house: SearchHouse) -> None:
    old, empty = house.enter(LAND, fields={"number": "5"}), house.enter("12345")
    confirmed = house.enter(LAND, fields={"keywords": "của người"})
    house.index()
    before = revisions(house, empty, confirmed)
    older = OlderKeywords(house.catalogue)
    while older.step():
        pass
    field = kept(house, old)
    assert field is not None
    assert {"khiếu nại", "đất đai"} <= set(field.value.split("; "))
    assert (field.doubtful, field.confirmed) == (False, False)
    assert kept(house, empty) == DescribedField("keywords", "", 0.0)
    assert getattr(kept(house, confirmed), "value", None) == "của người"
    house.index()
    assert house.found("", keywords="đất đai") == [old]
    with house.catalogue.reading() as unit:
        told = [one for one in unit.events.of_record(old) if one.type is EventType.EXTRACTION]
        assert told[-1].detail["fields"] == ["keywords"]
    assert revisions(house, empty, confirmed) == before
    assert OlderKeywords(house.catalogue).step() == 0


def test_the_one_who_gives_them_ends_when_told(house: SearchHouse) -> None:
    record_id, stop = house.enter(LAND), threading.Event()
    thread = threading.Thread(target=OlderKeywords(house.catalogue, rest_seconds=0).run, args=(stop,))
    thread.start()
    try:
        while kept(house, record_id) is None:
            assert thread.is_alive()
            stop.wait(0.01)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
