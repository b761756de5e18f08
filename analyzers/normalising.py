"""One form of Vietnamese text for comparing, with the way back to the characters as given.

The text is brought to NFC (a decomposed "Quyết định" would fall into four tokens otherwise) and
lower case, the Icelandic and African look-alikes of Đ become Đ, invisible characters vanish, and
the underscore, which joins the parts of our own terms, becomes a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Soft hyphen, zero-width characters, direction marks, word joiner, byte order mark.
_INVISIBLE_SET = "\u00ad\u200b-\u200f\u2060\ufeff"
_INVISIBLE = re.compile(f"[{_INVISIBLE_SET}]")
# A character with the marks and invisible characters after it; at the very start there may be no character.
_CLUSTER = re.compile(f"^[{_INVISIBLE_SET}]{{1,16}}|.[\u0300-\u036f{_INVISIBLE_SET}]{{0,16}}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """`text`, and for each of its characters where its cluster starts and ends in the given text.

    `starts` and `ends` are None where each character stands where it stood.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of this text as [start, end) of the given text. Needs start < end."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> NormalisedText:
    """The comparable form of a text. Never fails; length 0 stays length 0."""
    if unicodedata.is_normalized("NFC", text) and not _INVISIBLE.search(text):
        lowered = _lowered(text)
        # One letter (İ) grows when lowered; then only the slow way keeps the offsets.
        if len(lowered) == len(text):
            return NormalisedText(lowered)
    return _normalise_by_cluster(text)


def _lowered(text: str) -> str:
    # Ð (U+00D0) and Ɖ (U+0189) have become ð and ɖ by lower(); old fonts and OCR write them for Đ.
    return text.lower().replace("\u00f0", "đ").replace("\u0256", "đ").replace("_", " ")


def _normalise_by_cluster(text: str) -> NormalisedText:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        piece = _normalise_cluster(match.group())
        pieces.append(piece)
        starts.extend([match.start()] * len(piece))
        ends.extend([match.end()] * len(piece))
    return NormalisedText("".join(pieces), starts, ends)


@lru_cache(maxsize=1 << 12)
def _normalise_cluster(cluster: str) -> str:
    return _lowered(unicodedata.normalize("NFC", _INVISIBLE.sub("", cluster)))
