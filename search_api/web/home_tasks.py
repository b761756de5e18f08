"""What waits for somebody, on the home page: each provider tells of one kind of work, by the rights of who asks.

A part of the house that has work for people (what is due, what is late) adds a provider of its own to `PROVIDERS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from archive.review_queue import FIELD, PAGE
from archive.unit_of_work import UnitOfWork
from search_api.access import Viewer, may_see
from search_api.access.policy import Permission
from search_api.filing.checking import today
from search_api.rejected import units_watched
from search_api.reviewing.asking import asker_of
from search_api.reviewing.service import MOST_COUNTED
from search_api.reviewing.showing import Mode
from search_api.services import Services
from search_api.web.rendering import Asking

RECENT = timedelta(days=7)
"""For so long a file that was not taken is told of by its name on the home page."""

SOON = timedelta(days=3)
"""So long before its day what is due is told of."""

REVIEW, REGISTERS, REJECTED = "/soat-lai", "/so", "/tiep-nhan/khong-nhan"
"""Pages where work is done."""

_REGISTERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Task:
    """So much of one kind of work, or `more`. `href`: where it is done; empty: it is only told."""

    count: int
    words: str
    href: str = ""
    tone: str = "wait"
    more: bool = False


@dataclass(frozen=True, slots=True)
class AtHome:
    """One person before their home page, within one transaction."""

    work: UnitOfWork
    viewer: Viewer
    house: Services
    asking: Asking

    @property
    def access(self) -> tuple[str, ...]:
        """What they see records by."""
        return self.viewer.tokens


Provider = Callable[[AtHome], Iterable[Task]]


def tasks(home: AtHome) -> list[Task]:
    """All that waits, in the order of the providers; nothing of which there is none."""
    return [task for provider in PROVIDERS for task in provider(home) if task.count]


def _to_review(home: AtHome) -> Iterator[Task]:
    if not home.viewer.may(Permission.CORRECT):
        return
    found = home.work.review_queue.counts(asker_of(home.viewer), MOST_COUNTED)
    fields, pages = found[FIELD], found[PAGE]
    words = home.asking.plural(
        "field read with doubt, to be confirmed", "fields read with doubt, to be confirmed", fields
    )
    yield Task(fields, words, f"{REVIEW}?mode={Mode.FIELDS}", more=fields == MOST_COUNTED)
    words = home.asking.plural("page read with doubt, to be reviewed", "pages read with doubt, to be reviewed", pages)
    yield Task(pages, words, f"{REVIEW}?mode={Mode.PAGES}", more=pages == MOST_COUNTED)


def _due(home: AtHome) -> Iterator[Task]:
    """Of the registers of what came in: what is late, and what will be soon; each register with its own address."""
    if not home.viewer.may(Permission.WATCH_INTAKE):
        return
    day, late, soon = today(), Counter[str](), Counter[str]()
    for one in home.work.registers.due(day.year - 1, (day + SOON).isoformat(), home.access):
        told = {"don-vi": one.unit, "quyen": one.book}
        pairs = urlencode({name: value for name, value in told.items() if value})
        (late if one.day < day.isoformat() else soon)[f"{REGISTERS}/den/{one.year}?{pairs}&loc="] += one.entries
    for address, count in late.most_common(_REGISTERS_SHOWN):
        words = home.asking.plural("incoming document is overdue", "incoming documents are overdue", count)
        yield Task(count, words, f"{address}overdue", "bad")
    for address, count in soon.most_common(_REGISTERS_SHOWN):
        words = home.asking.plural(
            "incoming document is due within three days", "incoming documents are due within three days", count
        )
        yield Task(count, words, f"{address}waiting")


def _rejected(home: AtHome) -> Iterator[Task]:
    if not home.viewer.may(Permission.WATCH_INTAKE):
        return
    count = home.work.rejected.count(units_watched(home.viewer, home.house.signing.unit))
    words = home.asking.plural("file not taken, to be settled", "files not taken, to be settled", count)
    yield Task(count, words, REJECTED, "bad")


def _unread(home: AtHome) -> Iterator[Task]:
    if not home.viewer.may(Permission.CORRECT):
        return
    count = home.work.figures.failed_pages(home.access).total()
    words = home.asking.plural("page could not be read", "pages could not be read", count)
    yield Task(count, words, "/?state=partly_searchable", "bad")


def _kept_apart(home: AtHome) -> Iterator[Task]:
    if not home.viewer.keeps_secrets:
        return
    count = sum(may_see(home.viewer, one) for one in home.work.records.kept_apart())
    words = home.asking.plural("record kept apart, to be decided on", "records kept apart, to be decided on", count)
    yield Task(count, words, "/cach-ly", "bad")


def _purges(home: AtHome) -> Iterator[Task]:
    if not home.viewer.may(Permission.PURGE):
        return
    found = home.work.figures.in_bin(home.access, home.viewer.name)
    count = sum(one.asked for one in found if home.viewer.may(Permission.PURGE, one.unit))
    words = home.asking.plural(
        "record whose purge waits for a second person", "records whose purge waits for a second person", count
    )
    yield Task(count, words, "/thung-rac")


def _refused(home: AtHome) -> Iterator[Task]:
    if not home.viewer.may(Permission.TEACH):
        return
    count = len(home.work.outbox.all_set_aside(access=home.access))
    words = home.asking.plural("record that the search engine refuses", "records that the search engine refuses", count)
    yield Task(count, words, "/tiep-nhan", "bad")


PROVIDERS: tuple[Provider, ...] = (_to_review, _due, _rejected, _unread, _kept_apart, _purges, _refused)
"""Asked in this order. Each asks for the permission that its work takes, and counts by `AtHome.access`."""
