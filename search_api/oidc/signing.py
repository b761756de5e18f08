"""A sign-in at the provider from the button to the session: begun in one browser, ended once, in the same one.

All that is secret of a begun sign-in is told from the token in the browser's cookie: state, nonce and verifier are each
an HMAC by it. So the catalogue holds its hash alone, and an answer that this browser did not ask for fits nothing.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from archive.catalogue import Catalogue
from archive.identities import BegunSignIn, Identity
from archive.people import People
from archive.sessions import Session
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.oidc_errors import IdentityTaken, NotLinked, ProviderRefused, SignInOver
from kernel.people_errors import LinkUsed
from mappings.people import Person
from search_api.oidc.fetching import LOG
from search_api.oidc.subject import Expected, Subject
from search_api.people.entering import whose
from search_api.people.options import SigningOptions
from search_api.people.signing import SignIn
from search_api.people.throttle import Throttle
from search_api.people.tokens import hash_of, new_token
from search_api.people.writing import told

if TYPE_CHECKING:  # its libraries are loaded where there is a provider
    from search_api.oidc.provider import Provider

MINUTES = 10
"""A sign-in that was begun can be ended for so long."""

MOST_IDENTITIES = 5


class Purpose(StrEnum):
    """What a sign-in at the provider is for."""

    SIGN_IN = "sign-in"
    UNLOCK = "unlock"
    LINK = "link"
    CHOOSE = "choose"
    """By a one-time link, instead of choosing a password."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is begun. `session`: the one that the browser has; `link`: a one-time link's token. `redirect`: where the
    provider sends the browser back to; `target`: where it goes on then."""

    purpose: Purpose
    redirect: str
    target: str = "/"
    session: Session | None = None
    untrusted_link: str = ""


class OidcSignIn:
    """Safe over threads and processes: what was begun is in the catalogue."""

    def __init__(self, catalogue: Catalogue, options: SigningOptions, provider: Provider) -> None:
        self._catalogue = catalogue
        self._sign_in = SignIn(catalogue, options)
        self._throttle = Throttle(catalogue, options)
        self._provider = provider

    def begin(self, wanted: Wanted, address: str) -> tuple[str, str]:
        """Where the browser is sent, and the token for its cookie. LinkUsed, TooManyTries, ProviderAway, …Untrusted."""
        self._throttle.count_begun(address)
        link = hash_of(wanted.untrusted_link) if wanted.purpose is Purpose.CHOOSE else None
        if link is not None:
            with self._catalogue.reading() as unit:
                _of_link(unit, link)
        token, moment = new_token(), now()
        with self._provider.among_few():
            there = self._provider.address(
                wanted.redirect,
                *(_told_from(token, what) for what in ("state", "nonce", "verifier")),
                anew=self._asks_anew(wanted.purpose),
            )
        session_id = wanted.session.id if wanted.session else None
        ends = moment + timedelta(minutes=MINUTES)
        begun = BegunSignIn(
            hash_of(token), wanted.purpose.value, session_id, link, wanted.redirect, wanted.target, moment, ends
        )
        self._catalogue.write(lambda unit: unit.identities.begin(begun))
        return there, token

    def _asks_anew(self, purpose: Purpose) -> bool:
        """Whether the person must prove at the provider who they are, though they may have signed in there before."""
        return purpose is not Purpose.SIGN_IN or self._provider.options.anew

    def end(
        self, begun: BegunSignIn, cookie: str, untrusted_answer: Mapping[str, str], address: str, agent: str
    ) -> str:
        """What the provider's answer is worth: the token of a new session, if there is one. `cookie`: as for `take`.

        SignInOver, ProviderRefused, ProviderAway, ProviderUntrusted, NotLinked, IdentityTaken, LinkUsed.
        """
        purpose = Purpose(begun.purpose)
        with self._provider.among_few():
            self._provider.expect_answer_of(untrusted_answer.get("iss"))
            if "error" in untrusted_answer:
                LOG.info("the provider of sign-in refuses: %r", untrusted_answer["error"][:100])
                raise ProviderRefused
            subject = self._who(begun, purpose, cookie, untrusted_answer.get("code", ""))
        token = self._catalogue.write(lambda unit: self._done(unit, begun, purpose, subject, (address, agent)))
        self._throttle.forget_begun(address)
        return token

    def take(self, untrusted_token: str, untrusted_state: str) -> BegunSignIn:
        """What the browser with this cookie has begun, for the only time. SignInOver."""
        # Asked before it is taken: an answer that somebody else made up ends nothing.
        state = _told_from(untrusted_token, "state")
        if not untrusted_token or not hmac.compare_digest(state.encode(), untrusted_state.encode("utf-8", "replace")):
            raise SignInOver
        begun = self._catalogue.write(lambda unit: unit.identities.take_begun(hash_of(untrusted_token)))
        if begun is None or now() >= begun.ends_at:
            raise SignInOver
        return begun

    def _who(self, begun: BegunSignIn, purpose: Purpose, token: str, untrusted_code: str) -> Subject:
        options, begun_at = self._provider.options, begun.made_at.timestamp()
        fresh = begun_at if self._asks_anew(purpose) else None
        nonce = _told_from(token, "nonce")
        expected = Expected(options.issuer, options.client_id, nonce, begun_at, fresh_since=fresh)
        return self._provider.who(untrusted_code, begun.redirect, _told_from(token, "verifier"), expected)

    def _done(
        self, unit: UnitOfWork, begun: BegunSignIn, purpose: Purpose, subject: Subject, client: tuple[str, str]
    ) -> str:
        """The token of a new session; empty if there is none."""
        if purpose is Purpose.LINK:
            link_identity(unit, self._session_person(unit, begun, locked=False), subject)
            return ""
        if purpose is Purpose.CHOOSE:
            return self._chosen(unit, begun, subject, client)
        person = _linked(unit, subject)
        if purpose is Purpose.UNLOCK:
            if self._session_person(unit, begun, locked=True).id != person.id:
                raise NotLinked
            unit.sessions.lock(str(begun.session_id), locked=False)
            return ""
        former = unit.sessions.by_id(begun.session_id) if begun.session_id else None
        if former is not None:
            unit.sessions.end(former.id, former.person_id)
            unit.events.add([told("sign-out", unit.people.by_id(former.person_id))])
        return self._sign_in.open(unit, person, *client, provider=subject.issuer)

    def _session_person(self, unit: UnitOfWork, begun: BegunSignIn, *, locked: bool) -> Person:
        """Whose session it was begun in, if that is still as it was. SignInOver."""
        session = unit.sessions.by_id(begun.session_id) if begun.session_id else None
        if session is None or self._sign_in.is_over(session, now()) or session.locked != locked:
            raise SignInOver
        return _expect_open(unit.people, session.person_id)

    def _chosen(self, unit: UnitOfWork, begun: BegunSignIn, subject: Subject, client: tuple[str, str]) -> str:
        """By a one-time link, as choosing a password by it: what was open of the person before ends."""
        person = _of_link(unit, str(begun.link))
        link_identity(unit, person, subject)
        if not unit.sessions.use_link(str(begun.link)):  # somebody else was first
            raise LinkUsed
        unit.sessions.end_all(person.id)
        unit.sessions.end_keys(person.id)
        return self._sign_in.open(unit, person, *client, provider=subject.issuer)


def link_identity(unit: UnitOfWork, person: Person, subject: Subject, by: str = "") -> None:
    """From now on it opens this account. IdentityTaken. `by`: the signature of who did it, if not the person."""
    identity = Identity(subject.issuer, subject.subject, person.id, subject.label, now())
    if len(unit.identities.of_person(person.id)) >= MOST_IDENTITIES or not unit.identities.link(identity):
        raise IdentityTaken
    unit.events.add([told("identity-linked", person, by, provider=subject.issuer, subject=subject.subject)])


def _linked(unit: UnitOfWork, subject: Subject) -> Person:
    """The person whom it opens, if the account is open. NotLinked, alike for all that can be."""
    identity = unit.identities.find(subject.issuer, subject.subject)
    if identity is None:
        LOG.info("an identity that is nobody's here: %r (%r)", subject.subject, subject.label)
        raise NotLinked
    person = _expect_open(unit.people, identity.person_id)
    unit.identities.use(identity, now(), subject.label)
    return person


def _expect_open(people: People, person_id: str) -> Person:
    person = people.by_id(person_id)
    if person.closed_at is not None:
        raise NotLinked
    return person


def _of_link(unit: UnitOfWork, link: str) -> Person:
    """For whom a one-time link is; the first administrator has a password in any case. LinkUsed."""
    person = whose(unit, link)
    if person is None:
        raise LinkUsed
    return person


def _told_from(token: str, what: str) -> str:
    """43 letters that stand in an address as they are, and tell nothing of the token (RFC 7636, 4.1)."""
    told_of_it = hmac.digest(token.encode("utf-8", "replace"), what.encode(), "sha256")
    return base64.urlsafe_b64encode(told_of_it).rstrip(b"=").decode("ascii")
