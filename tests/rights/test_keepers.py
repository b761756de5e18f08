"""Whose account is named sees what is kept apart as a possible state secret, within their roles, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from archive.quarantining import quarantine
from kernel.clock import now
from kernel.ids import new_id
from mappings.access import QUARANTINE, person_token
from mappings.people import EVERYWHERE, Grant, Person, Role
from mappings.record import RecordState
from search_api.people.own import OwnAccount, WantedKey
from search_api.people.signing import SignIn
from tests.rights.offices import PASSWORD, Offices, offices_in

SAID = {"why": "không phải dấu mật", "by": "một người khác"}


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path, keepers="Ai khác, Archivist,reader, local") as made:
        yield made


def apart(offices: Offices, **access: str) -> str:
    """A record of the unit a1 that is kept apart."""
    house = offices.house
    record_id = house.enter("chỉnh lý", **({"unit": "a1", "access_class": "unit"} | access))
    house.index()
    house.catalogue.write(lambda work: quarantine(work, record_id, 1))
    return record_id


def listed(client: TestClient) -> list[str]:
    answer = client.get("/api/v1/quarantine")
    assert answer.status_code == 200, answer.text
    return [one["record_id"] for one in answer.json()["records"]]


def released(client: TestClient, record_id: str) -> int:
    return client.post(f"/api/v1/quarantine/{record_id}/release", json=SAID).status_code


def seen(client: TestClient, record_id: str) -> int:
    return client.get(f"/api/v1/records/{record_id}").status_code


def test_accounts_that_are_named_see_it_whoever_else_may_do_everything(offices: Offices) -> None:
    record_id = apart(offices)
    for account, wanted in {"archivist": [record_id], "reader": [record_id], "leader": [], "first": []}.items():
        client = offices.client(account)
        assert listed(client) == wanted
        assert seen(client, record_id) == (200 if wanted else 404)


def test_who_shares_there_releases_it_and_their_signature_stands_for_it(offices: Offices) -> None:
    record_id = apart(offices)
    statuses = [released(offices.client(one), record_id) for one in ("leader", "first", "reader", "archivist")]
    assert statuses == [404, 404, 403, 204]
    with offices.house.catalogue.reading() as work:
        told = work.events.of_record(record_id)[-1]
        assert (told.agent, told.detail) == ("Nguyễn archivist (archivist)", {"lifted": SAID["why"]})
        assert work.records.by_id(record_id).state is RecordState.RECEIVED


@pytest.mark.parametrize("access_class", ["unit", "named"])
def test_whom_it_was_shared_with_sees_it_before_and_after_only(offices: Offices, access_class: str) -> None:
    record_id = apart(offices, unit="a2", access_class=access_class, shared=person_token("clerk"))
    assert seen(offices.client("clerk"), record_id) == 404
    asked = {"unit": "a2", "access_class": "named", "units": [], "people": ["clerk"]}
    assert offices.client("archivist").put(f"/api/v1/records/{record_id}/access", json=asked).status_code == 403
    offices.house.catalogue.write(lambda work: work.people.grant(_in_a2(offices)))
    assert offices.client("archivist").put(f"/api/v1/records/{record_id}/access", json=asked).status_code == 403
    assert released(offices.client("archivist"), record_id) == 204
    assert seen(offices.client("clerk"), record_id) == 200


def test_nobody_named_holds_it_for_one_that_nobody_may_see(offices: Offices) -> None:
    record_id = apart(offices, access_class="named")
    assert released(offices.client("archivist"), record_id) == 204
    assert [seen(offices.client(one), record_id) for one in ("archivist", "first")] == [404, 404]


def test_a_key_that_does_not_read_is_no_keepers(offices: Offices) -> None:
    apart(offices)
    for scope, holds in {"records:read": True, "deliveries:read": False}.items():
        viewer = offices.signing.of_key(_key(offices, scope)).viewer
        assert (QUARANTINE in viewer.tokens) is holds


def test_an_account_called_local_is_not_the_person_at_the_machine(offices: Offices) -> None:
    person = Person(new_id(), "local", "Ai đó", now(), "", now())

    def work(unit: Any) -> None:
        unit.people.add(person)
        unit.people.grant(Grant(person.id, EVERYWHERE, Role.ARCHIVIST))

    offices.house.catalogue.write(work)
    assert QUARANTINE not in offices.signing.of_account("local").tokens


def test_without_the_setting_nobody_is_a_keeper(offices: Offices) -> None:
    bare = SignIn(offices.house.catalogue, replace(offices.options, keepers=""))
    assert QUARANTINE not in bare.of_account("archivist").tokens


def _in_a2(offices: Offices) -> Grant:
    with offices.house.catalogue.reading() as unit:
        found = unit.people.find("archivist")
    assert found is not None
    return Grant(found.id, "a2", Role.ARCHIVIST)


def _key(offices: Offices, scope: str) -> str:
    signed_in = offices.signing.of_session(offices.sign_in("archivist"))
    own = OwnAccount(offices.house.catalogue, offices.signing)
    return own.make_key(signed_in, WantedKey(f"khóa {scope}", [scope], "30"), PASSWORD, "")


def test_the_page_tells_keepers_what_the_law_asks_and_releases(offices: Offices) -> None:
    record_id = apart(offices)
    for account in ("leader", "first"):
        page = offices.client(account).get("/cach-ly")
        assert page.status_code == 200
        assert record_id not in page.text
        assert 'href="/cach-ly"' not in page.text
    archivist = offices.client("archivist")
    page = archivist.get("/cach-ly").text
    assert record_id in page
    assert "117/2025/QH15" in page
    assert 'href="/cach-ly"' in archivist.get("/").text
    assert f"/cach-ly/{record_id}/thoi" not in offices.client("reader").get("/cach-ly").text
    asked = f"/cach-ly/{record_id}/thoi"
    assert archivist.post(asked, data={"why": " "}).status_code == 422
    assert archivist.post(asked, data=SAID).headers["location"] == "/cach-ly?xong=1"
    assert archivist.post(asked, data=SAID).status_code == 409
    assert "Không có văn bản nào bị cách ly" in archivist.get("/cach-ly").text
