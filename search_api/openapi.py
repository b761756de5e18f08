"""The OpenAPI document: what FastAPI knows of the routes, and what is answered before a route is reached.

The guard and the gate refuse by rules of their own (`search_api.guarding`, `search_api.access.gate`). What they may
answer follows from the door of each address, so that it is told here for all of them, and by no route.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from fastapi import FastAPI

from search_api.access.doors import DOORS, Door, Who
from search_api.people.cookies import PLAIN, SECURE
from search_api.problems import PROBLEM_TYPE

_SAFE = frozenset({"get", "head", "options"})
_PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemShape"}}
_OF_FRAMEWORK = ("HTTPValidationError", "ValidationError")
_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE,
        "description": f"Of somebody who has signed in; over plain HTTP its name is {PLAIN}",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, made on the page of one's account"},
}

Operation = dict[str, Any]
"""An operation as it stands in the document."""


def described_by(application: FastAPI) -> Callable[[], dict[str, Any]]:
    """What gives the application's document; it is made once, at the first asking."""

    @cache
    def described() -> dict[str, Any]:
        # Of a copy: the framework keeps its own, which another thread may be reading.
        return _whole(deepcopy(FastAPI.openapi(application)))

    return described


def _whole(document: dict[str, Any]) -> dict[str, Any]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _tell(operation, method, path)
    components = document["components"]
    for name in _OF_FRAMEWORK:
        components["schemas"].pop(name, None)
    components["securitySchemes"] = _SCHEMES
    return document


def _tell(operation: Operation, method: str, path: str) -> None:
    door = DOORS[f"{method.upper()} {path}"]
    answers: dict[str, Any] = operation["responses"]
    for status in refusals(door, method, path, body="requestBody" in operation):
        answers.setdefault(str(status), {"description": "A problem"}).setdefault("content", {})[PROBLEM_TYPE] = _PROBLEM
    for code, answer in answers.items():
        if code == "422" or (PROBLEM_TYPE in answer.get("content", {}) and _is_twice(answer["content"])):
            answer["content"] = {PROBLEM_TYPE: _PROBLEM}
    operation["responses"] = dict(sorted(answers.items()))
    operation["security"] = [] if _is_open(door) else [{name: []} for name in _SCHEMES]


def _is_twice(content: dict[str, Any]) -> bool:
    """Whether a problem stands there under the type of a right answer too: the framework adds it to every model."""
    return all(one.get("schema") == _PROBLEM["schema"] for one in content.values())


def refusals(door: Door, method: str, path: str, *, body: bool) -> Iterator[int]:
    """The statuses with which a request may be refused before it reaches its route, or while its body is read."""
    yield 421
    if body:
        yield from (400, 413)
    if not _is_open(door):
        yield from (401, 429, 503)
    if method not in _SAFE or door.permission is not None:
        yield 403
    if door.permission is not None and "{record_id}" in path:
        yield 404


def _is_open(door: Door) -> bool:
    return door.permission is None and door.who is Who.ANYBODY
