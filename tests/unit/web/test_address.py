"""The address of a search holds its whole state, and reads whatever stands in it."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from search_api.engines.protocol import Sort
from search_api.web.address import SearchAddress, read_date


def reread(address: SearchAddress) -> SearchAddress:
    return SearchAddress.read(parse_qsl(urlsplit(str(address)).query))


FULL = SearchAddress(
    q='"quyết định" -123 & 50%',
    facets=(("kind", "Quyết định"), ("kind", "Tờ trình"), ("issuer", "UBND xã A & B")),
    issued_from="05/03/2018",
    issued_to="2019-01-31",
    sort=Sort.OLDEST,
    cursor="abc=",
)


def test_an_address_is_read_back_as_it_was_written() -> None:
    assert reread(FULL) == FULL


def test_the_question_is_the_same_as_the_address() -> None:
    query = FULL.query()
    assert query.q == '"quyết định" -123 & 50%'
    assert query.kind == ("Quyết định", "Tờ trình")
    assert query.issuer == ("UBND xã A & B",)
    assert (query.issued_from, query.issued_to) == (date(2018, 3, 5), date(2019, 1, 31))
    assert (query.sort, query.cursor) == (Sort.OLDEST, "abc=")


def test_a_value_toggled_twice_is_as_before_and_begins_at_the_first_hit() -> None:
    once = FULL.toggled("kind", "Báo cáo")
    assert once.values("kind") == ("Quyết định", "Tờ trình", "Báo cáo")
    assert once.cursor is None
    assert once.toggled("kind", "Báo cáo").facets == FULL.facets
    assert FULL.toggled("kind", "Tờ trình").values("kind") == ("Quyết định",)


@pytest.mark.parametrize(
    "untrusted",
    [
        [("sort", "random")],
        [("state", "stolen")],
        [("nonsense", "1")],
        [("kind", "")],
        [("q", "   ")],
        [("lang", "en")],
    ],
)
def test_what_is_not_understood_is_left_out(untrusted: list[tuple[str, str]]) -> None:
    assert SearchAddress.read(untrusted).is_empty


def test_values_of_a_facet_are_taken_once_and_not_without_end() -> None:
    pairs = [("kind", "A"), ("kind", "A"), *(("issuer", str(number)) for number in range(500))]
    address = SearchAddress.read(pairs)
    assert address.values("kind") == ("A",)
    assert len(address.values("issuer")) == 20


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("05/03/2018", date(2018, 3, 5)),
        ("5/3/2018", date(2018, 3, 5)),
        (" 5-3-2018 ", date(2018, 3, 5)),
        ("5.3.2018", date(2018, 3, 5)),
        ("2018-03-05", date(2018, 3, 5)),
        ("30/02/2018", None),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_here_type_them(typed: str, meant: date | None) -> None:
    assert read_date(typed) == meant


def test_a_wrong_day_is_named_and_not_asked_for() -> None:
    address = SearchAddress.read([("issued_from", "32/01/2020"), ("issued_to", "01/02/2020")])
    assert address.wrong_dates == ("issued_from",)
    assert address.query().issued_from is None
    assert address.query().issued_to == date(2020, 2, 1)
