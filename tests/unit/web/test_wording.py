"""Days, moments and sizes as an office writes them; every state has its words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mappings.record import DeliverySource, DeliveryState, PageState, ReadBy, RecordState
from search_api.query.answers import FACETS
from search_api.web import wording


def test_days_and_moments() -> None:
    assert wording.day("2018-03-05") == "05/03/2018"
    assert wording.day(None) == ""
    assert wording.day("tháng 3") == "tháng 3"
    assert wording.moment(datetime(2018, 3, 4, 18, 5, tzinfo=UTC)) == "05/03/2018 01:05"


@pytest.mark.parametrize(
    ("octets", "language", "said"),
    [
        (0, "vi", "0 B"),
        (999, "vi", "999 B"),
        (34_000, "vi", "34 KB"),
        (2_440_000, "vi", "2,4 MB"),
        (2_440_000, "en", "2.4 MB"),
        (3_000_000_000, "vi", "3,0 GB"),
        (5_000_000_000_000, "vi", "5.000,0 GB"),
    ],
)
def test_sizes(octets: int, language: str, said: str) -> None:
    assert wording.size(octets, language) == said


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (wording.RECORD_STATES, RecordState),
        (wording.DELIVERY_STATES, DeliveryState),
        (wording.PAGE_STATES, PageState),
        (wording.SOURCES, DeliverySource),
        (wording.READ_BY, ReadBy),
        (wording.FACET_NAMES, FACETS),
    ],
)
def test_everything_has_its_words(words: dict[object, str], values: object) -> None:
    assert set(words) == set(values)  # type: ignore[call-overload]
