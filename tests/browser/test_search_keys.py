"""The search page by keys alone, what was looked for before, and the chart that narrows by a click."""

from __future__ import annotations

import base64
import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Served
from tests.browser.house import DECISION


@pytest.fixture
def typing(browser: Browser) -> Page:
    """A tab with script."""
    return browser.new_page(locale="vi-VN")


def test_from_the_first_page_to_the_read_record_by_keys_in_three_actions(typing: Page, served: Served) -> None:
    typing.goto(f"{served.address}/")
    expect(typing.locator("#q")).to_be_focused()
    typing.keyboard.type("kiem ke chinh ly")
    typing.keyboard.press("Enter")  # one
    expect(typing.locator("article.hit").first).to_be_visible()
    typing.keyboard.press("ArrowDown")  # two
    expect(typing.locator("article.hit h2 a").first).to_be_focused()
    typing.keyboard.press("Enter")  # three
    expect(typing.get_by_role("heading", level=1)).to_contain_text("Tổ số hóa")
    typing.close()


def test_arrows_go_down_and_up_and_back_into_the_box(typing: Page, served: Served) -> None:
    typing.goto(f"{served.address}/?q=xa")
    hits = typing.locator("article.hit h2 a")
    assert hits.count() > 1
    typing.keyboard.press("ArrowDown")
    typing.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    typing.keyboard.press("ArrowUp")
    expect(hits.first).to_be_focused()
    typing.keyboard.press("ArrowUp")
    expect(typing.locator("#q")).to_be_focused()
    typing.close()


def test_a_question_mark_shows_the_keys_and_escape_closes_them(typing: Page, served: Served) -> None:
    typing.goto(f"{served.address}/?q=so+hoa")
    keys = typing.get_by_role("region", name="Phím tắt")
    expect(keys).to_be_hidden()
    typing.keyboard.press("?")
    expect(keys).to_be_visible()
    typing.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    typing.locator("#q").focus()
    typing.keyboard.type("?")
    expect(keys).to_be_hidden()
    typing.close()


def test_the_keys_are_shown_without_script_too(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/")
    page.get_by_role("link", name="Phím tắt").click()
    expect(page.get_by_role("region", name="Phím tắt")).to_be_visible()
    page.get_by_role("region", name="Phím tắt").get_by_role("link", name="Đóng").click()
    expect(page.get_by_role("region", name="Phím tắt")).to_be_hidden()


def test_what_was_looked_for_is_offered_again_and_forgotten_when_told(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/?q=so+hoa&kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh")
    page.goto(f"{served.address}/?q=%3Cb%3Ekho%3C%2Fb%3E")
    page.goto(f"{served.address}/?q=so+hoa&kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh")
    page.goto(f"{served.address}/")
    links = page.locator(".recent a")
    assert links.all_inner_texts() == ["so hoa", "<b>kho</b>"]
    expect(page.locator(".recent li").first).to_contain_text("1 bộ lọc")
    links.first.click()
    expect(page.locator(".chips")).to_contain_text("Quyết định")
    page.goto(f"{served.address}/")
    page.get_by_role("button", name="Xóa danh sách này").click()
    expect(page.locator(".recent")).to_have_count(0)


@pytest.mark.parametrize(
    "value",
    ["", "!", "e30=", base64.b64encode(json.dumps(["somebody", "q=secret"]).encode()).decode(), "W1tbW1tb" * 400],
)
def test_a_cookie_of_another_or_a_damaged_one_shows_nothing(
    context: BrowserContext, served: Served, value: str
) -> None:
    context.add_cookies([{"name": "tangthu_recent", "value": value, "url": served.address}])
    tab = context.new_page()
    answer = tab.goto(f"{served.address}/")
    assert answer is not None and answer.status == 200
    expect(tab.locator(".recent")).to_have_count(0)


def test_a_bar_of_the_chart_narrows_to_its_days(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/?q=xa")
    bar = page.locator(".timeline a").first
    title = bar.get_attribute("title") or ""
    count = int(title.rpartition(": ")[2])
    bar.click()
    expect(page.locator(".chips")).to_contain_text("–")
    expect(page.locator("article.hit")).to_have_count(count)
    assert "issued_from=" in page.url or "issued_to=" in page.url


def test_the_link_of_a_result_page_holds_its_whole_state(page: Page, browser: Browser, served: Served) -> None:
    page.goto(
        f"{served.address}/?q=to+so+hoa&kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh&sort=newest&issued_from=01%2F01%2F2024"
    )
    there = page.locator(".hits").inner_text().partition("(")[0]
    elsewhere = browser.new_page(locale="vi-VN", java_script_enabled=False)
    elsewhere.goto(page.url)
    assert elsewhere.locator(".hits").inner_text().partition("(")[0] == there
    assert DECISION.fields["symbol"] in elsewhere.locator("article.hit").first.inner_text()
    elsewhere.close()
