"""Slips of the finger: how far two words are apart, and what keys stand for with the input method off."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TELEX_TONE = re.compile(r"[sfrxj]")
_TELEX_DOUBLE = re.compile(r"(aa|ee|oo|dd)")
_VNI_FIGURE = re.compile(r"(?<=[a-z])[1-9]")


def one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter was left out, added or mistaken, or two neighbours exchanged; equal words are none apart."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    exchanged = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or exchanged


def typed_for(keys: str) -> tuple[str, ...]:
    """The folded syllables that these keys would have made by Telex or VNI: `quyeets` for quyết, `d9i5nh` for định."""
    return tuple(dict.fromkeys(one for one in _typed_for(keys) if one and one != keys))


def _typed_for(keys: str) -> Iterator[str]:
    marks = _TELEX_DOUBLE.sub(lambda found: found[1][0], keys).replace("w", "")
    yield marks
    # A syllable has one tone, whose key is mostly struck last: `trux` is trữ, its r a letter.
    for tone in reversed(list(_TELEX_TONE.finditer(marks, 1))):
        yield marks[: tone.start()] + marks[tone.end() :]
    yield _VNI_FIGURE.sub("", keys)


def letters_of(spelled: str) -> str:
    """A word as it is spelled within a sentence: not all in capitals."""
    return spelled.lower() if spelled.isupper() and len(spelled) > 1 else spelled
