"""The secrecy mark: MẬT, TỐI MẬT, TUYỆT MẬT, in a box of its own (Nghị định 30/2020/NĐ-CP, Phụ lục I, part 10a).

A mark that is overlooked harms more than one that is asked for in vain: what may be a mark is told as doubtful. But
"bí mật nhà nước", "bảo mật" and the like within the text are none. A stamp that OCR does not see cannot be found here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.describing.certainty import described
from ingest.describing.letters import capital_share, clean, distance, fold, letters_only
from ingest.describing.lines import Line, LinedPage
from mappings.record import DescribedField, Word
from mappings.vocabulary import secrecies, secrecy_neighbours, urgencies

_LOWEST = 0.5
_FIRST_LINES = 25
_PAGES = 50
_NEAR_SHARE = 2.5
_LIFTED = "GIAIMAT"
_FIELD = re.compile(r"\W*DO (BAO )?MAT\s*:\s*(?P<degree>TUYET MAT|TOI MAT|MAT)\W*$")
_LIKE_MARK = re.compile(r"(M|N|IVI|W)[ẬÂẠẶĂẤẦẨẪẮ][TI1L7]")
"""What OCR makes of MẬT in a stamp; letters without any mark (MAT) are looked for as well."""


def read_secrecy(pages: Sequence[LinedPage]) -> DescribedField | None:
    """The highest degree marked: sure where it stands alone and well spelled on page 1, else doubtful.

    "" and doubtful where "GIẢI MẬT" is stamped: the secrecy was lifted, and a person says what holds.
    """
    found: list[DescribedField] = []
    for page in pages[:_PAGES]:
        lines = page.with_stamps
        first = page is pages[0]
        high = [line for place, line in enumerate(lines) if _is_high(place, line)] if first else list(lines)
        found += [mark for line in high if (mark := _mark(line, high, first))]
    if not found:
        return None
    return max(found, key=lambda mark: (_rank(mark.value), not mark.doubtful, mark.confidence))


def state_secret_on(page: LinedPage) -> DescribedField | None:
    """What may be the mark of a state secret on one page: anywhere if it stands alone, else in its upper half.

    None where secrecy was lifted and no mark stands beside that: a mark that was lifted is seen by a person first.
    """
    lines = page.with_stamps
    high = [line for place, line in enumerate(lines) if _is_high(place, line)]
    found = [mark for line in lines if (mark := _mark(line, lines, line in high))]
    return max((mark for mark in found if mark.value), key=lambda mark: _rank(mark.value), default=None)


def is_mark(line: Line) -> bool:
    """Whether a line is a secrecy mark and no part of the text around it."""
    return _alone(line) is not None


def _rank(value: str) -> int:
    return secrecies().index(value) if value in secrecies() else -1


def _is_high(place: int, line: Line) -> bool:
    return place < _FIRST_LINES if line.box is None else line.box.y0 < _LOWEST


def _mark(line: Line, lines: Sequence[Line], first: bool) -> DescribedField | None:
    """The mark that this line may be. On later pages only what stands alone, and that as doubtful."""
    alone = _alone(line)
    if alone:
        name, sure = alone
        higher, words = _opened_above(line, lines) if name == secrecies()[0] else (None, ())
        value = higher or name
        doubtful = not (sure and first and higher is None and _is_left(line))
        return described(
            "secrecy", value, [*words, *line.words], line.page, fit=0.95 if sure else 0.6, doubtful=doubtful
        )
    if letters_only(line.text) == _LIFTED and capital_share(line.text) > 0.9:
        return described("secrecy", "", line.words, line.page, fit=0.0, doubtful=True)
    field = _FIELD.match(fold(clean(line.text)))
    if field:
        return described(
            "secrecy", _by_letters()[field["degree"].replace(" ", "")], line.words, line.page, fit=0.6, doubtful=True
        )
    return _within(line) if first else None


def _is_left(line: Line) -> bool:
    """In the left half, where the regulation puts it; one elsewhere may be a word of a title."""
    return line.box is None or (line.box.x0 + line.box.x1) / 2 < 0.5


@lru_cache(maxsize=1)
def _by_letters() -> dict[str, str]:
    return {letters_only(name): name for name in secrecies()}


@lru_cache(maxsize=1)
def _urgent() -> frozenset[str]:
    return frozenset(letters_only(one.name) for one in urgencies())


def _alone(line: Line) -> tuple[str, bool] | None:
    """(degree, whether each letter and mark is right) if nothing but the mark stands on the line.

    An urgency stamp beside it and scraps of its frame are passed over.
    """
    text = re.sub(r"[\W\d_]", "", clean(line.text))
    if not text or len(text) > 20 or len(line.words) > 8:
        return None
    if capital_share(text) < 0.9:
        return (text.capitalize(), False) if text == "Mật" else None
    letters = _without_urgency(fold(text))
    exact = _by_letters().get(letters)
    if exact:
        return exact, clean(text).upper() == re.sub(r"\s", "", exact).upper()
    for spelled in ("TUYETMAT", "TOIMAT"):
        if distance(letters, spelled, 2) <= (2 if len(spelled) > 6 else 1):
            return _by_letters()[spelled], False
    return (secrecies()[0], False) if _LIKE_MARK.fullmatch(text) else None


def _without_urgency(letters: str) -> str:
    beside = next((name for name in sorted(_urgent(), key=len, reverse=True) if letters.endswith(name)), "")
    return letters.removesuffix(beside) or letters


def _opened_above(line: Line, lines: Sequence[Line]) -> tuple[str | None, Sequence[Word]]:
    """A stamp in two lines or parts has TỐI or TUYỆT over or left of MẬT: that degree, and those words."""
    for other in lines:
        letters = letters_only(other.text)
        if other is line or not 2 <= len(letters) <= 6 or not _is_just_before(other, line):
            continue
        for opening, name in (("TUYET", secrecies()[2]), ("TOI", secrecies()[1])):
            if distance(letters, opening, 1) <= 1:
                return name, other.words
    return None, ()


def _is_just_before(other: Line, line: Line) -> bool:
    if other.box is None or line.box is None:
        return bool(other.words and line.words and line.words[0].line - other.words[-1].line == 1)
    reach = _NEAR_SHARE * max(line.height, other.height)
    below = 0 < line.box.y0 - other.box.y0 < reach
    return (below and other.box.x0 < line.box.x1 and line.box.x0 < other.box.x1) or (
        abs(line.box.y0 - other.box.y0) < reach / 3 and 0 < line.box.x0 - other.box.x1 < 0.15
    )


def _within(line: Line) -> DescribedField | None:
    """MẬT in capitals at one end of a line of other words, and no part of "bí mật", "mật mã", …: asked for."""
    tokens = [re.sub(r"[\W\d_]", "", clean(word.text)) for word in line.words]
    places = [place for place, token in enumerate(tokens) if token]
    if not places or (not _is_left(line) and tokens[places[0]] != "MẬT"):
        return None
    before, after = secrecy_neighbours()
    for place in (places[0], places[-1]):
        if tokens[place] != "MẬT":
            continue
        previous = tokens[place - 1] if place else ""
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if previous.upper() in before or following.upper() in after:
            continue
        degree = _by_letters().get(fold(previous) + "MAT", secrecies()[0])
        words = line.words[place - 1 : place + 1] if degree != secrecies()[0] else line.words[place : place + 1]
        return described("secrecy", degree, words, line.page, fit=0.5, doubtful=True)
    return None
