"""Signing in by a provider of the office, a real one: from the button to the session, and all that may come between."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select, update

from archive import people_tables
from kernel.clock import now
from kernel.errors import BadValue, NotFound
from kernel.oidc_errors import IdentityTaken, NotLinked, OnlyWayIn, ProviderAway, SignInOver
from kernel.people_errors import NotAllowed, OwnRoles
from search_api.oidc.linking import LinkingService
from search_api.oidc.options import OidcOptions
from tests.rights.at_provider import (
    BACK,
    BEGIN,
    BEGUN,
    DROP,
    HOME,
    LINK,
    SESSION,
    account_of,
    begun,
    come_back,
    linked,
    offices_by,
    onward,
    signed_in_by,
)
from tests.rights.offices import PASSWORD, Offices, offices_in, person_id
from tests.servers.oidc_provider import AtProvider, OidcServer, new_key, oidc_server


@pytest.fixture(scope="module")
def server() -> Iterator[OidcServer]:
    with oidc_server(BACK) as started:
        yield started


@pytest.fixture
def offices(server: OidcServer, tmp_path: Path) -> Iterator[Offices]:
    with offices_by(server, tmp_path) as made:
        yield made


def told(offices: Offices) -> list[str]:
    with offices.house.catalogue.reading() as unit:
        return [row.detail["what"] for row in unit.events.rows() if row.type == "access administration"]


def people(offices: Offices) -> int:
    with offices.house.catalogue.reading() as unit:
        return len(unit.people.all())


def test_linked_once_with_the_password_and_signed_in_without_it(offices: Offices) -> None:
    client = offices.client("clerk")
    assert "Liên kết với Cổng cơ quan" in client.get("/tai-khoan").text
    assert client.post(LINK, data={"old": "x"}).status_code == 403
    client = linked(offices, "clerk", "lan")
    assert "lan@office" in client.get("/tai-khoan").text
    assert client.post("/dang-xuat").status_code == 303
    page = client.get("/dang-nhap?tiep=/nop").text
    assert "Đăng nhập bằng Cổng cơ quan" in page and 'value="/nop"' in page
    there = begun(client, form={"tiep": "/nop"})
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == [BACK] and {"state", "nonce", "code_challenge"} <= asked.keys()
    answer = come_back(client, AtProvider().go(there, "lan", HOME))
    assert answer.status_code == 200 and onward(answer) == "/nop"
    assert account_of(client) == "clerk" and client.get("/nop").status_code == 200
    assert told(offices)[-3:] == ["identity-linked", "sign-out", "sign-in"]
    with offices.house.catalogue.reading() as unit:
        (one,) = unit.identities.of_person(person_id(offices, "clerk"))
    assert one.subject == "lan" and one.used_at is not None


def test_an_identity_that_is_nobodys_makes_no_account(offices: Offices) -> None:
    before, client = people(offices), offices.client()
    answer = signed_in_by(client, "clerk")
    assert answer.status_code == 403 and NotLinked().title.vi in answer.text
    assert people(offices) == before and account_of(client) == "", "not even one that is called as an account is"


def test_a_closed_account_stays_out_and_is_told_like_none(offices: Offices) -> None:
    linked(offices, "leader", "hung")
    leader = person_id(offices, "leader")
    offices.house.catalogue.write(lambda unit: unit.people.close(leader, now()))
    answers = [signed_in_by(offices.client(), name) for name in ("hung", "nobody-here")]
    assert {one.status_code for one in answers} == {403} and answers[0].text == answers[1].text
    cookies = [re.sub("expires=[^;]+;", "", str(one.headers.get_list("set-cookie"))) for one in answers]
    assert cookies[0] == cookies[1]
    offices.house.catalogue.write(lambda unit: unit.people.close(leader, None))
    client = offices.client()
    assert signed_in_by(client, "hung").status_code == 200 and account_of(client) == "leader"


def test_by_a_one_time_link_an_account_needs_no_password(offices: Offices) -> None:
    first = offices.client("first")
    made = first.post("/nguoi-dung", data={"account": "moi", "name": "Người Mới", "unit": "a1", "role": "clerk"}).text
    path = re.search(r"/moi/[\w-]+(?=<)", made)[0]
    client = offices.client()
    assert "Đăng nhập bằng Cổng cơ quan" in client.get(path).text
    assert client.post("/moi/none/mot-lan").status_code == 404
    back = AtProvider().go(begun(client, f"{path}/mot-lan"), "new", HOME)
    assert come_back(client, back).status_code == 200 and account_of(client) == "moi"
    assert offices.client().get(path).status_code == 404, "it was used"
    assert come_back(client, back).status_code == 403
    page = client.get("/tai-khoan").text
    assert "không có mật khẩu của tàng thư" in page and 'name="old"' not in page
    with offices.house.catalogue.reading() as unit:
        (one,) = unit.identities.of_person(person_id(offices, "moi"))
    gone = client.post(DROP, data={"issuer": one.issuer, "subject": one.subject})
    assert gone.status_code == OnlyWayIn.http_status and account_of(client) == "moi"


def test_a_locked_pc_opens_by_the_provider_which_asks_anew(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    linked(offices, "reader", "nam")
    client, at = offices.client(), AtProvider()
    assert signed_in_by(client, "lan", at).status_code == 200
    session = client.cookies[SESSION]
    client.post("/khoa")
    assert account_of(client) == "" and "Mở khóa bằng Cổng cơ quan" in client.get("/dang-nhap").text
    asked, there = at.asked, begun(client, form={"viec": "mo-khoa", "tiep": "/nop"})
    assert parse_qs(urlsplit(there).query)["prompt"] == ["login"]
    answer = come_back(client, at.go(there, "lan", HOME))
    assert at.asked == asked + 1, "that there is a session at the provider opens nothing"
    assert onward(answer) == "/nop" and account_of(client) == "clerk" and client.cookies[SESSION] == session
    client.post("/khoa")
    other = come_back(client, AtProvider().go(begun(client, form={"viec": "mo-khoa"}), "nam", HOME))
    assert other.status_code == 403 and account_of(client) == ""
    assert NotLinked().title.vi in client.get(onward(other)).text, "told above the form that opens it"
    assert come_back(client, AtProvider().go(begun(client), "nam", HOME)).status_code == 200
    assert account_of(client) == "reader", "somebody else signs in, and the locked session has ended"
    client.cookies.clear()
    client.cookies.set(SESSION, session)
    assert account_of(client) == ""


def test_a_locked_pc_stays_so_if_the_provider_did_not_ask_anew(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    client, at = offices.client(), AtProvider()
    signed_in_by(client, "lan", at)
    client.post("/khoa")
    there = begun(client, form={"viec": "mo-khoa"})
    with offices.house.catalogue.connection_for_moving() as connection:
        later = now() + timedelta(minutes=5)
        connection.execute(update(people_tables.begun_sign_in).values(made_at=later))
        connection.commit()
    answer = come_back(client, at.go(there, "lan", HOME))
    assert answer.status_code == 502 and account_of(client) == ""


@pytest.mark.parametrize(("anew", "more"), [(True, 1), (False, 0)])
def test_on_a_shared_pc_each_sign_in_asks_anew(server: OidcServer, tmp_path: Path, anew: bool, more: int) -> None:
    with offices_by(server, tmp_path, anew=anew) as offices:
        linked(offices, "clerk", "lan")
        client, at = offices.client(), AtProvider()
        signed_in_by(client, "lan", at)
        client.post("/dang-xuat")
        asked = at.asked
        assert signed_in_by(client, "lan", at).status_code == 200
        assert at.asked == asked + more


def test_an_answer_to_another_question_opens_nothing(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    client = offices.client()
    back = AtProvider().go(begun(client), "lan", HOME)
    parts = urlsplit(back)
    values = {name: value[0] for name, value in parse_qs(parts.query).items()}
    for wrong in ({"state": "x" * 43}, {"state": ""}, {"state": "\udc80é"}):
        forged = f"{parts.path}?{urlencode(values | wrong, errors='replace')}"
        assert come_back(client, forged).status_code == 403
    assert account_of(client) == ""
    client.cookies.clear()
    assert come_back(client, back).status_code == 403, "without the cookie"


def test_an_answer_that_somebody_made_up_ends_no_sign_in(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    client = offices.client()
    back = AtProvider().go(begun(client), "lan", HOME)
    token = client.cookies[BEGUN]
    assert come_back(client, f"{BACK}?state=x&code=y").status_code == 403
    client.cookies.set(BEGUN, token)
    assert come_back(client, back).status_code == 200 and account_of(client) == "clerk"


def test_an_answer_counts_once(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    client = offices.client()
    back = AtProvider().go(begun(client), "lan", HOME)
    token = client.cookies[BEGUN]
    assert come_back(client, back).status_code == 200 and BEGUN not in client.cookies
    client.cookies.clear()
    client.cookies.set(BEGUN, token)
    answer = come_back(client, back)
    assert answer.status_code == 403 and SignInOver().title.vi in answer.text and account_of(client) == ""


def test_a_code_that_was_used_opens_nothing(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    client, other = offices.client(), offices.client()
    code = parse_qs(urlsplit(AtProvider().go(begun(client), "lan", HOME)).query)["code"][0]
    # As if a code was caught and put into the sign-in of another browser: PKCE and the nonce are those of the first.
    asked = parse_qs(urlsplit(begun(other)).query)
    issuer = offices.application.state.services.oidc.options.issuer
    stolen = f"{BACK}?{urlencode({'code': code, 'state': asked['state'][0], 'iss': issuer})}"
    answer = come_back(other, stolen)
    assert answer.status_code == 403 and account_of(other) == ""


def test_another_browser_ends_nothing(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    victim, attacker = offices.client(), offices.client()
    back = AtProvider().go(begun(attacker), "lan", HOME)
    assert come_back(victim, back).status_code == 403, "one who has begun nothing"
    begun(victim)
    assert come_back(victim, back).status_code == 403, "one who has begun something else"
    assert account_of(victim) == ""


def test_a_begun_sign_in_ends_by_itself(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    client = offices.client()
    back = AtProvider().go(begun(client), "lan", HOME)
    with offices.house.catalogue.connection_for_moving() as connection:
        connection.execute(update(people_tables.begun_sign_in).values(ends_at=now()))
        connection.commit()
    assert come_back(client, back).status_code == 403 and account_of(client) == ""


def test_nothing_that_is_secret_of_it_is_kept(offices: Offices) -> None:
    client = offices.client()
    asked = parse_qs(urlsplit(begun(client)).query)
    with offices.house.catalogue.connection_for_moving() as connection:
        kept = str([connection.execute(select(table)).all() for table in people_tables.metadata.sorted_tables])
    assert "begun" not in kept and person_id(offices, "clerk") in kept
    for secret in (client.cookies[BEGUN], asked["state"][0], asked["nonce"][0]):
        assert secret not in kept


def test_the_cookie_of_a_begun_sign_in(offices: Offices) -> None:
    client = offices.client()
    cookie = client.post(BEGIN).headers["set-cookie"]
    assert cookie.startswith("tangthu_begun=") and "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert "Max-Age=600" in cookie and "Domain" not in cookie
    client.base_url = "https://archive.test"
    client.headers["Origin"] = "https://archive.test"
    secure = client.post(BEGIN).headers.get_list("set-cookie")[-1]
    assert secure.startswith("__Host-tangthu-begun=") and "Secure" in secure and "Path=/" in secure


def test_whoever_turns_back_is_told_so(offices: Offices) -> None:
    client = offices.client()
    state = parse_qs(urlsplit(begun(client, form={"tiep": "/nop"})).query)["state"][0]
    issuer = offices.application.state.services.oidc.options.issuer
    refused = {"error": "access_denied", "error_description": "<b>x</b>", "state": state, "iss": issuer}
    answer = come_back(client, f"{BACK}?{urlencode(refused)}")
    assert answer.status_code == 403 and "không xác nhận" in answer.text and "<b>x" not in answer.text
    again = client.get(onward(answer))
    assert "không xác nhận" in again.text and 'value="/nop"' in again.text
    assert "did not say yes" in client.get(onward(answer) + "&lang=en").text


def test_it_goes_on_nowhere_else(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    for target in ("//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)"):
        client = offices.client()
        back = AtProvider().go(begun(client, form={"tiep": target}), "lan", HOME)
        assert onward(come_back(client, back)) == "/", target


def test_an_identity_opens_one_account(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    reader = offices.client("reader")
    answer = come_back(reader, AtProvider().go(begun(reader, LINK, {"old": PASSWORD}), "lan", HOME))
    assert answer.status_code == 409 and onward(answer) == "/tai-khoan?loi=oidc-taken"
    assert IdentityTaken().title.vi in reader.get(onward(answer)).text
    client = offices.client()
    signed_in_by(client, "lan")
    assert account_of(client) == "clerk"


def test_no_link_for_a_session_that_has_ended(offices: Offices) -> None:
    client = offices.client("clerk")
    back = AtProvider().go(begun(client, LINK, {"old": PASSWORD}), "lan", HOME)
    offices.house.catalogue.write(lambda unit: unit.sessions.end_all())
    assert come_back(client, back).status_code == 403
    assert signed_in_by(offices.client(), "lan").status_code == 403, "nothing was linked"


def test_an_identity_that_is_dropped_opens_nothing_and_ends_sessions(offices: Offices, server: OidcServer) -> None:
    linked(offices, "clerk", "lan")
    client, first = offices.client(), offices.client("first")
    signed_in_by(client, "lan")
    clerk = person_id(offices, "clerk")
    page = first.get(f"/nguoi-dung/{clerk}").text
    assert "lan@office" in page and server.issuer in page
    gone = first.post(f"/nguoi-dung/{clerk}/mot-lan/bo-lien-ket", data={"issuer": server.issuer, "subject": "lan"})
    assert gone.status_code == 303 and account_of(client) == ""
    assert signed_in_by(client, "lan").status_code == 403 and told(offices)[-1] == "identity-dropped"


def test_who_drops_the_own_link_ends_the_other_sessions(offices: Offices, server: OidcServer) -> None:
    here, there = linked(offices, "clerk", "lan"), offices.client()
    signed_in_by(there, "lan")
    assert here.post(DROP, data={"issuer": server.issuer, "subject": "lan"}).status_code == 303
    assert account_of(here) == "clerk" and account_of(there) == ""


def test_an_administrator_links_those_alone_whom_they_manage(offices: Offices, server: OidcServer) -> None:
    linking, clerk = LinkingService(offices.house.catalogue), person_id(offices, "clerk")
    admin = offices.signing.of_account("administrator")
    client = offices.client("administrator")
    form = {"subject": "lan"}
    assert client.post(f"/nguoi-dung/{clerk}/mot-lan/lien-ket", data=form).status_code == 303
    assert client.post(f"/nguoi-dung/{clerk}/mot-lan/lien-ket", data=form).status_code == 409
    assert client.post(f"/nguoi-dung/{clerk}/mot-lan/lien-ket", data={"subject": "é"}).status_code == 422
    browser = offices.client()
    signed_in_by(browser, "lan")
    assert account_of(browser) == "clerk"
    with pytest.raises(NotFound):
        linking.link(admin, person_id(offices, "first"), server.issuer, "first")
    with pytest.raises(OwnRoles):
        linking.link(admin, person_id(offices, "administrator"), server.issuer, "me")
    with pytest.raises((NotAllowed, NotFound)):
        linking.link(offices.signing.of_account("clerk"), person_id(offices, "reader"), server.issuer, "me")
    assert offices.client("clerk").post(f"/nguoi-dung/{clerk}/mot-lan/lien-ket", data=form).status_code == 403


def test_our_rules_hold_for_its_sessions(offices: Offices) -> None:
    linked(offices, "clerk", "lan")
    client = offices.client()
    signed_in_by(client, "lan")
    with offices.house.catalogue.connection_for_moving() as connection:
        connection.execute(update(people_tables.session).values(seen_at=now() - timedelta(minutes=30)))
        connection.commit()
    assert account_of(client) == "", "idle"
    signed_in_by(client, "lan")
    token = client.cookies[SESSION]
    client.post("/dang-xuat")
    client.cookies.clear()
    client.cookies.set(SESSION, token)
    assert account_of(client) == "", "signed out"


def test_keys_of_the_provider_change(tmp_path: Path) -> None:
    with oidc_server(BACK) as server, offices_by(server, tmp_path) as offices:
        linked(offices, "clerk", "lan")
        server.stop()
        server.keys = [new_key("second")]
        server.start()
        client = offices.client()
        assert signed_in_by(client, "lan").status_code == 200 and account_of(client) == "clerk"


def test_a_provider_that_is_away(tmp_path: Path) -> None:
    with oidc_server(BACK) as server, offices_by(server, tmp_path) as offices:
        server.stop()
        client = offices.client()
        answer = client.post(BEGIN)
        assert answer.status_code == 503 and ProviderAway().title.vi in answer.text
        page = client.get(onward(answer))
        assert ProviderAway().remedy.vi in page.text and 'name="password"' in page.text
        assert offices.sign_in("clerk"), "the password does without it"
        server.start()
        linked(offices, "clerk", "lan")
        back = AtProvider().go(begun(client), "lan", HOME)
        server.stop()
        assert come_back(client, back).status_code == 503 and account_of(client) == ""


def test_a_slow_provider_holds_nobody_else_up(tmp_path: Path) -> None:
    with oidc_server(BACK) as server, offices_by(server, tmp_path, seconds=1.5) as offices:
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(offices.client().post(BEGIN).status_code))
            for _ in range(20)
        ]
        reader = offices.client("reader")
        with server.frozen():
            for thread in threads:
                thread.start()
            assert reader.get("/api/v1/search").status_code == 200
            assert not any(status != 503 for status in statuses)
            for thread in threads:
                thread.join()
        assert statuses == [503] * 20


def test_a_public_client_has_pkce_alone(tmp_path: Path) -> None:
    with oidc_server(BACK, secret="") as server, offices_by(server, tmp_path) as offices:
        linked(offices, "clerk", "lan")
        client = offices.client()
        signed_in_by(client, "lan")
        assert account_of(client) == "clerk"


def test_without_a_provider_there_is_nothing_of_it(tmp_path: Path) -> None:
    with offices_in(tmp_path) as offices:
        client = offices.client("clerk")
        assert "mot-lan" not in client.get("/tai-khoan").text + offices.client().get("/dang-nhap").text
        assert "mot-lan" not in offices.client("first").get(f"/nguoi-dung/{person_id(offices, 'clerk')}").text
        for path in (BEGIN, "/moi/x/mot-lan"):
            assert client.post(path).status_code == 404
        assert client.get(f"{BACK}?state=x").status_code == 404


def test_nobody_begins_any_number_of_them(server: OidcServer, tmp_path: Path) -> None:
    with (
        offices_by(server, tmp_path) as made,
        offices_in(tmp_path / "b", made.application.state.services.oidc, tries=1) as offices,
    ):
        assert [offices.client().post(BEGIN).status_code for _ in range(12)] == [200] * 10 + [429] * 2


@pytest.mark.parametrize(
    "issuer",
    [
        "http://idp.test",
        "http://127.0.0.1.evil.test",
        "ftp://x",
        "https://a@b",
        "https://a/#b",
        "https://a/?b",
        "x",
        "//a",
    ],
)
def test_an_issuer_is_called_encrypted_or_is_this_machine(issuer: str) -> None:
    with pytest.raises(BadValue):
        OidcOptions(issuer, "tangthu")
    assert OidcOptions("https://idp.test/realms/so-a", "x") and OidcOptions("http://[::1]:80/", "x")


def test_an_encrypted_issuer_sends_nowhere_unencrypted() -> None:
    assert not OidcOptions("https://idp.test", "x").is_allowed("http://127.0.0.1/token")
    assert OidcOptions("https://idp.test", "x").is_allowed("https://elsewhere.test/token")
