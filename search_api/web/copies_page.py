"""`/van-ban/…/sao`: copies on paper as sao y, sao lục, trích sao; told to the events before they print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import Request, Response
from starlette.datastructures import FormData

from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.copying_errors import NotCopiedHere
from kernel.errors import BadValue, Conflict
from mappings.copies import STAMPED, Copy, CopyForm
from mappings.record import Page, PageState, RecordView
from search_api.access.asking import current_viewer
from search_api.copying import as_read, expect_copyable, note_copy
from search_api.web.address import read_date
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.scan_view import A4
from search_api.web.search_view import title_of
from search_api.web.services import WebServices
from search_api.web.wording import HANOI, day

PATH = "/van-ban/{record_id}/sao"

_TITLES = {
    CopyForm.TRUE: N_("Sao y: the whole record from its original"),
    CopyForm.COPIED: N_("Sao lục: from a true copy"),
    CopyForm.EXTRACT: N_("Trích sao: pages or passages of it"),
}
_WRONG = {
    "agency": N_("Say which agency makes the copy."),
    "number": N_("Write the number as 05/SY-UBND (SL for sao lục, TrS for trích sao), or leave it empty."),
    "pages": N_("Choose at least one page that has a picture."),
    "passages": N_("Passages belong to a trích sao, up to 20,000 letters."),
    "day": N_("Type the day as 05/03/2018."),
}
_WRONG_ELSE = N_("One of the lines is too long.")
_LOWEST, _HIGHEST, _STEP = 30, 70, 5
"""In hundredths of a page: where the copy's own part may begin on the last page, if nothing stands below."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A printed page. `block_at`: hundredths of its height where the copy's own part begins; 0: on none of its own.

    `width`, `height`: in points, so that its room is kept before its picture is there.
    """

    number: int
    block_at: int
    width: int
    height: int


def copy_form(request: Request, record_id: str, services: WebServices) -> Response:
    """Asks what is to stand on the copy. NotFound."""
    asking = Asking.read(request, services.options.language)
    untrusted_form = request.query_params.get("form", "")
    form = CopyForm(untrusted_form) if untrusted_form in set(CopyForm) else CopyForm.TRUE
    return _form(asking, record_id, services, {"form": form.value})


def print_copy(request: Request, record_id: str, form: FormData, services: WebServices) -> Response:
    """The copy, ready to be printed, once the events tell of it; what is wrong in the form is asked for again."""
    asking = Asking.read(request, services.options.language)
    viewer = current_viewer(request)
    try:
        copy = _read(form)
        view = note_copy(services.house.catalogue, record_id, copy, viewer)
    except BadValue as error:
        said = asking.say(_WRONG.get(str(error.values.get("name")), _WRONG_ELSE))
        return _form(asking, record_id, services, _typed(form), Notice(said, "bad"), error.http_status)
    except NotCopiedHere as error:
        return _form(asking, record_id, services, _typed(form), None, error.http_status)
    except Conflict as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        return _form(asking, record_id, services, _typed(form), notice, error.http_status)
    with services.house.catalogue.reading() as unit:
        room = _room_below(unit, view, copy)
    below = _line(form, "block") == "below"
    leaves = [_leaf(view, number, room if below and number == copy.pages[-1] else 0) for number in copy.pages]
    issued = view.value("issued_on")
    return asking.page(
        "copy.html",
        record=view.record,
        title=_title(view),
        view=view,
        issued=day_in_words(date.fromisoformat(issued)) if issued else "",
        copy=copy,
        stamped=STAMPED[copy.form],
        day=day_in_words(copy.day) if copy.day else "ngày ….. tháng ….. năm …..",
        leaves=[] if copy.passages else leaves,
        as_read=as_read(copy.passages, view.pages),
    )


def _leaf(view: RecordView, number: int, block_at: int) -> Leaf:
    page = next(one for one in view.pages if one.number == number)
    width, height = (page.width, page.height) if page.width and page.height else A4
    return Leaf(number, block_at, round(width), round(height))


def _form(
    asking: Asking,
    record_id: str,
    services: WebServices,
    typed: dict[str, str],
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    viewer = current_viewer(asking.request)
    with services.house.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens)
        names = {one.key: one.name for one in unit.people.units()}
        binned = bool(unit.bin.among([record_id]))
    here = asking.request.query_params.get("page", "")
    return asking.page(
        "copy_form.html",
        status,
        record=view.record,
        title=_title(view),
        notice=notice,
        refused=binned or _is_secret(view),
        binned=binned,
        forms=[(form, _TITLES[form]) for form in CopyForm],
        pages=[page for page in view.pages if page.has_image and page.state is not PageState.SEPARATOR],
        text=_text_of(view.pages, int(here) if here.isascii() and here.isdigit() and len(here) < 7 else 1),
        typed={
            "agency": names.get(view.record.unit, ""),
            "day": day(_today()),
            "block": "below",
            "form": CopyForm.TRUE.value,
        }
        | typed,
        chosen=set(typed["pages"].split()) if typed.get("pages") else None,
    )


def _read(form: FormData) -> Copy:
    form_name, untrusted_day = _line(form, "form"), _line(form, "day")
    if form_name not in set(CopyForm):
        raise BadValue(name="form", value=form_name[:50], expected=", ".join(CopyForm))
    found = read_date(untrusted_day) if untrusted_day else None
    if untrusted_day and found is None:
        raise BadValue(name="day", value=untrusted_day[:50], expected="05/03/2018")
    passages = _lines(form, "passages") if form_name == CopyForm.EXTRACT else ()
    numbers = sorted({int(one) for one in form.getlist("pages") if isinstance(one, str) and _is_number(one)})
    names = ("agency", "superior", "number", "place", "position", "signer")
    return Copy(
        CopyForm(form_name),
        **{name: _line(form, name) for name in names},
        day=found,
        recipients=_lines(form, "recipients"),
        pages=() if passages else tuple(numbers),
        passages=passages,
    )


def _room_below(unit: UnitOfWork, view: RecordView, copy: Copy) -> int:
    """Where the copy's own part may begin on the last page printed; 0 where what stands on it leaves no room."""
    if not copy.pages:
        return 0
    page = unit.pages.page(view.record.id, copy.pages[-1])
    if page.state is not PageState.SEARCHABLE or not page.words:
        return 0
    ends = [word.box.y1 for word in page.words if word.box] + [mark.box.y1 for mark in page.marks]
    lowest = max(ends, default=1.0) * 100 + 3
    place = max(_LOWEST, -(-int(lowest + 0.999) // _STEP) * _STEP)
    return place if place <= _HIGHEST else 0


def _text_of(pages: tuple[Page, ...], number: int) -> str:
    return next((page.text for page in pages if page.number == number), "")


def _is_secret(view: RecordView) -> bool:
    try:
        expect_copyable(view)
    except NotCopiedHere:
        return True
    return False


def _title(view: RecordView) -> str:
    return title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)


def _typed(form: FormData) -> dict[str, str]:
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    return typed | {"pages": " ".join(one for one in form.getlist("pages") if isinstance(one, str))}


def _line(form: FormData, name: str) -> str:
    value = form.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _lines(form: FormData, name: str) -> tuple[str, ...]:
    value = form.get(name)
    lines = value.splitlines() if isinstance(value, str) else []
    return tuple(" ".join(line.split()) for line in lines if line.strip())


def _is_number(untrusted: str) -> bool:
    return untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 7


def _today() -> str:
    return now().astimezone(HANOI).date().isoformat()


def day_in_words(when: date) -> str:
    """As the decree writes it: days below 10 and months 1 and 2 with a 0 before them."""
    month = f"{when.month:02}" if when.month < 3 else str(when.month)
    return f"ngày {when.day:02} tháng {month} năm {when.year}"
