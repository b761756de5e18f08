"""Issue numbers as OCR and fingers spoil them, and agencies that go by several codes.

Letters that look alike on paper fall into one class (l, i and 1; o, 0, d and q; …): a code of the same length whose
letters are of the same classes as those of exactly one known code is taken for it. A slash is read as a letter that
stands upright: HDANN for HĐ/NN. Our own rules, over what Tesseract makes of real scans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, product

from analyzers.issue_codes import agency_codes, codes_of_one_agency, kind_codes

MOST_ALIKE = 8
"""Other keys of one issue number at the most."""

_FIGURES = str.maketrans({"o": "0", "l": "1", "i": "1"})
_MISREAD_NUMBER = re.compile(r"(?=[a-z]*[0-9])[0-9oli]{1,6}")
_CLASSES = str.maketrans(
    {"0": "o", "d": "o", "q": "o", "1": "l", "i": "l", "t": "l", "8": "b", "5": "s", "2": "z", "v": "u", "6": "g"}
)
# What a slash is read as, between a kind and a body: HDANN, QDlUBND.
_STROKES = frozenset("alij17f")
_READABLE_REST = 2


def figures_of(word: str) -> str:
    """A number in which l, i or o stands for a figure, as figures: `l23` as `123`; "" where it is no number at all."""
    return word.translate(_FIGURES) if _MISREAD_NUMBER.fullmatch(word) else ""


def repaired_code(part: str) -> str:
    """The known code that a part of a symbol was misread from; "" where it is known as it stands, or none is alike."""
    if part in kind_codes() or part in agency_codes():
        return ""
    found = _codes_by_class().get(part.translate(_CLASSES), ())
    return found[0] if len(found) == 1 else ""


def alike_symbols(parts: Sequence[str]) -> tuple[str, ...]:
    """Other symbols, as keys, that one with these parts may have been meant for, likeliest first."""
    whole = "".join(parts)
    ways = [tuple(dict.fromkeys(_readings(part))) for part in _whole_codes(parts)]
    joined = ("".join(one) for one in product(*ways))
    apart = ("".join(one) for one in _with_stroke(parts))
    return tuple(islice((one for one in dict.fromkeys((*apart, *joined)) if one != whole), MOST_ALIKE))


def repaired_symbol(parts: Sequence[str]) -> str:
    """The symbol, as a key, that OCR made these parts of; "" where nothing speaks for a slip."""
    divided = next(iter(_with_stroke(parts)), None)
    if divided:
        return "".join(divided)
    repaired = [repaired_code(part) for part in parts]
    return "".join(new or part for new, part in zip(repaired, parts, strict=True)) if any(repaired) else ""


def _readings(part: str) -> Iterator[str]:
    yield part
    if repaired := repaired_code(part):
        yield repaired
    yield from codes_of_one_agency(part)


def _with_stroke(parts: Sequence[str]) -> Iterator[list[str]]:
    """The first part divided where a letter may be a slash: `hdann` as `hd` and `nn`."""
    if not parts or parts[0] in kind_codes() or parts[0] in agency_codes():
        return
    first = parts[0]
    for kind in sorted((one for one in kind_codes() if first.startswith(one)), key=len, reverse=True):
        stroke, rest = first[len(kind) : len(kind) + 1], first[len(kind) + 1 :]
        if stroke in _STROKES and len(rest) >= _READABLE_REST and (rest in agency_codes() or not _has_vowel(rest)):
            yield [kind, rest, *parts[1:]]


def _whole_codes(parts: Sequence[str]) -> list[str]:
    """The parts, two together where they make one code: SGD&ĐT."""
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1] + part in agency_codes():
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _has_vowel(text: str) -> bool:
    return any(letter in "aeiouy" for letter in text)


@cache
def _codes_by_class() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code in sorted(kind_codes() | agency_codes()):
        form = code.translate(_CLASSES)
        found[form] = (*found.get(form, ()), code)
    return found
