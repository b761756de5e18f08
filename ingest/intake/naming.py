"""File names as people and databases can hold them. A file system holds any bytes; these cannot."""

from __future__ import annotations

import os
import unicodedata

_SHOWN_SPACES = "Zs"


def displayable(untrusted_name: str) -> str:
    """The name with everything that cannot be shown written as an escape: `\\xe9`, `\\n`, `\\u202e`.

    Bytes that are not UTF-8 (held by Python as lone surrogates) would not go into the catalogue or
    JSON; line ends and direction marks would show a person another name than the file has.
    """
    text = os.fsencode(untrusted_name).decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(letter if _is_shown(letter) else _escaped(letter) for letter in text)


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == _SHOWN_SPACES


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def shortened(name: str, most_bytes: int) -> str:
    """One part of a path cut to `most_bytes` bytes, its ending kept, never in the middle of a letter."""
    if len(os.fsencode(name)) <= most_bytes:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(os.fsencode(ending)) > 10:
        stem, dot, ending = name, "", ""
    room = most_bytes - len(os.fsencode(dot + ending))
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}"
