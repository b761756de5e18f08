"""Alerts: records that the index has just learned of are put before each saved search, and those alone.

What is asked is the saved question itself, through the same analysers, engine and filter of rights, with the ids of the
new records as one more filter: an alert and a search can never differ.
"""

from __future__ import annotations

import logging
import smtplib
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage

from archive.alerts import Due
from archive.catalogue import Catalogue
from archive.head_mail import MailServer
from archive.saved_searches import SavedSearch
from kernel.errors import BadRequest, Unavailable
from search_api.access import Viewer
from search_api.query.search import SearchService
from search_api.saved.question import asked_question

LOG = logging.getLogger(__name__)

AT_A_TIME = 200
"""Records that are put before all saved searches together."""

IDLE_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 10.0
_MAIL_LOOK_SECONDS = 15.0
_BETWEEN_MAILS_SECONDS = 600.0
_AFTER_MAIL_TROUBLE_SECONDS = 3_600.0

ViewerOf = Callable[[SavedSearch], Viewer]
"""Whose rights hold for a saved search."""


class Alerter:
    """Any number of processes may run one: what two do at once is written once."""

    def __init__(
        self, catalogue: Catalogue, search: SearchService, viewer_of: ViewerOf, mail: MailServer | None = None
    ) -> None:
        self._catalogue = catalogue
        self._search = search
        self._viewer_of = viewer_of
        self._mail = mail
        self._mail_not_before: dict[str, float] = {}

    def step(self) -> int:
        """Asks all saved searches about some of the records that wait; how many these were. EngineUnavailable."""
        with self._catalogue.reading() as unit:
            due = unit.alerts.due(AT_A_TIME)
            searches = unit.saved_searches.all() if due else ()
        if not due:
            return 0
        found = [(one.id, record_id) for one in searches for record_id in self._fitting(one, due)]
        with self._catalogue.writing() as unit:
            # In one transaction: a kill before it asks again, a kill after it has nothing left to ask.
            unit.alerts.add(found)
            unit.alerts.done(due)
            unit.commit()
        return len(due)

    def mail(self) -> int:
        """Mails how many are new to those who want it; how many mails went out. Trouble is told in the log only."""
        if self._mail is None:
            return 0
        with self._catalogue.reading() as unit:
            wanted = [
                (one, *unit.alerts.unmailed(one.id, self._viewer_of(one).tokens))
                for one in unit.saved_searches.all()
                if one.mail and time.monotonic() >= self._mail_not_before.get(one.id, 0.0)
            ]
        return sum(self._send(self._mail, one, count, last) for one, count, last in wanted if count)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; outlives an engine or a database that is away."""
        looked_at = 0.0
        while not stop.is_set():
            try:
                worked = self.step()
                if not worked and time.monotonic() - looked_at >= _MAIL_LOOK_SECONDS:
                    looked_at = time.monotonic()
                    self.mail()
            except Exception as error:  # an alerter that ended without a word would leave people waiting
                if isinstance(error, Unavailable):
                    LOG.warning("alerts wait: %s", error)
                else:
                    LOG.exception("alerts failed and are tried again")
                stop.wait(_AFTER_TROUBLE_SECONDS)
                continue
            if not worked:
                stop.wait(IDLE_SECONDS)

    def _fitting(self, saved: SavedSearch, due: tuple[Due, ...]) -> tuple[str, ...]:
        news = [one.record_id for one in due if is_news(one, saved)]
        if not news:
            return ()
        try:
            return self._search.fitting(asked_question(saved.question), self._viewer_of(saved), news)
        except (BadRequest, ValueError, TypeError) as error:  # written by another version of ours
            LOG.warning("saved search %s is not understood: %s", saved.id, error)
            return ()

    def _send(self, server: MailServer, saved: SavedSearch, count: int, last: int) -> bool:
        try:
            server.send(_message(server, saved, count))
        except (OSError, smtplib.SMTPException) as error:
            LOG.warning("an alert could not be mailed and is tried again: %s", error)
            self._mail_not_before[saved.id] = time.monotonic() + _AFTER_MAIL_TROUBLE_SECONDS
            return False
        self._mail_not_before[saved.id] = time.monotonic() + _BETWEEN_MAILS_SECONDS
        with self._catalogue.writing() as unit:
            unit.alerts.mailed(saved.id, last)
            unit.commit()
        return True


def is_news(due: Due, saved: SavedSearch) -> bool:
    """Whether a record could be new to a search: it came in, or was read, after the search was saved.

    One that was there and is merely corrected is none: it may have fitted all along.
    """
    return due.sequence > saved.since_sequence or (due.newly_read and due.since >= saved.saved_at)


def _message(server: MailServer, saved: SavedSearch, count: int) -> EmailMessage:
    """How many there are, and no word of what they say: mail is read by others on its way."""
    message = EmailMessage()
    # A title is one line (`filtering.plain`): no header can follow it.
    message["Subject"] = f"Tàng thư: {count} văn bản mới – {saved.title}"
    message["From"] = server.user if "@" in server.user else saved.mail
    message["To"] = saved.mail
    message.set_content(
        f"Tìm kiếm đã lưu “{saved.title}” có {count} văn bản mới. Mở trang “Tìm kiếm đã lưu” của tàng thư để xem; cũng "
        f"ở đó có thể xóa tìm kiếm này để thôi nhận thư.\n\n"
        f"The saved search “{saved.title}” has {count} new records. Open the page “Saved searches” of the archive to "
        f"see them; delete the search there to get no more mail.\n"
    )
    return message
