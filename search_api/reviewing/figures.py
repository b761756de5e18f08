"""How reviewing goes: what waits, who looked at how much each day, and how often two people disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

from archive.catalogue import Catalogue
from archive.page_corrections import Again
from archive.review_queue import FIELD, PAGE
from archive.reviews import DayOfWork
from kernel.clock import now
from search_api.access import Viewer
from search_api.access.policy import Permission
from search_api.reviewing.asking import asker_of, name_of

DAYS = 30
"""So far back work is told."""

MOST_AGAIN = 100
"""Places to be looked at again that are listed."""

MOST_COUNTED = 10_000
"""Fields and pages that are counted: who has so many waiting need not know how many more."""

_Z = 1.959963984540054  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Second readings and those that disagree with the first one. `low`, `high`: where the rate lies at 95 %."""

    second_readings: int
    disagreements: int

    @property
    def rate(self) -> float | None:
        """0..1; None before there was a second reading."""
        return self.disagreements / self.second_readings if self.second_readings else None

    @property
    def interval(self) -> tuple[float, float]:
        """By Wilson's score, which holds for few readings and rates near 0 too.

        E. B. Wilson, Probable inference, the law of succession, and statistical inference, J. Am. Stat. Assoc. 22
        (1927), 209-212.
        """
        return wilson(self.disagreements, self.second_readings)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Between which rates the true one lies with 95 %, when `count` were found among `of`; (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    rate, z2 = count / of, _Z * _Z
    middle = (rate + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * sqrt(rate * (1 - rate) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Figures:
    """`everybody`: others are told of too; else it is only what the asker did. `again`: see `PageCorrections`."""

    fields_waiting: int
    pages_waiting: int
    everybody: bool
    days: tuple[DayOfWork, ...]
    errors: ErrorRate
    again: tuple[Again, ...]


def figures(catalogue: Catalogue, viewer: Viewer) -> Figures:
    """Of records that the viewer may see; of other people only in units where they may see events."""
    queue, everybody = asker_of(viewer), viewer.may(Permission.SEE_EVENTS)
    whose = None if everybody else name_of(viewer)
    told = asker_of(viewer, Permission.SEE_EVENTS if everybody else Permission.READ)
    with catalogue.reading() as unit:
        waiting = unit.review_queue.counts(queue, MOST_COUNTED)
        return Figures(
            waiting[FIELD],
            waiting[PAGE],
            everybody,
            unit.reviews.days(told, now() - timedelta(days=DAYS), whose),
            ErrorRate(*unit.reviews.second_readings(told, whose)),
            unit.corrections.again(queue, MOST_AGAIN),
        )
