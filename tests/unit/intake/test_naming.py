"""File names of any bytes become names that people and databases can hold."""

from __future__ import annotations

import json
import os

import pytest

from ingest.intake.naming import displayable, shortened


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"Quy\xe1\xba\xbft \xc4\x91\xe1\xbb\x8bnh 12.pdf", "Quyết định 12.pdf"),
        (b"b\xe1o c\xe1o.pdf", "b\\xe1o c\\xe1o.pdf"),
        (b"a\nb\tc\x1b[31m.pdf", "a\\nb\\tc\\x1b[31m.pdf"),
        ("hop\u202efdp.exe".encode(), "hop\\u202efdp.exe"),
        (b"-rf", "-rf"),
        ("một\u00a0hai".encode(), "một\u00a0hai"),
        (b"2019/hop-3/a.pdf", "2019/hop-3/a.pdf"),
    ],
)
def test_what_cannot_be_shown_is_escaped(name: bytes, shown: str) -> None:
    assert displayable(os.fsdecode(name)) == shown


def test_every_byte_gives_a_name_that_can_be_stored() -> None:
    for byte in range(1, 256):
        shown = displayable(os.fsdecode(bytes([byte, byte])))
        assert json.loads(json.dumps(shown).encode("utf-8")) == shown
        assert shown.encode("utf-8").decode() == shown
        assert shown


def test_long_names_are_cut_between_letters_and_keep_their_ending() -> None:
    name = "ế" * 80 + ".pdf"
    cut = shortened(name, 100)
    assert cut == "ế" * 32 + ".pdf"
    assert shortened("a.pdf", 100) == "a.pdf"
    assert shortened("x" * 300, 100) == "x" * 100
