"""Journeys of people in a real browser: the first administrator, a clerk, a shared PC, rights that end at once."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Served
from tests.browser.people import ADMIN, choose, make_first, sign_in

CLERK = "gió mùa đông bắc"


def test_from_the_first_link_to_a_clerk_at_a_shared_pc(
    page: Page, context: BrowserContext, served: Served, browser: Browser
) -> None:
    make_first(page, served)
    expect(page.get_by_role("link", name="Nguyễn Thị Mẫu (mau.nt)")).to_be_visible()

    page.get_by_role("link", name="Người dùng").click()
    page.get_by_label("Tên", exact=True).fill("Trần Văn Ví")
    page.get_by_label("Tên đăng nhập, gồm").fill("vi.tv")
    page.get_by_label("Đơn vị").select_option("office")
    page.get_by_label("Vai trò").select_option("clerk")
    page.get_by_role("button", name="Tạo tài khoản").click()
    link = page.locator("#new-link").inner_text()

    elsewhere = browser.new_context(locale="vi-VN")
    other = elsewhere.new_page()
    other.goto(link)
    choose(other, CLERK)
    sign_in(other, served, "vi.tv", CLERK)
    expect(other.get_by_role("link", name="Thùng rác")).to_have_count(0)
    other.goto(f"{served.address}/van-ban/{served.records['quet-0001.tif']}")
    expect(other.get_by_role("button", name=re.compile("^Xác nhận")).first).to_be_visible()
    expect(other.get_by_text("Bỏ vào thùng rác")).to_have_count(0)
    answer = other.goto(f"{served.address}/nguoi-dung")
    assert answer is not None and answer.status == 403

    other.goto(f"{served.address}/")
    other.get_by_role("button", name="Khóa máy").click()
    other.goto(f"{served.address}/van-ban/{served.records['quet-0001.tif']}")
    expect(other.get_by_role("heading", name="Đang khóa")).to_be_visible()
    other.locator("#unlock-password").fill(CLERK)
    other.get_by_role("button", name="Mở khóa").click()
    expect(other).to_have_url(re.compile("/van-ban/"))

    page.goto(f"{served.address}/ai-da-xem")
    expect(page.get_by_text("Trần Văn Ví (vi.tv)").first).to_be_visible()
    page.get_by_role("link", name="Người dùng").click()
    page.get_by_role("link", name="Trần Văn Ví").click()
    page.get_by_role("button", name="Đóng tài khoản").click()
    expect(page.get_by_text("đã đóng").first).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    elsewhere.close()


def test_a_record_is_shut_to_others_and_opened_to_one(page: Page, served: Served) -> None:
    make_first(page, served)
    page.goto(f"{served.address}/van-ban/{served.records['quet-0002.tif']}")
    page.get_by_role("link", name="Ai được xem").click()
    page.get_by_label("Chỉ những người được chia sẻ").check()
    page.get_by_label(re.compile("Chia sẻ với người dùng")).fill("mau.nt, khong.co")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Chỉ những người được chia sẻ").check()
    page.get_by_label(re.compile("Chia sẻ với người dùng")).fill("mau.nt")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu quyền xem")).to_be_visible()
    served.index()
    page.goto(f"{served.address}/?q=giao+nộp+hồ+sơ")
    expect(page.get_by_role("link", name=re.compile("giao nộp hồ sơ")).first).to_be_visible()


def test_the_way_goes_on_after_signing_in_and_out(page: Page, served: Served) -> None:
    make_first(page, served)
    page.get_by_role("button", name="Đăng xuất").click()
    record = f"{served.address}/van-ban/{served.records['quet-0001.tif']}"
    page.goto(record)
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    page.get_by_label("Tài khoản", exact=True).fill("mau.nt")
    page.get_by_label("Mật khẩu", exact=True).fill("sai mật khẩu")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Tài khoản", exact=True).fill("mau.nt")
    page.get_by_label("Mật khẩu", exact=True).fill(ADMIN)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(record)
    page.goto(f"{served.address}/tai-khoan?ma=1")
    expect(page.locator("svg").last).to_be_visible()
    page.goto(f"{served.address}/vai-tro")
    expect(page.get_by_role("rowheader").first).to_be_visible()
    page.goto(f"{served.address}/don-vi")
    page.get_by_label(re.compile("Mã đơn vị")).fill("van-phong")
    page.get_by_label("Tên", exact=True).fill("Văn phòng")
    page.get_by_label("Trực thuộc").select_option("office")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("rowheader", name="— Văn phòng")).to_be_visible()
