"""`/so`: registers of what comes in and goes out, by year and book, and one entry to be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from archive.register_rows import Asked
from kernel.errors import BadValue, NotFound, TangthuError
from mappings.filing import DAY_COLUMNS, REGISTER_COLUMNS, Direction, EntryState
from search_api.access.asking import current_viewer
from search_api.filing.checking import today
from search_api.filing.forms import named, register_table
from search_api.filing.registers import Line, Only, RegisterService
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
_ENTERED, _CORRECTED, _MADE_VOID = N_("entered in the register"), N_("corrected"), N_("the number made void")
ONLY = {
    "waiting": ("due", "undone"),
    "overdue": ("late", "undone"),
    "late": ("late",),
    "due": ("due",),
}
"""Which lines are shown, by the name in the address: as the API asks for them."""

TITLES = {
    Direction.IN: "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
    Direction.OUT: "SỔ ĐĂNG KÝ VĂN BẢN ĐI",
}


@dataclass(frozen=True, slots=True)
class RegisterAddress:
    """Which register is looked at. `view`: den, di; days as typed; `only`: as ONLY; `unit`: empty for the office."""

    view: str
    year: int
    book: str = ""
    from_day: str = ""
    to_day: str = ""
    only: str = ""
    unit: str = ""
    kind: str = ""
    issuer: str = ""

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
            only if only in ONLY else "",
            *(asked.get(name, "").strip()[:100] for name in ("don-vi", "loai", "tac-gia")),
        )

    @property
    def direction(self) -> Direction:
        """Which of the two."""
        return forms.DIRECTIONS[self.view]

    def asked(self, office: str) -> Asked:
        """As the register is asked. BadValue for a day that is none."""
        days = (forms.typed_day("tu", self.from_day), forms.typed_day("den", self.to_day))
        return Asked(self.unit or office, self.direction, self.year, self.book, *days)

    def lines(self) -> Only:
        """Which lines are wanted."""
        return Only(kind=self.kind, issuer=self.issuer, **dict.fromkeys(ONLY.get(self.only, ()), True))

    def pairs(self) -> str:
        """What stands behind the question mark."""
        named_ = {"don-vi": self.unit, "quyen": self.book, "tu": self.from_day, "den": self.to_day}
        named_ |= {"loc": self.only, "loai": self.kind, "tac-gia": self.issuer}
        return urlencode({name: value for name, value in named_.items() if value})

    def at(self, year: int, view: str = "") -> str:
        """The same of another year, or the other register."""
        pairs = {name: value for name, value in (("don-vi", self.unit), ("quyen", self.book)) if value}
        return f"{PATH}/{view or self.view}/{year}{'?' if pairs else ''}{urlencode(pairs)}"

    @property
    def printed(self) -> str:
        """The same to be printed."""
        return f"{PATH}/{self.view}/{self.year}/in?{self.pairs()}"

    def xlsx(self, asked: Asked) -> str:
        """The same as a workbook."""
        told = {"unit": asked.unit, "book": asked.book, "from_day": asked.from_day, "to_day": asked.to_day}
        told |= {"kind": self.kind, "issuer": self.issuer, "lang": "vi"}
        told |= dict.fromkeys(ONLY.get(self.only, ()), "true")
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


def service_of(services: WebServices) -> RegisterService:
    """What the API uses too."""
    return RegisterService(services.house.catalogue, services.house.signing.unit)


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
        unit, first = forms.text(form, "don-vi"), forms.number(form, "first") or 0
        service_of(services).begin(address.direction, year, book, first, current_viewer(request), unit)
    except TangthuError as error:
        return _page(asking, address, services, forms.refused(error, asking), error.http_status)
    pairs = {"don-vi": unit, "quyen": book, "done": "begun"}
    return RedirectResponse(f"{PATH}/{view}/{year}?{urlencode(pairs)}", 303)


def _page(
    asking: Asking, address: RegisterAddress, services: WebServices, notice: Notice | None, status: int = 200
) -> Response:
    service, office, viewer = service_of(services), services.house.signing.unit, current_viewer(asking.request)
    try:
        asked = address.asked(office)
        shown = service.show(asked, viewer, address.lines())
    except BadValue as error:
        notice, status = forms.refused(error, asking), error.http_status
        address = RegisterAddress(address.view, today().year)
        asked = address.asked(office)
        shown = service.show(asked, viewer, address.lines())
    lines = [*shown.lines, *shown.stamped]
    pages = max(1, -(-len(lines) // _ON_A_PAGE))
    here = _page_number(asking.request.query_params.get("trang", ""), pages)
    series = [one for one in service.series(viewer) if one.direction == address.direction and one.unit == asked.unit]
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
        unit=asked.unit,
        units=forms.unit_names(services, service.units(viewer)),
        kinds=sorted({kind for one in lines if (kind := one.of_record("kind"))}),
    )


def _page_number(untrusted: str, pages: int) -> int:
    """The last page where none is asked for: there the newest numbers are."""
    asked = int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 7 else pages
    return min(max(asked, 1), pages)


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
    asked = address.asked(services.house.signing.unit)
    shown = service_of(services).show(asked, current_viewer(request), address.lines())
    title = "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN" if address.only else TITLES[address.direction]
    days = f"{day(asked.from_day)} – {day(asked.to_day)}" if asked.from_day or asked.to_day else ""
    units = forms.unit_names(services, [asked.unit])
    head = {"Đơn vị": units[asked.unit], "Năm": str(year), "Quyển số": address.book, "Từ ngày – đến ngày": days}
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
    service, version = service_of(services), forms.number(form, "version")
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
    line, history = service_of(services).entry(entry_id, current_viewer(asking.request))
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
        back=RegisterAddress(view, line.entry.year, line.entry.book, unit=line.entry.unit).at(line.entry.year),
        rows=rows,
        history=[
            (moment(datetime.fromisoformat(at)), by, _told(asking, then, is_first=number == 0))
            for number, (at, by, then) in reversed([*enumerate(history)])
        ],
    )


def _typed(name: str, line: Line, typed: FormData | None) -> str:
    if typed is not None and name in typed:
        return forms.text(typed, name)
    return day(line.told(name)) if name in DAY_COLUMNS else line.told(name)


def _told(asking: Asking, then: Mapping[str, Any], *, is_first: bool) -> str:
    """What was done to an entry, and what stood in it then."""
    what = _ENTERED if is_first else _MADE_VOID if then["state"] == EntryState.VOID else _CORRECTED
    shown = (
        f"{asking.say(forms.COLUMN_WORDS.get(name, name))}: {day(value) if name in DAY_COLUMNS else value}"
        for name, value in then["columns"].items()
    )
    return "; ".join(one for one in (asking.say(what), then["why"], *shown) if one)
