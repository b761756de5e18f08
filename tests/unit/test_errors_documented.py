"""docs/errors.md is the tree of errors, and the tree itself is whole."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kernel import errors as tree
from kernel.errors import TangthuError
from scripts.write_tables import ERRORS_FILE, errors, errors_page

EVERY = [error for error, _ in errors()]


def test_the_page_is_what_the_code_says() -> None:
    assert ERRORS_FILE.read_text(encoding="utf-8") == errors_page(), "run `python -m scripts.write_tables`"


def test_each_error_has_a_code_of_its_own() -> None:
    codes = Counter(error.code for error in EVERY)
    assert [code for code, count in codes.items() if count > 1] == []


def test_the_picture_at_the_head_of_the_module_shows_every_error() -> None:
    drawn = re.findall(r"[├└]── (\w+)", tree.__doc__ or "")
    of_the_module = [error for error in EVERY if error.__module__ == tree.__name__]
    assert sorted(drawn) == sorted(error.__name__ for error in of_the_module if error is not TangthuError)


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_both_languages_are_filled_by_the_same_values(error: type[TangthuError]) -> None:
    for sentence in (error._title, error._remedy):
        vietnamese, english = (set(re.findall(r"{(\w+)}", text)) for text in (sentence.vi, sentence.en))
        assert vietnamese == english, sentence
        assert sentence.vi and sentence.en


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_statuses_and_exit_codes_are_errors_in_their_own_language(error: type[TangthuError]) -> None:
    assert 400 <= error.http_status < 600
    assert 0 < error.exit_code < 64
