"""The matrix of rights: every address, asked by everybody, of every kind of record, answers as the file says.

`matrix.toml` is written by hand: it is not made from the doors or the policy that it holds to account.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from kernel.people_errors import NotAllowed
from search_api.access.doors import DOORS, Who
from search_api.access.gate import OWN_PAGE, PEOPLE_PAGE
from search_api.access.policy import Permission
from tests.rights.offices import ACTORS, KINDS, Offices, offices_in, person_id
from tests.rights.routes import routes_of

FILE = Path(__file__).parent / "matrix.toml"
MATRIX: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
ASKERS = ("nobody", *ACTORS)
_BODIES: dict[str, Any] = {
    "PUT": {"unit": "a1", "access_class": "nothing"},
    "PATCH": {"fields": {}},
}
"""Asked in full, but of no effect: what matters is who gets as far as to be told so."""
_NOT_ALLOWED = (NotAllowed(permission="").title.vi.strip(), "Bạn chưa có quyền: ")
"""The API's words and the page's."""


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with offices_in(tmp_path_factory.mktemp("offices")) as made:
        yield made


@pytest.fixture(scope="module")
def tokens(offices: Offices) -> dict[str, str]:
    return {actor: offices.sign_in(actor) for actor in ACTORS}


def test_every_route_has_its_door_and_its_row(offices: Offices) -> None:
    routes = routes_of(offices.application)
    assert sorted(routes - DOORS.keys()) == [], "routes without a door: nobody who signs in could reach them"
    assert sorted(DOORS.keys() - routes) == [], "doors that lead nowhere"
    assert sorted(DOORS.keys() ^ MATRIX.keys()) == [], "the matrix has a row for each door"


def test_no_door_is_open_to_anybody_but_these() -> None:
    open_doors = {key for key, door in DOORS.items() if door.who is Who.ANYBODY and door.permission is None}
    assert open_doors == {
        "GET /health/live",
        "GET /api/v1/health/live",
        "GET /static/{name}",
        "GET /huong-dan",
        "GET /huong-dan/{name}",
        "GET /dang-nhap",
        "POST /dang-nhap",
        "POST /dang-nhap/mot-lan",
        "GET /dang-nhap/mot-lan/ve",
        "POST /mo-khoa",
        "GET /moi/{token}",
        "POST /moi/{token}",
        "POST /moi/{token}/mot-lan",
    }


def test_permissions_are_named_by_the_rule() -> None:
    for permission in Permission:
        noun, _, verb = permission.value.partition(":")
        assert verb.isalpha() and (noun.endswith("s") or noun in ("people", "bin", "house")), permission
    assert {door.permission for door in DOORS.values()} - {None} <= set(Permission)


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("key", sorted(MATRIX))
def test_each_cell(key: str, asker: str, offices: Offices, tokens: dict[str, str]) -> None:
    with_record = "{record_id}" in key
    assert isinstance(MATRIX[key], dict) == with_record, "of a record: for each kind of it"
    client = client_for(offices, tokens, key, asker)
    for kind in KINDS if with_record else ("",):
        allowed = allowed_to(key, kind)
        assert set(allowed) <= {*ASKERS}, allowed
        assert gets_in(offices, client, key, kind) == (asker in allowed), (key, asker, kind)


def allowed_to(key: str, kind: str) -> list[str]:
    """Who gets through by the file; `kind`: of the record, empty where there is none."""
    row = MATRIX[key]
    allowed: list[str] = row[kind] if kind else row
    return allowed


def client_for(offices: Offices, tokens: dict[str, str], key: str, asker: str) -> TestClient:
    """Somebody who has signed in, anew where this ends the session."""
    ends_session = key in ("POST /dang-xuat", "POST /khoa")
    actor = "" if asker == "nobody" else asker
    return offices.client(actor, "" if ends_session else tokens.get(actor, ""))


def gets_in(offices: Offices, client: TestClient, key: str, kind: str) -> bool:
    """Whether the one at this client gets through the door."""
    return passed(offices, ask(client, key, offices, kind))


def ask(client: TestClient, key: str, offices: Offices, kind: str) -> Any:
    method, _, pattern = key.partition(" ")
    path = (
        pattern.replace("{record_id}", offices.records.get(kind, ""))
        .replace("{number}", "1")
        .replace("/huong-dan/{name}", "/huong-dan/van-thu")
        .replace("{name}", "app.css")
        .replace("{search_id}", "01jd3v8p7m6x1yq2w3e4r5t6y7")
        .replace("{upload_id}", "01jd3v8p7m6x1yq2w3e4r5t6y7")
        .replace("{delivery_id}", "01jd3v8p7m6x1yq2w3e4r5t6y7")
        .replace("{batch}", "01jd3v8p7m6x1yq2w3e4r5t6y7")
        .replace("{person_id}", person_id(offices, "reader"))
        .replace("{token}", "none")
    )
    path = path.replace("{step}", _step(pattern))
    query = "?region=0,0,1,1" if pattern.endswith("/manh") else ""
    if path.startswith("/api/") and method in ("POST", "PATCH", "PUT", "DELETE"):
        return client.request(method, path + query, json=_BODIES.get(method, {}))
    return client.request(method, path + query, data={"unit": "a1"} if path.endswith("/quyen") else None)


def _step(pattern: str) -> str:
    if "/mot-lan/" in pattern:
        return "bo-lien-ket"
    steps = {
        "/ho-so": "sua",
        "/so": "sua",
        "/thung-rac": "khoi-phuc",
        "/tim-kiem": "da-xem",
        "/tai-khoan": "khoa-api",
        "/nguoi-dung": "ten",
        "/tiep-nhan": "thu-lai",
    }
    return next((step for start, step in steps.items() if pattern.startswith(start)), "")


def passed(offices: Offices, answer: Any) -> bool:
    """Whether it got as far as the route, and the route did what it was asked or said what was wrong with that."""
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    reached = offices.reached.pop()
    if not reached:
        to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/dang-nhap")
        # Who may not search is led from the root to the page that is theirs.
        to_own = answer.status_code == 303 and answer.headers["location"] in (OWN_PAGE, PEOPLE_PAGE)
        assert to_sign_in or to_own or answer.status_code in (401, 403, 404), answer.status_code
    return reached and not (answer.status_code == 403 and any(words in answer.text for words in _NOT_ALLOWED))
