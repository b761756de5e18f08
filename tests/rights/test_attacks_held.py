"""What an attacker tried from inside and the house held from the first: kept, so that it goes on holding."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient

from kernel.errors import BadCursor
from kernel.people_errors import TooManyTries, WrongSignIn
from search_api.access.doors import DOORS
from search_api.web.sign_in_page import own_address
from tests.rights.attacking import key_of
from tests.rights.offices import PASSWORD, Offices, offices_in, person_id
from tests.rights.test_matrix import ask

NOWHERE = "01jd3v8p7m6x1yq2w3e4r5t6y7"
HIDDEN = "of another unit"
_OF_RECORDS = sorted(key for key in DOORS if "{record_id}" in key)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with offices_in(tmp_path_factory.mktemp("offices"), tries=3) as made:
        made.records["nowhere"] = NOWHERE
        yield made


@pytest.fixture(scope="module")
def clients(offices: Offices) -> dict[str, TestClient]:
    return {one: offices.client(one) for one in ("reader", "clerk", "archivist", "leader", "first", "administrator")}


@pytest.mark.parametrize("account", ["reader", "archivist", "leader"])
def test_a_hidden_record_and_none_are_told_apart_by_nothing(
    account: str, offices: Offices, clients: dict[str, TestClient]
) -> None:
    # Packed, the pages differ in length by the letters of the ids that were asked for.
    clients[account].headers["Accept-Encoding"] = "identity"
    for key in _OF_RECORDS:
        hidden, nowhere = (ask(clients[account], key, offices, kind) for kind in (HIDDEN, "nowhere"))
        told = [
            (one.status_code, sorted(one.headers.items()), one.text.replace(offices.records[kind], "ID"))
            for one, kind in ((hidden, HIDDEN), (nowhere, "nowhere"))
        ]
        assert told[0] == told[1], key
        assert hidden.status_code in (403, 404), key


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": "*"},
        {"Range": "bytes=0-10"},
        {"Range": "bytes=99999999-"},
        {"If-Range": "*", "Range": "bytes=0-"},
        {"If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"},
        {"X-HTTP-Method-Override": "GET"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
        {"X-Original-URL": "/health/live", "X-Rewrite-URL": "/health/live"},
        {"Authorization": "Basic cmVhZGVyOng="},
    ],
)
def test_no_header_opens_a_hidden_record(
    headers: dict[str, str], offices: Offices, clients: dict[str, TestClient]
) -> None:
    record = offices.records[HIDDEN]
    for rest in ("/original", "/pages/1/image", "/text", ""):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = clients["reader"].request(method, f"/api/v1/records/{record}{rest}", headers=headers)
            assert answer.status_code in (404, 405), (method, rest, answer.status_code)
            assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "//api/v1/records/{id}",
        "/api/v1//records/{id}",
        "/api/v1/records/{id}/",
        "/api/v1/records/{id}%0a",
        "/api/v1/records/{id}%00",
        "/api/v1/records/{id};x",
        "/api/v1/records%2f{id}",
        "/api/v1/records/x%2f..%2f{id}",
        "/api/v1/bin/../records/{id}/text",
        "/static/..%2f..%2f..%2fdata%2fcatalogue.db",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/API/V1/records/{id}",
        "/api/v1/records/{id}/original%23",
        "/van-ban/{id}/trang/1/manh%3fregion=0,0,1,1",
    ],
)
@pytest.mark.parametrize("account", ["", "reader"])
def test_no_way_of_writing_a_path_leads_past_the_gate(
    path: str, account: str, offices: Offices, clients: dict[str, TestClient]
) -> None:
    client = clients[account] if account else offices.client()
    for kind in (HIDDEN, "of the unit") if not account else (HIDDEN,):
        answer = client.get(path.replace("{id}", offices.records[kind]))
        assert answer.status_code in (303, 401, 404), answer.status_code
        assert "Cầu" not in answer.text


def test_this_machine_is_known_by_where_it_is_and_not_by_what_it_says(offices: Offices) -> None:
    for headers in ({"Host": "localhost"}, {"Host": "127.0.0.1:8000"}, {"X-Forwarded-For": "127.0.0.1"}):
        for path in ("/api/v1/search", "/metrics", "/health/ready", "/api/v1/status"):
            assert offices.client().get(path, headers=headers).status_code == 401, (headers, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "http://archive.test.evil.com"},
        {"Origin": "http://evil.com#archive.test"},
        {"Origin": "http://archive.test@evil.com"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "Same-Origin, cross-site"},
    ],
)
def test_no_page_of_another_site_changes_anything(
    headers: dict[str, str], offices: Offices, clients: dict[str, TestClient]
) -> None:
    for path in ("/khoa", "/tai-khoan/khoa-api", f"/van-ban/{offices.records['of the unit']}/bo"):
        assert clients["archivist"].post(path, data={"why": "x"}, headers=headers).status_code == 403, path
    assert clients["archivist"].get("/api/v1/me").status_code == 200, "not even locked"


def test_nothing_is_done_by_getting(offices: Offices, clients: dict[str, TestClient]) -> None:
    changing = {key.partition(" ")[2] for key in DOORS if not key.startswith("GET ")}
    only = sorted(changing - {key.partition(" ")[2] for key in DOORS if key.startswith("GET ")})
    for path in only:
        filled = re.sub(r"\{record_id\}", offices.records["of the unit"], path)
        filled = re.sub(r"\{\w+\}", "khoi-phuc", filled)
        answer = clients["first"].get(f"{filled}?_method=POST", headers={"X-HTTP-Method-Override": "DELETE"})
        # 422: the address of another door that only reads, with words that it does not know.
        assert answer.status_code in (405, 422), filled


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("PATCH", "", {"fields": {"subject": "x"}, "unit": "a2"}),
        ("PATCH", "", {"fields": {"access_class": "public"}}),
        ("PATCH", "", {"fields": {"unit": "a2"}}),
        ("PATCH", "", {"fields": {"digest": "0"}}),
        ("PUT", "/access", {"unit": "a1", "access_class": "unit", "state": "quarantined"}),
        ("PUT", "/access", {"unit": "a1", "access_class": "quarantine"}),
        ("PUT", "/access", {"unit": "a1", "access_class": "unit", "units": ["*"]}),
        ("PUT", "/access", {"unit": "a1\nperson:reader", "access_class": "unit"}),
        ("PUT", "/access", {"unit": "a1", "access_class": "unit", "people": ["reader\nunit:b"]}),
    ],
)
def test_no_more_is_set_than_may_be(
    method: str, rest: str, body: dict[str, Any], offices: Offices, clients: dict[str, TestClient]
) -> None:
    record = offices.records["of the unit"]
    before = clients["archivist"].get(f"/api/v1/records/{record}").json()
    answer = clients["archivist"].request(method, f"/api/v1/records/{record}{rest}", json=body)
    assert answer.status_code in (403, 422), answer.text
    assert clients["archivist"].get(f"/api/v1/records/{record}").json() == before


def test_a_cursor_of_one_who_sees_more_shows_no_more(offices: Offices, clients: dict[str, TestClient]) -> None:
    asked = {"q": "cây cầu", "limit": 1, "sort": "newest"}
    seen = {
        hit["record_id"] for hit in clients["reader"].get("/api/v1/search", params=asked | {"limit": 50}).json()["hits"]
    }
    cursor = clients["first"].get("/api/v1/search", params=asked).json()["next_cursor"]
    found = []
    while cursor:
        answer = clients["reader"].get("/api/v1/search", params=asked | {"cursor": cursor}).json()
        found += [hit["record_id"] for hit in answer["hits"]]
        cursor = answer["next_cursor"]
    assert set(found) <= seen
    for forged in ("AAAA", "x" * 80, "e30", "é"):
        answer = clients["reader"].get("/api/v1/search", params=asked | {"cursor": forged})
        assert (answer.status_code, answer.json()["code"]) == (BadCursor.http_status, BadCursor.code)


def test_sessions_and_keys_of_others_are_ended_by_nobody(offices: Offices, clients: dict[str, TestClient]) -> None:
    key = key_of(offices, clients["clerk"], ["records:read"])
    with offices.house.catalogue.reading() as unit:
        clerk = person_id(offices, "clerk")
        sessions, keys = unit.sessions.of_person(clerk), unit.sessions.keys_of(clerk)
    for one in sessions:
        clients["reader"].post("/tai-khoan/ket-thuc-phien", data={"session": one.id})
    for made in keys:
        clients["reader"].post("/tai-khoan/bo-khoa-api", data={"key": made.id})
    assert clients["clerk"].get("/api/v1/me").status_code == 200
    program = offices.client()
    program.headers["Authorization"] = f"Bearer {key}"
    assert program.get("/api/v1/me").status_code == 200


def test_a_session_that_was_planted_is_not_taken_up(offices: Offices) -> None:
    victim = offices.client()
    victim.cookies.set("tangthu_session", "planted-by-an-attacker-who-knows-it-aaaaaaa")
    form = {"account": "leader", "password": PASSWORD, "code": "", "tiep": "/"}
    cookie = victim.post("/dang-nhap", data=form).headers.get_list("set-cookie")[-1]
    assert "planted" not in cookie
    assert offices.client("leader", "planted-by-an-attacker-who-knows-it-aaaaaaa").get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "target",
    ["//evil", "/\\evil", "http://evil", "\t//evil", "/\t/evil", "javascript:x", "/moi/x", "/dang-xuat", "", "é"],
)
def test_signing_in_leads_to_no_other_house(target: str) -> None:
    assert own_address(target) == "/"


def test_other_ways_of_writing_an_account_are_counted_as_the_same(offices: Offices) -> None:
    for account in ("ghost", " GHOST", "Ghost "):
        with pytest.raises(WrongSignIn):
            offices.sign_in(account, "x")
    with pytest.raises(TooManyTries):
        offices.sign_in("gHost", "x")


def at_once(*doing: Callable[[], object]) -> list[object]:
    """What each returned or raised; all of them begun together."""
    ready, found = threading.Barrier(len(doing)), list[object]()

    def run(one: Callable[[], object]) -> None:
        ready.wait()
        try:
            found.append(one())
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in doing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_code_opens_one_session_however_many_ask_at_once(offices: Offices) -> None:
    secret = pyotp.random_base32()
    person = person_id(offices, "administrator")
    offices.house.catalogue.write(lambda unit: unit.people.set_totp(person, secret))
    code = pyotp.TOTP(secret).now()
    opened = at_once(*[lambda: offices.sign_in("administrator", code=code)] * 4)
    assert sum(isinstance(one, str) for one in opened) == 1


def test_one_person_at_two_machines_does_not_purge(offices: Offices) -> None:
    record = offices.house.enter("xóa nhanh", unit="a1", access_class="unit")
    here, there = offices.client("archivist"), offices.client("archivist")
    here.request("DELETE", f"/api/v1/records/{record}", json={"why": "x"})
    asked = [
        lambda one=one, step=step: one.post(f"/api/v1/bin/{record}/{step}", json={"by": f"Ai {step}"}).status_code
        for one in (here, there)
        for step in ("purge-request", "purge-confirmation")
    ]
    assert set(map(int, map(str, at_once(*asked)))) <= {200, 409}  # type: ignore[arg-type]
    with offices.house.catalogue.reading() as unit:
        assert unit.records.find(record) is not None


@pytest.mark.parametrize(
    "name", ['a"b.pdf', "a\r\nSet-Cookie: x=1.pdf", "a;filename=b.html", "../../etc/passwd", "\u202efdp.exe"]
)
def test_no_file_name_breaks_out_of_its_header(name: str, offices: Offices) -> None:
    record = offices.house.enter("tên tệp", unit="a1", access_class="unit", file_name=name)
    client = offices.client("clerk")
    for rest in ("/original", "/hocr"):
        answer = client.get(f"/api/v1/records/{record}{rest}")
        told = answer.headers.get("content-disposition", "attachment")
        assert told.startswith("attachment") and "\n" not in told and "\r" not in told
        assert "x=1" not in str(answer.headers.get("set-cookie", ""))
        if answer.status_code == 200:
            assert "sandbox" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=x>'])
def test_what_is_typed_is_shown_and_never_run(text: str, offices: Offices, clients: dict[str, TestClient]) -> None:
    client = clients["archivist"]
    pages = [
        client.get("/", params={"q": text}),
        client.get(f"/van-ban/{text.replace('/', '')}"),
        client.post("/tim-kiem-da-luu", data={"q": text, "title": text}),
        client.get("/tim-kiem-da-luu"),
        client.post(f"/van-ban/{offices.records['of the unit']}/quyen", data={"unit": text, "access_class": "unit"}),
    ]
    for page in pages:
        assert text not in page.text or "<" not in text
        if page.status_code != 303:
            policy = page.headers["content-security-policy"]
            assert "unsafe" not in policy and "script-src 'self'" in policy
