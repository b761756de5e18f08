"""One's own account and a PC that several share: codes, sessions, keys, locking, going away."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pyotp
from playwright.sync_api import Page, expect

from archive.sessions import Session
from kernel.clock import now
from kernel.ids import new_id
from mappings.people import Person
from search_api.people.tokens import hash_of, new_token
from tests.browser.conftest import NewPage, Served
from tests.browser.people import ADMIN, arrive, make_first, make_person, sign_in

CLERK = "gió mùa đông bắc"


def at_sign_in(page: Page) -> None:
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_a_code_is_set_up_and_asked_for(page: Page, served: Served) -> None:
    make_first(page, served)
    page.goto(f"{served.address}/tai-khoan")
    page.get_by_role("link", name="Cài đặt mã xác thực").click()
    expect(page.locator("main svg")).to_be_visible()
    codes = pyotp.TOTP(page.locator("main p > code").inner_text())
    page.get_by_label("Mã đang hiện").fill("000000")
    page.locator("#old-code").fill(ADMIN)
    page.get_by_role("button", name="Bắt đầu yêu cầu mã xác thực").click()
    expect(page.get_by_role("alert")).to_be_visible()

    page.goto(f"{served.address}/tai-khoan?ma=1")
    codes = pyotp.TOTP(page.locator("main p > code").inner_text())
    page.get_by_label("Mã đang hiện").fill(codes.now())
    page.locator("#old-code").fill(ADMIN)
    page.get_by_role("button", name="Bắt đầu yêu cầu mã xác thực").click()
    expect(page.get_by_role("button", name="Thôi yêu cầu mã xác thực")).to_be_visible()

    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, served, "mau.nt", ADMIN)
    expect(page.get_by_role("alert")).to_be_visible()
    # The code that set it up has been taken: the next one opens.
    sign_in(page, served, "mau.nt", ADMIN, codes.at(now() + timedelta(seconds=30)))
    expect(page.get_by_role("link", name="Nguyễn Thị Mẫu (mau.nt)")).to_be_visible()


def test_a_session_elsewhere_is_ended_from_the_account_page(page: Page, elsewhere: NewPage, served: Served) -> None:
    make_first(page, served)
    other = elsewhere()
    sign_in(other, served, "mau.nt", ADMIN)
    expect(other.get_by_role("link", name="Nguyễn Thị Mẫu (mau.nt)")).to_be_visible()
    page.goto(f"{served.address}/tai-khoan")
    page.get_by_role("button", name=re.compile("^Kết thúc")).click()
    expect(page.get_by_role("button", name=re.compile("^Kết thúc"))).to_have_count(0)
    other.goto(f"{served.address}/van-ban/{served.records['quet-0001.tif']}")
    at_sign_in(other)
    page.goto(f"{served.address}/van-ban/{served.records['quet-0001.tif']}")
    expect(page.get_by_role("heading", name=re.compile("Tổ số hóa")).first).to_be_visible()


def test_a_key_is_shown_once_works_and_is_ended(page: Page, served: Served) -> None:
    make_first(page, served)
    page.goto(f"{served.address}/tai-khoan")
    page.locator("summary", has_text="Tạo khóa").click()
    page.get_by_label("Dùng để làm gì").fill("Cổng dịch vụ công")
    page.get_by_label(re.compile("records:read")).check()
    page.locator("#key-old").fill(ADMIN)
    page.get_by_role("button", name="Tạo khóa").click()
    key = page.locator("#new-key").inner_text()

    def ask(path: str) -> httpx.Response:
        return httpx.get(f"{served.address}/api/v1{path}", headers={"Authorization": f"Bearer {key}"})

    found = ask("/search?q=giao+nộp+hồ+sơ")
    assert found.status_code == 200 and found.json()["total"] >= 1
    assert ask("/search.csv").status_code == 403, "no right was given to take tables out"
    page.goto(f"{served.address}/tai-khoan")
    assert key not in page.content()
    expect(page.get_by_role("rowheader", name=re.compile("Cổng dịch vụ công"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Kết thúc.*Cổng dịch vụ công")).click()
    assert ask("/search").status_code == 401


def test_a_shared_pc_goes_from_one_to_the_other(page: Page, elsewhere: NewPage, served: Served) -> None:
    make_first(page, served)
    link = make_person(page, served, "Trần Văn Ví", "vi.tv", "clerk")
    shared = elsewhere()
    arrive(shared, served, link, "vi.tv", CLERK)
    record = f"{served.address}/van-ban/{served.records['quet-0001.tif']}"
    shared.goto(record)
    shared.get_by_role("button", name="Khóa máy").click()
    expect(shared.get_by_role("heading", name="Đang khóa")).to_be_visible()
    shared.go_back()
    expect(shared.get_by_role("heading", name=re.compile("Tổ số hóa"))).to_have_count(0)
    shared.goto(record)
    shared.locator("#unlock-password").fill("không phải")
    shared.get_by_role("button", name="Mở khóa").click()
    expect(shared.get_by_role("alert")).to_be_visible()

    shared.get_by_label("Tài khoản", exact=True).fill("mau.nt")
    shared.locator("#password").fill(ADMIN)
    shared.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(shared.get_by_role("link", name="Nguyễn Thị Mẫu (mau.nt)")).to_be_visible()
    assert _sessions(served, "vi.tv") == (), "the other's session has ended, not just been hidden"
    page.goto(f"{served.address}/ai-da-xem")
    expect(page.get_by_text("Trần Văn Ví (vi.tv)").first).to_be_visible()


def test_a_session_that_nobody_used_has_ended(page: Page, served: Served) -> None:
    make_first(page, served)
    expect(page.get_by_role("link", name="Nguyễn Thị Mẫu (mau.nt)")).to_be_visible()
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "tangthu_session"]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["expires"] == -1
    for minutes, is_over in ((29, False), (31, True)):
        page.context.add_cookies([{**cookie, "value": _last_used(served, "mau.nt", minutes)}])
        page.goto(f"{served.address}/tai-khoan")
        if is_over:
            at_sign_in(page)
        else:
            expect(page.get_by_role("link", name="Nguyễn Thị Mẫu (mau.nt)")).to_be_visible()


def _person(served: Served, account: str) -> Person:
    with served.catalogue.reading() as unit:
        person = unit.people.find(account)
    assert person is not None
    return person


def _sessions(served: Served, account: str) -> tuple[Session, ...]:
    with served.catalogue.reading() as unit:
        return unit.sessions.of_person(_person(served, account).id)


def _last_used(served: Served, account: str, minutes: int) -> str:
    """The token of a session that was last used so long ago."""
    token, seen, ends = new_token(), now() - timedelta(minutes=minutes), now() + timedelta(hours=6)
    session = Session(new_id(), hash_of(token), _person(served, account).id, seen, seen, ends, False, "", "")
    served.catalogue.write(lambda unit: unit.sessions.open(session))
    return token
