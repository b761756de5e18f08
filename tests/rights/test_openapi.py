"""What the guard and the gate answer before a route is reached stands in the OpenAPI document, for each operation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search_api.access.doors import DOORS
from search_api.application import create_application
from search_api.problems import PROBLEM_TYPE
from tests.rights.offices import Offices, offices_in
from tests.serving import at_this_machine

ID = "01jd3v8p7m6x1yq2w3e4r5t6y7"
OPEN = {("GET", "/api/v1/health/live")}


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with offices_in(tmp_path_factory.mktemp("offices"), requests_per_minute=1) as made:
        yield made


def operations(offices: Offices) -> dict[tuple[str, str], dict[str, Any]]:
    paths = offices.application.openapi()["paths"]
    return {(method.upper(), path): one for path, found in paths.items() for method, one in found.items()}


def real(path: str) -> str:
    for name in ("record_id", "delivery_id", "search_id"):
        path = path.replace(f"{{{name}}}", ID)
    return path.replace("{number}", "1")


def expect_documented(operation: dict[str, Any], answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM_TYPE
    assert PROBLEM_TYPE in operation["responses"][str(status)]["content"]


def test_every_operation_says_what_those_get_who_are_refused(offices: Offices) -> None:
    found = operations(offices)
    assert len(found) > 40
    nobody, hasty = offices.client(), offices.client("reader")
    hasty.get("/api/v1/me")
    foreign = offices.client()
    foreign.headers["Origin"] = "http://elsewhere.test"
    elsewhere = at_this_machine(create_application(offices.house.services, hosts=("archive.test",)))
    for (method, path), operation in found.items():
        asked = (method, real(path))
        expect_documented(operation, elsewhere.request(*asked), 421)
        if (method, path) in OPEN:
            assert operation["security"] == []
            continue
        assert operation["security"] == [{"session": []}, {"key": []}]
        expect_documented(operation, nobody.request(*asked), 401)
        if not DOORS[f"{method} {path}"].in_pieces:  # those have a pace of their own
            expect_documented(operation, hasty.request(*asked), 429)
        if method not in ("GET", "HEAD", "OPTIONS"):
            expect_documented(operation, foreign.request(*asked), 403)


def test_a_problem_is_told_under_its_own_type_alone(offices: Offices) -> None:
    document = offices.application.openapi()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for key, operation in operations(offices).items():
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and not key[1].endswith("/health/ready"):
                assert list(answer["content"]) == [PROBLEM_TYPE], (key, status)


def test_the_document_is_the_same_each_time(offices: Offices) -> None:
    assert offices.application.openapi() is offices.application.openapi()


def test_the_page_for_people_is_made_of_it(tmp_path: Path) -> None:
    with offices_in(tmp_path) as offices:
        page = offices.client("reader").get("/docs")
    assert page.status_code == 200
    assert "/api/v1/records/{record_id}/access" in page.text
