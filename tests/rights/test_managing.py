"""Who manages people gets no further by it: neither to other units, nor to records, nor above themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kernel.clock import now
from kernel.errors import BadValue, NotFound
from kernel.people_errors import NotAllowed, OwnRoles
from mappings.access import internal_token, unit_token
from mappings.people import EVERYWHERE, Grant, OfficeUnit, Role
from search_api.access.viewer import Viewer
from search_api.people.managing import PeopleService
from search_api.people.sharing import Access, SharingService
from tests.rights.offices import KINDS, Offices, offices_in, person_id


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with offices_in(tmp_path_factory.mktemp("offices")) as made:
        yield made


def viewer(offices: Offices, account: str) -> Viewer:
    return offices.signing.of_account(account)


def test_an_administrator_of_a_unit_gives_roles_there_alone(offices: Offices) -> None:
    people, admin = PeopleService(offices.house.catalogue), viewer(offices, "administrator")
    reader = person_id(offices, "reader")
    people.grant(admin, reader, "a1", "clerk")
    people.withdraw(admin, reader, "a1", "clerk")
    for place in (EVERYWHERE, "a", "a2", "b"):
        with pytest.raises(NotAllowed):
            people.grant(admin, reader, place, "reader")
    with pytest.raises(BadValue):
        people.grant(admin, reader, "nowhere", "reader")
    with pytest.raises(BadValue):
        people.grant(admin, reader, "a1", "king")


def test_nobody_raises_themselves(offices: Offices) -> None:
    people = PeopleService(offices.house.catalogue)
    for account in ("administrator", "first"):
        own, admin = person_id(offices, account), viewer(offices, account)
        with pytest.raises(OwnRoles):
            people.grant(admin, own, "a1", "archivist")
        with pytest.raises(OwnRoles):
            people.withdraw(admin, own, "a1", "archivist")


def test_no_link_for_one_who_has_roles_elsewhere(offices: Offices) -> None:
    people, admin = PeopleService(offices.house.catalogue), viewer(offices, "administrator")
    leader = person_id(offices, "leader")
    for step in (people.new_link, people.drop_totp):
        with pytest.raises(NotFound):
            step(admin, person_id(offices, "first"))
    offices.house.catalogue.write(lambda unit: unit.people.grant(Grant(leader, "b", Role.READER)))
    for step in (people.new_link, people.drop_totp):
        with pytest.raises(NotAllowed):
            step(admin, leader)
    with pytest.raises(NotAllowed):
        people.close(admin, leader, closed=True)
    offices.house.catalogue.write(lambda unit: unit.people.withdraw(Grant(leader, "b", Role.READER)))
    assert people.new_link(admin, leader)


def test_one_sees_no_people_of_other_agencies(offices: Offices) -> None:
    people = PeopleService(offices.house.catalogue)
    seen = {one.person.account for one in people.all(viewer(offices, "administrator"))}
    assert seen == {"reader", "clerk", "archivist", "leader", "administrator"}
    assert "first" in {one.person.account for one in people.all(viewer(offices, "first"))}


def test_units_make_no_ring(offices: Offices) -> None:
    people, first = PeopleService(offices.house.catalogue), viewer(offices, "first")
    for parent in ("a1", "a", "nowhere"):
        with pytest.raises(BadValue):
            people.put_unit(first, "a", "Sở A", parent)
    with pytest.raises(NotAllowed):
        people.put_unit(viewer(offices, "administrator"), "c", "C", "")


def test_a_unit_that_moves_takes_its_rights_along(offices: Offices) -> None:
    clerk = viewer(offices, "clerk")
    assert internal_token("a2") in clerk.tokens and internal_token("b") not in clerk.tokens
    offices.house.catalogue.write(lambda unit: unit.people.put_unit(OfficeUnit("a1", "Phòng A1", "b")))
    moved = viewer(offices, "clerk")
    assert internal_token("b") in moved.tokens and internal_token("a2") not in moved.tokens
    assert unit_token("b") not in moved.tokens
    offices.house.catalogue.write(lambda unit: unit.people.put_unit(OfficeUnit("a1", "Phòng A1", "a")))


def test_what_is_seen_is_found_and_counted_and_nothing_else(offices: Offices) -> None:
    kinds = {
        "clerk": {"public of another agency", "internal of the agency", "of the unit", "named, shared with all"},
        "first": KINDS.keys() - {"named, shared with nobody"},
    }
    for account, seen in kinds.items():
        answer: dict[str, Any] = offices.client(account).get("/api/v1/search", params={"q": "cây cầu"}).json()
        found = {hit["record_id"] for hit in answer["hits"]}
        assert found == {offices.records[kind] for kind in seen} and answer["total"] == len(seen), account


def test_sharing_holds_at_once_and_is_an_event(offices: Offices) -> None:
    catalogue, record = offices.house.catalogue, offices.records["of the unit"]
    sharing, archivist = SharingService(catalogue), viewer(offices, "archivist")
    reader = offices.client("reader")
    assert reader.get(f"/api/v1/records/{record}").status_code == 200
    sharing.give(record, Access("a1", "named", people=("archivist",)), archivist)
    assert reader.get(f"/api/v1/records/{record}").status_code == 404
    hits = reader.get("/api/v1/search", params={"q": "cây cầu"}).json()["hits"]
    assert record not in {hit["record_id"] for hit in hits}, "though the index has not learned of it yet"
    for wrong in (Access("a2", "unit"), Access("b", "unit")):
        with pytest.raises(NotAllowed):
            sharing.give(record, wrong, archivist)
    for wrong in (Access("a1", "secret"), Access("a1", "unit", people=("ghost",)), Access("a1", "unit", ("ghost",))):
        with pytest.raises(BadValue):
            sharing.give(record, wrong, archivist)
    sharing.give(record, Access("a1", "unit"), archivist)
    offices.house.index()
    with catalogue.reading() as unit:
        told = [one for one in unit.events.of_record(record) if one.type == "access modification"]
    assert [one.detail["new"]["access_class"] for one in told] == ["named", "unit"]
    assert {one.agent for one in told} == {"Nguyễn archivist (archivist)"}


def test_a_saved_search_sees_with_the_eyes_of_its_owner(offices: Offices) -> None:
    assert offices.signing.of_account("clerk").tokens == viewer(offices, "clerk").tokens
    leader = person_id(offices, "leader")
    offices.house.catalogue.write(lambda unit: unit.people.close(leader, now()))
    assert offices.signing.of_account("leader").tokens == () == offices.signing.of_account("ghost").tokens
    offices.house.catalogue.write(lambda unit: unit.people.close(leader, None))
