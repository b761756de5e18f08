"""Saving searches, and what is new of them.

Who has signed in has their own; in an archive without accounts all are everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.catalogue import Catalogue
from archive.saved_searches import MOST_SAVED, SavedSearch
from kernel.errors import BadValue
from mappings.record import RecordView
from search_api.access import Viewer, views_seen
from search_api.query.answers import SearchQuery
from search_api.query.filtering import filters_of, plain
from search_api.saved.question import kept_question

LONGEST_NAME, LONGEST_TITLE, LONGEST_MAIL, LONGEST_QUESTION = 100, 200, 254, 2_000
MOST_OF_ONE = 100
"""Saved searches of one account, so that nobody uses up those of all others."""

MOST_SHOWN = 100
"""New records of one saved search that are told at once, the latest."""

# Of what RFC 5321 allows, what mail servers of offices have.
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that came to fit since `at`. `number`: of the alert."""

    number: int
    at: datetime
    view: RecordView
    unseen: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search and how many new records it has that were not looked at."""

    search: SavedSearch
    unseen: int


class SavedSearchService:
    """Safe over threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def save(
        self,
        untrusted_owner: str,
        untrusted_title: str,
        query: SearchQuery,
        untrusted_mail: str = "",
        viewer: Viewer | None = None,
    ) -> SavedSearch:
        """A new saved search; the title is the words asked where none is given. BadValue for what makes no sense."""
        question = kept_question(query)
        if not question or len(query.q) > LONGEST_QUESTION:
            raise BadValue(name="q", value=query.q[:50], expected=f"1–{LONGEST_QUESTION}")
        filters_of(query)  # a filter that makes no sense is refused now, and not each time that it is asked
        account = _account(viewer)
        owner = viewer.name if viewer and account else _checked("owner", untrusted_owner, LONGEST_NAME)
        title = _checked("title", untrusted_title.strip() or _words(question), LONGEST_TITLE)
        mail = untrusted_mail.strip()
        if mail and (len(mail) > LONGEST_MAIL or not _MAIL.fullmatch(mail)):
            raise BadValue(name="mail", value=mail[:50], expected="a@b.vn")
        with self._catalogue.writing() as unit:
            if unit.saved_searches.count() >= MOST_SAVED:
                raise BadValue(name="saved-searches", value=MOST_SAVED, expected=f"< {MOST_SAVED}")
            if account and len(unit.saved_searches.all(account)) >= MOST_OF_ONE:
                raise BadValue(name="saved-searches", value=MOST_OF_ONE, expected=f"< {MOST_OF_ONE}")
            saved = unit.saved_searches.add(owner, title, question, mail or None, account)
            unit.commit()
        return saved

    def all(self, viewer: Viewer) -> tuple[Saved, ...]:
        """By owner, of one who has signed in their own; the numbers count what this viewer may see."""
        with self._catalogue.reading() as unit:
            unseen = unit.saved_searches.unseen(viewer.tokens)
            return tuple(Saved(one, unseen.get(one.id, 0)) for one in unit.saved_searches.all(_account(viewer)))

    def new_records(self, search_id: str, viewer: Viewer) -> tuple[SavedSearch, tuple[NewRecord, ...]]:
        """The search and the latest records that came to fit it, those looked at before too. NotFound."""
        with self._catalogue.reading() as unit:
            search = unit.saved_searches.by_id(search_id, _account(viewer))
            alerts = unit.alerts.of_search(search_id, viewer.tokens, MOST_SHOWN)
            views = views_seen(unit, [one.record_id for one in alerts], viewer)
        return search, tuple(
            NewRecord(one.number, one.at, views[one.record_id], one.number > search.seen)
            for one in alerts
            if one.record_id in views
        )

    def see(self, search_id: str, until: int, viewer: Viewer | None = None) -> None:
        """What is new up to this alert was looked at; what came since stays new. NotFound."""
        with self._catalogue.writing() as unit:
            unit.saved_searches.see(search_id, until, _account(viewer))
            unit.commit()

    def remove(self, search_id: str, viewer: Viewer | None = None) -> None:
        """NotFound."""
        with self._catalogue.writing() as unit:
            unit.saved_searches.remove(search_id, _account(viewer))
            unit.commit()


def _account(viewer: Viewer | None) -> str | None:
    return viewer.account or None if viewer else None


def _checked(name: str, untrusted_text: str, longest: int) -> str:
    # What cannot be seen (a byte 0, marks that turn the line around) belongs in no name, mail or feed.
    text = plain("".join(letter if letter.isprintable() else " " for letter in untrusted_text))
    if not 0 < len(text) <= longest:
        raise BadValue(name=name, value=text[:50], expected=f"1–{longest}")
    return text


def _words(question: Mapping[str, Any]) -> str:
    """A title made of what is asked."""
    values = (one if isinstance(one, list) else [one] for one in question.values())
    return ", ".join(str(word) for value in values for word in value)[:LONGEST_TITLE]
