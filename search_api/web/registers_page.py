"""`/so`: registers of what comes in and goes out, by year and book, and one entry to be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from archive.register_rows import Asked
from kernel.errors import BadValue, NotFound, TangthuError
from mappings.filing import DAY_COLUMNS, REGISTER_COLUMNS, Direction
from search_api.access.asking import current_viewer
from search_api.filing.checking import today
from search_api.filing.forms import named, register_table
from search_api.filing.registers import Line, RegisterService, Shown
from search_api.giving.columns import Speaking
from search_api.web import filing_forms as forms
from search_api.web.dossiers_page import paper
from search_api.web.language import N_
from search_api.web.record_address import RecordAddress
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices
from search_api.web.wording import day, moment

PATH = "/so"
_ON_A_PAGE = 200
_DONE = {
    "corrected": N_("The entry was corrected; what stood there is kept in its history."),
    "void": N_("The number is void. It stays in the register and is never given again."),
    "begun": N_("The register begins with this number."),
}
TITLES = {
    Direction.IN: "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
    Direction.OUT: "SỔ ĐĂNG KÝ VĂN BẢN ĐI",
}


@dataclass(frozen=True, slots=True)
class RegisterAddress:
    """Which register is looked at. `view`: den, di; days as typed."""

    view: str
    year: int
    book: str = ""
    from_day: str = ""
    to_day: str = ""
    only: str = ""

    @classmethod
    def read(cls, request: Request, view: str, year: int) -> RegisterAddress:
        """As an address has it. NotFound for a register that there is none of."""
        if view not in forms.DIRECTIONS:
            raise NotFound(id=view[:50])
        asked = request.query_params
        only = asked.get("loc", "")
        return cls(
            view,
            year,
            asked.get("quyen", "")[:100],
            asked.get("tu", "")[:10],
            asked.get("den", "")[:10],
            only if only in ("due", "late") else "",
        )

    @property
    def direction(self) -> Direction:
        """Which of the two."""
        return forms.DIRECTIONS[self.view]

    def asked(self) -> Asked:
        """As the register is asked. BadValue for a day that is none."""
        days = (forms.typed_day("tu", self.from_day), forms.typed_day("den", self.to_day))
        return Asked(self.direction, self.year, self.book, *days)

    def pairs(self) -> str:
        """What stands behind the question mark."""
        named_ = {"quyen": self.book, "tu": self.from_day, "den": self.to_day, "loc": self.only}
        return urlencode({name: value for name, value in named_.items() if value})

    def at(self, year: int, view: str = "") -> str:
        """The same of another year, or the other register."""
        query = f"?{urlencode({'quyen': self.book})}" if self.book else ""
        return f"{PATH}/{view or self.view}/{year}{query}"

    @property
    def printed(self) -> str:
        """The same to be printed."""
        return f"{PATH}/{self.view}/{self.year}/in?{self.pairs()}"

    def xlsx(self, asked: Asked) -> str:
        """The same as a workbook."""
        told = {"book": asked.book, "from_day": asked.from_day, "to_day": asked.to_day, "lang": "vi"}
        told |= {self.only: "true"} if self.only else {}
        query = urlencode({name: value for name, value in told.items() if value})
        return f"/api/v1/registers/{self.direction}/{self.year}/table.xlsx?{query}"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the page shows it."""

    line: Line
    record: str
    entry: str
    title: str
    day: str
    due: str


def home(request: Request) -> Response:  # noqa: ARG001 - as every page
    """Leads to what came in this year."""
    return RedirectResponse(f"{PATH}/den/{today().year}", 303)


def register_page(request: Request, view: str, year: int, services: WebServices) -> Response:
    """One year of a register. NotFound."""
    asking = Asking.read(request, services.options.language)
    return _page(asking, RegisterAddress.read(request, view, year), services, forms.done(asking, _DONE))


def begin(request: Request, view: str, year: int, form: FormData, services: WebServices) -> Response:
    """Says with which number a series begins."""
    asking, address = Asking.read(request, services.options.language), RegisterAddress.read(request, view, year)
    book = forms.text(form, "book")
    try:
        service = RegisterService(services.house.catalogue)
        service.begin(address.direction, year, book, forms.number(form, "first") or 0, current_viewer(request))
    except TangthuError as error:
        return _page(asking, address, services, forms.refused(error, asking), error.http_status)
    return RedirectResponse(f"{PATH}/{view}/{year}?{urlencode({'quyen': book, 'done': 'begun'})}", 303)


