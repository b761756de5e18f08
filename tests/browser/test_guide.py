"""With nothing but the guides: each step of both is done as told, in the whole house, by the words that it names.

Where TANGTHU_GUIDE_PICTURES names a folder, the pictures of the guides are taken on the way
(`search_api/web/static/guide/` holds them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pikepdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from archive.catalogue import Catalogue
from archive.layout import Layout
from search_api.web.guide import GUIDES
from search_api.web.static_files import static_files
from tests.browser.conftest import Served
from tests.browser.guided import LARGEST, Reading, picture, press, read
from tests.browser.people import make_first, make_person
from tests.servers.tangthu import TangthuServer, tangthu_server
from tests.stacks import START, pdf

SAMPLES = Path(__file__).parents[2] / "samples" / "scans"
DECISION, LETTER, PROPOSAL = (
    "01-quyet-dinh-to-so-hoa.pdf",
    "02-cong-van-giao-nop-ho-so.pdf",
    "03-to-trinh-sua-chua-kho-luu-tru.pdf",
)
PASSWORD = "sương sớm trên sông"
_OTHER_DISK = """([one, other]) => document.querySelectorAll(".part .took").forEach(told => {
  told.textContent = told.textContent.replace(one, other);
})"""
READ_WITHIN = 240_000  # milliseconds: real pages are read by a machine that has other work too

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(autouse=True, scope="module")
def patience() -> Iterator[None]:
    """Pages come late from a machine that reads scans."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@dataclass(frozen=True, slots=True)
class Office:
    """The whole house, its first administrator at a page, and what the others were given."""

    server: TangthuServer
    address: str
    admin: Page
    links: dict[str, str]


@pytest.fixture(scope="module")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with tangthu_server(tmp_path_factory.mktemp("office")) as server:
        address, admin = f"http://127.0.0.1:{server.port}", _tab(browser)
        with closing(Catalogue.sqlite(Layout(server.data).catalogue)) as catalogue:
            served = cast(Served, SimpleNamespace(address=address, catalogue=catalogue))
            make_first(admin, served)
            links = {
                "clerk": make_person(admin, served, "Trần Thị Văn Thư", "van.thu", "clerk"),
                "archivist": make_person(admin, served, "Đỗ Văn Lưu", "luu.tru", "archivist"),
            }
        yield Office(server, address, admin, links)


