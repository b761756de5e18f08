"""Whether what was read may be a name that is known, misread."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from ingest.describing.letters import clean, distance, is_syllable, letters_only, tone_free

_LIMITS = ((28, 4), (18, 3), (10, 2), (5, 1))
"""From so many letters on so many may be misread."""
_LOST_WORDS = 2
"""At the end of a name, where a line was not read whole."""


class Likeness(IntEnum):
    """SAME: but for capitals and where a tone mark stands. MARKS: the letters are. LETTERS: some are others.

    BEGUN: what was read is how the known name begins, and may as well be a name of its own.
    """

    SAME = 0
    MARKS = 1
    LETTERS = 2
    BEGUN = 3


@dataclass(frozen=True, slots=True)
class Near:
    """A known name close to what was read. `odd`: what was read differs in a word that cannot be Vietnamese."""

    known: str
    likeness: Likeness
    odd: bool


def nearest(read: str, known: Iterable[str]) -> Near | None:
    """The one known name that `read` is or may be; None if none is close, or two are about as close.

    Numbers in names are never misreadings of one another: "PHƯỜNG 1" is not "PHƯỜNG 7".
    """
    names = tuple(known)
    spelling = spelled(read)
    for name in names:
        if spelled(name) == spelling:
            return Near(name, Likeness.SAME, odd=False)
    longer = [name for name in names if spelled(name).startswith(f"{spelling} ")]
    if len(longer) == 1 and len(longer[0].split()) - len(spelling.split()) <= _LOST_WORDS:
        return Near(longer[0], Likeness.BEGUN, odd=False)
    found = sorted((away, name) for name in names if (away := _away(read, name)) is not None)
    if not found or (len(found) > 1 and found[1][0] - found[0][0] < 2):
        return None
    away, name = found[0]
    return Near(name, Likeness.LETTERS if away else Likeness.MARKS, _is_odd(read, name))


@lru_cache(maxsize=16384)
def spelled(text: str) -> str:
    """The text with its marks, but alike whatever its capitals, its dashes, and where a tone mark stands."""
    plain = clean(text).replace("–", "-").replace("—", "-").casefold()
    return " ".join("".join(tone_free(word)) for word in plain.split())


@lru_cache(maxsize=16384)
def _letters(text: str) -> tuple[str, str]:
    """Folded letters and digits, and the digits alone. Known names are compared with every record."""
    letters = letters_only(text)
    return letters, re.sub(r"\D", "", letters)


def _away(read: str, known: str) -> int | None:
    """How many letters differ, None if too many do."""
    (one, digits), (other, other_digits) = _letters(read), _letters(known)
    limit = next((limit for length, limit in _LIMITS if len(other) >= length), 0)
    if abs(len(one) - len(other)) > limit or digits != other_digits:
        return None
    away = distance(one, other, limit)
    return away if away <= limit else None


def _is_odd(read: str, known: str) -> bool:
    words = set(_words(read)) - set(_words(known))
    return any(not is_syllable(word) for word in words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", clean(text).casefold())


def is_misread(code: str) -> bool:
    """Whether a part of a symbol has signs that none has: small letters behind capitals, digits for letters."""
    return bool(re.search(r"[^\W\d_]\d[^\W\d_]|\d[A-ZĐ]|[^\W\d_][a-zđ]{2}", code))
