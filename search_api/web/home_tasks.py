"""What waits for somebody, on the home page: each provider tells of one kind of work, by the rights of who asks.

A part of the house that has work for people (what is due, what is late) adds a provider of its own to `PROVIDERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from search_api.access import Viewer, may_see
from search_api.access.policy import Permission
from search_api.services import Services
from search_api.web.rendering import Asking

RECENT = timedelta(days=7)
"""For so long a file that was not taken is told of on the home page."""


@dataclass(frozen=True, slots=True)
class Task:
    """So much of one kind of work. `href`: where it is done; empty: it is only told."""

    count: int
    words: str
    href: str = ""
    tone: str = "wait"


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

    def watches(self, unit: str | None) -> bool:
        """Whether they may know of files of this unit that became no record; None: of the drop folder's."""
        return self.viewer.may(Permission.WATCH_INTAKE, unit or self.house.signing.unit)


Provider = Callable[[AtHome], Iterable[Task]]


def tasks(home: AtHome) -> list[Task]:
    """All that waits, in the order of the providers; nothing of which there is none."""
    return [task for provider in PROVIDERS for task in provider(home) if task.count]


def _to_confirm(home: AtHome) -> Iterator[Task]:
    if not home.viewer.may(Permission.CORRECT):
        return
    found = home.work.figures.to_confirm(home.access)
    count = sum(n for unit, n in found.items() if home.viewer.may(Permission.CORRECT, unit))
    yield Task(
        count,
        home.asking.plural(
            "record with fields that were read with doubt, to be looked at",
            "records with fields that were read with doubt, to be looked at",
            count,
        ),
    )


def _rejected(home: AtHome) -> Iterator[Task]:
    if not home.viewer.may(Permission.WATCH_INTAKE):
        return
    found = home.work.figures.rejected(now() - RECENT)
    count = sum(n for unit, n in found.items() if home.watches(unit))
    words = home.asking.plural("file not taken within seven days", "files not taken within seven days", count)
    yield Task(count, words, "/tiep-nhan?state=rejected", "bad")


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


PROVIDERS: tuple[Provider, ...] = (_to_confirm, _rejected, _unread, _kept_apart, _purges, _refused)
"""Asked in this order. Each asks for the permission that its work takes, and counts by `AtHome.access`."""
