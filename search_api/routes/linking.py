"""GET /records/{id}/links: the documents that a record names, and the records that name it."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from search_api.linking import Link, Links
from search_api.routes.asking import RecordId, TheServices, TheViewer, problems
from search_api.routes.shaping import Shape, example

router = APIRouter(prefix="/records/{record_id}", tags=["records"])


class LinkShape(Shape):
    """A record at the other end of a link."""

    model_config = example(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y7",
        issue_number="12/2020/QĐ-UBND",
        issued_on="2020-03-05",
        kind="Quyết định",
        issuer="Ủy ban nhân dân tỉnh",
        subject="Về việc ban hành Quy chế",
        sure=True,
    )

    record_id: str
    issue_number: str | None
    issued_on: str | None
    kind: str | None
    issuer: str | None
    subject: str | None
    sure: bool = Field(
        description="Number, symbol and day are those named, read without doubt, and no other record has them. "
        "Else one of several that may be meant"
    )


class NamedShape(Shape):
    """A document that the record names, and the records that may be it; none where the archive has no such."""

    text: str = Field(examples=["Quyết định số 12/2020/QĐ-UBND ngày 05/03/2020"])
    kind: str
    number: str
    symbol: str
    issued_on: date | None
    year: int | None
    records: list[LinkShape]


class LinksShape(Shape):
    """Both ways. `more`: there are further records, which are not told."""

    refers_to: list[NamedShape]
    referred_by: list[LinkShape]
    more: bool
    same_number: list[LinkShape] = Field(
        description="Others with the same number, symbol and year: two series, or a mistake. Never merged"
    )


@router.get("/links", responses=problems(404, 503))
def links(record_id: RecordId, services: TheServices, viewer: TheViewer) -> LinksShape:
    """The documents that the record names, with the records that may be them, and the records that name it."""
    with services.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens)
    return _shape(services.links.links(view, viewer))


def _shape(found: Links) -> LinksShape:
    named = [
        NamedShape(
            text=one.reference.text,
            kind=one.reference.kind,
            number=one.reference.number,
            symbol=one.reference.symbol,
            issued_on=one.reference.day,
            year=one.reference.year,
            records=list(map(_link, one.links)),
        )
        for one in found.refers_to
    ]
    return LinksShape(
        refers_to=named,
        referred_by=list(map(_link, found.referred_by)),
        more=found.more,
        same_number=list(map(_link, found.same_number)),
    )


def _link(link: Link) -> LinkShape:
    view = link.view
    return LinkShape(
        record_id=view.record.id,
        issue_number=view.issue_number,
        issued_on=view.value("issued_on"),
        kind=view.value("kind"),
        issuer=view.value("issuer"),
        subject=view.value("subject"),
        sure=link.sure,
    )
