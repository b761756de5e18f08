"""What the API tells of registers, and takes."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from mappings.filing import Direction
from search_api.filing.checking import HIGHEST_NUMBER, LONGEST_BOOK, LONGEST_COLUMN, LONGEST_NOTE, LONGEST_WHO
from search_api.routes.dossier_shapes import taken
from search_api.routes.shaping import Shape, example

_ENTRY = {
    "id": "01jd3v8p7m6x1yq2w3e4r5t6y7",
    "unit": "office",
    "direction": "in",
    "book": "",
    "year": 2026,
    "number": 412,
    "suffix": "",
    "origin": "given",
    "record_id": "01jd3v8p7m6x1yq2w3e4r5t6y8",
    "day": "2026-05-20",
    "state": "standing",
    "why": "",
    "columns": {"handed_to": "Phòng Nội vụ", "due_on": "2026-06-01"},
    "version": 2,
    "at": "2026-05-20T02:00:00Z",
    "by": "local",
}
_SERIES = {"unit": "office", "direction": "in", "book": "", "year": 2026, "first": 1, "last": 412}


class EntryShape(Shape):
    """A number of a register. `origin`: given (the next of its series) or printed (as on the paper). `day`: ISO, of
    arrival or of issue. `state`: standing, or void with its reason in `why`. `record_id`: empty while the record lies
    in the bin and you may not look there.
    """

    model_config = example(**_ENTRY)

    id: str
    unit: str
    direction: Direction
    book: str
    year: int
    number: int
    suffix: str
    origin: str
    record_id: str
    day: str
    state: str
    why: str
    columns: dict[str, str]
    version: int
    at: datetime
    by: str


class LineShape(Shape):
    """A line of a register: the entry and what is known of its record. `entry` None: a record that its arrival stamp
    puts there and nobody has registered. `is_late`: due, and not done in time. `is_binned`: the record is in the bin;
    nothing of it is told to those who may not look there.
    """

    model_config = example(
        entry=_ENTRY,
        number="412",
        day="2026-05-20",
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y8",
        issue_number="123/QĐ-UBND",
        issued_on="2026-05-18",
        kind="Quyết định",
        issuer="Ủy ban nhân dân xã Hoa Sen",
        subject="Về việc phê duyệt ngân sách",
        signer="Lê Trọng Tuyến",
        is_late=False,
        is_binned=False,
    )

    entry: EntryShape | None
    number: str
    day: str
    record_id: str | None
    issue_number: str | None
    issued_on: str | None
    kind: str | None
    issuer: str | None
    subject: str | None
    signer: str | None
    is_late: bool
    is_binned: bool


class SeriesShape(Shape):
    """A series of numbers. `book`: empty for the common one; `last`: the highest number that you see."""

    model_config = example(**_SERIES)

    unit: str
    direction: Direction
    book: str
    year: int
    first: int
    last: int


class AllSeriesShape(Shape):
    """The newest year first."""

    series: list[SeriesShape]


class RegisterShape(Shape):
    """A register: its entries by number, then records that only their stamp puts there, by day (500 at the most)."""

    series: SeriesShape
    lines: list[LineShape]
    stamped: list[LineShape]


class RegisteringShape(BaseModel):
    """A record to be registered. `printed`: under the number and day that the record itself tells."""

    model_config = taken(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y8", day="2026-05-20", columns={"handed_to": "Phòng Nội vụ"}
    )

    record_id: str = Field(max_length=64)
    unit: str = Field("", max_length=LONGEST_WHO, description="Whose register; empty: of the record's unit")
    day: date | None = Field(None, description="Day of arrival or issue, not before that of the last number")
    book: str = Field("", max_length=LONGEST_BOOK, description="Empty: the common book")
    printed: bool = False
    columns: dict[str, str] = Field(default_factory=dict)


class CorrectingShape(BaseModel):
    """Columns of an entry; an empty value clears one. `version`: what you saw."""

    model_config = taken(columns={"done_on": "2026-05-28", "answer": "77/UBND-VP"}, version=2)

    columns: dict[str, str] = Field(description=f"Texts up to {LONGEST_COLUMN} characters; days as ISO 8601")
    version: int | None = Field(None, ge=1, le=2**31)


class VoidingShape(BaseModel):
    """Why a number counts no more."""

    model_config = taken(why="Vào sổ nhầm", version=2)

    why: str = Field(min_length=1, max_length=LONGEST_NOTE)
    version: int | None = Field(None, ge=1, le=2**31)


class BeginningShape(BaseModel):
    """With which number a series begins that was begun on paper."""

    model_config = taken(first=413)

    first: int = Field(ge=1, le=HIGHEST_NUMBER)
    book: str = Field("", max_length=LONGEST_BOOK)
    unit: str = Field("", max_length=LONGEST_WHO, description="Whose register; empty: of the office")