def _page(
    asking: Asking, address: RegisterAddress, services: WebServices, notice: Notice | None, status: int = 200
) -> Response:
    service = RegisterService(services.house.catalogue)
    try:
        asked = address.asked()
        shown = _shown_register(service, address, asked, asking)
    except BadValue as error:
        notice, status = forms.refused(error, asking), error.http_status
        address = RegisterAddress(address.view, today().year)
        asked = address.asked()
        shown = _shown_register(service, address, asked, asking)
    lines = [*shown.lines, *shown.stamped]
    pages = max(1, -(-len(lines) // _ON_A_PAGE))
    here = _page_number(asking.request.query_params.get("trang", ""), pages)
    series = [one for one in service.series() if one.direction == address.direction]
    return asking.page(
        "register.html",
        status,
        here="registers",
        notice=notice,
        path=PATH,
        address=address,
        shown=shown,
        lines=[_shown(one) for one in lines[(here - 1) * _ON_A_PAGE : here * _ON_A_PAGE]],
        count=len(lines),
        pages=pages,
        page=here,
        paging=f"?{address.pairs()}&trang=" if address.pairs() else "?trang=",
        books=sorted({one.book for one in series if one.book}),
        xlsx=address.xlsx(asked),
        next=max(shown.series.last, shown.series.first - 1) + 1,
    )


def _page_number(untrusted: str, pages: int) -> int:
    """The last page where none is asked for: there the newest numbers are."""
    asked = int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 7 else pages
    return min(max(asked, 1), pages)


def _shown_register(service: RegisterService, address: RegisterAddress, asked: Asked, asking: Asking) -> Shown:
    viewer = current_viewer(asking.request)
    return service.show(asked, viewer, late=address.only == "late", due=address.only == "due")


def _shown(line: Line) -> ShownLine:
    return ShownLine(
        line,
        str(RecordAddress(line.view.record.id)) if line.view else "",
        f"{PATH}/dong/{line.entry.id}" if line.entry else "",
        named(line.view),
        day(line.day),
        day(line.told("due_on")),
    )


def register_paper(request: Request, view: str, year: int, services: WebServices) -> Response:
    """The register to be printed, in its legal columns. NotFound, BadValue."""
    asking, address = Asking.read(request, services.options.language), RegisterAddress.read(request, view, year)
    asked = address.asked()
    shown = _shown_register(RegisterService(services.house.catalogue), address, asked, asking)
    title = "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN" if address.only else TITLES[address.direction]
    days = f"{day(asked.from_day)} – {day(asked.to_day)}" if asked.from_day or asked.to_day else ""
    head = {"Năm": str(year), "Quyển số": address.book, "Từ ngày – đến ngày": days}
    return paper(
        asking,
        title,
        register_table(shown, Speaking("vi", ""), followed=bool(address.only)),
        head={name: value for name, value in head.items() if value},
        back=f"{PATH}/{view}/{year}?{address.pairs()}",
        file=address.xlsx(asked),
        is_wide=True,
    )


def entry_page(request: Request, entry_id: str, services: WebServices) -> Response:
    """One entry with its history. NotFound."""
    asking = Asking.read(request, services.options.language)
    return _entry_page(asking, entry_id, services, forms.done(asking, _DONE))


def change_entry(request: Request, entry_id: str, step: str, form: FormData, services: WebServices) -> Response:
    """Corrects an entry, or makes its number void. NotFound."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    service, version = RegisterService(services.house.catalogue), forms.number(form, "version")
    try:
        if step == "huy":
            service.make_void(entry_id, forms.text(form, "why"), viewer, version)
        else:
            line, _ = service.entry(entry_id, viewer)
            direction = Direction(line.entry.direction) if line.entry else Direction.IN
            service.correct(entry_id, forms.columns(form, direction), viewer, version)
    except TangthuError as error:
        if error.http_status in (404, 500):
            raise
        return _entry_page(asking, entry_id, services, forms.refused(error, asking), error.http_status, form)
    return RedirectResponse(f"{PATH}/dong/{entry_id}?done={'void' if step == 'huy' else 'corrected'}", 303)


def _entry_page(
    asking: Asking,
    entry_id: str,
    services: WebServices,
    notice: Notice | None = None,
    status: int = 200,
    typed: FormData | None = None,
) -> Response:
    line, history = RegisterService(services.house.catalogue).entry(entry_id, current_viewer(asking.request))
    if line.entry is None:
        raise NotFound(id=entry_id)
    direction = Direction(line.entry.direction)
    view = next(key for key, value in forms.DIRECTIONS.items() if value is direction)
    rows = [
        (name, forms.COLUMN_WORDS[name], name in DAY_COLUMNS, _typed(name, line, typed))
        for name in REGISTER_COLUMNS[direction]
    ]
    return asking.page(
        "entry.html",
        status,
        here="registers",
        notice=notice,
        path=PATH,
        shown=_shown(line),
        entry=line.entry,
        back=RegisterAddress(view, line.entry.year, line.entry.book).at(line.entry.year),
        rows=rows,
        history=[
            (moment(datetime.fromisoformat(at)), by, _told(asking, columns)) for at, by, columns in reversed(history)
        ],
    )


def _typed(name: str, line: Line, typed: FormData | None) -> str:
    if typed is not None and name in typed:
        return forms.text(typed, name)
    return day(line.told(name)) if name in DAY_COLUMNS else line.told(name)


def _told(asking: Asking, columns: object) -> str:
    if not isinstance(columns, dict):
        return ""
    shown = (
        (forms.COLUMN_WORDS.get(str(name), str(name)), day(value) if name in DAY_COLUMNS else value)
        for name, value in columns.items()
    )
    return "; ".join(f"{asking.say(word)}: {value}" for word, value in shown)
