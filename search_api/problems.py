"""Errors as RFC 9457 problem details, in the language of the asker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

import kernel.paper_errors
import kernel.secret_errors  # noqa: F401 - what the catalogue keeps by its code is said even where nothing raises it
from kernel.bilingual import Language
from kernel.errors import BadRequest, BadValue, NotFound, RequestTooLarge, TangthuError
from search_api.safe_headers import add_safe_headers

LOG = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"

ErrorPage = Callable[[Request, TangthuError], Response]
"""How an error looks to a person at the page."""

MOST_BODY_MB = 1
"""Megabytes of a request that hands in no files (held by the guard)."""

_API_PATHS = ("/api/", "/health/", "/metrics")
_LONGEST_SHOWN = 200


def language_of(request: Request) -> Language:
    """The language of an answer: English if Accept-Language likes it better than Vietnamese, else Vietnamese."""
    liking = {"vi": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(",")[:20]:
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in liking:
            liking[language] = max(liking[language], _weight(weight))
    return "en" if liking["en"] > liking["vi"] else "vi"


def _weight(untrusted_weight: str) -> float:
    name, _, number = untrusted_weight.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0


def problem(error: TangthuError, language: Language, **more: Any) -> JSONResponse:
    """An error as a response. `type` is a URN of the stable `code`."""
    title, remedy = error.title.in_language(language), error.remedy.in_language(language)
    body = {
        "type": f"urn:tangthu:problem:{error.code}",
        "title": title,
        "status": error.http_status,
        "detail": f"{title}. {remedy}.",
        "code": error.code,
        "remedy": remedy,
        **more,
    }
    headers = {"Content-Language": language, "Vary": "Accept-Language", **_when_again(error)}
    return JSONResponse(body, error.http_status, headers, PROBLEM_TYPE)


def _when_again(error: TangthuError) -> dict[str, str]:
    return {"Retry-After": "5"} if error.http_status == 503 else {}


def reason_of(code: str | None, values: Mapping[str, Any], language: Language) -> dict[str, str] | None:
    """A kept error code (of a rejected delivery, a failed page) as {code, title, remedy}; None without one."""
    if code is None:
        return None
    kind = _errors_by_code().get(code, TangthuError)
    try:
        error = kind(**values)
        title, remedy = error.title, error.remedy
    except KeyError:  # written by another version of ours, with other values
        title, remedy = TangthuError().title, TangthuError().remedy
    return {"code": code, "title": title.in_language(language), "remedy": remedy.in_language(language)}


@cache
def _errors_by_code() -> dict[str, type[TangthuError]]:
    return {kind.code: kind for kind in _below(TangthuError)}


def _below(kind: type[TangthuError]) -> Iterator[type[TangthuError]]:
    yield kind
    for further in kind.__subclasses__():
        yield from _below(further)


def answer_with_problems(application: FastAPI, error_page: ErrorPage | None = None) -> None:
    """Makes every error a problem: ours, the framework's, and those that nobody foresaw."""

    def respond(request: Request, error: TangthuError, **more: Any) -> Response:
        if error_page is not None and not request.url.path.startswith(_API_PATHS):
            page = error_page(request, error)
            page.headers.update(_when_again(error))
            return page
        return problem(error, language_of(request), **more)

    @application.exception_handler(TangthuError)
    def _ours(request: Request, error: TangthuError) -> Response:
        if error.http_status >= 500:
            LOG.warning("%s %s: %s", request.method, request.url.path, error)
        return respond(request, error)

    @application.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        return respond(request, _bad_value(error))

    @application.exception_handler(HTTPException)
    def _of_framework(request: Request, error: HTTPException) -> Response:
        response = respond(request, _as_ours(request, error))
        response.headers.update(error.headers or {})
        return response

    @application.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> Response:  # noqa: ARG001 - logged by the server
        # Answered outside of everything else that stands before the application.
        response = respond(request, TangthuError())
        add_safe_headers(response.headers)
        return response


def _bad_value(error: RequestValidationError) -> BadValue:
    """The first thing that is wrong, in our terms."""
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part not in ("query", "path", "body")]
    value = str(first.get("input", ""))[:_LONGEST_SHOWN]
    return BadValue(name=".".join(place) or "body", value=value, expected=first["msg"])


def _as_ours(request: Request, error: HTTPException) -> TangthuError:
    if error.status_code == 404:
        return NotFound(id=request.url.path[:_LONGEST_SHOWN])
    if error.status_code == RequestTooLarge.http_status:
        return RequestTooLarge(megabytes=MOST_BODY_MB)
    known = BadRequest(what=f"{request.method} {request.url.path[:_LONGEST_SHOWN]}")
    return with_status(known, error.status_code)


E = TypeVar("E", bound=TangthuError)


def with_status(error: E, status: int) -> E:
    """The same error answered with another status than its kind's: the framework's own (405), or a refusal (403)."""
    error.http_status = status  # type: ignore[misc]
    return error
