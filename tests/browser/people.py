"""What people of several roles do first: be given an account, choose a password, sign in."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page

from search_api.people.entering import first_link
from tests.browser.conftest import Served

ADMIN = "mưa rào tháng sáu"


def sign_in(page: Page, served: Served, account: str, password: str, code: str = "") -> None:
    """At the page of signing in."""
    page.goto(f"{served.address}/dang-nhap")
    page.get_by_label("Tài khoản", exact=True).fill(account)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    if code:
        page.get_by_label("Mã xác thực trên điện thoại, nếu đã cài đặt").fill(code)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def choose(page: Page, password: str) -> None:
    """A password, where a one-time link leads."""
    page.get_by_label("Mật khẩu, ít nhất 10 ký tự").fill(password)
    page.get_by_label("Nhập lại mật khẩu").fill(password)
    page.get_by_role("button", name="Lưu").click()


def make_first(page: Page, served: Served) -> None:
    """The first administrator, signed in."""
    page.goto(f"{served.address}/moi/{first_link(served.catalogue)}")
    page.get_by_label("Tên của bạn").or_(page.get_by_label("Họ tên")).first.fill("Nguyễn Thị Mẫu")
    page.get_by_label("Tên đăng nhập, gồm").fill("mau.nt")
    choose(page, ADMIN)
    sign_in(page, served, "mau.nt", ADMIN)


def make_person(page: Page, served: Served, name: str, account: str, role: str, unit: str = "office") -> str:
    """By an administrator who has signed in on this page; the one-time link."""
    page.goto(f"{served.address}/nguoi-dung")
    page.get_by_label("Tên", exact=True).fill(name)
    page.get_by_label("Tên đăng nhập, gồm").fill(account)
    page.get_by_label("Đơn vị").select_option(unit)
    page.get_by_label("Vai trò").select_option(role)
    page.get_by_role("button", name="Tạo tài khoản").click()
    link = page.locator("#new-link").inner_text()
    assert urlsplit(link).path.startswith("/moi/")
    return link


def arrive(page: Page, served: Served, link: str, account: str, password: str) -> None:
    """By a one-time link: the password is chosen, and one signs in with it."""
    page.goto(link)
    choose(page, password)
    sign_in(page, served, account, password)
