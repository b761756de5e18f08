"""Wilson's interval, against figures that are known."""

from __future__ import annotations

import pytest

from search_api.reviewing.figures import ErrorRate, wilson


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 20, 0.0, 0.1611), (1, 20, 0.0089, 0.2361), (81, 263, 0.2553, 0.3662), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval(count: int, of: int, low: float, high: float) -> None:
    """81 of 263 is the example of Newcombe (Statistics in Medicine 17, 1998, 857-872)."""
    assert wilson(count, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_a_rate_is_told_only_of_something() -> None:
    assert ErrorRate(0, 0).rate is None
    assert ErrorRate(40, 2).rate == 0.05
