"""`/to-phan-cach`: separator sheets, to be chosen and printed."""

from __future__ import annotations

from fastapi import Request, Response

from kernel.errors import BadValue
from mappings.separators import LONGEST_DOSSIER, SheetKind
from mappings.vocabulary import kinds
from search_api.safe_headers import download_headers
from search_api.separator_sheets import FILE_NAME, MOST_COPIES, asked_sheet, separator_pdf
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

PATH = "/to-phan-cach"
PRINTED = "/to-phan-cach.pdf"

_FEW = 10  # sheets that are proposed
_MOST_DIGITS = 6
_WRONG_COUNT = N_("Choose from 1 to %(limit)s sheets.")
_WRONG_SHEET = N_("Write the dossier in at most %(limit)s letters, and choose a kind from the list.")


def separators_page(request: Request, services: WebServices) -> Response:
    """The form."""
    return _page(Asking.read(request, services.options.language))


def separators_pdf(request: Request, services: WebServices) -> Response:
    """The sheets; the form again, with what is wrong, if they cannot be made so."""
    typed, asking = request.query_params, Asking.read(request, services.options.language)
    untrusted_copies = typed.get("copies", "1")
    # Their number first: of thousands of digits `int` makes no number, but an error.
    is_number = len(untrusted_copies) <= _MOST_DIGITS and untrusted_copies.isascii() and untrusted_copies.isdigit()
    copies = int(untrusted_copies) if is_number else 0
    if not 1 <= copies <= MOST_COPIES:
        return _page(asking, Notice(asking.say(_WRONG_COUNT, limit=MOST_COPIES), "bad"))
    try:
        is_backs = typed.get("sheet") == SheetKind.BACKS.value
        # Of the back sides nothing can be named; what was typed for the other sheet is no mistake.
        named = ("", "") if is_backs else (typed.get("dossier", ""), typed.get("kind", ""))
        sheet = asked_sheet(SheetKind.BACKS if is_backs else SheetKind.START, *named)
    except BadValue:
        return _page(asking, Notice(asking.say(_WRONG_SHEET, limit=LONGEST_DOSSIER), "bad"))
    return Response(separator_pdf(sheet, copies), media_type="application/pdf", headers=download_headers(FILE_NAME))


def _page(asking: Asking, notice: Notice | None = None) -> Response:
    typed = asking.request.query_params
    return asking.page(
        "separators.html",
        422 if notice else 200,
        here="upload",
        notice=notice,
        printed=PRINTED,
        kinds=[kind.name for kind in kinds()],
        longest=LONGEST_DOSSIER,
        most=MOST_COPIES,
        copies=typed.get("copies", str(_FEW))[:_MOST_DIGITS],
        sheet=typed.get("sheet", SheetKind.START.value),
        dossier=typed.get("dossier", "")[: 4 * LONGEST_DOSSIER],
        kind=typed.get("kind", "")[:100],
    )
