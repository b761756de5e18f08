"""Errors as a page in the reader's language, with what can be done."""

from __future__ import annotations

from fastapi import Request, Response

from kernel.bilingual import Language
from kernel.errors import TangthuError
from search_api.web.rendering import Asking


def error_page(request: Request, error: TangthuError, language: Language) -> Response:
    """The page for an error of ours. `language`: of the house, where the reader chose none."""
    asking = Asking.read(request, language)
    return asking.page(
        "error.html",
        error.http_status,
        status=error.http_status,
        title=asking.either(error.title),
        remedy=asking.either(error.remedy),
    )
