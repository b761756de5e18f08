"""The words of a PDF page's text layer from the letters that PDFium finds, where there is no doubt about them.

PDFium is many times as fast as the parser behind `layer.words_of`, which says more of each letter and is asked wherever
there is a doubt here. Words are cut at the same places: at spaces, and where the next letter does not follow.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from numpy.typing import NDArray

from ingest.reading import layer, legacy
from ingest.reading.syllables import is_garbage
from ingest.reading.words import PlacedWord

_Numbers = NDArray[np.float64]
_Codes = NDArray[np.int64]
_Truths = NDArray[np.bool_]

# Points between two letters of one word at most, and between their tops: what `layer.words_of` goes by.
_FURTHEST, _HIGHEST = 3.0, 3.0
_LEAST_SPACE = 0.15  # of the size of the letters, where PDFium thinks that there is a space
_SPACED_OUT = 3  # words of one letter in a row that only such spaces part: one word whose letters stand apart
_SLANT = 0.01  # of the size of the letters; more is a line that rises or falls
_LINE_END_HYPHEN = 2  # PDFium's code of a hyphen at which a word seems to go on in the next line
_FEWEST_STRANGE = 3
_LEAST_STEP, _MOST_HEAPED = 0.05, 0.3  # points between the starts of two letters; the share of those nearer
_MARKS = (0x300, 0x36F)  # combining
_LONGEST_NAME = 256  # bytes
_SPACES = np.array([code for code in range(0x3001) if chr(code).isspace()])
# ASCII and what papers of ours have beyond it, in Unicode; other signs may come of a font's private encoding.
_KNOWN = np.zeros(0x110000, np.bool_)
_KNOWN[1:0x7F] = _KNOWN[0x2010:0x2040] = _KNOWN[0x300:0x324] = _KNOWN[0x1EA0:0x1EFA] = True
_KNOWN[[ord(sign) for sign in "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư\xa0§«°²³·»×"]] = True


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters drawn in one go. `start`: the first; `size`: their height; `descent`: how far they go below the line."""

    start: int
    font: str
    size: float
    descent: float


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters of a page, in the order in which they were written.

    `parted`: whether PDFium thinks that there is a space before the letter. `boxes`: (letters, 4): left, top, right,
    bottom in points, downwards from the page's origin.
    """

    text: str
    spaces: _Truths
    parted: _Truths
    boxes: _Numbers
    runs: Sequence[_Run]


def words_of(page: pdfium.PdfPage, text: pdfium.PdfTextPage) -> list[PlacedWord] | None:
    """The words in the order in which they were written, or None where a closer look is needed.

    That is where the page or a line on it is turned, a letter has no meaning, a font may be of an old encoding, letters
    stand apart, or what comes out does not look like text.
    """
    count = text.count_chars()
    letters = _letters(text.raw, count) if count and not page.get_rotation() else None
    if letters is None or _may_be_old(letters):
        return None
    starts = _starts(letters)
    if starts is None:
        return None
    left, bottom, right, top = page.get_bbox()
    words = layer.placed(_cut(letters, starts), (left, -top, right - left, top - bottom))
    is_text = layer.mean_length(words) >= layer.SHORTEST_MEAN and not is_garbage(" ".join(word.text for word in words))
    return words if is_text else None


def _letters(text: Any, count: int) -> _Letters | None:
    """None where PDFium does not know one of them, or they do not stand upright."""
    written = np.flatnonzero(_asked(pdfium_raw.FPDFText_IsGenerated, text, range(count)) == 0)
    places = written.tolist()
    codes = _asked(pdfium_raw.FPDFText_GetUnicode, text, places)
    codes[codes == _LINE_END_HYPHEN] = ord("-")
    if not places or _asked(pdfium_raw.FPDFText_HasUnicodeMapError, text, places).any() or not _are_known(codes):
        return None
    matrices = _matrices(text, places)
    if not _are_upright(matrices):
        return None
    runs = list(_runs(text, places, matrices))
    parted = np.diff(written, prepend=written[0]) > 1
    boxes = _boxes(text, places, runs, (codes >= _MARKS[0]) & (codes <= _MARKS[1]))
    if not np.isfinite(boxes).all() or _lie_in_a_heap(boxes):
        return None
    return _Letters("".join(map(chr, codes)), np.isin(codes, _SPACES), parted, boxes, runs)


def _asked(ask: Callable[[Any, int], int], text: Any, places: Sequence[int]) -> _Codes:
    """What PDFium says of these letters."""
    return np.fromiter(map(ask, itertools.repeat(text), places), np.int64, len(places))


def _are_known(codes: _Codes) -> bool:
    """Whether they are letters of Unicode that can be expected here, nearly all of them."""
    valid = codes.min() > 0 and codes.max() < len(_KNOWN) and not np.any((codes >= 0xD800) & (codes < 0xE000))
    return bool(valid and np.count_nonzero(~_KNOWN[codes]) < _FEWEST_STRANGE)


def _matrices(text: Any, places: Sequence[int]) -> _Numbers:
    """How each letter lies: (letters, 6), the numbers of its text matrix (ISO 32000-1, 9.4.2) on the page."""
    room = (pdfium_raw.FS_MATRIX * len(places))()
    for place, matrix in zip(places, room, strict=True):
        pdfium_raw.FPDFText_GetMatrix(text, place, matrix)
    return np.frombuffer(room, np.float32).reshape(-1, 6).astype(np.float64)


def _are_upright(matrices: _Numbers) -> bool:
    across, rises, leans, up = matrices[:, :4].T
    return bool((across > 0).all() and (up > 0).all() and (abs(rises) <= _SLANT * across).all() and (leans < up).all())


def _runs(text: Any, places: Sequence[int], matrices: _Numbers) -> Iterator[_Run]:
    """Each with a matrix of its own, which says where it begins."""
    firsts = np.flatnonzero(np.diff(matrices, axis=0, prepend=np.nan).any(axis=1))
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    flags, descent = ctypes.c_int(), ctypes.c_float()
    for start in firsts.tolist():
        place = places[start]
        size = pdfium_raw.FPDFText_GetFontSize(text, place) * matrices[start, 3]
        pdfium_raw.FPDFText_GetFontInfo(text, place, name, _LONGEST_NAME, flags)
        font = pdfium_raw.FPDFTextObj_GetFont(pdfium_raw.FPDFText_GetTextObject(text, place))
        pdfium_raw.FPDFFont_GetDescent(font, 1.0, descent)
        yield _Run(start, name.value.decode("utf-8", "replace"), size, -abs(descent.value) * size)


def _boxes(text: Any, places: Sequence[int], runs: Sequence[_Run], marks: _Truths) -> _Numbers:
    """From where the pen starts to where it ends, and as high as the font: (letters, 4). `marks`: drawn over others."""
    count = len(places)
    room = (pdfium_raw.FS_RECTF * count)()
    for place, box in zip(places, room, strict=True):
        pdfium_raw.FPDFText_GetLooseCharBox(text, place, box)
    rights = np.frombuffer(room, np.float32).reshape(-1, 4)[:, 2].astype(np.float64)
    lefts, lines = _origins(text, places)
    lengths = np.diff([run.start for run in runs], append=count)
    bottoms = np.repeat([run.descent for run in runs], lengths) + lines
    tops = bottoms + np.repeat([run.size for run in runs], lengths)
    # PDFium tells the right edge of what is drawn: an accent, and what leans over the next letter, is left out.
    nexts, level = np.append(lefts[1:], np.inf), np.append(tops[1:] == tops[:-1], False)
    rights = np.where((nexts > lefts) & level, np.minimum(rights, nexts), np.where(marks, lefts, rights))
    return np.column_stack((lefts, -tops, np.maximum(rights, lefts), -bottoms))


def _lie_in_a_heap(boxes: _Numbers) -> bool:
    """Whether letters are drawn over one another, as in a font whose widths are spoiled: PDFium leaves some out.

    A few may be: accents of their own, ligatures.
    """
    steps = abs(np.diff(boxes[:, :2], axis=0)).sum(axis=1)
    return bool(np.count_nonzero(steps < _LEAST_STEP) > _MOST_HEAPED * len(boxes))


def _origins(text: Any, places: Sequence[int]) -> tuple[_Numbers, _Numbers]:
    """Where the pen starts for each letter: across and up."""
    across, up = ((ctypes.c_double * 1 * len(places))() for _ in range(2))  # filled in place, without a step in between
    for place, x, y in zip(places, across, up, strict=True):
        pdfium_raw.FPDFText_GetCharOrigin(text, place, x, y)
    return np.ctypeslib.as_array(across).ravel(), np.ctypeslib.as_array(up).ravel()


def _may_be_old(letters: _Letters) -> bool:
    """Whether a font's name or what stands in it speaks for an encoding of before Unicode."""
    texts: dict[str, list[str]] = {}
    ends = [*(run.start for run in letters.runs[1:]), len(letters.text)]
    for run, end in zip(letters.runs, ends, strict=True):
        texts.setdefault(run.font, []).append(letters.text[run.start : end])
    return any(map(legacy.named, texts)) or bool(legacy.repairs({font: " ".join(said) for font, said in texts.items()}))


