"""What the home page shows below the search box: by what somebody may do, not by the name of their role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from archive.figures import Came
from kernel.clock import now
from mappings.record import DeliveryState
from search_api.access import Viewer
from search_api.access.policy import Permission
from search_api.handed_in import rows_seen
from search_api.people.managing import PeopleService
from search_api.problems import reason_of
from search_api.saved.service import Saved, SavedSearchService
from search_api.web.home_course import Course, bounds_of, course, days_until
from search_api.web.home_keeping import Kept, keeping
from search_api.web.home_tasks import RECENT, AtHome, Task, tasks
from search_api.web.intake_view import Row, rows_of
from search_api.web.rendering import Asking
from search_api.web.services import WebServices

_REJECTED_SHOWN = 5
_KINDS_SHOWN = 8
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Counted:
    """A name and how many."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class CameIn:
    """What came in: `today`, within seven days, and these by unit and kind."""

    today: int
    week: int
    units: tuple[Counted, ...] = ()
    kinds: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleTold:
    """Accounts that the viewer manages; `sessions`: of the whole house, None for who manages a part of it."""

    accounts: int
    closed: int
    sessions: int | None


@dataclass(frozen=True, slots=True)
class HomeView:
    """None or empty: that part is not for who asks, or there is nothing of it."""

    tasks: list[Task]
    works: bool
    news: tuple[Saved, ...] = ()
    came: CameIn | None = None
    waiting_pages: int = 0
    rejected: Sequence[Row] = ()
    course: Course | None = None
    unread: tuple[Counted, ...] = ()
    bin: int | None = None
    keeping: Sequence[Kept] = ()
    people: PeopleTold | None = None


def home_view(asking: Asking, services: WebServices, viewer: Viewer) -> HomeView:
    """All parts that are for this viewer."""
    may, reads = viewer.may, viewer.may(Permission.READ)
    with services.house.catalogue.reading() as work:
        home = AtHome(work, viewer, services.house, asking)
        days = days_until(now())
        archivist, clerk = reads and may(Permission.TEACH), reads and may(Permission.CORRECT)
        watches = reads and may(Permission.WATCH_INTAKE)
        found = work.figures.came(bounds_of(days), viewer.tokens) if watches else ()
        return HomeView(
            tasks=tasks(home) if reads else [],
            works=watches,
            news=_news(services, viewer) if reads and may(Permission.SAVE_SEARCH) else (),
            came=_came(home, found, len(days)) if watches else None,
            waiting_pages=work.figures.waiting_pages(viewer.tokens) if watches else 0,
            rejected=_rejected(home) if clerk else (),
            course=course(found, days) if archivist else None,
            unread=_unread(home) if clerk else (),
            bin=sum(one.records for one in work.figures.in_bin(viewer.tokens)) if archivist else None,
            keeping=keeping(home, services) if may(Permission.WATCH_HOUSE) else (),
            people=_people(home) if viewer.account and may(Permission.MANAGE_PEOPLE) else None,
        )


def _news(services: WebServices, viewer: Viewer) -> tuple[Saved, ...]:
    return tuple(one for one in SavedSearchService(services.house.catalogue).all(viewer) if one.unseen)


def _came(home: AtHome, found: Sequence[Came], last: int) -> CameIn:
    units: Counter[str] = Counter()
    for one in found:
        if one.arrived > last - _WEEK:
            units[one.unit] += one.records
    today = sum(one.records for one in found if one.arrived == last)
    if not home.viewer.may(Permission.SEE_BIN):
        return CameIn(today, units.total())
    names = {unit.key: unit.name for unit in home.work.people.units()}
    since = bounds_of(days_until(now()))[-_WEEK]
    none = home.asking.say("Kind not told")
    return CameIn(
        today,
        units.total(),
        tuple(Counted(names.get(key, key), count) for key, count in units.most_common()),
        _shortened(home.work.figures.kinds(since, home.access), none, home.asking.say("Others")),
    )


def _shortened(found: Counter[str], none: str, others: str) -> tuple[Counted, ...]:
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    shown = [Counted(name or none, count) for name, count in ordered[:_KINDS_SHOWN]]
    rest = sum(count for _, count in ordered[_KINDS_SHOWN:])
    return (*shown, Counted(others, rest)) if rest else tuple(shown)


def _rejected(home: AtHome) -> list[Row]:
    latest = home.work.deliveries.recent(4 * _REJECTED_SHOWN, None, DeliveryState.REJECTED, home.access)
    since = now() - RECENT
    recent = [row for row in rows_seen(latest, home.viewer, home.house) if row.delivery.received_at >= since]
    return rows_of(home.work, recent[:_REJECTED_SHOWN], home.viewer, home.asking)


def _unread(home: AtHome) -> tuple[Counted, ...]:
    found = home.work.figures.failed_pages(home.access)
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Counted(_reason(code, home.asking), count) for code, count in ordered)


def _reason(code: str, asking: Asking) -> str:
    told = reason_of(code or None, {}, asking.language)
    return str(told["title"]) if told else asking.say("Could not be read")


def _people(home: AtHome) -> PeopleTold:
    rights = home.viewer.rights
    whole = rights is None or Permission.MANAGE_PEOPLE in rights.everywhere
    known = [one.person for one in PeopleService(home.house.catalogue).all(home.viewer)]
    closed = sum(one.closed_at is not None for one in known)
    moment = now()
    used = moment - timedelta(minutes=home.house.signing.idle_minutes)
    sessions = home.work.figures.accounts(moment, used).sessions if whole else None
    return PeopleTold(len(known) - closed, closed, sessions)
