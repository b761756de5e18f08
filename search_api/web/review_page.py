"""`/soat-lai`: what was read with doubt, one line or field after the other, answered by keys alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from archive.review_queue import FIELD
from kernel.clock import now
from kernel.errors import BadRequest, BadValue, Conflict, NotFound
from mappings.rewording.correcting import Verdict
from search_api.access.asking import current_viewer
from search_api.reviewing.answering import Answer
from search_api.reviewing.figures import figures
from search_api.reviewing.service import MOST_COUNTED
from search_api.reviewing.showing import Mode, Shown
from search_api.routes.reviewing import note_seen, review_service
from search_api.web import scraps
from search_api.web.labels import Labels
from search_api.web.language import N_
from search_api.web.record_view import kept_value
from search_api.web.rendering import Asking, Notice
from search_api.web.review_view import Card, card_of
from search_api.web.services import WebServices
from search_api.web.wording import decimal

PATH = "/soat-lai"
FIGURES = f"{PATH}/so-lieu"
PIECE = f"{PATH}/{{record_id}}/trang/{{number}}/manh"

_DRAWN_WIDTH = 1600
"""Pixels of the page that a piece is cut from."""
_QUALITY = 70

_DONE = {
    Verdict.RIGHT: N_("Put down as right."),
    Verdict.CORRECTED: N_("The correction is in the text and will be found."),
    Verdict.BLANK: N_("Put down: nothing is written there."),
    Verdict.UNREADABLE: N_("Put down as unreadable."),
    Verdict.SKIPPED: N_("Skipped; somebody else will be shown it."),
}
_UNDONE = N_("Taken back; it is as before.")


class Do(StrEnum):
    """What a button says."""

    ANSWER = "answer"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    SKIP = "skip"
    UNDO = "undo"


_VERDICTS = {Do.BLANK: Verdict.BLANK, Do.UNREADABLE: Verdict.UNREADABLE, Do.SKIP: Verdict.SKIPPED}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the queue: what they look at, and what they would like to go on with."""

    mode: Mode = Mode.ALL
    wanted: tuple[str, str, str] | None = None

    @classmethod
    def read(cls, untrusted_mode: str, untrusted_wanted: str = "") -> Place:
        """What makes no sense is passed over."""
        mode = Mode(untrusted_mode) if untrusted_mode in set(Mode) else Mode.ALL
        record_id, _, rest = untrusted_wanted[:200].partition("/")
        kind, _, place = rest.partition("/")
        return cls(mode, (record_id, kind, place) if place else None)

    def address(self, done: str = "", wanted: tuple[str, str, str] | None = None) -> str:
        """Of the page there."""
        pairs = {"mode": self.mode.value, "done": done, "next": "/".join(wanted or ())}
        return f"{PATH}?{urlencode({name: value for name, value in pairs.items() if value})}"


def review_page(request: Request, services: WebServices) -> Response:
    """The next thing to look at, or that nothing is left."""
    asking, asked = Asking.read(request, services.options.language), request.query_params
    done = asked.get("done", "")
    said = _UNDONE if done == Do.UNDO else _DONE.get(Verdict(done)) if done in set(Verdict) else None
    notice = Notice(asking.say(said)) if said else None
    return _page(asking, services, Place.read(asked.get("mode", ""), asked.get("next", "")), notice=notice)


def answer(request: Request, form: FormData, services: WebServices) -> Response:
    """Takes what somebody says, and leads to the next thing."""
    asking = Asking.read(request, services.options.language)
    place = Place.read(_text(form, "mode"))
    untrusted_do = _text(form, "do") or Do.ANSWER
    if untrusted_do not in set(Do):
        raise BadRequest(what=untrusted_do[:50])
    reviewing, viewer = review_service(services.house), current_viewer(request)
    try:
        if untrusted_do == Do.UNDO:
            done = reviewing.undo(viewer)
            return RedirectResponse(place.address(Do.UNDO, (done.record_id, done.kind, done.place)), 303)
        done = reviewing.answer(_read(form, Do(untrusted_do), asking, services), viewer)
    except (BadValue, Conflict, NotFound) as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        wanted = (_text(form, "record_id"), _text(form, "kind"), _text(form, "place"))
        there = Place(place.mode, wanted if isinstance(error, BadValue) and all(wanted) else None)
        return _page(asking, services, there, error.http_status, notice)
    return RedirectResponse(place.address(done.verdict, (done.record_id, done.kind, done.place)), 303)


def piece(request: Request, record_id: str, number: int, services: WebServices) -> Response:
    """A piece of a page, sharp enough to tell one mark over a letter from another. NotFound, BadValue."""
    place = scraps.read(request.query_params.get("region", ""))
    drawn = services.drawn_page(record_id, number, _DRAWN_WIDTH, current_viewer(request))
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response(scraps.cut(drawn, place, scraps.WIDTHS[-1], _QUALITY), media_type="image/webp", headers=headers)


def figures_page(request: Request, services: WebServices) -> Response:
    """How reviewing goes."""
    asking = Asking.read(request, services.options.language)
    told = figures(services.house.catalogue, current_viewer(request))
    rate, low, high = (
        f"{decimal(100 * one, 1, asking.language)} %" for one in (told.errors.rate or 0.0, *told.errors.interval)
    )
    return asking.page("review_figures.html", here="review", told=told, rate=rate, low=low, high=high, mode="figures")


def _page(
    asking: Asking, services: WebServices, place: Place, status: int = 200, notice: Notice | None = None
) -> Response:
    viewer, reviewing = current_viewer(asking.request), review_service(services.house)
    shown = reviewing.next(viewer, place.mode, place.wanted)
    if shown is not None:
        note_seen(asking.request, shown)
    return asking.page(
        "review.html",
        status,
        here="review",
        notice=notice,
        mode=place.mode.value,
        card=_card(shown, asking, services) if shown else None,
        waiting=_waiting(reviewing.waiting(viewer), asking),
        began=round(now().timestamp()),
    )


def _waiting(counts: dict[str, int], asking: Asking) -> dict[str, str]:
    return {
        kind: decimal(count, 0, asking.language) + ("+" if count == MOST_COUNTED else "")
        for kind, count in counts.items()
    }


def _card(shown: Shown, asking: Asking, services: WebServices) -> Card:
    number = shown.page or 1
    with services.house.catalogue.reading() as unit:
        pages = unit.records.view(shown.record.record.id, current_viewer(asking.request).tokens).pages
    page = next((one for one in pages if one.number == number), None)
    return card_of(shown, page, Labels(services.house.types, asking.language))


def _read(form: FormData, do: Do, asking: Asking, services: WebServices) -> Answer:
    kind, place, text = _text(form, "kind"), _text(form, "place"), _text(form, "text")
    if kind == FIELD and do is Do.ANSWER:
        text = kept_value(place, text, Labels(services.house.types, asking.language))
    return Answer(
        record_id=_text(form, "record_id"),
        kind=kind,
        place=place,
        shown=_text(form, "shown"),
        text=text,
        verdict=_VERDICTS.get(do),
        begin=_number(_text(form, "begin")),
        again=_text(form, "again"),
        sample=_text(form, "sample"),
        seconds=max(0.0, now().timestamp() - _number(_text(form, "began"))),
    )


def _number(untrusted: str) -> int:
    return int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 11 else 0


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
