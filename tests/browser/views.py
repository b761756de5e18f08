"""Every page of the house, as whom it is looked at, and what is done there before the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class View:
    """A page. `asker`: whose session; empty: nobody's. `step`: what is done there first. `sample`: by ./test too."""

    name: str
    path: str
    asker: str = "archivist"
    step: Callable[[Page], None] | None = None
    sample: bool = False


def _prepare_copy(page: Page) -> None:
    page.locator("#c-agency").fill("Ủy ban nhân dân xã Suối Mây")
    page.locator("form.copying button[type=submit]").click()


def _ask_list(page: Page) -> None:
    page.locator("main textarea").first.fill("giao nộp hồ sơ\nsố hóa\nkhông có gì")
    page.locator("main form button[type=submit]").first.click()


def _sign_in_wrongly(page: Page) -> None:
    page.locator("#account").fill("clerk")
    page.locator("#password").fill("không phải")
    page.locator("main form button[type=submit]").last.click()


def _show_keys(page: Page) -> None:
    page.locator("a[href='#keys']").first.click()


_RECORD = "/van-ban/{decision}"
VIEWS = (
    *(View(f"home of {asker}", "/", asker, sample=asker == "clerk") for asker in
      ("reader", "clerk", "archivist", "leader", "administrator", "first")),
    View("results", "/?q=h%E1%BB%93+s%C6%A1", "clerk", sample=True),
    View("results with a scrap", "/?q=so+hoa", "clerk"),
    View("results of a dossier, narrowed", "/?kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh&sort=newest", "clerk"),
    View("nothing found", "/?q=kh%C3%B4ngc%C3%B3", "reader"),
    View("a question misunderstood", "/?q=lo%E1%BA%A1i%3Axyz+ng%C3%A0y%3A99%2F99", "reader"),
    View("keys", "/?q=h%E1%BB%93+s%C6%A1", "reader", _show_keys),
    View("record", _RECORD, sample=True),
    View("record, marks", _RECORD + "?q=so+hoa&page=1", "reader"),
    View("record, a field's place", _RECORD + "?page=1&field=number&turn=90", "clerk"),
    View("record, deep zoom", _RECORD + "?zoom=1", "clerk"),
    View("record with a failed page", "/van-ban/{letter}?page=2", "clerk"),
    View("record being read", "/van-ban/{unread}", "clerk"),
    View("record in the bin", "/van-ban/{binned}"),
    View("history", _RECORD + "/lich-su"),
    View("copies form", _RECORD + "/sao"),
    View("copy, printed", _RECORD + "/sao", step=_prepare_copy),
    View("who may see it", _RECORD + "/quyen"),
    View("handing in", "/nop", "clerk", sample=True),
    View("intake", "/tiep-nhan", "clerk"),
    View("not taken", "/tiep-nhan/khong-nhan", "clerk"),
    View("receipts", "/bien-nhan", "clerk"),
    View("receipt of a day", "/bien-nhan?day={day}", "clerk"),
    View("receipt of a batch", "/bien-nhan/{batch}", "clerk"),
    View("review", "/soat-lai", "archivist"),
    View("review of pages", "/soat-lai?mode=pages", "archivist"),
    View("review, figures", "/soat-lai/so-lieu", "leader"),
    View("dossiers", "/ho-so", "clerk"),
    View("dossier", "/ho-so/{dossier}", sample=True),
    View("dossier of a reader", "/ho-so/{dossier}", "reader"),
    View("cover", "/ho-so/{dossier}/bia", "clerk"),
    View("table of contents", "/ho-so/{dossier}/muc-luc", "clerk"),
    View("list of dossiers", "/ho-so/danh-muc", "clerk"),
    View("who may see a dossier", "/ho-so/{dossier}/quyen"),
    View("filing", "/xep?id={new}", "clerk"),
    View("registers", "/so", "clerk"),
    View("register of incoming", "/so/den/2026", "clerk", sample=True),
    View("register of outgoing", "/so/di/2026", "clerk"),
    View("register, printed", "/so/den/2026/in", "clerk"),
    View("entry", "/so/dong/{entry}", "clerk"),
    View("void entry", "/so/dong/{void}", "clerk"),
    View("separators", "/to-phan-cach", "clerk"),
    View("taught", "/da-hoc"),
    View("saved searches", "/tim-kiem-da-luu", "clerk"),
    View("list of questions", "/tra-cuu-danh-sach", "clerk"),
    View("list of questions, answered", "/tra-cuu-danh-sach", "clerk", _ask_list),
    View("bin", "/thung-rac"),
    View("kept apart", "/cach-ly"),
    View("signing in", "/dang-nhap", ""),
    View("signing in wrongly", "/dang-nhap", "", _sign_in_wrongly),
    View("locked", "/dang-nhap", "locked"),
    View("one-time link", "/moi/{token}", ""),
    View("account", "/tai-khoan", "clerk"),
    View("account, codes", "/tai-khoan?ma=1", "clerk"),
    View("people", "/nguoi-dung", "first"),
    View("one person", "/nguoi-dung/{person}", "first"),
    View("units", "/don-vi", "first"),
    View("roles", "/vai-tro", "reader"),
    View("who saw what", "/ai-da-xem"),
    View("guides", "/huong-dan", ""),
    View("guide for the clerk", "/huong-dan/van-thu", "", sample=True),
    View("guide for the archivist", "/huong-dan/luu-tru"),
    View("API", "/docs", "reader"),
    View("error: nothing there", "/van-ban/01h99999999999999999999999", "reader"),
    View("error: not allowed", "/nop", "reader"),
    View("error: nowhere", "/khong-co-trang-nay", "reader"),
)  # fmt: skip
