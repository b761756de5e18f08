"""The subject (trích yếu): under the title line, or for công văn the "V/v" lines under the number.

Named kinds (NĐ 30/2020, Phụ lục I, part 5a): centred lines under the title, down to "Kính gửi", the grounds, the
issuing authority's line, a rule or the text. Công văn (5b): lines of the left column from "V/v" on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.describing.certainty import WEAK_WORD, described, trust
from ingest.describing.kind import Title
from ingest.describing.letters import capital_share, clean, fold, is_syllable
from ingest.describing.lines import Line, around
from ingest.describing.spelling import PairCounts, impossible, mend, suspicious
from mappings.record import DescribedField, Word
from mappings.vocabulary import agency_openings, misread_phrases, offices

_ABOUT = re.compile(r"V\s?[/\\|⁄IL1.]{1,2}\s?V(?=\W)|VE VIEC\b")
_STOP = re.compile(
    r"\W*(KINH (GUI|THUA|TRINH|CHUYEN)|CAN CU\b|DIEU \d|PHAN (THU )?(I|1|NHAT)\b|CHUONG [I1]\b|I[.,]\s|1[.)]\s|"
    r"QUYET NGHI|\(?BAN HANH KEM THEO|HOM NAY,|KINH GOI|TEN TOI LA|TOI TEN LA|TOI LA)"
)
_BODY_OPENING = re.compile(
    r"(THUC HIEN|THEO |NGAY \d|TRONG |NHAM |DE |SAU KHI|XET |TIEP THEO|QUA |TREN CO SO|PHUC DAP|NAM \d{4}|UBND |SO )"
)
_SHORT_ABOUT = re.compile(r"V\s?[/\\|⁄IL1.]{1,2}\s?V(?![A-Z])")
"""Mostly weak: OCR knows no such word."""
_STAIN = re.compile(r"[a-zà-ỹđ]-[a-zà-ỹđ]")
_SENTENCE_END = re.compile(r"[.;:]\W*$")
_OFF_CENTRE = 0.06
_MOST_LINES = 9
_MOST_WORDS = 150
_MARGIN = 0.15
"""Of NĐ 30/2020, 30 to 35 mm: what ends left of it is no text. A "V/v" may stand left of the indents."""
_SHORTER, _EDGE, _INDENT = 0.08, 0.05, 0.08
_WIDE, _LOOSE, _FIRST = 1.9, 1.4, 2.8


@dataclass(frozen=True, slots=True)
class PageShape:
    """Of the running text: the distance of its lines and its left and right edge, as shares of the page."""

    pitch: float
    left: float
    right: float


def page_shape(lines: Sequence[Line]) -> PageShape:
    """Measured on the long lines of a page; the margins of NĐ 30/2020 where there are too few."""
    long = [line.box for line in lines if line.box and line.box.x1 - line.box.x0 > 0.6]
    steps = [b.y0 - a.y0 for a, b in pairwise(long) if 0.005 < b.y0 - a.y0 < 0.05]
    heights = [line.height for line in lines if line.height]
    usual = 1.6 * median(heights) if heights else 0.02
    pitch = min(median(steps), 1.15 * usual) if len(steps) > 2 else usual
    if len(long) < 3:
        return PageShape(pitch, 0.12, 0.93)
    # Where paragraphs are of one or two lines, most long lines begin at the indent: the margin is left of them.
    left = sorted(b.x0 for b in long)[len(long) // 4]
    return PageShape(pitch, min(left, 0.25), median(b.x1 for b in long))


def find_about(after: Sequence[Line], border: float, before: int) -> int | None:
    """Where the "V/v" line of a công văn stands among the lines under the head, above line `before`."""
    for place, line in enumerate(after[:before]):
        if _ABOUT.match(fold(clean(line.text)).lstrip(" |'\".,-_")) and _in_left_column(line, border):
            return place
        if line.box is None and _STOP.match(fold(line.text)):
            return None
    return None


def _in_left_column(line: Line, border: float) -> bool:
    return line.box is None or (line.box.x0 + line.box.x1) / 2 < border - 0.02


def subject_under_title(title: Title, after: Sequence[Line], shape: PageShape) -> tuple[list[Word], bool]:
    """The words of the subject of a named kind, and whether its end is certain."""
    rest = title.line.words_in(title.rest_start + 1, len(title.line.text) + 1)
    taken = [Line(tuple(rest), title.line.page)] if rest and fold(rest[0].text) != "CUA" else []
    previous, certain = title.line, True
    for line in after[title.place + 1 :]:
        if _is_beside(line, title.line) or is_scraps(line.words):
            continue
        if _stops(line):
            break
        if _is_apart(previous, line, shape, bool(taken)) or len(taken) >= _MOST_LINES:
            break
        if taken and _is_off_centre(line, title.line, shape):
            break
        if (line.box is None and taken and _is_body(line, taken)) or (taken and _is_running(previous, line, shape)):
            certain = False
            break
        taken.append(line)
        previous = line
    else:
        certain = bool(taken)
    return _cleaned(taken, shape), certain


def subject_of_letter(place: int, after: Sequence[Line], border: float, shape: PageShape) -> tuple[list[Word], bool]:
    """The words from "V/v" on, down the left column."""
    taken = [after[place]]
    certain = True
    for line in after[place + 1 :]:
        if not _in_left_column(line, border):
            if line.box is None or line.box.y0 > _bottom(taken[-1]):
                break
            continue
        if _stops(line) or _is_apart(taken[-1], line, shape, True) or len(taken) >= _MOST_LINES:
            break
        if line.box is None and _is_body(line, taken):
            certain = False
            break
        taken.append(line)
    return _cleaned(taken, shape), certain


def _bottom(line: Line) -> float:
    return line.box.y1 if line.box else 0.0


def _is_beside(line: Line, title: Line) -> bool:
    """Scraps on the title's own height, or what does not reach under its middle: a stamp, a file mark."""
    if line.box is None or title.box is None:
        return False
    middle = (title.box.x0 + title.box.x1) / 2
    return line.box.y1 <= title.box.y1 or not line.box.x0 < middle < line.box.x1


