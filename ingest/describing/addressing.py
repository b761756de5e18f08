"""To whom a document goes: "Kính gửi" over the text, and the list under "Nơi nhận" beside the signature.

Nghị định 30/2020/NĐ-CP, Phụ lục I, parts 9a and 9b. Each entry of a list begins with a dash; entries are joined by
"; " into one value, their own full stops and semicolons left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.describing.certainty import SURE, described, trust
from ingest.describing.letters import clean, fold, is_syllable
from ingest.describing.lines import Line, LinedPage
from ingest.describing.signer import RECIPIENTS
from ingest.describing.spelling import PairCounts, suspicious
from mappings.record import DescribedField, Word

_KIND_REGARDS = re.compile(r"\W*KINH\s+(GUI|GOI)\s*[:;.,]?\s*")
_DASH = re.compile(r"^[-–—~+•*_]+\s*")
_KEPT = re.compile(r"\W*L[UƯ]U\s*[:;.,]")
_LIST_INDENT = 0.03
_WIDE_GAP = 2.4
_MOST_LINES = 40
_MOST_LETTERS = 1900
_READ_WELL = 0.6
_CERTAIN = 0.95  # of text that no eye has read
_NO_CLERKS = re.compile(r"L[ưƯuU]u\s*:(?!\s*VT\s*(,|$))")
"""Copies are kept by the clerks, "VT", who stand first and apart in each "Lưu:" (part 9b)."""

_RIGHT_COLUMN = 0.5


def read_addressees(pages: Sequence[LinedPage], record: PairCounts) -> DescribedField | None:
    """Who is addressed on page 1 or 2; None where no "Kính gửi" stands there. `record`: its pairs of syllables."""
    for page in pages[:2]:
        lines = page.lines
        for place, line in enumerate(lines):
            regards = _KIND_REGARDS.match(fold(clean(line.text)))
            if regards and (line.box is None or line.box.x0 > 0.1):
                return _checked(_addressees(lines, place, regards.end()), record)
    return None


def _checked(field: DescribedField, record: PairCounts) -> DescribedField:
    """Doubtful where OCR left a pair of syllables that the language or the record spells otherwise."""
    entries = field.value.split("; ")
    odd = field.confidence < _CERTAIN and any(suspicious(entry, record) for entry in entries)
    return replace(field, doubtful=True, confidence=min(field.confidence, SURE)) if odd else field


def _addressees(lines: Sequence[Line], place: int, start: int) -> DescribedField:
    line = lines[place]
    rows = [Line(line.words_in(start, len(line.text) + 1), line.page)] if start < len(line.text) else []
    listed = not rows or bool(_DASH.match(rows[0].text))
    for following in _below(lines, place, listed):
        rows.append(following)
    last = clean(rows[-1].text) if rows else ""
    ended = last.endswith((".", ";")) or not listed or len(rows) == 1 or line.box is not None
    return _field("addressees", rows, line, certain=ended)


def _below(lines: Sequence[Line], place: int, listed: bool) -> Iterator[Line]:
    """The lines that go on: entries stand right of "Kính gửi:", a second line of one address in the middle."""
    first = above = lines[place]
    for line in lines[place + 1 : place + 1 + _MOST_LINES]:
        if line.box is None or first.box is None or above.box is None:
            if not (listed and _DASH.match(line.text)):
                return
        elif line.box.y0 - above.box.y0 > _WIDE_GAP * _pitch(above) or line.box.x0 < first.box.x0 + _LIST_INDENT:
            return
        yield line
        above = line


def _pitch(line: Line) -> float:
    return max(1.5 * line.height, 0.014)


def read_recipients(pages: Sequence[LinedPage], record: PairCounts) -> DescribedField | None:
    """The list under the first "Nơi nhận"; doubtful unless it ends with "Lưu", as lists of recipients do.

    "" and doubtful where only the entry "- Lưu: VT" is seen: a seal may hide the words over the list.
    """
    for page in pages:
        lines = page.lines
        for place, line in enumerate(lines):
            if RECIPIENTS.match(fold(line.text)) and (line.box is None or line.box.x0 < _RIGHT_COLUMN):
                return _checked(_recipients(lines, place), record)
        kept = next((line for line in lines if _DASH.match(line.text) and _KEPT.match(fold(clean(line.text)))), None)
        if kept:
            return described("recipients", "", kept.words, page.number, fit=0.0, doubtful=True)
    return None


def _recipients(lines: Sequence[Line], place: int) -> DescribedField:
    first = above = lines[place]
    inline = RECIPIENTS.match(fold(clean(first.text)))
    rest = first.words_in(inline.end() + 1, len(first.text) + 1) if inline else ()
    rows = [Line(rest, first.page)] if any(re.search(r"\w", word.text) for word in rest) else []
    ended = False
    for line in lines[place + 1 : place + 1 + 2 * _MOST_LINES]:
        if line.box is not None and (line.box.x0 + line.box.x1) / 2 > _RIGHT_COLUMN:
            continue
        if _is_apart(line, above, ended):
            break
        rows.append(line)
        ended = ended or bool(_KEPT.match(fold(clean(line.text))))
        above = line
    return _field("recipients", rows, first, certain=ended)


def _is_apart(line: Line, above: Line, ended: bool) -> bool:
    new_entry = bool(_DASH.match(line.text))
    if line.box is None or above.box is None:
        return not new_entry
    far = line.box.y0 - above.box.y0 > (1.6 if ended else 2 * _WIDE_GAP) * _pitch(above)
    return (
        far
        or (ended and not new_entry and line.box.x0 < above.box.x0 - 0.01)
        or (ended and line.height > 1.3 * above.height)
    )


def _field(name: str, rows: Sequence[Line], label: Line, *, certain: bool) -> DescribedField:
    words = [word for row in rows for word in row.words if re.search(r"\w", word.text)]
    value = "; ".join(_entries(rows))
    if not words or not value:
        return described(name, "", label.words, label.page, fit=0.0, doubtful=True)
    cut = len(value) > _MOST_LETTERS
    value = value[:_MOST_LETTERS].rsplit("; ", 1)[0] if cut else value
    odd = any(_is_odd(word) for word in words) or _is_misread(value, words)
    return described(name, value, words, label.page, fit=0.95, doubtful=cut or odd or not certain)


def _is_misread(value: str, words: Sequence[Word]) -> bool:
    """Signs that OCR took for others: an entry that begins small was parted by a comma, "Lưu:" is followed by "VT,"."""
    if all(trust(word) == 1.0 for word in words):
        return False
    return any(entry[0].islower() for entry in value.split("; ")) or bool(_NO_CLERKS.search(value))


def _is_odd(word: Word) -> bool:
    """What OCR read badly, or what is neither a syllable nor an abbreviation: "Øuàng", "CEBTH" is taken for one."""
    if trust(word) == 1.0:
        return False
    letters = [part for part in re.findall(r"[^\W\d_]+", clean(word.text)) if not part.isupper()]
    return trust(word) < _READ_WELL or any(len(part) > 1 and not is_syllable(part) for part in letters)


def _entries(rows: Sequence[Line]) -> list[str]:
    entries: list[str] = []
    for row in rows:
        text = clean(row.text)
        bare = _DASH.sub("", text)
        if not entries or bare != text:
            entries.append(bare)
        else:
            entries[-1] += f" {bare}"
    parts = (_DASH.sub("", part).strip(" ;,.") for entry in entries for part in re.split(r";\s*", entry))
    return [part for part in parts if re.search(r"\w", part)]
