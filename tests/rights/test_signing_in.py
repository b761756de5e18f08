"""Signing in and what follows from it, over HTTP as a browser and a program do it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select, update

from archive import people_tables
from kernel.clock import now
from kernel.people_errors import LinkUsed, NotSignedIn, TooManyTries, WeakPassword, WrongSignIn
from mappings.people import Grant, Role
from search_api.application import create_application
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.people import passwords, signing
from search_api.people.entering import Entering, first_link
from search_api.people.passwords import checked
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.rights.offices import PASSWORD, Offices, offices_in, person_id
from tests.serving import at_this_machine, search_house

COOKIE = "tangthu_session"
NEW = "một mật khẩu khác 9"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path, tries=3) as made:
        yield made


def sign_in_form(account: str, password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"account": account, "password": password, "code": "", "tiep": "/tai-khoan", **more}


def test_the_first_administrator_comes_by_a_link_that_works_once(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as house:
        application = create_application(
            house.services, pages=web_router(house.services), error_page=error_page_in("vi")
        )
        here = at_this_machine(application, follow_redirects=False)
        away = at_this_machine(application, follow_redirects=False, base_url="http://office", client=("10.0.0.9", 1))
        record_id = house.enter("giấy tờ")
        house.index()
        assert here.get("/api/v1/search").status_code == 200, "without accounts the machine itself needs none"
        assert away.get("/api/v1/search").json()["code"] == "set-up-first"
        assert at_this_machine(application, base_url="http://office").get("/api/v1/search").status_code == 401, (
            "a proxy on this machine calls the house by its name"
        )
        former, token = first_link(house.catalogue), first_link(house.catalogue)
        form = {"account": "An.NV", "name": "Nguyễn Văn An", "password": PASSWORD, "again": PASSWORD}
        assert away.post(f"/moi/{former}", data=form).status_code == 404, "a later link takes its place"
        assert away.post(f"/moi/{token}", data=form | {"again": "x"}).status_code == 422
        assert away.post(f"/moi/{token}", data=form | {"password": "ngắn", "again": "ngắn"}).status_code == 422
        assert away.post(f"/moi/{token}", data=form).status_code == 303
        assert away.post(f"/moi/{token}", data=form | {"account": "second"}).status_code == 404
        assert first_link(house.catalogue) is None
        assert here.get("/api/v1/search").json()["code"] == "not-signed-in", "from now on here too"
        answer = away.post("/dang-nhap", data=sign_in_form("an.nv"))
        assert answer.headers["location"] == "/tai-khoan"
        away.headers["Origin"] = "http://office"
        assert away.get(f"/api/v1/records/{record_id}").status_code == 200, "records of units that nobody entered too"
        assert away.get("/nguoi-dung").status_code == 200
        with house.catalogue.reading() as unit:
            told = [row.detail["what"] for row in unit.events.rows() if row.type == "access administration"]
        assert told == ["first-administrator", "sign-in"]
    engine.close()


def test_the_cookie_is_for_this_house_alone(offices: Offices) -> None:
    client = offices.client()
    cookie = client.post("/dang-nhap", data=sign_in_form("clerk")).headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie and "Domain" not in cookie
    client.base_url = "https://archive.test"
    client.headers["Origin"] = "https://archive.test"
    secure = client.post("/dang-nhap", data=sign_in_form("clerk")).headers.get_list("set-cookie")[-1]
    assert secure.startswith("__Host-tangthu=") and "Secure" in secure
    token = offices.sign_in("clerk")
    client.cookies.clear()
    client.cookies.set(COOKIE, token)
    assert client.get("/api/v1/me").status_code == 401, "over HTTPS a cookie that was set without counts for nothing"


def test_a_change_by_a_cookie_must_come_from_a_page_of_ours(offices: Offices) -> None:
    client = offices.client("archivist")
    address = f"/api/v1/records/{offices.records['of the unit']}"
    del client.headers["Origin"]
    assert client.patch(address, json={"fields": {}}).json()["code"] == "foreign-site"
    assert (
        client.patch(address, json={"fields": {}}, headers={"Origin": "http://evil"}).json()["code"] == "foreign-site"
    )
    assert client.patch(address, json={"fields": {}}, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert client.patch(address, json={"fields": {}}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 422


def test_all_that_can_be_wrong_is_told_alike(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = person_id(offices, "leader")
    offices.house.catalogue.write(lambda unit: unit.people.close(closed, now()))
    worked: list[str | None] = []
    fits = passwords.fits
    monkeypatch.setattr(signing, "fits", lambda typed, kept: worked.append(kept) or fits(typed, kept))
    client = offices.client()
    told = {
        (answer.status_code, re.sub(r'value="[^"]*"', "", answer.text))
        for account, password in (("reader", "x"), ("nobody-here", PASSWORD), ("leader", PASSWORD), ("\x00", "x"))
        for answer in [client.post("/dang-nhap", data=sign_in_form(account, password))]
    }
    assert len(told) == 1 and next(iter(told))[0] == 403
    assert len(worked) == 4, "a password is hashed for an account that is not there, and for one that is closed"


@pytest.mark.usefixtures("passwords_as_they_are")
def test_hashing_takes_the_same_work_without_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords._HASHER

    class Counting:
        def verify(self, kept: str, text: str) -> bool:
            verified.append(kept)
            return real.verify(kept, text)

        def hash(self, text: str) -> str:
            return real.hash(text)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert not passwords.fits("x", None) and not passwords.fits("x", passwords.hashed("y" * 12))
    parameters = {kept.rpartition("$")[0].rpartition("$")[0] for kept in verified}
    assert len(verified) == 2 and len(parameters) == 1 and "argon2id" in parameters.pop()


def test_who_guesses_has_to_wait_and_nobody_else(offices: Offices) -> None:
    for _ in range(3):
        with pytest.raises(WrongSignIn):
            offices.sign_in("clerk", "x")
    with pytest.raises(TooManyTries):
        offices.sign_in("clerk")
    assert offices.signing.sign_in("clerk", PASSWORD, "", "10.0.0.10", ""), "the person, at another machine"
    assert offices.sign_in("reader"), "another person at the same machine"
    for _ in range(3):
        with pytest.raises(WrongSignIn):
            offices.sign_in("not-there", "x")
    with pytest.raises(TooManyTries):
        offices.sign_in("not-there", "x")
    offices.house.catalogue.write(
        lambda unit: unit.sessions._connection.execute(
            update(people_tables.attempt).values(since=now() - timedelta(minutes=16))
        )
    )
    assert offices.sign_in("clerk")


def test_a_locked_session_shows_nothing_until_its_password(offices: Offices) -> None:
    client = offices.client("clerk")
    assert client.get("/api/v1/me").json()["account"] == "clerk"
    assert client.post("/khoa").headers["location"] == "/dang-nhap"
    assert client.get("/api/v1/me").status_code == 401
    assert "Nguyễn clerk (clerk)" in client.get("/dang-nhap").text
    assert client.post("/mo-khoa", data={"password": "x"}).status_code == 403
    assert client.post("/mo-khoa", data={"password": PASSWORD, "tiep": "//evil.test/"}).headers["location"] == "/"
    assert client.get("/api/v1/me").status_code == 200
    client.post("/khoa")
    former = client.cookies[COOKIE]
    assert client.post("/dang-nhap", data=sign_in_form("reader")).status_code == 303
    assert client.get("/api/v1/me").json()["account"] == "reader"
    with pytest.raises(NotSignedIn):
        offices.signing.of_session(former)


def test_signing_out_ends_it_on_the_server(offices: Offices) -> None:
    client = offices.client("clerk")
    token = client.cookies[COOKIE]
    answer = client.post("/dang-xuat")
    assert answer.headers["clear-site-data"] == '"cache"'
    with pytest.raises(NotSignedIn):
        offices.signing.of_session(token)


@pytest.mark.parametrize("column", ["seen_at", "ends_at"])
def test_a_session_ends_by_itself(offices: Offices, column: str) -> None:
    token = offices.sign_in("clerk")
    late = {"seen_at": now() - timedelta(minutes=30), "ends_at": now()}[column]
    with offices.house.catalogue.connection_for_moving() as connection:
        connection.execute(update(people_tables.session).values({column: late}))
        connection.commit()
    assert offices.client("clerk", token).get("/api/v1/me").status_code == 401


def test_a_new_password_ends_all_other_sessions(offices: Offices) -> None:
    here, elsewhere = offices.client("clerk"), offices.client("clerk")
    form = {"old": PASSWORD, "password": NEW}
    assert here.post("/tai-khoan/mat-khau", data=form | {"old": "x"}).status_code == 403
    assert here.post("/tai-khoan/mat-khau", data=form | {"password": "clerk123456"}).status_code == 422
    assert here.post("/tai-khoan/mat-khau", data=form).status_code == 303
    assert here.get("/api/v1/me").status_code == 200 and elsewhere.get("/api/v1/me").status_code == 401
    with pytest.raises(WrongSignIn):
        offices.sign_in("clerk")
    assert offices.sign_in("clerk", NEW)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "1234567890", "MatKhau123456", "my clerk password"])
def test_what_is_easily_guessed_is_no_password(password: str) -> None:
    with pytest.raises(WeakPassword):
        checked(password, "clerk")


def test_a_code_is_asked_for_and_taken_once(offices: Offices) -> None:
    client = offices.client("clerk")
    secret = re.search(r'name="secret" value="(\w+)"', client.get("/tai-khoan?ma=1").text)[1]
    form = {"secret": secret, "code": "000000", "old": PASSWORD}
    assert client.post("/tai-khoan/ma-xac-thuc", data=form).status_code == 403
    code = pyotp.TOTP(secret).now()
    assert client.post("/tai-khoan/ma-xac-thuc", data=form | {"code": code}).status_code == 303
    with pytest.raises(WrongSignIn):
        offices.sign_in("clerk")
    code = pyotp.TOTP(secret).at(now(), counter_offset=1)  # the one that set it up was taken
    assert offices.sign_in("clerk", code=code)
    with pytest.raises(WrongSignIn):
        offices.sign_in("clerk", code=code)


def test_a_key_has_its_scopes_its_end_and_no_page(offices: Offices) -> None:
    client = offices.client("clerk")
    form = {"name": "máy quét", "scopes": ["records:add", "people:manage"], "days": "30", "old": PASSWORD}
    page = client.post("/tai-khoan/khoa-api", data=form).text
    key = re.search(r'id="new-key">(tangthu_[\w-]+)<', page)[1]
    assert key not in client.get("/tai-khoan").text
    program = offices.client()
    program.headers["Authorization"] = f"Bearer {key}"
    assert program.get("/api/v1/me").json()["permissions"] == {"records:add": ["a1"]}
    assert program.get("/api/v1/search").json()["code"] == "not-allowed"
    assert program.get("/tai-khoan").status_code in (303, 401), "no page opens to a key"
    assert program.get("/api/v1/me", headers={"Authorization": "Bearer tangthu_wrong"}).status_code == 401
    withdrawn = Grant(person_id(offices, "clerk"), "a1", Role.CLERK)
    offices.house.catalogue.write(lambda unit: unit.people.withdraw(withdrawn))
    assert program.get("/api/v1/me").json()["permissions"] == {}, "never more than its person has now"
    with offices.house.catalogue.connection_for_moving() as connection:
        connection.execute(update(people_tables.api_key).values(ends_at=now()))
        connection.commit()
    assert program.get("/api/v1/me").status_code == 401


def test_no_secret_is_kept_as_it_is(offices: Offices) -> None:
    token = offices.sign_in("clerk")
    link = first_link(offices.house.catalogue)
    assert link is None
    with offices.house.catalogue.connection_for_moving() as connection:
        kept = str([connection.execute(select(table)).all() for table in people_tables.metadata.sorted_tables])
    assert PASSWORD not in kept and token not in kept


def test_what_one_saw_is_kept_by_no_cache_for_the_next(offices: Offices) -> None:
    client, record = offices.client("clerk"), offices.records["of the unit"]
    for path in (f"/van-ban/{record}", f"/api/v1/records/{record}", f"/api/v1/records/{record}/pages/1/image", "/"):
        answer = client.get(path)
        assert answer.headers["cache-control"] in ("no-store", "private, no-cache"), path
        assert {"Cookie", "Authorization"} <= set(re.split(r",\s*", answer.headers["vary"])), path


def test_who_saw_what_is_in_the_chain_and_on_the_page(offices: Offices) -> None:
    record = offices.records["of the unit"]
    for _ in range(3):
        offices.client("reader").get(f"/van-ban/{record}")
    offices.client("reader").get("/van-ban/01jd3v8p7m6x1yq2w3e4r5t6y7")
    offices.client("reader").get("/api/v1/search.csv?q=cầu")
    page = offices.client("leader").get(f"/ai-da-xem?van-ban={record}").text
    assert page.count("Nguyễn reader (reader)") == 1, "once in ten minutes"
    with offices.house.catalogue.reading() as unit:
        rows = [row for row in unit.events.rows() if row.agent == "Nguyễn reader (reader)"]
    shown = [row.detail["shown"] for row in rows if row.type == "dissemination"]
    assert [(one[0], one[1]) for many in shown for one in many] == [(record, "opened")]
    assert [row.detail["what"] for row in rows if row.type == "exporting"] == ["/api/v1/search.csv"]
    other = offices.records["of another unit"]
    offices.client("first").get(f"/van-ban/{other}")
    assert "Nguyễn first" not in offices.client("leader").get("/ai-da-xem").text, "of units of their own alone"


def test_a_purge_takes_two_accounts_whatever_they_call_themselves(offices: Offices) -> None:
    record = offices.records["of the unit"]
    archivist, leader = offices.client("archivist"), offices.client("leader")
    gone = archivist.request("DELETE", f"/api/v1/records/{record}", json={"by": "Ai đó", "why": "nhầm"})
    assert gone.json()["by"] == "Nguyễn archivist (archivist)", "nobody signs with another's name"
    assert archivist.post(f"/api/v1/bin/{record}/purge-request", json={}).status_code == 200
    archivist_id = person_id(offices, "archivist")
    offices.house.catalogue.write(lambda unit: unit.people.rename(archivist_id, "Tên Khác"))
    again = archivist.post(f"/api/v1/bin/{record}/purge-confirmation", json={})
    assert again.json()["code"] == "second-person-needed"
    assert leader.post(f"/api/v1/bin/{record}/purge-confirmation", json={}).status_code == 200


def test_saved_searches_are_their_owners(offices: Offices) -> None:
    clerk, reader = offices.client("clerk"), offices.client("reader")
    made = clerk.post("/api/v1/saved-searches", json={"search": {"q": "cầu"}}).json()
    assert made["owner"] == "Nguyễn clerk (clerk)"
    assert reader.get("/api/v1/saved-searches").json()["searches"] == []
    for method, path in (("GET", "/alerts"), ("DELETE", ""), ("GET", "/feed.atom")):
        assert reader.request(method, f"/api/v1/saved-searches/{made['id']}{path}").status_code == 404
    assert reader.post(f"/api/v1/saved-searches/{made['id']}/seen", json={"until": 1}).status_code == 404
    assert len(clerk.get("/api/v1/saved-searches").json()["searches"]) == 1


def test_nobody_has_more_requests_than_the_setting(tmp_path: Path) -> None:
    with offices_in(tmp_path, requests_per_minute=5) as offices:
        client = offices.client("clerk")
        statuses = {client.get("/api/v1/me").status_code for _ in range(12)}
        assert statuses == {200, 429}
        assert offices.client("reader").get("/api/v1/me").status_code == 200


def test_a_link_ends(offices: Offices) -> None:
    first = offices.client("first")
    made = first.post("/nguoi-dung", data={"account": "moi", "name": "Người Mới", "unit": "a1", "role": "reader"}).text
    token = re.search(r"/moi/([\w-]+)<", made)[1]
    entering = Entering(offices.house.catalogue)
    assert entering.whose(token).account == "moi"
    with offices.house.catalogue.connection_for_moving() as connection:
        connection.execute(update(people_tables.one_time_link).values(ends_at=now()))
        connection.commit()
    with pytest.raises(LinkUsed):
        entering.choose_password(token, NEW)


def test_a_house_can_ask_everybody_from_the_first_moment(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as house:
        options = replace(house.services.signing, always=True)
        application = create_application(replace(house.services, signing=options))
        assert at_this_machine(application).get("/api/v1/search").status_code == 401
    engine.close()
