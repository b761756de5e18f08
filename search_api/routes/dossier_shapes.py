"""What the API tells of dossiers, and takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from search_api.filing.checking import LONGEST_CODE, LONGEST_NOTE, LONGEST_WHO
from search_api.filing.dossiers import MOST_AT_ONCE
from search_api.routes.searching import SearchParameters
from search_api.routes.shaping import Shape, example

_ID = "01jd3v8p7m6x1yq2w3e4r5t6y7"
_RECORD = "01jd3v8p7m6x1yq2w3e4r5t6y8"
_DOSSIER = {
    "id": _ID,
    "name": "01.TCCB Tuyển dụng công chức năm 2019",
    "code": "01.TCCB",
    "title": "Tuyển dụng công chức năm 2019",
    "unit": "office",
    "access_class": "internal",
    "units": [],
    "people": [],
    "starts_on": "",
    "ends_on": "",
    "retention": "20 năm",
    "keeper": "Nguyễn Thị Mẫu",
    "note": "",
    "state": "open",
    "rule": {"q": "tuyển dụng", "year": ["2019"]},
    "version": 3,
    "made_at": "2026-01-05T08:00:00Z",
    "changed_at": "2026-01-05T09:30:00Z",
}


def taken(**values: Any) -> ConfigDict:
    """The settings of a shape that is handed in."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


class DossierShape(Shape):
    """A dossier. `name`: what the field `dossier` of its records says. `state`: open, closed. `access_class`: public,
    internal, unit, named; `units`, `people`: those that it is shared with beside. `starts_on`, `ends_on`: ISO days,
    empty where they follow from the records. `rule`: as the parameters of /search.
    """

    model_config = example(**_DOSSIER)

    id: str
    name: str
    code: str
    title: str
    unit: str
    access_class: str
    units: list[str]
    people: list[str]
    starts_on: str
    ends_on: str
    retention: str
    keeper: str
    note: str
    state: str
    rule: dict[str, Any]
    version: int
    made_at: datetime
    changed_at: datetime


class ListedDossierShape(Shape):
    """A dossier, and what you may see in it."""

    model_config = example(dossier=_DOSSIER, records=12, pages=40)

    dossier: DossierShape
    records: int
    pages: int


class DossiersShape(Shape):
    """Dossiers by name. `next_after`: hand it back as `after` for those that follow."""

    model_config = example(dossiers=[{"dossier": _DOSSIER, "records": 12, "pages": 40}], next_after=None)

    dossiers: list[ListedDossierShape]
    next_after: str | None


class DossierNameShape(Shape):
    """A name on records that lie in no dossier, from separator sheets or people."""

    model_config = example(name="Hồ sơ đất đai 2019", records=3, pages=17)

    name: str
    records: int
    pages: int


class DossierNamesShape(Shape):
    """The first 100 by name."""

    names: list[DossierNameShape]


class LyingShape(Shape):
    """A record in a dossier: its place, its pages and sheets counted from the dossier's first on."""

    model_config = example(
        number=1,
        record_id=_RECORD,
        issue_number="123/QĐ-UBND",
        issued_on="2019-03-05",
        kind="Quyết định",
        issuer="Ủy ban nhân dân xã Hoa Sen",
        subject="Về việc tuyển dụng công chức",
        first_page=1,
        last_page=4,
        first_sheet=1,
        last_sheet=2,
    )

    number: int
    record_id: str
    issue_number: str | None
    issued_on: str | None
    kind: str | None
    issuer: str | None
    subject: str | None
    first_page: int
    last_page: int
    first_sheet: int | None
    last_sheet: int | None


class OpenedDossierShape(Shape):
    """A dossier with its records in order. `starts_on`, `ends_on`: as said, else of the records."""

    dossier: DossierShape
    starts_on: str
    ends_on: str
    pages: int
    sheets: int | None
    records: list[LyingShape]