def _starts(letters: _Letters) -> _Truths | None:
    """Whether a new word begins with the letter; None where the letters of a word may stand apart."""
    left, top, right, bottom = letters.boxes.T
    gap = np.diff(left, prepend=left[0]) - np.append(0.0, (right - left)[:-1])
    torn = (np.diff(left, prepend=left[0]) < 0) | (gap > _FURTHEST) | (abs(np.diff(top, prepend=top[0])) > _HIGHEST)
    before = np.append(True, letters.spaces[:-1])
    certain = torn | before | letters.spaces
    thought = letters.parted & (gap > _LEAST_SPACE * (bottom - top)) & ~certain
    starts: _Truths = certain | thought
    return None if thought.any() and _stand_apart(letters.text, thought, starts) else starts


def _stand_apart(text: str, thought: _Truths, starts: _Truths) -> bool:
    """Whether several letters in a row are words by themselves only because of a gap."""
    alone = thought & np.append(starts[1:], True) & np.array([letter.isalpha() for letter in text])
    return any(found and sum(1 for _ in row) >= _SPACED_OUT - 1 for found, row in itertools.groupby(alone.tolist()))


def _cut(letters: _Letters, starts: _Truths) -> list[dict[str, Any]]:
    """The words, as `layer.placed` wants them."""
    firsts = np.flatnonzero(starts)
    left, top = (np.minimum.reduceat(letters.boxes[:, side], firsts).tolist() for side in (0, 1))
    right, bottom = (np.maximum.reduceat(letters.boxes[:, side], firsts).tolist() for side in (2, 3))
    ends = [*firsts[1:].tolist(), len(letters.text)]
    texts = [letters.text[start:end] for start, end in zip(firsts.tolist(), ends, strict=True)]
    return [
        {"text": text, "x0": x0, "x1": x1, "top": y0, "bottom": y1}
        for text, x0, x1, y0, y1 in zip(texts, left, right, top, bottom, strict=True)
        if not text.isspace()
    ]
