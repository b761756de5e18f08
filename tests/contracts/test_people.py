"""People, roles, sessions, keys, links and tries in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.catalogue import Catalogue
from archive.identities import BegunSignIn, Identity
from archive.sessions import ApiKey, OneTimeLink, Session
from archive.sights import Sight
from kernel.clock import now
from kernel.ids import new_id
from mappings.access import internal_token
from mappings.people import Grant, OfficeUnit, Person, Role
from tests.contracts.test_catalogue import arrival, take
from tests.servers.postgresql import postgresql_database

HOUR = timedelta(hours=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
        yield made
        made.close()
        return
    with postgresql_database() as url:
        made = Catalogue.at_url(url, tmp_path)
        yield made
        made.close()


@pytest.fixture
def person(catalogue: Catalogue) -> Person:
    made = Person(new_id(), "mau.nt", "Nguyễn Thị Mẫu", now(), "hash", now())
    catalogue.write(lambda unit: unit.people.add(made))
    return made


def test_a_person_with_roles_and_units(catalogue: Catalogue, person: Person) -> None:
    (delivery,) = take(catalogue, arrival("f" * 64))
    with catalogue.writing() as unit:
        assert unit.people.find("MAU\x00") is None and unit.people.find("mau.nt") == person
        unit.people.enter_units_of_records("văn phòng")
        unit.people.put_unit(OfficeUnit("văn phòng", "Văn phòng", "office"))
        grant = Grant(person.id, "office", Role.CLERK)
        assert unit.people.grant(grant) and not unit.people.grant(grant)
        standing = unit.people.standing(person.id)
        assert standing.grants == (grant,) and standing.units["văn phòng"] == "office"
        assert unit.people.withdraw(grant) and not unit.people.withdraw(grant)
        assert unit.people.take_totp_step(person.id, 7) and not unit.people.take_totp_step(person.id, 7)
        unit.people.close(person.id, now())
        assert unit.people.by_id(person.id).closed_at is not None
        record = unit.records.by_id(str(delivery.record_id))
        assert unit.records.find(record.id, [internal_token(record.unit)]) == record
        unit.records.give_access(record.id, "văn phòng", "named", ("person:mau.nt",))
        assert unit.records.find(record.id, ["internal", internal_token(record.unit), "unit:văn phòng"]) is None
        shared = unit.records.by_id(record.id, ["person:mau.nt"])
        assert (shared.unit, shared.access_class, shared.shared) == ("văn phòng", "named", ("person:mau.nt",))
        unit.commit()


def test_sessions_keys_and_links_end(catalogue: Catalogue, person: Person) -> None:
    moment = now()
    session = Session(new_id(), "a" * 64, person.id, moment, moment, moment + HOUR, False, "::1", "Firefox")
    key = ApiKey(new_id(), "tangthu_x", "b" * 64, person.id, "quét", ("records:add",), moment, moment + HOUR)
    with catalogue.writing() as unit:
        unit.sessions.open(session)
        assert unit.sessions.find("a" * 64) == session == unit.sessions.of_person(person.id)[0]
        unit.sessions.see({session.id: moment - HOUR})
        unit.sessions.lock(session.id, locked=True)
        found = unit.sessions.find("a" * 64)
        assert found is not None and found.locked and found.seen_at == session.seen_at, "never seen earlier"
        assert not unit.sessions.end(session.id, "somebody else") and unit.sessions.end(session.id, person.id)
        unit.sessions.add_key(key)
        assert unit.sessions.find_key("b" * 64) == key
        unit.sessions.use_keys({key.id: moment})
        unit.sessions.end_keys(person.id)
        assert unit.sessions.keys_of(person.id) == ()
        for token in ("c" * 64, "d" * 64):
            unit.sessions.add_link(OneTimeLink(token, None, moment, moment + HOUR))
        assert unit.sessions.find_link("c" * 64) is None
        assert unit.sessions.use_link("d" * 64) and not unit.sessions.use_link("d" * 64)
        unit.commit()


def test_tries_are_counted_in_their_window(catalogue: Catalogue) -> None:
    begun = now()
    for _ in range(3):
        catalogue.write(lambda unit: unit.sessions.count_try(["a", "b"], begun, HOUR))
    catalogue.write(lambda unit: unit.sessions.forget_tries(["b"]))
    with catalogue.reading() as unit:
        assert unit.sessions.tried(["a", "b"], begun - HOUR) == {"a": 3}
        assert unit.sessions.tried(["a"], begun + HOUR) == {}
    catalogue.write(lambda unit: unit.sessions.count_try(["a"], begun + 2 * HOUR, HOUR))
    with catalogue.reading() as unit:
        assert unit.sessions.tried(["a"], begun) == {"a": 1}


def test_what_was_seen_is_told_to_those_who_see_it_too(catalogue: Catalogue, person: Person) -> None:
    (delivery,) = take(catalogue, arrival("e" * 64))
    record_id, moment = str(delivery.record_id), now()
    sight = Sight(record_id, person.id, "opened", moment)
    catalogue.write(lambda unit: unit.sights.add([sight, sight]))
    with catalogue.reading() as unit:
        assert unit.sights.latest(1, record_id) == (sight,) == unit.sights.latest(1, person_id=person.id)
        assert len(unit.sights.latest(9, access=["internal"])) == 2
        assert unit.sights.latest(9, access=["public"]) == ()


def test_an_identity_is_linked_to_one_person_and_begun_sign_ins_are_taken_once(
    catalogue: Catalogue, person: Person
) -> None:
    moment = now()
    identity = Identity("https://idp.test", "Lan", person.id, "lan", moment)
    begun = BegunSignIn("e" * 64, "sign-in", None, None, "https://a.test/ve", "/nộp", moment, moment + HOUR)
    with catalogue.writing() as unit:
        assert unit.identities.link(identity) and not unit.identities.link(replace(identity, label="again"))
        assert unit.identities.find("https://idp.test", "Lan") == identity
        assert unit.identities.find("https://idp.test", "lan") is None, "letter by letter"
        unit.identities.use(identity, moment, "lan@office")
        assert unit.identities.of_person(person.id) == (replace(identity, label="lan@office", used_at=moment),)
        assert not unit.identities.drop("https://idp.test", "Lan", "somebody else")
        assert unit.identities.drop("https://idp.test", "Lan", person.id)
        unit.identities.begin(begun)
        assert unit.identities.take_begun("e" * 64) == begun and unit.identities.take_begun("e" * 64) is None
        unit.identities.begin(begun)
        unit.identities.begin(replace(begun, hash="f" * 64, made_at=moment + 2 * HOUR, ends_at=moment + 3 * HOUR))
        assert unit.identities.take_begun("e" * 64) is None, "one that has ended goes when another begins"
        unit.identities.drop_begun()
        assert unit.identities.take_begun("f" * 64) is None
        unit.commit()
