"""What an attacker who knows the code found from inside, with an ordinary account, and what holds it off now.

Each of these was seen to fail before it was mended. What held from the first is in `test_attacks_held`; what was
tried is counted in SECURITY.md, "Tried from inside".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from archive import leaving
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from archive.watchers import Standing, ToldFile, Watchers
from kernel.bilingual import Bilingual
from kernel.clock import now
from kernel.errors import BadValue, NotFound
from kernel.ids import new_id
from kernel.locks import Owner
from kernel.people_errors import LinkUsed, NotAllowed, WrongSignIn
from mappings.people import EVERYWHERE, Grant, Person, Role
from mappings.record import RecordState
from search_api.access import watching
from search_api.giving.cells import csv_cell
from search_api.people.entering import Entering
from search_api.people.managing import PeopleService
from search_api.people.sharing import Access, SharingService
from tests.rights.attacking import SlowRequest, key_of, told_of
from tests.rights.offices import PASSWORD, Offices, offices_in, person_id

NEW = "một mật khẩu khác 9"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is under way is asked about again at each piece, not every few seconds."""
    monkeypatch.setattr(watching, "AGAIN_SECONDS", 0.0)


def withdraw(offices: Offices, account: str, place: str, role: Role) -> None:
    gone = Grant(person_id(offices, account), place, role)
    assert offices.house.catalogue.write(lambda unit: unit.people.withdraw(gone))


# Requests that were begun while one had a right, and go on when it is gone.


@pytest.mark.usefixtures("impatient")
def test_a_change_whose_body_dawdles_is_refused_when_the_role_is_gone(offices: Offices) -> None:
    record = offices.records["of the unit"]
    request = SlowRequest(offices, "clerk", "PATCH", f"/api/v1/records/{record}", content_type="application/json")
    withdrawn = lambda: withdraw(offices, "clerk", "a1", Role.CLERK)  # noqa: E731
    answer = request.run([b'{"fields": {"subject": {"value": ', withdrawn, b'"changed by one who may not"}}}'])
    assert answer.status in (401, 403)
    with offices.house.catalogue.reading() as unit:
        assert unit.records.view(record).value("subject") == "Cầu 3"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["closed", "signed out", "locked"])
def test_a_table_under_way_ends_with_the_session(offices: Offices, how: str) -> None:
    request = SlowRequest(offices, "clerk", "GET", "/api/v1/search.csv")
    catalogue = offices.house.catalogue

    def end() -> None:
        signed_in = offices.signing.of_session(request.token)
        if how == "closed":
            catalogue.write(lambda unit: unit.people.close(signed_in.person.id, now()))
        elif how == "locked":
            offices.signing.lock(signed_in)
        else:
            offices.signing.sign_out(signed_in)

    answer = request.run([], between=end)
    assert answer.status == 200
    assert not answer.whole and answer.pieces == 0, "not a byte of it came after that"


@pytest.mark.usefixtures("impatient")
def test_a_table_under_way_ends_when_less_may_be_seen(offices: Offices) -> None:
    reader = person_id(offices, "reader")
    offices.house.catalogue.write(lambda unit: unit.people.grant(Grant(reader, "a2", Role.READER)))
    request = SlowRequest(offices, "reader", "GET", "/api/v1/search.csv")
    answer = request.run([], between=lambda: withdraw(offices, "reader", "a2", Role.READER))
    assert not answer.whole, "they may still take tables out, but not this one"


@pytest.mark.usefixtures("impatient")
def test_what_is_under_way_comes_whole_while_nothing_changes(offices: Offices) -> None:
    answer = SlowRequest(offices, "reader", "GET", "/api/v1/search.csv").run([], between=lambda: None)
    assert answer.whole and answer.pieces > 0


# API keys.


@pytest.mark.parametrize("scope", ["records:export", "searches:save", "deliveries:read"])
def test_a_key_that_may_not_read_sees_no_record(offices: Offices, scope: str) -> None:
    clerk = offices.client("clerk")
    made = clerk.post("/api/v1/saved-searches", json={"search": {"q": "cầu"}}).json()
    shown = offices.records["public of another agency"], offices.records["named, shared with all"]
    alerts = [(made["id"], one) for one in shown]
    offices.house.catalogue.write(lambda unit: unit.alerts.add(alerts))
    program = offices.client()
    program.headers["Authorization"] = f"Bearer {key_of(offices, clerk, [scope])}"
    for path in ("search.csv", f"saved-searches/{made['id']}/alerts", "saved-searches", "deliveries"):
        answer = program.get(f"/api/v1/{path}")
        assert "Cầu" not in answer.text and not any(one in answer.text for one in shown), path
        assert '"unseen":2' not in answer.text


