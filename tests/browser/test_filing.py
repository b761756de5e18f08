"""A clerk files and registers in a real browser, with script and without, and the pages fit a phone and paper."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from search_api.filing.checking import today
from tests.browser.conftest import Served


def test_a_clerk_files_what_was_found_and_prints_the_list(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/?q=so+hoa")
    page.locator("article.hit").first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Xếp hồ sơ hoặc vào sổ các văn bản đã đánh dấu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xếp hồ sơ, vào sổ")
    title = "Số hóa 2024"
    page.get_by_label("Tiêu đề hồ sơ mới").fill(title)
    page.get_by_role("button", name="Xếp các văn bản đã đánh dấu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("status")).to_contain_text("Đã xếp văn bản vào hồ sơ.")
    expect(page.locator("table.lying tbody tr")).to_have_count(1)
    expect(page.locator("input.rank")).to_be_visible()
    page.get_by_role("link", name="In mục lục văn bản").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_have_text("MỤC LỤC VĂN BẢN TRONG HỒ SƠ")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator(".paper table tbody tr")).to_have_count(1)
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Quay lại").click()
    page.get_by_text("Lịch sử", exact=True).click()
    page.get_by_role("button", name=re.compile("^Hoàn tác")).last.click()
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác.")


def test_a_clerk_registers_corrects_and_voids(page: Page, served: Served) -> None:
    record_id = next(iter(served.records.values()))
    page.goto(f"{served.address}/xep?id={record_id}")
    page.get_by_label("Quyển sổ").fill("Quyển 2")
    page.get_by_role("button", name="Vào sổ các văn bản đã đánh dấu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã vào sổ: 01.")
    page.goto(f"{served.address}/van-ban/{record_id}")
    page.get_by_role("link", name=f"01/{today().year}").last.click()
    page.get_by_label("Thời hạn giải quyết").fill("01/02/2020")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã sửa")
    expect(page.locator(".badge")).to_have_text("quá hạn")
    page.get_by_text("Hủy số này").first.click()
    page.get_by_label("Lý do").fill("Vào sổ nhầm")
    page.get_by_role("button", name="Hủy số này").click()
    expect(page.locator(".badge")).to_have_text("đã hủy: Vào sổ nhầm")


def test_the_pages_fit_a_phone(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    year = today().year
    for path in ("/ho-so", f"/so/den/{year}", f"/so/di/{year}", f"/so/den/{year}/in", "/ho-so/danh-muc", "/xep?q=a"):
        page.goto(f"{served.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
