from __future__ import annotations

import pytest

from mappings.access import access_tokens


@pytest.mark.parametrize(
    ("access_class", "tokens"),
    [
        ("public", ("public",)),
        ("internal", ("internal", "internal:noi-vu")),
        ("named", ()),
        ("unit", ("unit:noi-vu",)),
        ("a class that nobody knows", ("unit:noi-vu",)),
    ],
)
def test_each_class_has_its_token_and_an_unknown_one_is_the_units_own(
    access_class: str, tokens: tuple[str, ...]
) -> None:
    assert access_tokens("noi-vu", access_class) == tokens


def test_what_a_record_is_shared_with_comes_on_top() -> None:
    shared = ("unit:noi-vu", "person:mau.nt")
    assert access_tokens("noi-vu", "unit", shared) == shared
    assert access_tokens("noi-vu", "named", shared) == shared
    assert access_tokens("noi-vu", "quarantine", shared) == ("quarantine",)


def test_a_unit_cannot_be_named_so_that_its_records_are_open_to_all() -> None:
    assert access_tokens("internal", "unit") == ("unit:internal",)
