"""Errors as a page in the reader's language, with what can be done."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, Response

from kernel.bilingual import Language
from kernel.errors import TangthuError
from search_api.web.rendering import Asking


def error_page_in(language: Language) -> Callable[[Request, TangthuError], Response]:
    """What makes the page for an error. `language`: of the house, where the reader chose none."""
    return lambda request, error: _error_page(request, error, language)


def _error_page(request: Request, error: TangthuError, language: Language) -> Response:
    asking = Asking.read(request, language)
    return asking.page(
        "error.html",
        error.http_status,
        code=error.http_status,
        title=asking.either(error.title),
        remedy=asking.either(error.remedy),
    )
