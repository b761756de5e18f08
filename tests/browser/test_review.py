"""Reviewing by keys alone: a line is corrected, confirmed, skipped, taken back, and found by its new words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from archive.unit_of_work import UnitOfWork
from mappings.record import Page as RecordPage
from mappings.record import RecordState
from tests.browser.conftest import Served
from tests.browser.house import DECISION, REPORT

MISREAD = {"Tổ": "Tồ", "kiểm": "kiêm", "thành": "thanh"}


def misread(page: RecordPage) -> RecordPage:
    """Some words read wrong, as long as they are, with little confidence."""
    words = tuple(
        replace(word, text=MISREAD[word.text], confidence=0.4) if word.text in MISREAD else word for word in page.words
    )
    text = page.text
    for word in words:
        text = text[: word.start] + word.text + text[word.end :]
    return replace(page, text=text, words=words, confidence=0.8)


def _misread(unit: UnitOfWork, record_id: str) -> None:
    unit.pages.save(record_id, [misread(one) for one in unit.pages.of_record(record_id, words=True)])
    unit.outbox.put({record_id: unit.records.finish(record_id, RecordState.SEARCHABLE)})


@pytest.fixture
def doubtful(served: Served) -> str:
    record_id = served.records[DECISION.name]
    served.catalogue.write(lambda unit: _misread(unit, record_id))
    served.index()
    return record_id


@pytest.fixture
def scripted(browser: Browser) -> Iterator[Page]:
    tab = browser.new_page(locale="vi-VN")
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    assert complaints == []
    tab.close()


def text_now(served: Served, record_id: str, number: int = 1) -> str:
    with served.catalogue.reading() as unit:
        return unit.pages.page(record_id, number).text


def test_a_page_is_reviewed_by_keys_alone(scripted: Page, served: Served, doubtful: str) -> None:
    page, box = scripted, scripted.locator("#text")
    page.goto(f"{served.address}/soat-lai?mode=pages")
    expect(box).to_be_focused()
    expect(box).to_have_value("Về việc thanh lập Tồ số hóa tài liệu lưu trữ")
    expect(page.locator(".piece img")).to_be_visible()
    page.keyboard.type("thành")  # the first doubtful word is chosen
    page.keyboard.press("Tab")
    page.keyboard.type("Tổ")
    expect(box).to_have_value("Về việc thành lập Tổ số hóa tài liệu lưu trữ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã sửa")
    assert "Về việc thành lập Tổ số hóa tài liệu lưu trữ" in text_now(served, doubtful)
    expect(box).to_have_value("Điều 1. Thành lập Tồ số hóa gồm các ông, bà có tên sau đây.")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác")
    assert "thanh lập Tồ" in text_now(served, doubtful)
    expect(box).to_have_value("Về việc thanh lập Tồ số hóa tài liệu lưu trữ")
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_contain_text("Đã bỏ qua")
    expect(box).to_have_value("Điều 1. Thành lập Tồ số hóa gồm các ông, bà có tên sau đây.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã ghi là đúng")
    expect(box).to_have_value("Điều 2. Tồ số hóa có nhiệm vụ kiêm kê, chỉnh lý và quét toàn bộ hồ sơ")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("kiểm")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("Tổ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Không còn gì để soát ở đây.")).to_be_visible()
    assert text_now(served, doubtful, 2).startswith("Điều 2. Tổ số hóa có nhiệm vụ kiểm kê")
    served.index()
    page.goto(f"{served.address}/?q=%22nhi%E1%BB%87m+v%E1%BB%A5+ki%E1%BB%83m+k%C3%AA%22")
    expect(page.locator("article.hit")).to_have_count(1)


def test_letters_are_commands_outside_of_the_box_alone(scripted: Page, served: Served, doubtful: str) -> None:
    page, box = scripted, scripted.locator("#text")
    page.goto(f"{served.address}/soat-lai?mode=pages")
    page.keyboard.type("b")
    expect(box).to_have_value("Về việc b lập Tồ số hóa tài liệu lưu trữ")
    page.reload()
    box.evaluate("box => box.blur()")
    page.keyboard.press("b")
    expect(page.get_by_role("status")).to_contain_text("không có chữ")
    assert "Về việc" not in text_now(served, doubtful)
    box.evaluate("box => box.blur()")
    page.keyboard.press("z")
    expect(page.get_by_role("status")).to_contain_text("Đã hoàn tác")
    assert "Về việc thanh lập" in text_now(served, doubtful)


def test_with_and_without_script_the_form_does_the_same(page: Page, served: Served, doubtful: str) -> None:
    page.goto(f"{served.address}/soat-lai?mode=fields")
    expect(page.get_by_label("Người ký")).to_have_value("Lê Hoài Nhon")
    page.get_by_label("Người ký").fill("Lê Hoài Nhơn")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Không còn gì để soát ở đây.")).to_be_visible()
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_label("Người ký")).to_have_value("Lê Hoài Nhon")
    page.get_by_role("button", name="Bỏ qua").click()
    expect(page.get_by_text("Không còn gì để soát ở đây.")).to_be_visible()
    page.goto(f"{served.address}/soat-lai?mode=pages")
    page.get_by_label("Chữ trên giấy").fill("Về việc thành lập Tổ số hóa tài liệu lưu trữ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    assert "Về việc thành lập Tổ" in text_now(served, doubtful)
    page.get_by_role("button", name="Không đọc được").click()
    expect(page.get_by_role("status")).to_contain_text("không đọc được")
    page.get_by_role("link", name="Số liệu").click()
    expect(page.locator("table.figures tbody tr")).to_contain_text("local")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(scripted: Page, served: Served, doubtful: str, width: int) -> None:
    assert REPORT.name in served.records
    scripted.set_viewport_size({"width": width, "height": 844})
    for address in ("/soat-lai", "/soat-lai?mode=pages", "/soat-lai/so-lieu"):
        scripted.goto(served.address + address)
        assert scripted.evaluate("document.documentElement.scrollWidth") <= width
