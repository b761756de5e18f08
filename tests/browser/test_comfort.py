"""What the script adds where there is one: suggestions, keys, and progress that shows itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from mappings.record import PageState
from tests.browser.conftest import Served
from tests.browser.house import UNREAD, draw


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    tab = browser.new_page(locale="vi-VN")
    yield tab
    tab.close()


def test_the_slash_key_leads_to_the_search_box(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/?q=so+hoa")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("so hoa")


def test_a_suggestion_is_chosen_by_keys(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/")
    page.locator("#q").press_sequentially("so noi")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    words = chosen.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value(words)
    expect(page.locator("article.hit").first).to_be_visible()


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/")
    page.locator("#q").press_sequentially("so noi")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("#q")).to_have_value("so noi")


def test_progress_shows_itself(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/tiep-nhan")
    row = page.locator("tbody tr", has_text=UNREAD.name)
    expect(row).to_contain_text("1/3 trang")
    read = draw(2, "đã đọc").page
    assert read.state is PageState.SEARCHABLE
    served.catalogue.write(lambda work: work.pages.save(served.records[UNREAD.name], [read]))
    expect(row).to_contain_text("2/3 trang", timeout=15_000)


def test_the_order_applies_itself(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/?kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh&kind=C%C3%B4ng+v%C4%83n")
    expect(page.locator("article.hit").first).to_contain_text("1274")
    page.get_by_label("Sắp xếp").select_option("oldest")
    expect(page.locator("article.hit").first).to_contain_text("318")