def test_an_account_without_a_role_that_reads_is_told_of_nothing(offices: Offices) -> None:
    withdraw(offices, "reader", "a1", Role.READER)
    assert offices.signing.of_account("reader").tokens == (), "alerts are mailed by this"
    assert offices.signing.of_account("administrator").tokens == ()


def test_a_new_password_ends_the_keys_that_a_thief_made(offices: Offices) -> None:
    thief = offices.client("clerk")
    program = offices.client()
    program.headers["Authorization"] = f"Bearer {key_of(offices, thief, ['records:read'])}"
    assert program.get("/api/v1/search").status_code == 200
    owner = offices.client("clerk")
    assert owner.post("/tai-khoan/mat-khau", data={"old": PASSWORD, "password": NEW}).status_code == 303
    assert program.get("/api/v1/search").status_code == 401


def test_an_unlocked_pc_makes_no_key_without_the_password(offices: Offices) -> None:
    client = offices.client("clerk")
    form = {"name": "x", "scopes": ["records:read"], "days": "400"}
    for old in ({}, {"old": "x"}):
        answer = client.post("/tai-khoan/khoa-api", data=form | old)
        assert answer.status_code == 403 and "tangthu_" not in answer.text


def test_the_code_that_set_up_the_second_factor_opens_nothing(offices: Offices) -> None:
    client = offices.client("clerk")
    secret = re.search(r'name="secret" value="(\w+)"', client.get("/tai-khoan?ma=1").text)[1]  # type: ignore[index]
    code = pyotp.TOTP(secret).now()
    form = {"secret": secret, "code": code, "old": PASSWORD}
    assert client.post("/tai-khoan/ma-xac-thuc", data=form).status_code == 303
    with pytest.raises(WrongSignIn):
        offices.sign_in("clerk", code=code)


# Administrators of a unit.


