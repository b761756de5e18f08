"""Reviewing what was read with doubt: what to look at next, answers, taking back, figures."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from mappings.rewording.correcting import Verdict
from search_api.access.asking import current_viewer
from search_api.access.gate import entered
from search_api.reviewing.answering import LONGEST_LINE, Answer
from search_api.reviewing.figures import figures
from search_api.reviewing.service import ReviewService
from search_api.reviewing.showing import Mode, Shown
from search_api.routes.asking import TheServices, TheViewer, problems
from search_api.routes.shapes import BoxShape
from search_api.routes.shaping import Shape, example
from search_api.services import Services

router = APIRouter(prefix="/review", tags=["reviewing"])

_Id = Annotated[str, Field(max_length=64)]
_Text = Annotated[str, Field(max_length=LONGEST_LINE)]


class ShownShape(Shape):
    """Something to look at: a line of a page, or a field. It is sent back with the answer.

    `text`: as it was read. `offer`: what to start from. `doubtful`: from, up to which letter of `offer`. `again`: it
    had been confirmed, and the page was read anew. `readings`: what two people said who disagree.
    """

    model_config = example(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y7", kind="page", place="1", page=1, text="QUYẾT ĐỊNH về việc thanh lập",
        offer="QUYẾT ĐỊNH về việc thanh lập", begin=4, doubtful=[[18, 23]], boxes=[], again="", sample="", readings=[],
    )  # fmt: skip

    record_id: str
    kind: str
    place: str
    page: int | None
    text: str
    offer: str
    begin: int
    doubtful: list[tuple[int, int]]
    boxes: list[BoxShape]
    again: str
    sample: str
    readings: list[str]


class WantedShape(BaseModel):
    """What to look at: `all`, `fields` or `pages`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"mode": "all"}]})

    mode: Mode = Mode.ALL


class AnswerShape(BaseModel):
    """What was shown, as it was shown, and what stands there. The text as it was read: it is right; empty: nothing is

    written there; `?`: nobody can read it. `verdict`: `skipped`, or to say so in another way.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "record_id": "01jd3v8p7m6x1yq2w3e4r5t6y7",
                    "kind": "page",
                    "place": "1",
                    "begin": 4,
                    "shown": "thanh lập",
                    "text": "thành lập",
                }
            ]
        },
    )  # fmt: skip

    record_id: _Id
    kind: _Id
    place: _Id
    shown: _Text
    text: _Text = ""
    verdict: Verdict | None = None
    begin: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    again: _Id = ""
    sample: _Id = ""
    seconds: Annotated[float, Field(ge=0)] = 0.0


class DoneShape(Shape):
    """What was put down."""

    model_config = example(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y7", kind="page", place="1", verdict="corrected", given="x"
    )

    record_id: str
    kind: str
    place: str
    verdict: str
    given: str


class DayShape(Shape):
    """What somebody looked at on a day (UTC). `seconds`: in all."""

    model_config = example(by="Nguyễn Thị Mẫu (mau.nt)", day="2025-03-05", looked=120, corrected=31, seconds=940.5)

    by: str
    day: date
    looked: int
    corrected: int
    seconds: float


class ErrorRateShape(Shape):
    """How often a second person said something else. `low`, `high`: the rate at 95 % (Wilson)."""

    model_config = example(second_readings=40, disagreements=2, rate=0.05, low=0.0138, high=0.165)

    second_readings: int
    disagreements: int
    rate: float | None
    low: float
    high: float


class AgainShape(Shape):
    """A place that was read anew, and where what a person had said fits no more."""

    model_config = example(record_id="01jd3v8p7m6x1yq2w3e4r5t6y7", page=1, text="Tổ số hóa")

    record_id: str
    page: int
    text: str


class FiguresShape(Shape):
    """How reviewing goes. `everybody`: whether `days` and `errors` tell of others too."""

    model_config = example(
        fields_waiting=3, pages_waiting=12, everybody=False, days=[],
        errors={"second_readings": 0, "disagreements": 0, "rate": None, "low": 0.0, "high": 1.0}, again=[],
    )  # fmt: skip

    fields_waiting: int
    pages_waiting: int
    everybody: bool
    days: list[DayShape]
    errors: ErrorRateShape
    again: list[AgainShape]


def review_service(services: Services) -> ReviewService:
    """Reviewing in this house."""
    return ReviewService(services.catalogue, services.types, services.reviewing)


def note_seen(request: Request, shown: Shown) -> None:
    """Puts down that somebody had this of a record before them."""
    signed_in = entered(request).signed_in
    if signed_in is not None:
        request.app.state.notebook.saw(signed_in, shown.record.record.id, "text")


@router.get("")
def reviewing(services: TheServices, viewer: TheViewer) -> FiguresShape:
    """What waits, who looked at how much each day, how often two people disagree, what to look at again."""
    told = figures(services.catalogue, viewer)
    low, high = told.errors.interval
    errors = ErrorRateShape(
        second_readings=told.errors.second_readings,
        disagreements=told.errors.disagreements,
        rate=told.errors.rate,
        low=low,
        high=high,
    )
    return FiguresShape(
        fields_waiting=told.fields_waiting,
        pages_waiting=told.pages_waiting,
        everybody=told.everybody,
        days=[DayShape.model_validate(day) for day in told.days],
        errors=errors,
        again=[AgainShape.model_validate(one) for one in told.again],
    )


@router.post("/next", responses=problems(422))
def next_to_review(wanted: WantedShape, request: Request, services: TheServices) -> ShownShape | None:
    """The next thing to look at, held for the asker for some minutes; `null` if nothing is left."""
    shown = review_service(services).next(current_viewer(request), wanted.mode)
    if shown is None:
        return None
    note_seen(request, shown)
    return ShownShape(
        record_id=shown.record.record.id,
        kind=shown.kind,
        place=shown.place,
        page=shown.page,
        text=shown.text,
        offer=shown.offer,
        begin=shown.begin,
        doubtful=list(shown.doubtful),
        boxes=[[box.x0, box.y0, box.x1, box.y1] for box in shown.boxes],
        again=shown.again,
        sample=shown.sample,
        readings=list(shown.readings),
    )


@router.post("/answers", responses=problems(403, 404, 409, 422))
def answer_review(said: AnswerShape, services: TheServices, viewer: TheViewer) -> DoneShape:
    """What somebody says of what they were shown."""
    done = review_service(services).answer(Answer(**said.model_dump()), viewer)
    return DoneShape.model_validate(done, from_attributes=True)


@router.post("/undo", responses=problems(403, 404, 409))
def undo_review(services: TheServices, viewer: TheViewer) -> DoneShape:
    """Takes back the asker's last answer: page, words and field are as before it."""
    return DoneShape.model_validate(review_service(services).undo(viewer), from_attributes=True)
