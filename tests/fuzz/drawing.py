"""What is asked: drawn by schemathesis from the OpenAPI document, often of real ids and with bodies that are taken."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET

from tests.fuzz.stock import WORDS, Stock
from tests.hostile.making import plain_pdf

_REAL_ID, _GOOD_BODY, _GOOD_QUERY = 0.85, 0.7, 0.5

Book = Callable[[Random, Stock], Any]

_CLASSES = ("public", "internal", "unit", "named", "secret")


def _access(drawn: Random, _: Stock) -> Any:
    return {
        "unit": drawn.choice(("a1", "a2", "b", "nowhere")),
        "access_class": drawn.choice(_CLASSES),
        "units": drawn.choice(([], ["b"], ["a1", "a2"])),
        "people": drawn.choice(([], ["reader"], ["nobody.at.all"])),
    }


def _correction(drawn: Random, _: Stock) -> Any:
    field, value = drawn.choice(
        (
            ("subject", "Về cầu mới"),
            ("issuer", "SỞ NỘI VỤ"),
            ("issued_on", "2020-02-30"),
            ("nofield", "x"),
            ("number", ""),
        )
    )
    return {"fields": {field: {"value": value}}, "revision": drawn.choice((None, None, None, 1, 2, 7))}


def _signed(drawn: Random, _: Stock) -> Any:
    return {"by": drawn.choice(("", "Trần Thị Ví", "Lan"))}


def _why(drawn: Random, stock: Stock) -> Any:
    return _signed(drawn, stock) | {"why": drawn.choice(("quét nhầm", "quét nhầm", "không phải dấu mật", ""))}


BOOKS: dict[str, Book] = {
    "POST /api/v1/records": lambda drawn, _: {"file": [plain_pdf(f"to trinh {drawn.randrange(4)}")]},
    "PATCH /api/v1/records/{record_id}": _correction,
    "DELETE /api/v1/records/{record_id}": _why,
    "PUT /api/v1/records/{record_id}/access": _access,
    "POST /api/v1/bin/{record_id}/restore": _signed,
    "POST /api/v1/bin/{record_id}/purge-request": _signed,
    "POST /api/v1/bin/{record_id}/purge-confirmation": _signed,
    "POST /api/v1/quarantine/{record_id}/release": _why,
    "POST /api/v1/saved-searches": lambda drawn, _: {"title": "Cầu", "search": {"q": drawn.choice(WORDS)}},
    "POST /api/v1/saved-searches/{search_id}/seen": lambda drawn, _: {"until": drawn.randrange(9)},
    "POST /api/v1/taught": lambda drawn, _: {
        "field": drawn.choice(("issuer", "nofield")), "value": "SỞ NỘI VỤ", "counts": drawn.random() < 0.5
    },
    "POST /api/v1/search/list": lambda drawn, _: "\n".join(drawn.choices(WORDS, k=3)).encode(),
}  # fmt: skip
"""Bodies that a person would send, most of them right: what is drawn from their shapes alone seldom is."""


# A piece of a file (tus 1.0.0) goes over the wire as it is.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def cases(operation: Any) -> st.SearchStrategy[Case]:
    """Requests to one operation: three of four as the document wants them, the others not, where that can be."""
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not (operation.path_parameters or operation.query or operation.body):
        return right
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return st.one_of(right, right, right, wrong)


def made_real(case: Case, drawn: Random, stock: Stock, asker: str) -> Case:
    """The same request, often of something that is there, and often with a body that makes sense."""
    label = f"{case.method} {case.path}"
    for name in case.path_parameters or {}:
        if drawn.random() < _REAL_ID and (real := _real(name, case.path, drawn, stock, asker)) is not None:
            case.path_parameters[name] = real
    if label in BOOKS and drawn.random() < _GOOD_BODY:
        case.body = BOOKS[label](drawn, stock)
        if label.endswith("/search/list"):
            case.media_type = "text/csv"
    if "/search" in case.path and "{" not in case.path and drawn.random() < _GOOD_QUERY:
        case.query = {"q": drawn.choice((*WORDS, "", "loại:QĐ", '"số 1"')), "limit": drawn.randrange(1, 5)}
    if case.path.endswith("/suggest") and drawn.random() < _GOOD_QUERY:
        case.query = {"q": drawn.choice(WORDS)[:3]}
    if "/uploads" in case.path and drawn.random() < _GOOD_QUERY:
        case.headers["Tus-Resumable"] = "1.0.0"
    if case.body is NOT_SET and case.media_type:
        case.media_type = None
    return case


def _real(name: str, path: str, drawn: Random, stock: Stock, asker: str) -> Any:
    if name == "number":
        return drawn.choice((1, 1, 1, 2))
    if name == "search_id":
        return drawn.choice(stock.searches.get(asker) or stock.searches["archivist"])
    for part in ("bin", "quarantine"):
        if f"/{part}/" in path and drawn.random() < _REAL_ID:
            return drawn.choice(stock.ids[part])
    there = stock.ids.get(name)
    return drawn.choice(there) if there else None  # of a direction, a year, an upload: as it was drawn
