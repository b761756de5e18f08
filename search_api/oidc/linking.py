"""Which identities open which account: as whoever manages it says, and its person."""

from __future__ import annotations

from archive.catalogue import Catalogue
from archive.identities import Identity
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue
from kernel.oidc_errors import OnlyWayIn
from search_api.access.viewer import Viewer
from search_api.oidc.signing import link_identity
from search_api.oidc.subject import Subject, is_subject
from search_api.people.managing import expect_mine
from search_api.people.signing import SignedIn
from search_api.people.writing import told


class LinkingService:
    """Safe over threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of_person(self, person_id: str) -> tuple[Identity, ...]:
        """Those that open this person's account."""
        with self._catalogue.reading() as unit:
            return unit.identities.of_person(person_id)

    def link(self, viewer: Viewer, person_id: str, issuer: str, untrusted_subject: str) -> None:
        """By the administrator, who knows what the provider calls the person. NotFound, NotAllowed, OwnRoles, BadValue,
        IdentityTaken."""
        subject = untrusted_subject.strip()
        if not is_subject(subject):
            raise BadValue(name="sub", value=subject[:50], expected="1-255, ASCII")

        def work(unit: UnitOfWork) -> None:
            person = expect_mine(unit, viewer, person_id).person
            link_identity(unit, person, Subject(issuer, subject, subject[:100]), viewer.name)

        self._catalogue.write(work)

    def drop(self, viewer: Viewer, person_id: str, issuer: str, subject: str) -> None:
        """It opens nothing any more, and all sessions of the person end. NotFound, NotAllowed, OwnRoles."""

        def work(unit: UnitOfWork) -> None:
            person = expect_mine(unit, viewer, person_id).person
            if unit.identities.drop(issuer, subject, person.id):
                unit.sessions.end_all(person.id)
                event = told("identity-dropped", person, viewer.name, provider=issuer, subject=subject)
                unit.events.add([event])

        self._catalogue.write(work)

    def drop_own(self, signed_in: SignedIn, issuer: str, subject: str) -> None:
        """One of one's own; all other sessions end. OnlyWayIn without a password."""

        def work(unit: UnitOfWork) -> None:
            person = unit.people.by_id(signed_in.person.id)
            if person.password is None and len(unit.identities.of_person(person.id)) < 2:
                raise OnlyWayIn
            if unit.identities.drop(issuer, subject, person.id):
                unit.sessions.end_all(person.id, but=signed_in.session.id if signed_in.session else "")
                unit.events.add([told("identity-dropped", person, provider=issuer, subject=subject)])

        self._catalogue.write(work)
