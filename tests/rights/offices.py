"""Two agencies in one archive, with a person of each role, and a record of each kind of access."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.ids import new_id
from mappings.access import person_token
from mappings.people import EVERYWHERE, Grant, OfficeUnit, Person, Role
from search_api.application import create_application
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.oidc.provider import Provider
from search_api.people import passwords
from search_api.people.options import SigningOptions
from search_api.people.passwords import hashed
from search_api.people.signing import SignIn
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.serving import SearchHouse, search_house

PASSWORD = "thư viện mùa thu 7"


@cache
def _hash_by(_: object) -> str:
    return hashed(PASSWORD)


UNITS = (
    OfficeUnit("a", "Sở A"),
    OfficeUnit("a1", "Phòng A1", "a"),
    OfficeUnit("a2", "Phòng A2", "a"),
    OfficeUnit("b", "Sở B"),
)
ACTORS: dict[str, tuple[tuple[str, Role], ...]] = {
    "reader": (("a1", Role.READER),),
    "clerk": (("a1", Role.CLERK),),
    "archivist": (("a1", Role.ARCHIVIST),),
    "leader": (("a1", Role.LEADER),),
    "administrator": (("a1", Role.ADMINISTRATOR),),
    "first": ((EVERYWHERE, Role.ADMINISTRATOR), (EVERYWHERE, Role.ARCHIVIST)),
}
KINDS: dict[str, dict[str, str]] = {
    "public of another agency": {"unit": "b", "access_class": "public"},
    "internal of the agency": {"unit": "a2", "access_class": "internal"},
    "internal of another agency": {"unit": "b", "access_class": "internal"},
    "of the unit": {"unit": "a1", "access_class": "unit"},
    "of another unit": {"unit": "a2", "access_class": "unit"},
    "named, shared with all": {"unit": "b", "access_class": "named", "shared": "\n".join(map(person_token, ACTORS))},
    "named, shared with nobody": {"unit": "a1", "access_class": "named"},
}


@dataclass(slots=True)
class Offices:
    """The archive, served to machines elsewhere. `records`: by kind. `reached`: see `__call__`."""

    house: SearchHouse
    application: Any
    options: SigningOptions
    records: dict[str, str] = field(default_factory=dict)
    reached: list[bool] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The application; notes of each request whether it got as far as a route."""
        await self.application(scope, receive, send)
        self.reached.append("route" in scope or "endpoint" in scope)

    def client(self, actor: str = "", token: str = "", **more: Any) -> TestClient:
        """A browser at another machine, in which this person has signed in."""
        made = TestClient(
            self,
            base_url="http://archive.test",
            client=("10.0.0.9", 50000),
            raise_server_exceptions=False,
            follow_redirects=False,
            headers={"Origin": "http://archive.test"},
            **more,
        )
        if actor:
            token = token or self.sign_in(actor)
            made.cookies.set("tangthu_session", token)
        return made

    def sign_in(self, actor: str, password: str = PASSWORD, code: str = "") -> str:
        return self.signing.sign_in(actor, password, code, "10.0.0.9", "a test")

    @property
    def signing(self) -> SignIn:
        return SignIn(self.house.catalogue, self.options)


def person_id(offices: Offices, account: str) -> str:
    with offices.house.catalogue.reading() as unit:
        found = unit.people.find(account)
    assert found is not None
    return found.id


def enter_people(unit: UnitOfWork) -> None:
    for one in UNITS:
        unit.people.put_unit(one)
    for account, roles in ACTORS.items():
        person = Person(new_id(), account, f"Nguyễn {account}", now(), _hash_by(passwords._HASHER), now())
        unit.people.add(person)
        for place, role in roles:
            unit.people.grant(Grant(person.id, place, role))


@contextmanager
def offices_in(folder: Path, oidc: Provider | None = None, **options: Any) -> Iterator[Offices]:
    """Everything over one folder and the embedded engine; `oidc`: the provider of sign-in."""
    engine = TantivyEngine(folder / "index")
    with search_house(folder, engine) as house:
        chosen = SigningOptions(**({"requests_per_minute": 0} | options))
        services = replace(house.services, signing=chosen, oidc=oidc)
        application = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
        house.catalogue.write(enter_people)
        made = Offices(house, application, chosen)
        for number, (kind, access) in enumerate(KINDS.items()):
            made.records[kind] = house.enter(f"cây cầu số {number}", fields={"subject": f"Cầu {number}"}, **access)
        house.index()
        yield made
    engine.close()
