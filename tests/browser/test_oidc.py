"""A person who signs in by the office's own provider, in a real browser: linked, locked, opened, out and in again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from search_api.oidc.options import OidcOptions
from search_api.oidc.provider import Provider
from search_api.people.entering import first_link
from tests.browser.conftest import open_house, serve
from tests.browser.test_people import ADMIN, choose
from tests.servers.oidc_provider import CLIENT, SECRET, OidcServer

NAME = "Cổng cơ quan"
_PATIENCE = 30_000
"""Milliseconds for what goes over two sites."""


@dataclass(frozen=True, slots=True)
class Office:
    """A house and the provider of its office. They are two sites to a browser: localhost, 127.0.0.1."""

    address: str
    link: str


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    server = OidcServer(())
    house = open_house(tmp_path / "data")
    provider = Provider(OidcOptions(server.issuer, CLIENT, SECRET, NAME))
    house = replace(house, services=replace(house.services, oidc=provider))
    served, thread, address = serve(house)
    here = address.replace("127.0.0.1", "localhost")
    server.redirects = (f"{here}/dang-nhap/mot-lan/ve",)
    server.start()
    yield Office(here, f"{here}/moi/{first_link(house.services.catalogue)}")
    server.stop()
    served.should_exit = True
    thread.join(30)
    house.services.engine.close()
    house.services.catalogue.close()


def at_provider(page: Page, name: str) -> None:
    expect(page).to_have_url(re.compile(r"^http://127\.0\.0\.1"), timeout=_PATIENCE)
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("x")
    page.locator("button[type=submit]").click()


def test_linked_locked_opened_and_signed_in_again(context: BrowserContext, office: Office) -> None:
    page = context.new_page()
    page.goto(office.link)
    page.get_by_label("Tên của bạn").or_(page.get_by_label("Họ tên")).first.fill("Nguyễn Thị Mẫu")
    page.get_by_label("Tên đăng nhập, gồm").fill("mau.nt")
    choose(page, ADMIN)
    page.get_by_label("Tài khoản", exact=True).fill("mau.nt")
    page.get_by_label("Mật khẩu", exact=True).fill(ADMIN)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()

    page.goto(f"{office.address}/tai-khoan")
    page.locator("#old-link").fill(ADMIN)
    page.get_by_role("button", name=f"Liên kết với {NAME}").click()
    at_provider(page, "mau")
    expect(page.get_by_text("Từ nay danh tính này mở được tài khoản của bạn.")).to_be_visible(timeout=_PATIENCE)
    expect(page.get_by_text("mau@office").first).to_be_visible()

    page.get_by_role("button", name="Khóa máy").click()
    page.get_by_role("button", name=f"Mở khóa bằng {NAME}").click()
    at_provider(page, "mau")
    expect(page.get_by_role("button", name="Khóa máy")).to_be_visible(timeout=_PATIENCE)

    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(f"{office.address}/tai-khoan")
    # Somebody else: without script the provider would ask for a click more to let the one before go.
    context.clear_cookies(domain="127.0.0.1")
    page.get_by_role("button", name=f"Đăng nhập bằng {NAME}").click()
    at_provider(page, "nobody")
    expect(page.get_by_role("alert")).to_contain_text("Danh tính này không mở được tàng thư", timeout=_PATIENCE)
    context.clear_cookies(domain="127.0.0.1")
    page.get_by_role("button", name=f"Đăng nhập bằng {NAME}").click()
    at_provider(page, "mau")
    expect(page).to_have_url(f"{office.address}/tai-khoan", timeout=_PATIENCE)
    expect(page.get_by_role("link", name="Nguyễn Thị Mẫu (mau.nt)")).to_be_visible()
    names = {one["name"]: one["sameSite"] for one in context.cookies(office.address)}
    assert names == {"tangthu_session": "Strict"}, "the cookie of what was begun is gone"
