"""One-time links: for the first administrator, for a new person, for one who forgot the password."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from archive.catalogue import Catalogue
from archive.sessions import OneTimeLink
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadValue
from kernel.ids import new_id
from kernel.people_errors import AccountTaken, LinkUsed
from mappings.people import EVERYWHERE, LONGEST_PERSON, Grant, Person, Role, is_account
from search_api.people.passwords import checked, hashed
from search_api.people.tokens import hash_of, new_token
from search_api.people.writing import told

FIRST_LINK_HOURS, LINK_HOURS = 24, 72

_FIRST_ROLES = (Role.ADMINISTRATOR, Role.ARCHIVIST)
"""Of the first person, everywhere: who runs a small archive alone must be able to use it. They can be withdrawn."""


def first_link(catalogue: Catalogue) -> str | None:
    """The token of a new link that makes the first administrator; None once there is an account."""
    token = new_token()

    def work(unit: UnitOfWork) -> str | None:
        if unit.people.anyone():
            return None
        unit.sessions.add_link(_link(token, None, FIRST_LINK_HOURS))
        return token

    return catalogue.write(work)


def link_for(unit: UnitOfWork, person: Person, by: str) -> str:
    """The token of a new link by which this person chooses a password; a former one opens nothing any more."""
    token = new_token()
    unit.sessions.add_link(_link(token, person.id, LINK_HOURS))
    unit.events.add([told("link-made", person, by)])
    return token


class Entering:
    """What a link opens. Safe over threads and processes."""

    def __init__(self, catalogue: Catalogue, office: str = "office") -> None:
        """`office`: the unit of new records."""
        self._catalogue = catalogue
        self._office = office

    def whose(self, untrusted_token: str) -> Person | None:
        """For whom a link is, None: for the first administrator. LinkUsed."""
        with self._catalogue.reading() as unit:
            return whose(unit, hash_of(untrusted_token))

    def make_first(self, untrusted_token: str, untrusted_account: str, untrusted_name: str, password: str) -> Person:
        """The first administrator. LinkUsed, BadValue, WeakPassword."""
        account, name = account_of(untrusted_account), name_of(untrusted_name)
        kept, moment = hashed(checked(password, account)), now()
        person = Person(new_id(), account, name, moment, kept, moment)

        def work(unit: UnitOfWork) -> None:
            first = whose(unit, hash_of(untrusted_token)) is None and not unit.people.anyone()
            # Of two at once the second waits here for the first, and finds the link gone.
            if not first or not unit.sessions.use_link(hash_of(untrusted_token)):
                raise LinkUsed
            unit.sessions.drop_links(None)
            unit.people.add(person)
            unit.people.enter_units_of_records(self._office)
            for role in _FIRST_ROLES:
                unit.people.grant(Grant(person.id, EVERYWHERE, role))
            roles = [role.value for role in _FIRST_ROLES]
            unit.events.add([told("first-administrator", person, roles=roles)])

        self._catalogue.write(work)
        return person

    def choose_password(self, untrusted_token: str, password: str) -> Person:
        """By a link; all sessions and keys of the person end. LinkUsed, WeakPassword."""
        person = self.whose(untrusted_token)
        if person is None:
            raise LinkUsed
        kept = hashed(checked(password, person.account))

        def work(unit: UnitOfWork) -> None:
            if not unit.sessions.use_link(hash_of(untrusted_token)):
                raise LinkUsed
            unit.people.set_password(person.id, kept, now())
            unit.sessions.end_all(person.id)
            unit.sessions.end_keys(person.id)
            unit.events.add([told("password-chosen", person, by_link=True)])

        self._catalogue.write(work)
        return person


def add_person(unit: UnitOfWork, untrusted_account: str, untrusted_name: str, by: str) -> tuple[Person, str]:
    """A new person without a password, and the token of the link to choose one by. BadValue, AccountTaken."""
    account, name = account_of(untrusted_account), name_of(untrusted_name)
    if unit.people.find(account) is not None:
        raise AccountTaken(account=account)
    person = Person(new_id(), account, name, now())
    unit.people.add(person)
    unit.events.add([told("person-made", person, by)])
    return person, link_for(unit, person, by)


def account_of(untrusted: str) -> str:
    """An account's name as it is kept, else BadValue."""
    account = untrusted.strip().lower()
    if not is_account(account):
        raise BadValue(name="account", value=account[:50], expected="a-z 0-9 . _ -, 1-40")
    return account


def name_of(untrusted: str) -> str:
    """A person's name as it is kept, else BadValue. No parentheses: an account stands in them beside it."""
    text = unicodedata.normalize("NFC", untrusted.encode("utf-8", "ignore").decode())
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not 1 <= len(plain) <= LONGEST_PERSON or set(plain) & set("()"):
        raise BadValue(name="name", value=plain[:50], expected=f"1-{LONGEST_PERSON}")
    return plain


def _link(token: str, person_id: str | None, hours: int) -> OneTimeLink:
    moment = now()
    return OneTimeLink(hash_of(token), person_id, moment, moment + timedelta(hours=hours))


def whose(unit: UnitOfWork, token_hash: str) -> Person | None:
    """For whom the link of this hash is, None: for the first administrator. LinkUsed."""
    link = unit.sessions.find_link(token_hash)
    if link is None or now() >= link.ends_at:
        raise LinkUsed
    if link.person_id is None:
        return None
    person = unit.people.by_id(link.person_id)
    if person.closed_at is not None:
        raise LinkUsed
    return person
