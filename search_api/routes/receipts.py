"""GET /receipts: what was delivered together, and what became of every file and page of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from kernel.bilingual import Language
from kernel.errors import BadValue
from search_api.problems import reason_of
from search_api.receipts import LONGEST_FOLDER, Asked, Line, Receipt, receipt
from search_api.routes.asking import TheLanguage, TheServices, TheViewer, problems
from search_api.routes.shapes import ReasonShape
from search_api.routes.shaping import Shape

router = APIRouter(tags=["deliveries"])


class UnreadPageShape(Shape):
    """A page that could not be read."""

    number: int
    reason: ReasonShape | None


class ReceiptLineShape(Shape):
    """One delivered file. `pages`: what it was found to have; `page_states`: how they stand, and they add up to it."""

    delivery_id: str
    file_name: str
    size: int
    received_at: datetime
    outcome: str
    record_id: str | None
    reason: ReasonShape | None
    pages: int
    page_states: dict[str, int]
    unread_pages: list[UnreadPageShape]
    under_way: bool
    by: str | None


class ReceiptShape(Shape):
    """`balances`: every delivered file and page is accounted for. `missing`: files that the archive knows nothing of.
    `coming`: files that are still being sent.

    Only what the asker may see is listed and counted. `cut`: there are more files than a receipt holds.
    """

    made_at: datetime
    files: int
    outcomes: dict[str, int]
    pages: int
    page_states: dict[str, int]
    under_way: int
    missing: int
    coming: int
    balances: bool
    cut: bool
    lines: list[ReceiptLineShape]


@router.get("/receipts", responses=problems(404, 422))
def receipt_of_day(
    services: TheServices,
    viewer: TheViewer,
    language: TheLanguage,
    day: Annotated[str, Query(description="The day of delivery, in Vietnam's time: 2026-01-31", max_length=10)],
    folder: Annotated[str, Query(max_length=LONGEST_FOLDER, description="Of the drop folder, without its name")] = "",
    account: Annotated[str, Query(max_length=40, description="Who handed in")] = "",
) -> ReceiptShape:
    """What was delivered on a day: all of it, or through one folder of the drop, or by one person."""
    asked = Asked(day=_day(day), folder=folder.strip("/"), account=account)
    return _shape(receipt(services, viewer, asked), language)


@router.get("/receipts/{batch}", responses=problems(404))
def receipt_of_batch(
    batch: Annotated[str, Path(max_length=64, description="The id of the first of the files handed in together")],
    services: TheServices,
    viewer: TheViewer,
    language: TheLanguage,
) -> ReceiptShape:
    """What was handed in with one request."""
    return _shape(receipt(services, viewer, Asked(batch=batch)), language)


def _day(untrusted: str) -> date:
    try:
        return date.fromisoformat(untrusted)
    except ValueError as error:
        raise BadValue(name="day", value=untrusted, expected="2026-01-31") from error


def _shape(made: Receipt, language: Language) -> ReceiptShape:
    return ReceiptShape(
        made_at=made.at,
        files=len(made.lines),
        outcomes={outcome.value: count for outcome, count in sorted(made.files.items())},
        pages=made.delivered_pages,
        page_states={state.value: count for state, count in sorted(made.pages.items())},
        under_way=made.under_way,
        missing=made.missing,
        coming=made.coming,
        balances=made.balances,
        cut=made.cut,
        lines=[_line(line, language) for line in made.lines],
    )


def _line(line: Line, language: Language) -> ReceiptLineShape:
    delivery, handed = line.row.delivery, line.row.handed
    return ReceiptLineShape(
        delivery_id=delivery.id,
        file_name=delivery.file_name,
        size=delivery.size,
        received_at=delivery.received_at,
        outcome=line.outcome.value,
        record_id=line.view.record.id if line.view else None,
        reason=_reason(delivery.reason, line.row.reason_values, language),
        pages=line.told_pages,
        page_states={state.value: count for state, count in sorted(line.pages.items())},
        unread_pages=[
            UnreadPageShape(number=number, reason=_reason(code, {}, language)) for number, code in line.failed
        ],
        under_way=line.is_under_way,
        by=handed.by if handed else None,
    )


def _reason(code: str | None, values: dict[str, object], language: Language) -> ReasonShape | None:
    told = reason_of(code, values, language)
    return ReasonShape(**told) if told else None
