"""Errors as a page in the reader's language, with what can be done."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, Response

from kernel.bilingual import Language
from kernel.errors import TangthuError
from kernel.people_errors import NotAllowed
from search_api.access.policy import Permission
from search_api.web.language import N_
from search_api.web.people_words import PERMISSIONS
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
        title=_title(error, asking),
        remedy=asking.either(error.remedy),
    )


def _title(error: TangthuError, asking: Asking) -> str:
    """What went wrong; of a right that is missing, in the words of the page that lists the rights."""
    if isinstance(error, NotAllowed) and error.values.get("permission") in tuple(Permission):
        words = PERMISSIONS[Permission(str(error.values["permission"]))]
        return asking.say(N_("Not within your rights: %(what)s"), what=asking.say(words))
    return asking.either(error.title)
