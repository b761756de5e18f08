"""`/tiep-nhan`: what came, what is being read, what was not taken and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.responses import HTMLResponse

from archive.layout import Layout
from archive.watchers import Watchers
from mappings.record import DeliveryState
from search_api.access import Viewer
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.handed_in import rows_seen
from search_api.receipts import Asked, Receipt, receipt
from search_api.web import intake_view
from search_api.web.language import N_
from search_api.web.rendering import HEADERS, Asking, Notice
from search_api.web.services import WebServices

PATH = "/tiep-nhan"
FRAGMENT = "/tiep-nhan/dien-bien"

_MOST_UNDER_WAY = 3
_ID = re.compile(r"[0-9a-z]{26}")
_TABS = (("", N_("All")), (DeliveryState.REJECTED.value, N_("Not taken")))


def intake_page(request: Request, services: WebServices) -> Response:
    """The whole page."""
    asking = Asking.read(request, services.options.language)
    untrusted_batch = request.query_params.get("batch", "")
    receipt_href = f"/bien-nhan/{untrusted_batch}" if _ID.fullmatch(untrusted_batch) else ""
    return asking.page(
        "intake.html",
        here="intake",
        notice=_handed_in(asking),
        receipt_href=receipt_href,
        rejected=_rejected(asking, services),
        **_context(asking, services),
    )


def intake_fragment(request: Request, services: WebServices) -> Response:
    """The part that changes, for the page's script."""
    asking = Asking.read(request, services.options.language)
    return HTMLResponse(asking.fragment("progress.html", **_context(asking, services)), headers=dict(HEADERS))


def _rejected(asking: Asking, services: WebServices) -> int:
    service = services.house.rejected
    return service.count(current_viewer(asking.request)) if service else 0


def _context(asking: Asking, services: WebServices) -> dict[str, Any]:
    untrusted = asking.request.query_params
    state = DeliveryState.REJECTED if untrusted.get("state") == DeliveryState.REJECTED.value else None
    untrusted_before = untrusted.get("before", "")
    before = untrusted_before if _ID.fullmatch(untrusted_before) else None
    viewer = current_viewer(asking.request)
    # What was never a record has no rights of its own: whose it was tells who may know of it, and count it.
    whole, office = viewer.may(Permission.WATCH_HOUSE), viewer.may(Permission.WATCH_INTAKE, services.house.signing.unit)
    with services.house.catalogue.reading() as unit:
        deliveries = unit.deliveries.recent(intake_view.ROWS + 1, before, state, viewer.tokens)
        more = len(deliveries) > intake_view.ROWS
        deliveries = deliveries[: intake_view.ROWS]
        # The last one, seen or not, is where older ones go on from.
        older = deliveries[-1].delivery.id if more else ""
        rows = intake_view.rows_of(unit, rows_seen(deliveries, viewer, services.house), viewer, asking)
        counted = intake_view.tallies(unit, viewer, asking, refused=whole)
        refused = intake_view.set_aside(unit, viewer)
        originals = intake_view.originals_read(unit, viewer)
    kept = state.value if state else ""
    standing = intake_view.standing(Watchers(Layout(services.house.data)), asking)
    return {
        "rows": rows,
        "tallies": counted,
        "standing": standing if office else intake_view.without_names(standing),
        "whole": whole,
        "set_aside": refused,
        "originals": originals,
        "tabs": [
            {"href": _to(PATH, value), "title": asking.say(title), "chosen": value == kept} for value, title in _TABS
        ],
        "live": before is None,
        "reading": any(row.reading or row.is_new for row in rows),
        "batches": _under_way(rows, viewer, services) if before is None else [],
        "older_address": _to(PATH, kept, older) if older else "",
        "latest_address": _to(PATH, kept),
        "here_address": _to(PATH, kept, before or ""),
        "fragment_address": _to(FRAGMENT, kept),
    }


def _under_way(rows: Sequence[intake_view.Row], viewer: Viewer, services: WebServices) -> list[Receipt]:
    """The latest uploads of which something is still to be done."""
    batches = dict.fromkeys(row.batch for row in rows if row.batch and (row.reading or row.is_new))
    return [receipt(services.house, viewer, Asked(batch=batch)) for batch in list(batches)[:_MOST_UNDER_WAY]]


def _to(path: str, state: str, before: str = "") -> str:
    pairs = [(name, value) for name, value in (("state", state), ("before", before)) if value]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _handed_in(asking: Asking) -> Notice | None:
    untrusted = asking.request.query_params.get("handed", "")
    if not (untrusted.isascii() and untrusted.isdigit() and 0 < len(untrusted) < 6):
        return None
    words = asking.plural(
        "%(num)s file was taken and is safe. What becomes of it shows below.",
        "%(num)s files were taken and are safe. What becomes of them shows below.",
        int(untrusted),
    )
    return Notice(words)
