"""`/bien-nhan`: the receipt of what was delivered together, to be looked at while it is read, and printed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.responses import HTMLResponse

from kernel.clock import now
from mappings.record import PageState
from search_api.access.asking import current_viewer
from search_api.problems import reason_of
from search_api.receipts import LONGEST_FOLDER, YEARS, Asked, Batch, Line, Outcome, Receipt, receipt, recent
from search_api.web.language import N_
from search_api.web.rendering import HEADERS, Asking
from search_api.web.search_view import title_of
from search_api.web.services import WebServices
from search_api.web.wording import HANOI, PAGE_STATES, day

PATH = "/bien-nhan"
PART = "phan"
"""With it in the address only the part that changes is given, for the page's script."""

OUTCOMES = {
    Outcome.NEW: N_("New record"),
    Outcome.DIVIDED: N_("Divided into records"),
    Outcome.DUPLICATE: N_("Already in the archive; nothing was added"),
    Outcome.REJECTED: N_("Not taken"),
    Outcome.IN_BIN: N_("In the bin"),
    Outcome.PURGED: N_("Purged"),
    Outcome.UNDER_WAY: N_("Received, being checked"),
}
_TONES = {Outcome.NEW: "good", Outcome.DIVIDED: "good", Outcome.REJECTED: "bad", Outcome.UNDER_WAY: "wait"}
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def receipts_page(request: Request, services: WebServices) -> Response:
    """What was delivered lately, and a form; with a day in the address: the receipt of that."""
    asking, query = Asking.read(request, services.options.language), request.query_params
    if query.get("day"):
        untrusted_day = query["day"].strip()
        found = _day(untrusted_day)
        if found is not None:
            folder = query.get("folder", "").strip().strip("/")[:LONGEST_FOLDER]
            asked = Asked(day=found, folder=folder, account=query.get("account", "").strip()[:40])
            return _receipt(asking, services, asked)
    batches = recent(services.house, current_viewer(request))
    return asking.page(
        "receipts.html",
        here="intake",
        rows=[{"href": href_of(one.asked), "title": _title(one, asking), "batch": one} for one in batches],
        today=day(now().astimezone(HANOI).date()),
        typed=dict(query.items()),
        wrong=bool(query.get("day")),
    )


def batch_page(request: Request, batch: str, services: WebServices) -> Response:
    """The receipt of one upload."""
    return _receipt(Asking.read(request, services.options.language), services, Asked(batch=batch[:64]))


def href_of(asked: Asked, **more: str) -> str:
    """Where a receipt stands."""
    if asked.batch:
        return f"{PATH}/{asked.batch}" + (f"?{urlencode(more)}" if more else "")
    pairs = {"day": day(asked.day), "folder": asked.folder, "account": asked.account} | more
    return f"{PATH}?{urlencode({name: value for name, value in pairs.items() if value})}"


def _receipt(asking: Asking, services: WebServices, asked: Asked) -> Response:
    made = receipt(services.house, current_viewer(asking.request), asked)
    context = _context(made, asking, services)
    if PART in asking.request.query_params:
        return HTMLResponse(asking.fragment("receipt_part.html", **context), headers=dict(HEADERS))
    return asking.page("receipt.html", here="intake", **context)


def _context(made: Receipt, asking: Asking, services: WebServices) -> dict[str, Any]:
    handed = [line.row.handed for line in made.lines if line.row.handed and line.row.handed.by]
    return {
        "made": made,
        "asked": made.asked,
        "rows": [_row(number, line, asking) for number, line in enumerate(made.lines, 1)],
        "by": ", ".join(dict.fromkeys(str(one.by) for one in handed if one)),
        "first": made.lines[0].row.delivery.received_at,
        "outcomes": [(asking.say(OUTCOMES[one]), made.files[one]) for one in Outcome if made.files[one]],
        "page_states": [(asking.say(PAGE_STATES[one]), made.pages[one]) for one in PageState if made.pages[one]],
        "read_pages": made.delivered_pages - made.pages[PageState.WAITING],
        "part": href_of(made.asked, **{PART: "1"}),
        "office": _office(services),
    }


def _row(number: int, line: Line, asking: Asking) -> dict[str, Any]:
    delivery, view = line.row.delivery, line.view
    title = ""
    if view is not None:
        title = title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)
    told = reason_of(delivery.reason, line.row.reason_values, asking.language)
    return {
        "number": number,
        "line": line,
        "delivery": delivery,
        "record_id": view.record.id if view else None,
        "title": "" if title == delivery.file_name else title,
        "words": asking.say(OUTCOMES[line.outcome]),
        "tone": _TONES.get(line.outcome, ""),
        "waiting": line.pages.get(PageState.WAITING, 0),
        "reason": told,
        "failed": _failed(line, asking),
        "odd": sum(line.pages.values()) != line.told_pages,
    }


def _failed(line: Line, asking: Asking) -> list[dict[str, str]]:
    """The pages that could not be read, those of one reason together."""
    found: dict[str, list[int]] = {}
    for number, code in line.failed:
        told = reason_of(code, {}, asking.language)
        found.setdefault(str(told["title"]) if told else asking.say("Could not be read"), []).append(number)
    return [{"reason": reason, "pages": ", ".join(map(str, numbers))} for reason, numbers in found.items()]


def _title(one: Batch, asking: Asking) -> str:
    if one.asked.batch:
        return asking.say("Sent from this page")
    if one.asked.folder:
        return asking.say("Folder %(folder)s", folder=one.asked.folder)
    return asking.say("All of the day %(day)s", day=day(one.asked.day))


def _office(services: WebServices) -> str:
    key = services.house.signing.unit
    with services.house.catalogue.reading() as work:
        return next((one.name for one in work.people.units() if one.key == key and one.name != key), "")


def _day(untrusted: str) -> date | None:
    matched = _DAY.fullmatch(untrusted)
    try:
        found = date(int(matched[3]), int(matched[2]), int(matched[1])) if matched else date.fromisoformat(untrusted)
    except ValueError:
        return None
    return found if found.year in YEARS else None
