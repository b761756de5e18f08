"""The chart: bars in the order of time, each leading to just its days."""

from __future__ import annotations

from datetime import date

from search_api.query.over_time import Histogram, Period, PeriodCount, period_of
from search_api.web.address import SearchAddress
from search_api.web.timeline import bars


def years(*counts: tuple[int, int]) -> Histogram:
    return Histogram(Period.YEAR, tuple(PeriodCount(*period_of(Period.YEAR, date(y, 1, 1)), n) for y, n in counts), 0)


def test_empty_years_stand_between_the_others() -> None:
    made = bars(years((2018, 5), (2021, 10)), SearchAddress(q="x"))
    assert [(bar.label, bar.count, bar.height) for bar in made] == [
        ("2018", 5, 50.0), ("2019", 0, 0.0), ("2020", 0, 0.0), ("2021", 10, 100.0),
    ]  # fmt: skip


def test_a_bar_keeps_the_search_and_takes_its_days() -> None:
    was = SearchAddress(q="x", facets=(("kind", "Quyết định"),), issued_from="01/02/2000", cursor="c")
    bar = bars(years((2018, 5), (2019, 1)), was)[0]
    assert bar.href == "/?q=x&issued_from=01%2F01%2F2018&issued_to=31%2F12%2F2018&kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh"


def test_one_period_is_no_chart() -> None:
    assert bars(years((2018, 5)), SearchAddress()) == ()
    assert bars(Histogram(Period.YEAR, (), 7), SearchAddress()) == ()


def test_a_misread_year_makes_no_thousand_bars() -> None:
    made = bars(years((1, 2), (1019, 1), (2024, 5)), SearchAddress())
    assert len(made) == 61
    assert (made[0].label, made[0].count, made[0].earlier) == ("– 1964", 3, True)
    assert made[0].href == "/?issued_to=31%2F12%2F1964"


def test_months_end_on_their_last_day() -> None:
    months = tuple(PeriodCount(*period_of(Period.MONTH, date(2024, month, 9)), 1) for month in (1, 2))
    made = bars(Histogram(Period.MONTH, months, 0), SearchAddress())
    assert [bar.label for bar in made] == ["01/2024", "02/2024"]
    assert made[1].href == "/?issued_from=01%2F02%2F2024&issued_to=29%2F02%2F2024"
