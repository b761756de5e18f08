"""Words as text that is not drawn: codes for their letters, and operators that put each word into its box."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.searchable.unseen import ADVANCE, ASCENT, DESCENT, EM, NAME
from mappings.record import Box, Page, Word

_MOST_CODES = 65_536  # two bytes a letter
_NONE = 0
_AT_A_TIME = 100  # entries of a part of a ToUnicode map (Adobe Technical Note 5014)
_SMALLEST = 0.5  # points
_WIDEST_GAP = 4.0  # times the height of a word: a wider one is a column's


@dataclass(slots=True)
class Codes:
    """Two bytes for each letter of one document, given out as they come."""

    _codes: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> str:
        """The hexadecimal codes of a text. Letters beyond what two bytes can tell are told as none."""
        return "".join(f"{self._code(letter):04X}" for letter in text)

    def _code(self, letter: str) -> int:
        if letter not in self._codes and len(self._codes) + 1 < _MOST_CODES:
            self._codes[letter] = len(self._codes) + 1
        return self._codes.get(letter, _NONE)

    @property
    def count(self) -> int:
        """Codes in use, with the one for none."""
        return len(self._codes) + 1

    def to_unicode(self) -> bytes:
        """The map from codes to letters by which a reader copies and searches (ISO 32000-1, 9.10.3)."""
        entries = [f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, code in self._codes.items()]
        parts = [entries[start : start + _AT_A_TIME] for start in range(0, len(entries), _AT_A_TIME)]
        mapped = "\n".join("\n".join([f"{len(part)} beginbfchar", *part, "endbfchar"]) for part in parts)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            f"/CMapName /{NAME}-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{mapped}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a page's words go. `width`, `height`: of the page as seen, in points; `to_page`: the six numbers that map

    such points (origin bottom left) into the page's own space; `font`: the name of the font in its resources.
    """

    width: float
    height: float
    to_page: tuple[float, float, float, float, float, float]
    font: str


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A word as it is laid down: where its baseline starts, how long it is, how high."""

    x: float
    y: float
    length: float
    height: float


def layer(page: Page, sheet: Sheet, codes: Codes) -> bytes:
    """A content stream that draws nothing and holds every word of the page at its box; empty for no words."""
    placed = [(word, word.box) for word in page.words if word.box is not None and _legal(word.text)]
    if not placed:
        return b""
    operators = [f"q {_numbers(sheet.to_page)} cm BT 3 Tr"]
    operators += _text(placed, page.rotation, sheet, codes)
    return "\n".join([*operators, "ET Q\n"]).encode("ascii")


def _text(placed: Sequence[tuple[Word, Box]], rotation: int, sheet: Sheet, codes: Codes) -> Iterator[str]:
    cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[rotation % 360]
    strokes = [_stroke(box, rotation % 360, sheet) for _, box in placed]
    for index, ((word, _), stroke) in enumerate(zip(placed, strokes, strict=True)):
        text = _legal(word.text)
        across = 100 * stroke.length / (len(text) * stroke.height * ADVANCE / EM)
        yield (
            f"/{sheet.font} {stroke.height:.3f} Tf {across:.3f} Tz "
            f"{cos} {sin} {-sin} {cos} {stroke.x:.3f} {stroke.y:.3f} Tm <{codes.of(text)}> Tj"
        )
        after = index + 1
        if after < len(placed) and placed[after][0].line == word.line:
            gap = (strokes[after].x - stroke.x) * cos + (strokes[after].y - stroke.y) * sin - stroke.length
            # A blank as wide as the gap: readers that do not guess from gaps copy one too.
            if 0 < gap < _WIDEST_GAP * stroke.height:
                yield f"{100 * gap / (stroke.height * ADVANCE / EM):.3f} Tz <{codes.of(' ')}> Tj"


def _stroke(box: Box, rotation: int, sheet: Sheet) -> _Stroke:
    """The box on a page whose lines run at this angle, anticlockwise as seen."""
    left, right = box.x0 * sheet.width, box.x1 * sheet.width
    bottom, top = (1 - box.y1) * sheet.height, (1 - box.y0) * sheet.height
    wide, high = max(_SMALLEST, right - left), max(_SMALLEST, top - bottom)
    below = -DESCENT / (ASCENT - DESCENT)
    return {
        0: _Stroke(left, bottom + below * high, wide, high),
        90: _Stroke(right - below * wide, bottom, high, wide),
        180: _Stroke(right, top - below * high, wide, high),
        270: _Stroke(left + below * wide, top, high, wide),
    }[rotation]


def _legal(text: str) -> str:
    """Without lone halves of surrogate pairs, which no map can name."""
    return text.encode("utf-8", "ignore").decode()


def _numbers(numbers: Sequence[float]) -> str:
    if not all(map(math.isfinite, numbers)):
        raise ValueError("not a place on a page")
    return " ".join(f"{number:.5f}".rstrip("0").rstrip(".") for number in numbers)
