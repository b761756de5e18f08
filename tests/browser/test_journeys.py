"""What people do all day, in a real browser, once with script and once without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mappings.record import Box
from search_api.web.record_view import lines_of
from tests.browser.conftest import Served
from tests.browser.house import DECISION, LETTER, REPORT, UNREAD, draw

PAGES = ("/", "/?q=so+hoa", "/?q=kh%C3%B4ng+c%C3%B3+g%C3%AC", "/nop", "/to-phan-cach", "/tiep-nhan", "/khong-co")


def search(page: Page, served: Served, words: str) -> None:
    page.goto(f"{served.address}/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox", name="Tìm văn bản")).fill(words)
    page.get_by_role("button", name="Tìm").click()


def word_boxes(text: str, number: int, wanted: set[str]) -> list[Box]:
    """Where the words really were drawn."""
    return [word.box for word in draw(number, text).page.words if word.box and word.text.strip(".,:;") in wanted]


def drawn_at(rect: Locator, sheet: Locator) -> Box:
    """Where a rectangle is seen, as fractions of the picture under it."""
    inner, outer = rect.bounding_box(), sheet.bounding_box()
    assert inner and outer
    x0, y0 = (inner["x"] - outer["x"]) / outer["width"], (inner["y"] - outer["y"]) / outer["height"]
    return Box(x0, y0, x0 + inner["width"] / outer["width"], y0 + inner["height"] / outer["height"])


def assert_same_places(rects: Locator, sheet: Locator, expected: list[Box]) -> None:
    assert rects.count() == len(expected)
    for rect, box in zip(rects.all(), expected, strict=True):
        seen = drawn_at(rect, sheet)
        for edge in ("x0", "y0", "x1", "y1"):
            # A pixel and a half of the page as shown.
            assert getattr(seen, edge) == pytest.approx(getattr(box, edge), abs=0.003), edge


@pytest.mark.each(3)
@pytest.mark.parametrize("words", ["thành lập tổ số hóa", "thanh lap to so hoa", "318/QĐ-UBND", "318 qd ubnd"])
def test_a_record_is_found_however_it_is_typed(page: Page, served: Served, words: str) -> None:
    search(page, served, words)
    first = page.locator("article.hit").first
    expect(first.get_by_role("heading")).to_have_text("Về việc thành lập Tổ số hóa tài liệu lưu trữ")
    expect(first).to_contain_text("318/QĐ-UBND")
    expect(first).to_contain_text("14/03/2024")
    assert first.locator("mark").count() > 0


def test_the_scrap_shows_the_words_marked_where_they_stand(page: Page, served: Served) -> None:
    search(page, served, '"chỉnh lý"')
    scrap = page.locator(".scrap").first
    picture = scrap.locator("img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    x0, y0, width, height = (float(edge) for edge in str(scrap.locator("svg").get_attribute("viewBox")).split())
    boxes = word_boxes(DECISION.pages[1], 2, {"chỉnh", "lý"})
    expected = [
        Box((box.x0 - x0) / width, (box.y0 - y0) / height, (box.x1 - x0) / width, (box.y1 - y0) / height)
        for box in boxes
    ]
    rects = scrap.locator("rect")
    assert rects.count() == 2
    for rect, box in zip(rects.all(), expected, strict=True):
        seen = drawn_at(rect, picture)
        assert seen.x0 == pytest.approx(box.x0, abs=0.01)
        assert seen.y0 == pytest.approx(box.y0, abs=0.03)


def test_from_search_to_the_words_on_the_scan(page: Page, served: Served) -> None:
    search(page, served, "kiem ke chinh ly")
    page.locator("article.hit").first.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tổ số hóa")
    expect(page.locator(".strip [aria-current=page]")).to_contain_text("2")
    sheet = page.locator(".sheet img")
    expect(sheet).to_have_js_property("complete", True)
    boxes = word_boxes(DECISION.pages[1], 2, {"kiểm", "kê", "chỉnh", "lý"})
    assert_same_places(page.locator(".over .words rect"), sheet, boxes)


def test_a_field_shows_its_place_on_the_scan(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/van-ban/{served.records[DECISION.name]}?page=2")
    page.locator("#f-subject").get_by_role("link").click()
    place = page.locator("#o-subject")
    expect(place).to_have_css("opacity", "1")
    words = {"Về", "việc", "thành", "lập", "Tổ", "số", "hóa", "tài", "liệu", "lưu", "trữ"}
    boxes = [box for box in word_boxes(DECISION.pages[0], 1, words) if 0.2 < box.y0 < 0.24]
    sheet = page.locator(".sheet img")
    expect(sheet).to_have_js_property("complete", True)
    (line,) = lines_of(boxes)
    seen = drawn_at(place.locator("rect"), sheet)
    # The outline is drawn around the words: one and a half pixels more on each side at the most.
    assert seen.y0 == pytest.approx(line.y0, abs=0.004)
    assert seen.x1 == pytest.approx(line.x1, abs=0.004)


def test_a_corrected_field_is_found_by_its_new_value(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/van-ban/{served.records[DECISION.name]}?q=so+hoa")
    first = page.locator("form.field").first
    expect(first).to_contain_text("Người ký")
    expect(first).to_contain_text("nên xem lại")
    first.get_by_role("textbox").fill("Lê Hoài Nhơn")
    first.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã xác nhận: Người ký")
    expect(page.locator("#f-signer")).to_contain_text("đã xác nhận")
    assert "q=so+hoa" in page.url
    served.index()
    page.goto(f"{served.address}/?signer=L%C3%AA+Ho%C3%A0i+Nh%C6%A1n")
    expect(page.locator("article.hit")).to_have_count(1)


def test_a_day_is_corrected_as_it_is_written_here(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/van-ban/{served.records[DECISION.name]}")
    field = page.locator("#f-issued_on")
    field.get_by_role("textbox").fill("32/03/2024")
    field.get_by_role("button").click()
    expect(page.locator("#f-issued_on .wrong")).to_have_text("Gõ ngày dạng 05/03/2018.")
    expect(page.locator("#v-issued_on")).to_have_value("32/03/2024")
    page.locator("#v-issued_on").fill("15/3/2024")
    page.locator("#f-issued_on").get_by_role("button").click()
    expect(page.locator("#v-issued_on")).to_have_value("15/03/2024")
    with served.catalogue.reading() as work:
        assert work.records.view(served.records[DECISION.name]).value("issued_on") == "2024-03-15"


def test_sure_fields_are_confirmed_at_once_and_doubtful_ones_are_not(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/van-ban/{served.records[DECISION.name]}")
    page.locator(".confirm-sure").get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Trích yếu")
    with served.catalogue.reading() as work:
        fields = work.records.view(served.records[DECISION.name]).fields
    assert {name for name, field in fields.items() if not field.confirmed} == {"signer"}
    assert fields["issued_on"].value == "2024-03-14"


def test_what_somebody_else_changed_is_not_written_over(page: Page, served: Served) -> None:
    record_id = served.records[DECISION.name]
    page.goto(f"{served.address}/van-ban/{record_id}")
    with served.catalogue.writing() as work:
        work.records.touch(record_id)
        work.commit()
    page.locator("#f-signer").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("vừa được người khác sửa")
    page.locator("#f-signer").get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Đã xác nhận")


def test_facets_narrow_and_are_taken_away_again(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/")
    page.locator(".filters").get_by_role("link", name="Công văn").click()
    expect(page.locator("article.hit")).to_have_count(1)
    expect(page.locator("article.hit")).to_contain_text("1274/SNV-VTLT")
    page.locator(".chips").get_by_role("link", name="Công văn").click()
    expect(page.locator("article.hit")).to_have_count(4)


def test_days_narrow_the_search(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/")
    page.get_by_label("Từ ngày").fill("01/08/2025")
    page.get_by_label("Đến ngày").fill("31/08/2025")
    page.locator(".dates").get_by_role("button").click()
    expect(page.locator("article.hit")).to_have_count(1)
    page.get_by_label("Từ ngày").fill("99/99/2025")
    page.locator(".dates").get_by_role("button").click()
    expect(page.locator("#issued_from-wrong")).to_be_visible()


def test_what_cannot_be_found_yet_is_said(page: Page, served: Served) -> None:
    search(page, served, "so hoa zzzzz")
    expect(page.locator(".summary")).to_contain_text(
        "Ít hoặc không có văn bản nào chứa đủ các từ; văn bản gần nhất đứng trước."
    )
    expect(page.locator(".notice")).to_contain_text("Còn 3 trang chưa đọc được")
    page.goto(f"{served.address}/van-ban/{served.records[LETTER.name]}")
    expect(page.locator(".notice.bad")).to_contain_text("trang 2: Đọc trang quá thời gian cho phép")


def test_markup_in_a_record_is_shown_as_it_stands(page: Page, served: Served) -> None:
    search(page, served, "ben xe")
    expect(page.locator(".snippet").first).to_contain_text("<b>chợ & bến xe</b>")
    page.goto(f"{served.address}/van-ban/{served.records[REPORT.name]}?view=text&q=ben+xe")
    expect(page.locator(".running")).to_contain_text("<b>chợ & bến xe</b>")
    page.goto(f"{served.address}/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.locator("#q")).to_have_value('"><script>alert(1)</script>')


@pytest.mark.parametrize("context", [False], ids=["without script"], indirect=True)
def test_files_are_handed_in(page: Page, served: Served, tmp_path: Path) -> None:
    """By the plain form; what script adds to it is held by test_intake.py."""
    for name in ("giấy mời.txt", "công văn.txt"):
        (tmp_path / name).write_text("Kính gửi", encoding="utf-8")
    page.goto(f"{served.address}/nop")
    page.get_by_label("Chọn tệp để nộp").set_input_files([tmp_path / "giấy mời.txt", tmp_path / "công văn.txt"])
    page.get_by_role("button", name="Nộp", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đã nhận và lưu an toàn 2 tệp")
    expect(page.locator("tbody tr").first).to_contain_text("Đã nhận, đang kiểm tra")
    assert {whole.path.name for whole in served.spool.whole()} == {"giấy mời.txt", "công văn.txt"}


def test_the_intake_says_what_came_what_is_read_and_what_was_not_taken(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/tiep-nhan")
    expect(page.locator("tbody tr", has_text="mat-khau.pdf")).to_contain_text("Tệp được bảo vệ bằng mật khẩu")
    expect(page.locator("tbody tr", has_text="mat-khau.pdf")).to_contain_text("Bỏ mật khẩu rồi gửi lại")
    expect(page.locator("tbody tr", has_text=UNREAD.name)).to_contain_text("1/3 trang")
    page.locator(".tabs").get_by_role("link", name="Không nhận").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_the_language_is_switched_and_stays(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/?q=so+hoa")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("article.hit")).to_have_count(1)
    page.get_by_role("link", name="Intake", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Intake")
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tiếp nhận")


@pytest.mark.each(3)
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_the_screen(browser: Browser, served: Served, path: str, width: int) -> None:
    _assert_fits(browser, served, path, width)


@pytest.mark.each(2)
@pytest.mark.parametrize("name", [DECISION.name, LETTER.name, UNREAD.name])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_record_is_wider_than_the_screen(browser: Browser, served: Served, name: str, width: int) -> None:
    _assert_fits(browser, served, f"/van-ban/{served.records[name]}?q=so+hoa&view=text", width)


def _assert_fits(browser: Browser, served: Served, path: str, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 800})
    tab.goto(served.address + path)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


def test_an_unknown_address_is_told_in_words(page: Page, served: Served) -> None:
    answer = page.goto(f"{served.address}/van-ban/khong-co")
    assert answer and answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_contain_text("Không có")
    page.get_by_role("link", name="Tìm văn bản").last.click()
    expect(page).to_have_url(re.compile(r"/$"))


@pytest.mark.each(3)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_allows_nothing_foreign_or_inline(page: Page, served: Served, path: str) -> None:
    answer = page.goto(served.address + path)
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "http" not in policy and "default-src 'none'" in policy
    assert page.locator("[style], style, script:not([src]), [onclick], [onsubmit]").count() == 0
