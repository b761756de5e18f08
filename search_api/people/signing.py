"""Signing in, staying so, and out again: sessions on the server, told apart by a random token in a cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.catalogue import Catalogue
from archive.people import Standing
from archive.sessions import ApiKey, Session
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import NotFound
from kernel.ids import new_id
from kernel.people_errors import NotSignedIn, WrongSignIn
from mappings.people import Person
from search_api.access.rights import rights_of, tokens_of
from search_api.access.viewer import Viewer, named_keeper
from search_api.people.codes import fitting_step
from search_api.people.options import SigningOptions
from search_api.people.passwords import fits
from search_api.people.throttle import Throttle
from search_api.people.tokens import KEY_MARK, hash_of, new_token
from search_api.people.writing import told


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is known: by a session or by an API key, one of which is given."""

    viewer: Viewer
    person: Person
    session: Session | None = None
    key: ApiKey | None = None


class SignIn:
    """Safe over threads and processes: all of it is in the catalogue."""

    def __init__(self, catalogue: Catalogue, options: SigningOptions) -> None:
        self._catalogue = catalogue
        self._options = options
        self._throttle = Throttle(catalogue, options)
        self._anyone = False

    def anyone(self) -> bool:
        """Whether there is any account. Once there is one there always will be: nobody is ever taken out."""
        if not self._anyone:
            with self._catalogue.reading() as unit:
                self._anyone = unit.people.anyone()
        return self._anyone

    def sign_in(
        self, untrusted_account: str, untrusted_password: str, untrusted_code: str, address: str, agent: str
    ) -> str:
        """The token of a new session. WrongSignIn, the same for all that can be wrong; TooManyTries."""
        account = untrusted_account.strip().lower()[:100]
        self._throttle.check(account, address)
        with self._catalogue.reading() as unit:
            person = unit.people.find(account)
        # The work is the same whether there is such an account or not, open or closed, with a second factor or none.
        right = fits(untrusted_password, person.password if person else None)
        code = self._code_step(person, untrusted_code)
        if not right or person is None or person.closed_at is not None or code is None:
            self._throttle.count(account, address)
            raise WrongSignIn
        token = self._catalogue.write(lambda unit: self._opened(unit, person, code, address, agent))
        if not token:  # the code was used before
            self._throttle.count(account, address)
            raise WrongSignIn
        self._throttle.forget(account, address)
        return token

    def _code_step(self, person: Person | None, untrusted_code: str) -> int | None:
        """The time step of a right code, 0 where none is asked for, None for a wrong one."""
        if person is None or person.totp is None:
            return 0
        return fitting_step(person.totp, untrusted_code)

    def _opened(self, unit: UnitOfWork, person: Person, step: int, address: str, agent: str) -> str:
        if step and not unit.people.take_totp_step(person.id, step):
            return ""
        return self.open(unit, person, address, agent)

    def open(self, unit: UnitOfWork, person: Person, address: str, agent: str, provider: str = "") -> str:
        """The token of a new session of somebody who has been proved; `provider`: by whom, if not by a password."""
        token, moment = new_token(), now()
        ends = moment + timedelta(hours=self._options.session_hours)
        unit.sessions.open(
            Session(new_id(), hash_of(token), person.id, moment, moment, ends, False, address[:64], agent[:200])
        )
        proved = {"provider": provider} if provider else {}
        unit.events.add([told("sign-in", person, "", address=address, **proved)])
        return token

    def of_session(self, untrusted_token: str) -> SignedIn:
        """Who this session is. NotSignedIn if it has ended, or never was. A locked one is told too: look at it."""
        with self._catalogue.reading() as unit:
            session = unit.sessions.find(hash_of(untrusted_token))
            if session is None or self.is_over(session, now()):
                raise NotSignedIn
            standing = _standing(unit, session.person_id)
        return SignedIn(viewer_of(standing, self._options.keepers), standing.person, session=session)

    def is_over(self, session: Session, moment: datetime) -> bool:
        """Whether it has ended by itself, by then."""
        idle = session.seen_at + timedelta(minutes=self._options.idle_minutes)
        return moment >= session.ends_at or moment >= idle

    def of_key(self, untrusted_key: str) -> SignedIn:
        """Whom this API key acts for, with no more than its scopes. NotSignedIn."""
        if not untrusted_key.startswith(KEY_MARK) or len(untrusted_key) > 100:
            raise NotSignedIn
        with self._catalogue.reading() as unit:
            key = unit.sessions.find_key(hash_of(untrusted_key))
            if key is None or now() >= key.ends_at:
                raise NotSignedIn
            standing = _standing(unit, key.person_id)
        return SignedIn(viewer_of(standing, self._options.keepers, key.scopes), standing.person, key=key)

    def of_account(self, account: str) -> Viewer:
        """What a person sees who is not there just now; nothing, if there is none or the account is closed."""
        with self._catalogue.reading() as unit:
            person = unit.people.find(account)
            if person is None or person.closed_at is not None:
                return Viewer(account, ())
            return viewer_of(unit.people.standing(person.id), self._options.keepers)

    def sign_out(self, signed_in: SignedIn) -> None:
        """Ends the session."""
        session, person = signed_in.session, signed_in.person
        if session is None:
            return

        def work(unit: UnitOfWork) -> None:
            unit.sessions.end(session.id, person.id)
            unit.events.add([told("sign-out", person)])

        self._catalogue.write(work)

    def lock(self, signed_in: SignedIn) -> None:
        """From now on only the password opens this session again."""
        session = signed_in.session
        if session is not None:
            self._catalogue.write(lambda unit: unit.sessions.lock(session.id, locked=True))

    def unlock(self, untrusted_token: str, untrusted_password: str, address: str) -> None:
        """Opens a locked session with its person's password. WrongSignIn, NotSignedIn, TooManyTries."""
        signed_in = self.of_session(untrusted_token)
        person, session = signed_in.person, signed_in.session
        self._throttle.check(person.account, address)
        if not fits(untrusted_password, person.password):
            self._throttle.count(person.account, address)
            raise WrongSignIn
        self._throttle.forget(person.account, address)
        if session is not None:
            self._catalogue.write(lambda unit: unit.sessions.lock(session.id, locked=False))

    def check_password(self, person: Person, untrusted_password: str, address: str) -> None:
        """Once more, before something that matters. WrongSignIn, TooManyTries."""
        self._throttle.check(person.account, address)
        if not fits(untrusted_password, person.password):
            self._throttle.count(person.account, address)
            raise WrongSignIn


def viewer_of(standing: Standing, keepers: str = "", scopes: tuple[str, ...] | None = None) -> Viewer:
    """Somebody's rights as they are now. `keepers`: as `SigningOptions`; `scopes`: of an API key."""
    rights = rights_of(standing)
    if scopes is not None:
        rights = rights.narrowed(scopes)
    person = standing.person
    viewer = Viewer(person.signature, tokens_of(standing, rights), person.account, rights)
    return named_keeper(viewer, keepers)


def _standing(unit: UnitOfWork, person_id: str) -> Standing:
    try:
        standing = unit.people.standing(person_id)
    except NotFound as error:
        raise NotSignedIn from error
    if standing.person.closed_at is not None:
        raise NotSignedIn
    return standing
