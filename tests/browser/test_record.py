"""A record's page in a real browser: the scan, its fields, its history, copies on paper; with script and without."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from archive.events import EventType
from mappings.record import Box
from tests.browser.conftest import Served
from tests.browser.house import DECISION, LETTER, draw

_PATIENCE = 20_000  # milliseconds: pictures are drawn meanwhile


def record(served: Served, query: str = "", below: str = "") -> str:
    return f"{served.address}/van-ban/{served.records[DECISION.name]}{below}{query}"


def is_scripted(request: pytest.FixtureRequest) -> bool:
    return bool(request.node.callspec.params["context"])


def seen_at(inner: Locator, outer: Locator) -> Box:
    """Where something is seen, as fractions of what it lies on."""
    one, other = inner.bounding_box(), outer.bounding_box()
    assert one and other
    x0, y0 = (one["x"] - other["x"]) / other["width"], (one["y"] - other["y"]) / other["height"]
    return Box(x0, y0, x0 + one["width"] / other["width"], y0 + one["height"] / other["height"])


def word_box(word: str, number: int = 1) -> Box:
    """Where a word was drawn."""
    sheet = draw(number, DECISION.pages[number - 1])
    return next(one.box for one in sheet.page.words if one.text == word and one.box)


def make_doubtful(served: Served, *names: str) -> None:
    record_id = served.records[DECISION.name]
    with served.catalogue.writing() as work:
        held = work.records.fields([record_id])[record_id]
        for name in names:
            work.records.set_field(record_id, replace(held[name], doubtful=True, confidence=0.4))
        work.commit()


def test_marked_places_are_walked_over_all_pages(page: Page, served: Served) -> None:
    page.goto(record(served, "?q=so+hoa&page=1"))
    walked = []
    while page.locator("[data-key=n]").count():
        page.locator("[data-key=n]").click()
        page.wait_for_load_state()
        assert page.locator("rect.now").count() == 1
        walked.append((page.url.split("page=")[1].split("&")[0], page.url.split("mark=")[1].split("#")[0]))
    assert {number for number, _ in walked} == {"1", "2"}
    assert len(walked) == len(set(walked)) > 3
    back = 0
    while page.locator("[data-key=p]").count():
        page.locator("[data-key=p]").click()
        page.wait_for_load_state()
        back += 1
    assert back == len(walked) - 1, "the same way back, to the first place"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_takes_its_marks_along(page: Page, served: Served, turn: int) -> None:
    page.goto(record(served, f"?page=1&field=number&turn={turn}"))
    lies = word_box("318/QĐ-UBND")
    seen = seen_at(page.locator("#o-number rect"), page.locator("svg.turned"))
    turned = {
        90: Box(1 - lies.y1, lies.x0, 1 - lies.y0, lies.x1),
        180: Box(1 - lies.x1, 1 - lies.y1, 1 - lies.x0, 1 - lies.y0),
        270: Box(lies.y0, 1 - lies.x1, lies.y1, 1 - lies.x0),
    }[turn]
    for edge in ("x0", "y0", "x1", "y1"):
        assert getattr(seen, edge) == pytest.approx(getattr(turned, edge), abs=0.006), edge
    expect(page.locator("#o-number")).to_have_css("opacity", "1")
    page.locator("[data-key=r]").click()
    expect(page.locator("svg.turned")).to_have_count(0 if turn == 270 else 1)


def test_the_strip_says_which_page_failed_and_why(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/van-ban/{served.records[LETTER.name]}")
    failed = page.locator(".strip a.failed")
    expect(failed).to_contain_text("Không đọc được: Đọc trang quá thời gian cho phép")
    page.locator(".thumbs summary").click()
    expect(page.locator(".thumbs li").nth(1)).to_contain_text("trang 2: Không đọc được")


def test_words_on_the_scan_are_where_they_stand_and_are_copied_with_their_lines(
    page: Page, served: Served, request: pytest.FixtureRequest
) -> None:
    page.goto(record(served, "?page=1&view=text"))
    expect(page.locator("#page-words")).to_contain_text("Điều 1. Thành lập Tổ số hóa")
    if not is_scripted(request):
        expect(page.locator("[data-copy]")).to_be_hidden()
        return
    page.locator(".sheet img").hover()
    word = page.locator("[data-words] tspan", has_text="QUYẾT").first
    expect(word).to_be_attached(timeout=_PATIENCE)
    seen, lies = seen_at(word, page.locator(".sheet img")), word_box("QUYẾT")
    assert seen.x0 == pytest.approx(lies.x0, abs=0.006) and seen.x1 == pytest.approx(lies.x1, abs=0.006)
    assert seen.y0 < (lies.y0 + lies.y1) / 2 < seen.y1
    page.evaluate(
        """() => {
          const spans = [...document.querySelectorAll("[data-words] tspan")];
          const from = spans.find((one) => one.textContent === "QUYẾT").firstChild;
          const to = spans.find((one) => one.textContent === "việc").firstChild;
          document.getSelection().setBaseAndExtent(from, 0, to, 2);
        }"""
    )
    page.keyboard.press("Control+c")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=paste></textarea>')")
    page.locator("#paste").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#paste")).to_have_value("QUYẾT ĐỊNH\nVề vi")


def test_the_whole_text_is_copied_by_a_button(page: Page, served: Served, request: pytest.FixtureRequest) -> None:
    if not is_scripted(request):
        pytest.skip("the button is there with script alone; the text beside the scan can be selected without")
    page.goto(record(served, "?page=2&view=text"))
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copied]")).to_have_text("Đã chép.")


def test_deep_zoom_shows_the_page_its_marks_and_finer_pictures(
    page: Page, served: Served, request: pytest.FixtureRequest
) -> None:
    assert os.environ.get("TANGTHU_TEST_PAGE_PARTS"), "./test fetches them; else set the folder of the packages"
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(record(served, "?q=so+hoa&page=1"))
    page.wait_for_load_state("networkidle")
    assert not [one for one in asked if "openseadragon" in one], "the first view does without it"
    page.locator("[data-key=z]").click()
    if not is_scripted(request):
        expect(page.locator(".sheet-room.zoomed img")).to_be_visible()
        return
    expect(page.locator(".deep.open canvas").first).to_be_visible(timeout=_PATIENCE)
    expect(page.locator(".deep-over .words rect")).not_to_have_count(0)
    for _ in range(4):
        page.get_by_role("button", name="Phóng to").click()
    page.wait_for_function("() => performance.getEntriesByType('resource').some((one) => one.name.includes('=2400'))")
    page.get_by_role("button", name="Chọn chữ").click()
    expect(page.locator(".deep.selecting [data-words] tspan")).not_to_have_count(0, timeout=_PATIENCE)
    page.get_by_role("button", name="Cả trang").click()
    page.locator("[data-key=z]").click()
    expect(page.locator(".sheet img")).to_be_visible()


def test_enter_confirms_and_goes_to_the_next_doubtful_field(page: Page, served: Served) -> None:
    make_doubtful(served, "number", "kind")
    page.goto(record(served, "?page=3"))
    expect(page.locator("#s-number")).to_contain_text("nên xem lại · 40 %")
    page.locator("#v-number").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã xác nhận: Số")
    expect(page.locator("#v-kind")).to_be_focused()
    expect(page.locator("#o-kind")).to_have_count(0)  # the kind as kept is not in capitals: it has no place
    page.locator("#v-kind").press("Enter")
    expect(page.locator("#v-signer")).to_be_focused()
    expect(page.locator("#s-kind")).to_contain_text("đã xác nhận")


def test_the_last_change_is_undone_with_what_was_known_of_it(page: Page, served: Served) -> None:
    make_doubtful(served, "number")
    page.goto(record(served))
    expect(page.locator(".undo")).to_have_count(0)
    page.locator("#v-number").fill("381")
    page.locator("#v-number").press("Enter")
    expect(page.locator(".undo")).to_contain_text("Số: “318” → “381”")
    page.get_by_role("button", name="Hoàn tác lần sửa gần nhất").click()
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác: Số")
    expect(page.locator("#v-number")).to_have_value("318")
    expect(page.locator("#s-number")).to_contain_text("nên xem lại · 40 %")
    expect(page.locator(".undo")).to_have_count(0)
    page.get_by_role("link", name="Lịch sử văn bản").click()
    rows = page.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("hoàn tác lần sửa gần nhất")
    expect(rows.nth(0)).to_contain_text("Số: “381” → “318”")
    expect(rows.nth(1)).to_contain_text("Số: “318” → “381”")
    expect(rows.nth(1)).to_contain_text("người ở máy này")


def test_a_true_copy_is_printed_with_its_own_part_and_told_to_the_events(page: Page, served: Served) -> None:
    page.goto(record(served))
    page.get_by_role("link", name=re.compile("In bản sao")).click()
    page.get_by_label("Cơ quan sao văn bản").fill("Ủy ban nhân dân xã Suối Mây")
    page.get_by_label("Số, ký hiệu bản sao").fill("5/SY-UBND")
    page.get_by_label("Họ tên người ký").fill("Lê Thị Mẫu")
    page.get_by_role("button", name="Chuẩn bị in").click()
    expect(page.get_by_role("alert")).to_contain_text("05/SY-UBND")
    expect(page.get_by_label("Họ tên người ký")).to_have_value("Lê Thị Mẫu")
    page.get_by_label("Số, ký hiệu bản sao").fill("05/SY-UBND")
    page.get_by_role("button", name="Chuẩn bị in").click()
    expect(page.locator(".leaf")).to_have_count(3, timeout=_PATIENCE)
    block = page.locator(".leaf").nth(2).locator(".copy-block")
    expect(block).to_contain_text("SAO Y")
    expect(block).to_contain_text("Số: 05/SY-UBND")
    lowest = max(word.box.y1 for word in draw(3, DECISION.pages[2]).page.words if word.box)
    picture = page.locator(".leaf").nth(2).locator("img")
    expect(picture).to_have_js_property("complete", True, timeout=_PATIENCE)
    assert seen_at(block, picture).y0 > lowest, "nothing of the record is covered"
    with served.catalogue.reading() as work:
        events = work.events.of_record(served.records[DECISION.name])
    (copied,) = [one for one in events if one.type is EventType.EXPORTING]
    assert copied.detail["copy"]["number"] == "05/SY-UBND" and copied.detail["copy"]["pages"] == [1, 2, 3]
    assert copied.agent == "local"


def test_an_extract_of_passages_has_the_parts_of_its_record(page: Page, served: Served) -> None:
    page.goto(record(served, "?page=2", "/sao"))
    page.get_by_label("Trích sao: trích một số trang hoặc đoạn").check()
    page.get_by_label("Cơ quan sao văn bản").fill("Ủy ban nhân dân xã Suối Mây")
    page.locator(".copying summary").click()
    expect(page.locator(".source")).to_contain_text("Điều 3. Văn phòng cấp máy quét")
    page.get_by_label("Đoạn trích nguyên văn").fill("Điều 3. Văn phòng cấp máy quét và hộp đựng tài liệu.")
    page.get_by_role("button", name="Chuẩn bị in").click()
    expect(page.locator(".leaf")).to_have_count(1)
    for part in ("TRÍCH SAO", "Số: 318/QĐ-UBND", "ngày 14 tháng 3 năm 2024", "Điều 3. Văn phòng", "Lê Hoài Nhon"):
        expect(page.locator(".leaf")).to_contain_text(part)
    expect(page.locator(".leaf img")).to_have_count(0)
    expect(page.locator(".warning")).to_have_count(0)


@pytest.mark.each(3)
@pytest.mark.parametrize("below", ["", "/sao", "/lich-su"])
def test_nothing_is_wider_than_a_telephone(page: Page, served: Served, below: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(record(served, "?q=so+hoa&view=text", below))
    width = page.locator("html").evaluate("(one) => one.scrollWidth")
    assert width <= 390
