"""What a person does with their own account: the password, the second factor, sessions, API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from archive.catalogue import Catalogue
from archive.sessions import ApiKey
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadValue
from kernel.ids import new_id
from kernel.people_errors import WrongSignIn
from search_api.access.policy import Permission
from search_api.people.codes import fitting_step, is_secret
from search_api.people.passwords import checked, hashed
from search_api.people.signing import SignedIn, SignIn
from search_api.people.tokens import hash_of, new_key, prefix_of
from search_api.people.writing import told

MOST_KEYS, MOST_KEY_DAYS = 20, 400
LONGEST_KEY_NAME = 100

_NEVER_IN_A_KEY = frozenset({Permission.MANAGE_PEOPLE, Permission.MANAGE_UNITS})
"""These have no address for programs."""

SCOPES = tuple(one for one in Permission if one not in _NEVER_IN_A_KEY)
"""What a key can be given, as far as its person has it."""


@dataclass(frozen=True, slots=True)
class WantedKey:
    """A key as a form asks for it, all of it untrusted. `days`: until it ends."""

    name: str
    scopes: Sequence[str]
    days: str


class OwnAccount:
    """Safe over threads."""

    def __init__(self, catalogue: Catalogue, sign_in: SignIn) -> None:
        self._catalogue = catalogue
        self._sign_in = sign_in

    def change_password(self, signed_in: SignedIn, untrusted_old: str, untrusted_new: str, address: str) -> None:
        """All other sessions end, and all keys: one who knew the old password may have made some.

        WrongSignIn, TooManyTries, WeakPassword.
        """
        person = signed_in.person
        self._sign_in.check_password(person, untrusted_old, address)
        kept = hashed(checked(untrusted_new, person.account))

        def work(unit: UnitOfWork) -> None:
            unit.people.set_password(person.id, kept, now())
            unit.sessions.end_all(person.id, but=signed_in.session.id if signed_in.session else "")
            unit.sessions.end_keys(person.id)
            unit.sessions.drop_links(person.id)
            unit.events.add([told("password-changed", person)])

        self._catalogue.write(work)

    def set_totp(self, signed_in: SignedIn, secret: str, untrusted_code: str, untrusted_password: str, at: str) -> None:
        """From now on a code is asked for. WrongSignIn if this one does not fit: a wrong secret would lock out."""
        self._sign_in.check_password(signed_in.person, untrusted_password, at)
        step = fitting_step(secret, untrusted_code) if is_secret(secret) else None
        if step is None:
            raise WrongSignIn

        def work(unit: UnitOfWork) -> None:
            unit.people.set_totp(signed_in.person.id, secret)
            unit.people.take_totp_step(signed_in.person.id, step)  # whoever looked over a shoulder has it too
            unit.events.add([told("code-set", signed_in.person)])

        self._catalogue.write(work)

    def drop_totp(self, signed_in: SignedIn, untrusted_password: str, address: str) -> None:
        """No code is asked for any more. WrongSignIn, TooManyTries."""
        self._sign_in.check_password(signed_in.person, untrusted_password, address)

        def work(unit: UnitOfWork) -> None:
            unit.people.set_totp(signed_in.person.id, None)
            unit.events.add([told("code-dropped", signed_in.person)])

        self._catalogue.write(work)

    def end_session(self, signed_in: SignedIn, session_id: str) -> None:
        """One of one's own, at another machine perhaps."""

        def work(unit: UnitOfWork) -> None:
            if unit.sessions.end(session_id, signed_in.person.id):
                unit.events.add([told("session-ended", signed_in.person)])

        self._catalogue.write(work)

    def make_key(self, signed_in: SignedIn, wanted: WantedKey, untrusted_password: str, address: str) -> str:
        """A new key, shown this once. BadValue, WrongSignIn (a key outlives the session), TooManyTries."""
        untrusted_name, untrusted_scopes, untrusted_days = wanted.name, wanted.scopes, wanted.days
        name = " ".join(untrusted_name.split())
        if not 0 < len(name) <= LONGEST_KEY_NAME or not name.isprintable():
            raise BadValue(name="name", value=name[:50], expected=f"1-{LONGEST_KEY_NAME}")
        scopes = tuple(one.value for one in SCOPES if one.value in untrusted_scopes)
        if not scopes:
            raise BadValue(name="scopes", value="", expected=", ".join(SCOPES))
        days = int(untrusted_days) if untrusted_days.isascii() and untrusted_days.isdigit() else 0
        if not 0 < days <= MOST_KEY_DAYS or len(untrusted_days) > 4:
            raise BadValue(name="days", value=untrusted_days[:10], expected=f"1-{MOST_KEY_DAYS}")
        self._sign_in.check_password(signed_in.person, untrusted_password, address)
        return self._catalogue.write(lambda unit: _make(unit, signed_in, name, scopes, days))

    def end_key(self, signed_in: SignedIn, key_id: str) -> None:
        """It opens nothing any more."""

        def work(unit: UnitOfWork) -> None:
            if unit.sessions.end_key(key_id, signed_in.person.id):
                unit.events.add([told("key-ended", signed_in.person)])

        self._catalogue.write(work)


def _make(unit: UnitOfWork, signed_in: SignedIn, name: str, scopes: tuple[str, ...], days: int) -> str:
    person, token, moment = signed_in.person, new_key(), now()
    if len(unit.sessions.keys_of(person.id)) >= MOST_KEYS:
        raise BadValue(name="keys", value=MOST_KEYS, expected=f"< {MOST_KEYS}")
    ends = moment + timedelta(days=days)
    unit.sessions.add_key(ApiKey(new_id(), prefix_of(token), hash_of(token), person.id, name, scopes, moment, ends))
    unit.events.add([told("key-made", person, name=name, scopes=list(scopes), days=days)])
    return token