class NewDossierShape(BaseModel):
    """A dossier to be made. A name that records bear already takes them in."""

    model_config = taken(code="01.TCCB", title="Tuyển dụng công chức năm 2019", retention="20 năm")

    title: str = Field(min_length=1, max_length=200)
    code: str = Field("", max_length=LONGEST_CODE, description="Số và ký hiệu hồ sơ")
    unit: str = Field("", max_length=LONGEST_WHO, description="Whose it is; empty: of the office, or of yours")
    access_class: str = Field("internal", max_length=20, description="public, internal, unit or named")
    starts_on: str = Field("", max_length=10, description="ISO day; empty: as the records tell")
    ends_on: str = Field("", max_length=10, description="ISO day; empty: as the records tell")
    retention: str = Field("", max_length=100, description="Vĩnh viễn, 70 năm, 50 năm, 30 năm, 20 năm, 10 năm, Khác")
    keeper: str = Field("", max_length=LONGEST_WHO, description="Who keeps it")
    note: str = Field("", max_length=LONGEST_NOTE)


class DossierChangesShape(BaseModel):
    """What is to be said anew; what is left out stays. `version`: what you saw."""

    model_config = taken(state="closed", version=3)

    title: str | None = Field(None, max_length=200)
    code: str | None = Field(None, max_length=LONGEST_CODE)
    starts_on: str | None = Field(None, max_length=10)
    ends_on: str | None = Field(None, max_length=10)
    retention: str | None = Field(None, max_length=100)
    keeper: str | None = Field(None, max_length=LONGEST_WHO)
    note: str | None = Field(None, max_length=LONGEST_NOTE)
    state: str | None = Field(None, description="open or closed")
    version: int | None = Field(None, ge=1, le=2**31)


class DossierAccessShape(BaseModel):
    """Whose a dossier is, who sees it by its class, and whom it is shared with. `version`: what you saw."""

    model_config = taken(unit="office", access_class="unit", units=["tchc"], people=["mau.nt"], version=3)

    unit: str = Field(max_length=LONGEST_WHO)
    access_class: str = Field(max_length=20)
    units: list[str] = Field(default_factory=list, max_length=200)
    people: list[str] = Field(default_factory=list, max_length=200)
    version: int | None = Field(None, ge=1, le=2**31)


class RuleShape(BaseModel):
    """A question that fills a dossier, as the parameters of /search; none: no rule any more."""

    model_config = taken(search={"q": "tuyển dụng", "year": ["2019"]})

    search: SearchParameters | None = None


class RecordIdsShape(BaseModel):
    """Records by id."""

    model_config = taken(record_ids=[_RECORD])

    record_ids: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)


class OrderShape(BaseModel):
    """The records of a dossier in the order wanted; none: by their days. `version`: what you saw."""

    model_config = taken(record_ids=[_RECORD], version=3)

    record_ids: list[str] = Field(max_length=10_000)
    version: int | None = Field(None, ge=1, le=2**31)


class ChangeShape(Shape):
    """A step of a dossier's history. `described`: old and new values; `placed`: the order before and after; `moved`:
    record id to the dossier's name before and after. `undoes`: the step that it took back.
    """

    model_config = example(
        id=_ID,
        at="2026-01-05T08:00:00Z",
        by="local",
        described={},
        placed={},
        moved={_RECORD: ["", "01.TCCB Tuyển dụng công chức năm 2019"]},
        undoes=None,
    )

    id: str
    at: datetime
    by: str
    described: dict[str, Any]
    placed: dict[str, list[str]]
    moved: dict[str, list[str]]
    undoes: str | None


class MovedShape(Shape):
    """What was done; None: nothing was to be done."""

    change: ChangeShape | None


class ChangesShape(Shape):
    """The newest first."""

    changes: list[ChangeShape]


class ProposedShape(Shape):
    """A record that a dossier's rule finds and that does not lie in it. `dossier`: where it lies, if anywhere."""

    model_config = example(
        record_id=_RECORD,
        issue_number="123/QĐ-UBND",
        issued_on="2019-03-05",
        subject="Về việc tuyển dụng công chức",
        dossier=None,
    )

    record_id: str
    issue_number: str | None
    issued_on: str | None
    subject: str | None
    dossier: str | None


class ProposalsShape(Shape):
    """The first 100, newest first."""

    records: list[ProposedShape]
