"""Where the labels of a form stand in a line, and where what is written behind them ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.describing.letters import clean, fold
from mappings.record_types.model import RecordType, TypeField

_SHORT = 4
"""Labels so short ("Ông", "Số") are words of many texts: they count with their marks, before a name, a number."""

_REMARK = re.compile(r"\s?\([^()]{1,60}\)\s?(?=:)")
_FORM_NUMBER = re.compile(r"(?:[\d.)\-+*•:;,…_]|DIEU \d{1,2}\.?|ONG|BA|NAY)$")
_ANY_LABEL = re.compile(r"(?<![^\s,;.…_])([^\W\d_]+(?: [^\W\d_]+){0,3})\s?(?:\([^()]{1,60}\)\s?)?:(?!\d)")
_NEAR, _LONGEST_REST, _MOST_WORDS = 20, 120, 8


@dataclass(frozen=True, slots=True)
class Found:
    """A label in a line: where it begins, and where what is written behind it does."""

    label: str
    place: int
    end: int


def label_in(text: str, known: TypeField, kind: RecordType) -> Found | None:
    """The field's longest label that stands in the (clean) text of a line; None if another, longer one stands there.

    "Họ, chữ đệm, tên người mẹ" is no label of "Họ, chữ đệm, tên", and "Chức vụ đảng: …" none of "Chức vụ".
    """
    folded = fold(text)
    others = [fold(clean(label)) for other in kind.fields if other is not known for label in other.labels]
    for label in sorted(known.labels, key=len, reverse=True):
        own = fold(clean(label))
        for place in _places(folded, own):
            longer = any(len(other) > len(own) and folded.startswith(other, place) for other in others)
            remark = _REMARK.match(text, place + len(own))
            end = remark.end() if remark else place + len(own)
            if not longer and _opens(text, folded, place, end) and _is_whole(text, clean(label), place, end):
                return Found(own, place, end)
    return None


def end_of_value(text: str, start: int, known: TypeField, kind: RecordType) -> int:
    """Where the next label of the line begins, of this type or of none ("… Dân tộc: Kinh"), or the line ends."""
    folded = fold(text)
    labels = (fold(clean(label)) for other in kind.fields if other is not known for label in other.labels)
    ends = [place for label in labels if len(label) > _SHORT for place in _places(folded, label) if place > start]
    return min([*ends, next(_unknown_labels(text, start), len(text))])


def begins_with_label(text: str, kind: RecordType) -> bool:
    """Whether a line is the next row of the form, and no value of the row above."""
    unknown = _ANY_LABEL.search(text)
    if unknown and _is_label(unknown[1].split()) and _is_start(text[: unknown.start()]):
        return True
    known = (label_in(text, one, kind) for one in kind.fields)
    return any(found is not None and _is_start(text[: found.place]) for found in known)


def _is_start(before: str) -> bool:
    """Nothing, or a number of the form: "1.", "b)", "II."."""
    return bool(re.fullmatch(r"[\W\d_]*(?:\w{1,4}[.)]\s*)?", before))


def _places(folded: str, own: str) -> Iterator[int]:
    """Where a label stands as words of its own."""
    place = folded.find(own)
    while place >= 0:
        end = place + len(own)
        if not folded[max(place - 1, 0) : place].isalnum() and not folded[end : end + 1].isalnum():
            yield place
        place = folded.find(own, end)


def _opens(text: str, folded: str, place: int, end: int) -> bool:
    """A label stands at the start of a line, behind a number of the form, or a sign; or has a capital and a colon."""
    before = folded[max(place - _NEAR, 0) : place].rstrip()
    named = text[place : place + 1].isupper() and text[end : end + _NEAR].lstrip().startswith(":")
    return not before or named or bool(_FORM_NUMBER.search(before))


def _is_whole(text: str, label: str, place: int, end: int) -> bool:
    """Whether the label ends here, and goes on neither to a colon further on nor, if it is short, in a sentence."""
    rest = text[end : end + _LONGEST_REST].lstrip()
    if len(label) <= _SHORT and not rest.startswith(":"):
        spelled = text[place : place + len(label)].casefold() == label.casefold()
        if not spelled or not (rest[:1].isupper() or rest[:1].isdigit()):
            return False
    words, colon, _ = rest.partition(":")
    return not (colon and words.strip() and _goes_on(words.split()))


def _goes_on(words: list[str]) -> bool:
    """Whether the words up to the colon are the rest of a longer label: "vào sổ cấp GCN", "đảng", "CCCD"."""
    if len(words) > _MOST_WORDS or not all(word.isalpha() and (word.islower() or word.isupper()) for word in words):
        return False
    return words[0].islower() or len(words) == 1


def _unknown_labels(text: str, start: int) -> Iterator[int]:
    """Where, behind a value or the dots for one, other labels begin: a capital, at most three more words, a colon."""
    for found in _ANY_LABEL.finditer(text, start):
        words = found[1].split()
        capitals = [place for place, word in enumerate(words) if word[0].isupper()]
        begin = next((place for place in capitals if _is_label(words[place:])), None)
        if begin is not None:
            at = found.start(1) + sum(len(word) + 1 for word in words[:begin])
            if re.search(r"\w|[.…]{2}", text[start:at]):
                yield at


def _is_label(words: list[str]) -> bool:
    """A capital, then small words or an abbreviation: "Dân tộc", "Số CCCD"."""
    rest = all(word.islower() or (word.isupper() and len(word) > 1) for word in words[1:])
    return words[0][0].isupper() and rest
