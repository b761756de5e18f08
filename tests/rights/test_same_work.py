"""A sign-in in vain takes the same work whatever the reason: counted, as time on a busy machine proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

from archive.catalogue import Catalogue
from kernel.clock import now
from kernel.ids import new_id
from kernel.people_errors import WrongSignIn
from mappings.people import Person
from search_api.people import passwords
from tests.rights.offices import PASSWORD, Offices, offices_in, person_id

pytestmark = pytest.mark.usefixtures("passwords_as_they_are")

WRONG = "không phải mật khẩu này"
IN_VAIN = {
    "a wrong password": ("reader", WRONG),
    "an account that is not there": ("khong.co", WRONG),
    "one that is not there, with somebody's password": ("khong.co.ai", PASSWORD),
    "a closed account": ("closed", WRONG),
    "a closed account, the right password": ("closed", PASSWORD),
    "an account without a password yet": ("fresh", WRONG),
    "the right password without the code": ("coded", PASSWORD),
    "a wrong password without the code": ("coded", WRONG),
    "an empty name": ("", WRONG),
    "a very long password": ("reader", WRONG * 100),
}


class CountingHasher:
    """argon2 as it is, with each call counted."""

    def __init__(self, work: Counter[str]) -> None:
        self._real, self._work = PasswordHasher(), work

    def verify(self, kept: str, password: str) -> bool:
        self._work["verified"] += 1
        self._work[kept.rpartition("$")[0].rpartition("$")[0]] += 1  # the parameters: so much memory, so many passes
        return self._real.verify(kept, password)

    def hash(self, password: str) -> str:
        self._work["hashed"] += 1
        return self._real.hash(password)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted: Counter[str] = Counter()
    monkeypatch.setattr(passwords, "_HASHER", CountingHasher(counted))

    def counting(name: str) -> None:
        real = getattr(Catalogue, name)

        def call(self: Catalogue, *args: Any, **more: Any) -> Any:
            counted[name] += 1
            return real(self, *args, **more)

        monkeypatch.setattr(Catalogue, name, call)

    counting("reading")
    counting("write")
    return counted


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with offices_in(tmp_path_factory.mktemp("offices"), tries=1000) as made:
        kept, moment = passwords.hashed(PASSWORD), now()
        closed = Person(new_id(), "closed", "Đã Đóng", moment, kept, moment)
        fresh = Person(new_id(), "fresh", "Mới", moment)
        coded = Person(new_id(), "coded", "Có Mã", moment, kept, moment)
        for person in (closed, fresh, coded):
            made.house.catalogue.write(lambda unit, person=person: unit.people.add(person))
        made.house.catalogue.write(lambda unit: unit.people.set_totp(person_id(made, "coded"), "A" * 32))
        made.house.catalogue.write(lambda unit: unit.people.close(closed.id, moment))
        yield made


def test_the_work_is_the_same_whatever_is_wrong(offices: Offices, work: Counter[str]) -> None:
    done: dict[str, Counter[str]] = {}
    for why, (account, password) in IN_VAIN.items():
        work.clear()
        with pytest.raises(WrongSignIn):
            offices.sign_in(account, password)
        done[why] = Counter(work)
    expected = done["a wrong password"]
    assert expected["verified"] == 1 and expected["hashed"] == 0 and expected["write"] == 1
    assert {why: found for why, found in done.items() if found != expected} == {}


def test_the_page_says_and_does_the_same_too(offices: Offices, work: Counter[str]) -> None:
    answers = {}
    for why, (account, password) in IN_VAIN.items():
        work.clear()
        form = {"account": account, "password": password, "code": "", "tiep": "/"}
        answer = offices.client().post("/dang-nhap", data=form)
        answers[why] = (answer.status_code, answer.text, dict(work))
    assert len({str(one) for one in answers.values()}) == 1, {why: one[0] for why, one in answers.items()}


def test_nobodys_hash_is_made_as_all_others_are() -> None:
    assert not passwords.is_outdated(passwords.NOBODYS)
    assert passwords.fits(WRONG, None) is False