def _tab(browser: Browser) -> Page:
    context = browser.new_context(locale="vi-VN", viewport={"width": 1000, "height": 760}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    return context.new_page()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    tab = _tab(browser)
    yield tab
    tab.context.close()


def test_the_clerks_guide_is_enough(page: Page, office: Office, tmp_path: Path) -> None:
    guide = read(page, f"{office.address}/huong-dan/van-thu")
    _sign_in(page, guide, office)
    _hand_in(page, guide, tmp_path)
    _mend(page, guide, tmp_path)
    _confirm(page, guide)
    _find(page, guide)
    _file(page, guide)
    _register(page, guide)
    assert guide.is_through()


def test_the_archivists_guide_is_enough(page: Page, office: Office, tmp_path: Path) -> None:
    guide = read(page, f"{office.address}/huong-dan/luu-tru")
    _arrive(page, office, "archivist", "luu.tru")
    _bring(page, office, PROPOSAL)
    _review(page, guide, office)
    _separate(page, guide, tmp_path)
    _close_dossier(page, guide, office)
    _copy(page, guide, office)
    _throw_away(page, guide, office)
    _back_up(guide, office, tmp_path)
    assert guide.is_through()


def test_each_chapter_has_a_small_picture() -> None:
    chapters = {chapter.key for guide in GUIDES.values() for chapter in guide.chapters}
    pictures = {name for name in static_files() if name.endswith(".webp")}
    assert pictures == {f"guide-{one}.webp" for one in chapters}
    assert all(len(static_files()[name].content) <= LARGEST for name in pictures)


def _arrive(page: Page, office: Office, who: str, account: str) -> None:
    page.goto(office.links[who])
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    page.locator("main form button").first.click()
    page.goto(f"{office.address}/dang-nhap")
    page.locator("#account").fill(account)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").last.click()
    expect(page.locator(".who")).to_be_visible()


def _sign_in(page: Page, guide: Reading, office: Office) -> None:
    told = guide.step("dang-nhap-1")
    page.goto(office.links["clerk"])
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    press(page, told.labels[0]).click()
    told = guide.step("dang-nhap-2")
    expect(page.get_by_role("heading", level=1)).to_have_text(told.labels[0])
    page.get_by_label("Tài khoản", exact=True).fill("van.thu")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    picture(page, "dang-nhap", page.locator("#account"), page.locator("#password"), press(page, told.labels[0]))
    press(page, told.labels[0]).click()
    told = guide.step("dang-nhap-3")
    expect(press(page, told.labels[1])).to_be_visible()
    press(page, told.labels[0]).click()
    page.locator("#unlock-password").fill(PASSWORD)
    page.get_by_role("button", name="Mở khóa").click()
    expect(press(page, told.labels[0])).to_be_visible()


def _hand_in(page: Page, guide: Reading, tmp_path: Path) -> None:
    with pikepdf.open(SAMPLES / PROPOSAL) as plain:
        plain.save(tmp_path / "co mat khau.pdf", encryption=pikepdf.Encryption(owner="kín", user="kín"))
    (tmp_path / "hong.pdf").write_bytes(b"%PDF-1.7 gay giua chung")
    press(page, guide.step("nop-1").labels[0]).click()
    told = guide.step("nop-2")
    page.get_by_label(told.labels[0]).fill(told.typed[0])
    files = [SAMPLES / DECISION, SAMPLES / LETTER, tmp_path / "co mat khau.pdf", tmp_path / "hong.pdf"]
    page.get_by_label(guide.step("nop-3").labels[0]).set_input_files(files)
    told = guide.step("nop-4")
    expect(page.locator("#uploads li", has_text=told.labels[0])).to_have_count(len(files))
    picture(page, "nop", page.locator("#batch"), page.locator("#files"), press(page, told.labels[1]))
    press(page, told.labels[1]).click()
    told = guide.step("nop-5")
    for name in (DECISION, LETTER):
        expect(_row(page, name)).to_contain_text(told.labels[0], timeout=READ_WITHIN)
    press(page, guide.step("nop-6").labels[0]).click()
    page.locator("table.saved tbody a").first.click()
    expect(page.locator("#receipt-part")).to_contain_text(DECISION)


def _row(page: Page, name: str) -> Locator:
    return page.locator("table.deliveries tbody tr", has_text=name)


def _mend(page: Page, guide: Reading, tmp_path: Path) -> None:
    press(page, guide.step("khong-nhan-1").labels[0]).click()
    page.get_by_role("link", name=re.compile("không nhận được")).first.click()
    guide.step("khong-nhan-2")
    locked, broken = (page.locator(".rejected li", has_text=name) for name in ("co mat khau.pdf", "hong.pdf"))
    expect(locked.locator(".why")).to_contain_text("mật khẩu")
    told = guide.step("khong-nhan-3")
    picture(page, "khong-nhan", locked.get_by_label(told.labels[0]), locked.get_by_role("button", name=told.labels[1]))
    with pikepdf.open(tmp_path / "co mat khau.pdf", password="kín") as opened:
        opened.save(tmp_path / "da bo mat khau.pdf")
    locked.get_by_label(told.labels[0]).set_input_files(tmp_path / "da bo mat khau.pdf")
    locked.get_by_role("button", name=told.labels[1]).click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(locked).to_have_count(0)
    told = guide.step("khong-nhan-4")
    broken.locator("summary", has_text=told.labels[0]).click()
    broken.locator("input[name=note]").fill("đã xin bản quét lại")
    broken.get_by_role("button", name=told.labels[1]).click()
    expect(broken).to_have_count(0)


def _confirm(page: Page, guide: Reading) -> None:
    press(page, guide.step("xac-nhan-1").labels[0]).click()
    page.get_by_role("link", name=re.compile(re.escape(DECISION))).first.click()
    expect(page.get_by_role("heading", name=guide.step("xac-nhan-2").labels[0])).to_be_visible()
    page.locator("#f-number").hover()
    expect(page.locator("#o-number")).to_have_css("opacity", "1")
    told = guide.step("xac-nhan-3")
    place = page.locator("#v-place")
    was = place.input_value()
    button = page.locator("#f-number").get_by_role("button", name=told.labels[0])
    picture(page, "xac-nhan", page.locator("#o-number rect").first, page.locator("#v-number"), button)
    button.click()
    expect(page.locator("#f-number.confirmed")).to_have_count(1)
    place.fill("An Phước Thượng")
    page.locator("#f-place").get_by_role("button", name=told.labels[0]).click()
    expect(page.locator("#f-place.confirmed")).to_have_count(1)
    press(page, guide.step("xac-nhan-4").labels[0]).click()
    expect(place).to_have_value(was)


def _find(page: Page, guide: Reading) -> None:
    told = guide.step("tim-1")
    press(page, told.labels[0]).click()
    page.locator("#q").fill(told.typed[0])
    press(page, told.labels[1]).click()
    expect(page.locator("article.hit").first).to_contain_text("Tổ số hóa")
    picture(page, "tim", page.locator("#q"), page.locator("article.hit .scrap").first)
    page.locator("#q").fill(guide.step("tim-2").typed[0])
    page.locator("#q").press("Enter")
    expect(page.locator("article.hit").first).to_contain_text("318/QĐ-UBND")
    page.locator("#q").fill(guide.step("tim-3").typed[0])
    page.locator("#q").press("Enter")
    expect(page.locator("article.hit", has_text="1274/SNV-VTLT")).to_have_count(1)
    guide.step("tim-4")
    page.locator("#q").fill("ho so")
    page.locator("#q").press("Enter")
    expect(page.locator("article.hit").nth(1)).to_be_visible()
    page.locator(".filters").get_by_role("link", name=re.compile("Công văn")).first.click()
    expect(page.locator(".chips a").first).to_be_visible()
    expect(page.locator("article.hit", has_text="1274/SNV-VTLT")).to_have_count(1)


def _ticked(page: Page, words: str) -> Locator:
    page.goto(re.sub(r"(https?://[^/]+)/.*", rf"\1/?q={words}", page.url))
    for one in page.locator("article.hit").get_by_role("checkbox").all()[:2]:
        one.check()
    return page.locator("article.hit").get_by_role("checkbox").first


def _file(page: Page, guide: Reading) -> None:
    guide.step("ho-so-1")
    _ticked(page, "ho+so")
    press(page, guide.step("ho-so-2").labels[0]).click()
    told = guide.step("ho-so-3")
    page.get_by_label(told.labels[0]).fill("Giao nộp hồ sơ năm 2025")
    picture(page, "ho-so", page.get_by_label(told.labels[0]), press(page, told.labels[1]))
    press(page, told.labels[1]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Giao nộp hồ sơ năm 2025")
    for label in guide.step("ho-so-4").labels:
        press(page, label).click()
        expect(page.locator("body.paper")).to_have_count(1)
        page.go_back()


def _register(page: Page, guide: Reading) -> None:
    told = guide.step("so-1")
    _ticked(page, "ho+so")
    press(page, told.labels[0]).click()
    told = guide.step("so-2")
    page.get_by_label(told.labels[0], exact=True).select_option("den")
    press(page, told.labels[1]).click()
    expect(page.get_by_role("status")).to_contain_text("Đã vào sổ")
    press(page, guide.step("so-3").labels[0]).click()
    expect(page.locator("table.filed tbody tr")).not_to_have_count(0)
    told = guide.step("so-4")
    picture(page, "so", press(page, told.labels[0]), page.locator("table.filed"))
    press(page, told.labels[0]).click()
    expect(page.locator("body.paper table tbody tr")).not_to_have_count(0)


def _bring(page: Page, office: Office, *names: str) -> None:
    """By the drop folder, and read."""
    for name in names:
        (office.server.drop / "incoming").mkdir(parents=True, exist_ok=True)
        (office.server.drop / "incoming" / name).write_bytes((SAMPLES / name).read_bytes())
    page.goto(f"{office.address}/tiep-nhan")
    for name in names:
        expect(_row(page, name).first).to_contain_text("Tìm được", timeout=READ_WITHIN)


def _review(page: Page, guide: Reading, office: Office) -> None:
    press(page, guide.step("soat-lai-1").labels[0]).click()
    if not page.locator("#text").count():
        page.goto(f"{office.address}/soat-lai?mode=pages")
    expect(page.locator("#text")).to_be_visible()
    picture(page, "soat-lai", page.locator("figure.piece"), page.locator("#text"))
    told = guide.step("soat-lai-2")
    page.locator("#text").press(told.typed[0])
    expect(page.get_by_role("status")).to_contain_text("Đã")
    told = guide.step("soat-lai-3")
    press(page, told.labels[1]).click()
    expect(page.get_by_role("status")).to_contain_text("hoàn tác")
    press(page, told.labels[0]).click()
    expect(page.get_by_role("status")).to_contain_text("bỏ qua")


def _separate(page: Page, guide: Reading, tmp_path: Path) -> None:
    told = guide.step("to-phan-cach-1")
    press(page, told.labels[0]).click()
    press(page, told.labels[1]).click()
    told = guide.step("to-phan-cach-2")
    page.get_by_label(told.labels[0]).fill("2")
    picture(page, "to-phan-cach", page.get_by_label(told.labels[0]), press(page, told.labels[1]))
    with page.expect_download() as printed:
        press(page, told.labels[1]).click()
    assert Path(printed.value.path()).read_bytes().startswith(b"%PDF")
    guide.step("to-phan-cach-3")
    (tmp_path / "ca tap.pdf").write_bytes(pdf([START, "đất đai", START, "nhà ở"]))
    page.get_by_role("link", name="Nộp văn bản").first.click()
    page.locator("#files").set_input_files(tmp_path / "ca tap.pdf")
    page.get_by_role("link", name="Xem kết quả").click()
    divided = page.locator("table.deliveries tbody tr", has_text=guide.step("to-phan-cach-4").labels[0])
    expect(divided).to_have_count(1, timeout=READ_WITHIN)


def _close_dossier(page: Page, guide: Reading, office: Office) -> None:
    _ticked(page, "kho+luu+tru")
    page.get_by_role("button", name="Xếp hồ sơ hoặc vào sổ các văn bản đã đánh dấu").click()
    page.get_by_label("Tiêu đề hồ sơ mới").fill("Sửa chữa kho lưu trữ")
    page.get_by_role("button", name="Xếp các văn bản đã đánh dấu").click()
    page.goto(office.address)
    press(page, guide.step("lap-ho-so-1").labels[0]).click()
    page.get_by_role("link", name="Sửa chữa kho lưu trữ").click()
    told = guide.step("lap-ho-so-2")
    press(page, told.labels[0]).click()
    page.get_by_label("Thời hạn bảo quản").select_option(index=1)
    page.get_by_label("Người lập hồ sơ").fill("Đỗ Văn Lưu")
    press(page, told.labels[1]).click()
    expect(page.locator(".facts").first).to_contain_text("Đỗ Văn Lưu")
    told = guide.step("lap-ho-so-3")
    picture(page, "lap-ho-so", press(page, told.labels[0]), press(page, "Thông tin hồ sơ"))
    press(page, told.labels[0]).click()
    expect(page.get_by_role("status")).to_be_visible()
    told = guide.step("lap-ho-so-4")
    press(page, told.labels[0]).click()
    press(page, told.labels[1]).click()
    press(page, told.labels[0]).click()
    expect(page.get_by_role("button", name="Mở lại hồ sơ")).to_be_visible()


def _open_proposal(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/tiep-nhan")
    page.get_by_role("link", name=re.compile(re.escape(PROPOSAL))).first.click()


def _copy(page: Page, guide: Reading, office: Office) -> None:
    _open_proposal(page, office)
    press(page, guide.step("sao-1").labels[0]).click()
    told = guide.step("sao-2")
    page.get_by_label(told.labels[0]).fill("Ủy ban nhân dân huyện An Phước")
    picture(page, "sao", page.locator("form.copying fieldset").first, page.get_by_label(told.labels[0]))
    press(page, told.labels[1]).click()
    expect(press(page, guide.step("sao-3").labels[0])).to_be_visible()
    expect(page.locator(".copy-block").first).to_contain_text("An Phước")


def _throw_away(page: Page, guide: Reading, office: Office) -> None:
    told = guide.step("thung-rac-1")
    _discard(page, office, told.labels[0])
    told = guide.step("thung-rac-2")
    press(page, told.labels[0]).click()
    picture(page, "thung-rac", *(page.locator("summary", has_text=one) for one in (told.labels[1], "Đề nghị xóa hẳn")))
    page.locator("summary", has_text=told.labels[1]).click()
    page.get_by_role("button", name=told.labels[1], exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("khôi phục")
    _discard(page, office, "Bỏ vào thùng rác")
    page.goto(f"{office.address}/thung-rac")
    told = guide.step("thung-rac-3")
    page.locator("summary", has_text=told.labels[0]).click()
    page.get_by_role("button", name=told.labels[0], exact=True).click()
    office.admin.goto(f"{office.address}/thung-rac")
    office.admin.locator("summary", has_text=told.labels[1]).click()
    office.admin.locator("details[open] button").click()
    expect(office.admin.get_by_role("status")).to_contain_text("xóa hẳn")


def _discard(page: Page, office: Office, label: str) -> None:
    _open_proposal(page, office)
    page.locator("summary", has_text=label).click()
    page.locator("#discard-why").fill("quét nhầm")
    page.get_by_role("button", name=label, exact=True).click()


def _back_up(guide: Reading, office: Office, tmp_path: Path) -> None:
    for key in ("sao-luu-1", "sao-luu-2"):
        program, *words = guide.step(key).typed[0].split()
        assert program == "./run"
        office.server.command(*(str(tmp_path / "usb") if one.startswith("/media/") else one for one in words))
    assert (tmp_path / "usb" / "manifest.json").is_file()
    office.admin.goto(office.address)
    heading = office.admin.get_by_role("heading", name=guide.step("sao-luu-3").labels[0])
    expect(heading).to_be_visible()
    # The picture tells the disk of an office, not that of a test.
    office.admin.evaluate(_OTHER_DISK, [str(tmp_path / "usb"), "/media/usb/tangthu"])
    picture(office.admin, "sao-luu", whole=office.admin.locator(".part", has=heading))