def _is_off_centre(line: Line, title: Line, shape: PageShape) -> bool:
    """A line of the text, which begins at the indent, is not centred under the title as a subject is."""
    box = around(_cleaned([line], shape))
    if box is None or title.box is None:
        return False
    return abs((box.x0 + box.x1) - (title.box.x0 + title.box.x1)) / 2 > _OFF_CENTRE


def _stops(line: Line) -> bool:
    text = clean(line.text)
    folded = fold(text).lstrip("|'\".,-_ ")
    if _STOP.match(folded):
        return True
    capitals = capital_share(text) > 0.9
    return capitals and any(folded.startswith(fold(words)) for words in (*agency_openings(), *offices()))


def _is_apart(above: Line, line: Line, shape: PageShape, begun: bool) -> bool:
    """Whether the gap is too wide for one subject, or wide enough before a line that runs to the right edge."""
    if above.box is None or line.box is None:
        return bool(above.words and line.words and begun and line.words[0].line - above.words[-1].line > 1)
    gap = (line.box.y0 + line.box.y1 - above.box.y0 - above.box.y1) / 2 / shape.pitch
    if not begun:
        return gap > _FIRST
    return gap > _WIDE or (gap > _LOOSE and line.box.x1 > shape.right - 0.015)


def _is_running(above: Line, line: Line, shape: PageShape) -> bool:
    """From edge to edge under a shorter line: the text begins, for a centred subject breaks into lines of its own."""
    if above.box is None or line.box is None:
        return False
    short = above.box.x1 < shape.right - _SHORTER and above.box.x0 > shape.left + _SHORTER / 2
    return short and line.box.x1 > shape.right - _EDGE and line.box.x0 < shape.left + _INDENT


def _is_body(line: Line, taken: Sequence[Line]) -> bool:
    """On pages without boxes: a sentence, or a line that opens as texts do, is no part of the subject."""
    text = clean(line.text)
    return (
        bool(_SENTENCE_END.search(text)) or len(text) > 200 or bool(_BODY_OPENING.match(fold(text))) or len(taken) > 4
    )


def _cleaned(lines: Sequence[Line], shape: PageShape) -> list[Word]:
    """Without rules, scraps of stamps at the line's start, and what stands left of the page's own margin."""
    words: list[Word] = []
    for line in lines:
        row = [word for word in line.words if not (word.box and word.box.x1 < min(shape.left, _MARGIN))]
        scraps = [place for place, word in enumerate(row[: len(row) // 2]) if _is_scrap(word)]
        row = row[scraps[-1] + 1 :] if scraps else row
        if scraps or len(row) < len(line.words):
            row = _from_about(row)
        while row and not re.search(r"[\w)”\"]", row[-1].text):
            row = row[:-1]
        words.extend(row)
    return words[:_MOST_WORDS]


def _is_scrap(word: Word) -> bool:
    if _SHORT_ABOUT.match(fold(word.text)):
        return False
    letters = re.sub(r"[\W\d_]", "", word.text)
    return trust(word) < WEAK_WORD and not (len(letters) > 1 and is_syllable(letters)) and not word.text.isdigit()


def is_scraps(words: Sequence[Word]) -> bool:
    """Whether nothing of a line is a word: marks of a line above, a stamp, a stain."""
    return not any(trust(word) >= WEAK_WORD and not _is_scrap(word) and _is_wordlike(word) for word in words)


def _is_wordlike(word: Word) -> bool:
    letters = re.sub(r"[\W_]", "", word.text)
    return letters.isdigit() or (len(letters) > 1 and (is_syllable(letters) or letters.isupper()))


def _from_about(row: list[Word]) -> list[Word]:
    """After scraps, a subject that begins with "Về việc" begins there."""
    places = [place for place in range(len(row) - 1) if fold(row[place].text + row[place + 1].text) == "VEVIEC"]
    return row[places[0] :] if places else row


def _is_misread(value: str) -> bool:
    """A beginning that was lost (a subject starts with a capital), a stain read as a dash, a word known as misread."""
    small = f" {value.casefold()} "
    return (
        value[0].islower() or bool(_STAIN.search(value)) or any(f" {phrase} " in small for phrase in misread_phrases())
    )


def read_subject(printed: Sequence[Word], page: int, certain: bool, record: PairCounts) -> DescribedField | None:
    """The subject in its own case. `certain`: its end is; `record`: its pairs, to catch and mend misread words."""
    words = mend(printed, record)
    value = clean(" ".join(word.text for word in words)).strip(" _*|")
    if about := _SHORT_ABOUT.match(fold(value)):
        value = f"V/v {value[about.end() :].lstrip()}"
    if len(re.sub(r"[\W_]", "", value)) < 4:
        return None
    read_by_eye = any(trust(word) < 1.0 for word in words)
    odd = bool(suspicious(value, record) if read_by_eye else impossible(value)) or not re.match(r"[\w(“\"]", value)
    odd = odd or (read_by_eye and _is_misread(value))
    return described("subject", value, words, page, fit=1.0 if certain else 0.7, doubtful=odd or not certain)