def test_nobody_takes_over_an_account_whose_roles_were_withdrawn(offices: Offices) -> None:
    """A director of agency b is suspended; the administrator of unit a1 sees papers that are shared with them."""
    catalogue = offices.house.catalogue
    director = Person(new_id(), "director", "Nguyễn Giám Đốc", now(), "", now())
    catalogue.write(lambda unit: unit.people.add(director))
    people = PeopleService(catalogue)
    admin, first = (offices.signing.of_account(one) for one in ("administrator", "first"))
    assert "director" not in {one.person.account for one in people.all(admin)}
    for attack in (
        lambda: people.new_link(admin, director.id),
        lambda: people.grant(admin, director.id, "a1", "reader"),
        lambda: people.rename(admin, director.id, "Ai"),
        lambda: people.drop_totp(admin, director.id),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            attack()
    assert people.new_link(first, director.id), "who manages everybody does"


def test_a_link_made_before_somebody_rose_opens_nothing_after(offices: Offices) -> None:
    people, reader = PeopleService(offices.house.catalogue), person_id(offices, "reader")
    admin, first = (offices.signing.of_account(one) for one in ("administrator", "first"))
    kept = people.new_link(admin, reader)
    people.grant(first, reader, "b", "archivist")
    with pytest.raises(NotAllowed):
        people.new_link(admin, reader)
    with pytest.raises(LinkUsed):
        Entering(offices.house.catalogue).choose_password(kept, NEW)


# Who saw what.


def test_a_page_seen_in_pieces_is_noted(offices: Offices) -> None:
    record = offices.records["of the unit"]
    answer = offices.client("reader").get(f"/van-ban/{record}/trang/1/manh?region=0,0,1,1")
    assert answer.status_code == 200
    assert "Nguyễn reader (reader)" in offices.client("leader").get(f"/ai-da-xem?van-ban={record}").text


def test_a_record_shown_beside_a_refusal_is_noted(offices: Offices) -> None:
    record = offices.records["of the unit"]
    answer = offices.client("clerk").post(f"/van-ban/{record}/xac-nhan", data={"name": "issued_on", "value": "x"})
    assert answer.status_code == 422 and "Cầu 3" in answer.text
    assert "Nguyễn clerk (clerk)" in offices.client("leader").get(f"/ai-da-xem?van-ban={record}").text


def test_what_was_asked_for_a_table_cannot_be_pushed_out_of_the_event(offices: Offices) -> None:
    padding = "&".join(f"x{number}=1" for number in range(1000))
    offices.client("reader").get(f"/api/v1/search.csv?{padding}&q=secret-word")
    assert any("q=secret-word" in one for one in told_of(offices, "exporting"))


def test_what_a_list_asks_is_noted_to_its_last_row(offices: Offices) -> None:
    class Rows:
        def rows(self, untrusted_file: bytes, most: int) -> tuple[tuple[str, ...], ...]:
            return tuple((line,) for line in untrusted_file.decode().splitlines())[:most]

    application = offices.application
    application.state.services = replace(application.state.services, rows=Rows())
    asked = "\n".join(["cây cầu"] * 900 + ["lời hỏi kín"])
    answer = offices.client("reader").post("/api/v1/search/list", content=asked.encode())
    assert answer.status_code == 200
    assert any("lời hỏi kín" in one for one in told_of(offices, "exporting"))


# The bin.


def test_what_lies_in_the_bin_is_seen_by_those_who_may_see_the_bin(offices: Offices) -> None:
    record = offices.records["public of another agency"]
    first, reader, leader = (offices.client(one) for one in ("first", "reader", "leader"))
    assert reader.get(f"/api/v1/records/{record}").status_code == 200
    first.request("DELETE", f"/api/v1/records/{record}", json={"why": "lộ số điện thoại"})
    for client in (reader, leader):  # the leader may see the bin of a1, not that of b
        for rest in ("", "/text", "/original", "/pages/1/image", "/pages/1/words", "/hocr", "/access"):
            assert client.get(f"/api/v1/records/{record}{rest}").status_code == 404, rest
        assert client.get(f"/van-ban/{record}").status_code == 404
    assert record not in leader.get("/api/v1/bin").text and record not in leader.get("/thung-rac").text
    assert first.get(f"/api/v1/records/{record}").status_code == 200
    assert record in first.get("/api/v1/bin").text and record in first.get("/thung-rac").text


# What holds other records.


def _held(offices: Offices, kind: str) -> tuple[str, str]:
    """A scan that was divided, or a mail, and the record that it holds; both of everybody in the agency."""
    house = offices.house
    part, whole = (house.enter(text, unit="a1", access_class="internal") for text in ("phần kín", "cả tập"))
    told: dict[str, object] = {"parts": [{"record_id": part, "digest": "0", "pages": [1]}], "separators": []}
    if kind == "mail":
        told = {"attached": [{"file_name": "a.pdf", "record_id": part, "digest": "0"}], "not_taken": []}

    def work(unit: UnitOfWork) -> None:
        unit.events.add([Event(EventType.SPLITTING, record_id=whole, detail=told)])
        if kind == "scan":
            unit.records.finish(whole, RecordState.DIVIDED)

    house.catalogue.write(work)
    return whole, part


@pytest.mark.parametrize("kind", ["scan", "mail"])
def test_who_may_not_see_a_part_does_not_have_it_in_the_whole(offices: Offices, kind: str) -> None:
    whole, part = _held(offices, kind)
    rests = ("/original", "/searchable-pdf") + (("", "/text", "/pages/1/image", "/hocr") if kind == "scan" else ())
    reader, archivist = offices.client("reader"), offices.client("archivist")
    assert reader.get(f"/api/v1/records/{whole}/original").status_code == 200
    wanted = {"unit": "a1", "access_class": "named", "people": ["archivist"]}
    assert archivist.put(f"/api/v1/records/{part}/access", json=wanted).status_code == 200
    for rest in rests:
        assert reader.get(f"/api/v1/records/{whole}{rest}").status_code == 404, rest
    assert archivist.get(f"/api/v1/records/{whole}/original").status_code == 200
    assert (reader.get(f"/van-ban/{whole}").status_code == 200) == (kind == "mail"), "a mail's own words stay its own"


# What the index counts before it knows.


def _counted(offices: Offices, account: str) -> tuple[int, str, str]:
    client = offices.client(account)
    answer = client.get("/api/v1/search", params={"q": "tuyệt mật thư"}).json()
    histogram = client.get("/api/v1/search/histogram", params={"q": "tuyệt mật thư"}).text
    return answer["total"], str(answer["facets"]), histogram


def test_a_record_whose_rights_were_narrowed_is_counted_no_more_before_the_index_knows(offices: Offices) -> None:
    house, clerk = offices.house, offices.signing.of_account("archivist")
    fields = {"subject": "tuyệt mật thư", "issuer": "Ban Kín", "issued_on": "2019-03-05"}
    record = house.enter("tuyệt mật thư", unit="a1", access_class="unit", fields=fields)
    house.index()
    assert _counted(offices, "reader")[0] == 1
    SharingService(house.catalogue).give(record, Access("a1", "named", people=("archivist",)), clerk)
    total, facets, histogram = _counted(offices, "reader")
    suggested = offices.client("reader").get("/api/v1/suggest", params={"q": "ban k"}).json()["suggestions"]
    assert (total, suggested) == (0, []) and "Ban Kín" not in facets and "2019" not in histogram
    assert _counted(offices, "archivist")[0] == 1
    house.index()
    assert _counted(offices, "reader")[0] == 0 and _counted(offices, "archivist")[0] == 1


def test_the_index_learns_of_narrowed_rights_before_all_else_and_a_correction_does_not_put_it_off(
    offices: Offices,
) -> None:
    house, archivist = offices.house, offices.signing.of_account("archivist")
    earlier = [house.enter("còn chờ", unit="a1", access_class="unit") for _ in range(3)]
    record = offices.records["of the unit"]
    SharingService(house.catalogue).give(record, Access("a1", "named", people=("archivist",)), archivist)
    house.services.corrections.correct(record, {"subject": "x"}, archivist)
    with house.catalogue.reading() as unit:
        assert [one.record_id for one in unit.outbox.pending(4)] == [record, *earlier]
        assert len(unit.bin.leaving(("unit:a1",))) == 1 and unit.bin.leaving(archivist.tokens) == ()
    house.index()
    with house.catalogue.reading() as unit:
        assert unit.bin.leaving(("unit:a1",)) == ()


def test_more_than_a_few_hundred_that_left_at_once_are_counted_no_more(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = offices.house
    records = [house.enter("tuyệt mật thư", unit="a1", access_class="unit") for _ in range(12)]
    house.index()
    monkeypatch.setattr(leaving, "MOST_SPANS", 2)
    client = offices.client("archivist")
    for one in records[::2]:
        client.request("DELETE", f"/api/v1/records/{one}", json={"why": "x"})
    assert _counted(offices, "reader")[0] <= 6, "fewer may be told for a moment, more never"
    house.index()
    assert _counted(offices, "reader")[0] == 6


# The rest.


def test_who_watches_the_house_is_not_told_what_files_are_called(offices: Offices) -> None:
    """An administrator everywhere, who sees no records, reads names of files that lie in the drop."""
    reader = person_id(offices, "reader")

    def swap(unit: UnitOfWork) -> None:
        unit.people.withdraw(Grant(reader, "a1", Role.READER))
        unit.people.grant(Grant(reader, EVERYWHERE, Role.ADMINISTRATOR))

    offices.house.catalogue.write(swap)
    layout = offices.house.layout
    file = ToldFile("kỷ luật ông A.pdf", 1, Bilingual("x", "x"))
    with closing(Owner(layout.owners)) as owner:
        Watchers(layout).tell(owner.id, Standing(now(), held_count=1, held=(file,), passed_over=("đơn tố cáo.tmp",)))
        told = offices.client("reader").get("/api/v1/status").json()["watching"]
        assert told and told[0]["held_count"] == 1 and "kỷ luật" not in str(told) and "tố cáo" not in str(told)
        assert "kỷ luật" in str(offices.client("first").get("/api/v1/status").json()["watching"])


def test_who_shares_is_not_told_everybodys_accounts(offices: Offices) -> None:
    archivist = offices.client("archivist")
    wanted = {"unit": "a1", "access_class": "unit", "people": ["ghost"]}
    answer = archivist.put(f"/api/v1/records/{offices.records['of the unit']}/access", json=wanted)
    assert answer.status_code == 422
    assert not any(one in answer.text for one in ("administrator", "first", "leader")), answer.text


def test_nobody_takes_a_record_from_everybody(offices: Offices) -> None:
    record, leader = offices.records["of the unit"], offices.signing.of_account("leader")
    with pytest.raises(BadValue):
        SharingService(offices.house.catalogue).give(record, Access("a1", "named"), leader)


def test_one_person_does_not_use_up_all_saved_searches(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_api.saved.service.MOST_OF_ONE", 3)
    client = offices.client("reader")
    statuses = [client.post("/api/v1/saved-searches", json={"search": {"q": f"c{n}"}}).status_code for n in range(5)]
    assert statuses == [201, 201, 201, 422, 422]
    assert offices.client("clerk").post("/api/v1/saved-searches", json={"search": {"q": "c"}}).status_code == 201


@pytest.mark.parametrize("text", ["x;=1+1", "x\n=1+1", "x\t@SUM(1)", "x;+1", "x;-1", "=1", "\t=1", "＝1", "a;b;=c"])
def test_no_cell_becomes_a_formula_by_whatever_parts_the_cells(text: str) -> None:
    cell = csv_cell(text)
    pieces = re.split(r"[;\t\n\r]", cell)
    assert not any(piece.startswith(tuple("=+-@＝＋－＠")) for piece in pieces), cell


def test_a_cell_that_is_no_formula_stays_as_it_is() -> None:
    for text in ("Như trên; - Lưu: VT", "a;b", "1-2", "a=b", "x; =1"):
        assert csv_cell(text) == text
