"""Errors are data: complete in both languages, and able to cross process borders."""

from __future__ import annotations

import pickle
import re

import pytest

import kernel.errors
from kernel.errors import TangthuError, TooManyPages


def _tree(root: type[TangthuError]) -> list[type[TangthuError]]:
    return [root, *(below for child in root.__subclasses__() for below in _tree(child))]


KINDS = [kind for kind in _tree(TangthuError) if kind.__module__ == "kernel.errors"]


def test_the_drawn_tree_names_every_error() -> None:
    drawn = re.findall(r"(?m)^(?:[│├└─ ]+)?([A-Z]\w+)(?= {2,}|$)", kernel.errors.__doc__ or "")
    assert set(drawn) == {kind.__name__ for kind in KINDS}


def test_codes_are_unique() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_ask_for_the_same_values(kind: type[TangthuError]) -> None:
    for sentence in (kind._title, kind._remedy):
        assert set(re.findall(r"{(\w+)}", sentence.vi)) == set(re.findall(r"{(\w+)}", sentence.en))


def test_an_error_crosses_a_process_border_whole() -> None:
    error = pickle.loads(pickle.dumps(TooManyPages(pages=7, limit=5)))
    assert isinstance(error, TooManyPages)
    assert error.title.vi == "Quá nhiều trang (7, tối đa 5)"
