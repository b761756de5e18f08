"""One transaction over the whole catalogue, committed explicitly or not at all."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection

from archive.alerts import Alerts
from archive.bin import Bin
from archive.contradictions import Contradictions
from archive.deliveries import Deliveries
from archive.dossier_rows import DossierRows
from archive.events import Events
from archive.figures import Figures
from archive.fixity import Fixity
from archive.identities import Identities
from archive.kept_rows import KeptRows
from archive.lessons import Taught
from archive.outbox import Outbox
from archive.page_corrections import PageCorrections
from archive.pages import Pages
from archive.people import People
from archive.receipts import Receipts
from archive.records import Records
from archive.register_rows import RegisterRows
from archive.rejected_rows import RejectedRows
from archive.review_queue import ReviewQueue
from archive.reviews import Reviews
from archive.saved_searches import SavedSearches
from archive.sessions import Sessions
from archive.sidecar_marks import SidecarMarks
from archive.sights import Sights


class UnitOfWork:
    """What can be read and changed together. Closing without `commit` leaves no trace."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def records(self) -> Records:
        """Records and their described fields."""
        return Records(self._connection)

    @cached_property
    def pages(self) -> Pages:
        """Pages and their words."""
        return Pages(self._connection)

    @cached_property
    def corrections(self) -> PageCorrections:
        """What people have said of words of pages."""
        return PageCorrections(self._connection)

    @cached_property
    def review_queue(self) -> ReviewQueue:
        """What waits to be looked at by a person."""
        return ReviewQueue(self._connection)

    @cached_property
    def reviews(self) -> Reviews:
        """What people said of what they looked at."""
        return Reviews(self._connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        """How each file came and what became of it."""
        return Deliveries(self._connection)

    @cached_property
    def rejected(self) -> RejectedRows:
        """What was not taken."""
        return RejectedRows(self._connection)

    @cached_property
    def events(self) -> Events:
        """What happened, in order."""
        return Events(self._connection)

    @cached_property
    def fixity(self) -> Fixity:
        """When each original's bytes were last read again, and what was found."""
        return Fixity(self._connection)

    @cached_property
    def receipts(self) -> Receipts:
        """What was delivered together."""
        return Receipts(self._connection)

    @cached_property
    def figures(self) -> Figures:
        """What the home page counts."""
        return Figures(self._connection)

    @cached_property
    def contradictions(self) -> Contradictions:
        """Rows that contradict each other, for the checker."""
        return Contradictions(self._connection)

    @cached_property
    def taught(self) -> Taught:
        """What confirmed fields teach."""
        return Taught(self._connection, self.events)

    @cached_property
    def outbox(self) -> Outbox:
        """What the index must still learn."""
        return Outbox(self._connection)

    @cached_property
    def saved_searches(self) -> SavedSearches:
        """Searches that people have saved."""
        return SavedSearches(self._connection)

    @cached_property
    def alerts(self) -> Alerts:
        """Which records newly fit saved searches."""
        return Alerts(self._connection)

    @cached_property
    def people(self) -> People:
        """People, units and roles."""
        return People(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        """How people stay signed in."""
        return Sessions(self._connection)

    @cached_property
    def identities(self) -> Identities:
        """Who people are at a provider of sign-in."""
        return Identities(self._connection)

    @cached_property
    def sights(self) -> Sights:
        """Who saw what."""
        return Sights(self._connection)

    @cached_property
    def dossiers(self) -> DossierRows:
        """What is said of dossiers, and what lies in them."""
        return DossierRows(self._connection)

    @cached_property
    def registers(self) -> RegisterRows:
        """Numbers of incoming and outgoing records."""
        return RegisterRows(self._connection)

    @cached_property
    def bin(self) -> Bin:
        """Records put aside to be deleted, and what stays known of purged ones."""
        return Bin(self._connection)

    @cached_property
    def sidecar_marks(self) -> SidecarMarks:
        """What the sidecars beside the originals must still learn."""
        return SidecarMarks(self._connection)

    @cached_property
    def kept_rows(self) -> KeptRows:
        """Whole rows, for what is kept outside of the catalogue."""
        return KeptRows(self._connection)

    def commit(self) -> None:
        """All of it is durable when this returns."""
        if "events" in self.__dict__:
            self.events.flush()
        self._connection.commit()
