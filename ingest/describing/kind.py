"""The kind: its title line in capitals in the middle of the page, else công văn by its symbol and "V/v"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.describing.certainty import described, evidence
from ingest.describing.heading import HEAD_BOTTOM
from ingest.describing.letters import capital_share, clean, distance, fold
from ingest.describing.lines import Line
from mappings.record import DescribedField
from mappings.vocabulary import LETTER, Kind, kinds

_LINES_LOOKED_AT = 14
_CENTRE = (0.36, 0.72)
_SHORTEST_FUZZY = 7


@dataclass(frozen=True, slots=True)
class Title:
    """A title line: its kind, where it stands among the lines, what follows on the same line, how well it fits."""

    kind: Kind
    place: int
    line: Line
    rest_start: int
    fit: float


def find_title(after: Sequence[Line]) -> Title | None:
    """The first line under the head that is a kind's title: exact letters before near ones, high before low."""
    looked_at = [(place, line) for place, line in enumerate(after) if _may_be_title(line)][:_LINES_LOOKED_AT]
    for read in (_exact, _near):
        for place, line in looked_at:
            title = read(place, line)
            if title:
                return title
    return None


def _may_be_title(line: Line) -> bool:
    words = re.findall(r"[^\W\d_]+", clean(line.text))
    if not words or capital_share(words[0]) < 1.0:
        return False
    return line.box is None or (line.box.y0 < HEAD_BOTTOM and _CENTRE[0] < (line.box.x0 + line.box.x1) / 2 < _CENTRE[1])


def _spelled() -> list[tuple[str, str, Kind]]:
    names = [(name.upper(), fold(name), kind) for kind in kinds() for name in kind.titles]
    return sorted(names, key=lambda entry: len(entry[1]), reverse=True)


def _exact(place: int, line: Line) -> Title | None:
    text = clean(line.text)
    folded = fold(text)
    start = len(text) - len(text.lstrip("|'\"“.,-_ "))
    for name, letters, kind in _spelled():
        end = start + len(letters)
        if folded[start:end] != letters or re.match(r"\w", folded[end : end + 1]) or capital_share(text[start:end]) < 1:
            continue
        rest = text[end:].strip(" :.-_*")
        if rest and kind.name != "Đơn" and capital_share(rest) < 0.8:
            continue
        return Title(kind, place, line, end, 1.0 if text[start:end] == name else 0.97)
    return None


def _near(place: int, line: Line) -> Title | None:
    """One letter slipped, and only one kind so near: "CHÍ THI" is, "THÔNG ?ÁO" (báo, cáo) is not."""
    letters = fold(re.sub(r"[^\w ]", "", clean(line.text))).strip()
    if len(letters) < _SHORTEST_FUZZY or capital_share(line.text) < 0.9:
        return None
    near = [kind for _, spelled, kind in _spelled() if distance(letters, spelled, 1) <= 1]
    return Title(near[0], place, line, len(line.text), 0.8) if len(near) == 1 else None


def read_kind(
    title: Title | None, symbol_kind: Kind | None, has_symbol: bool, about: Line | None
) -> DescribedField | None:
    """The kind from its title line, agreeing with the symbol or not; else from the symbol and the "V/v" line.

    `about`: the line that begins with "V/v", which only công văn have in the left column.
    """
    if title:
        words = title.line.words_in(0, title.rest_start)
        agrees = symbol_kind == title.kind
        conflict = symbol_kind is not None and not agrees
        return described(
            "kind", title.kind.name, words, title.line.page, fit=title.fit, doubtful=conflict, corroborated=agrees
        )
    if about and has_symbol and symbol_kind is None:
        return described("kind", LETTER, about.words[:1], about.page, fit=0.95, corroborated=True)
    if symbol_kind:
        return DescribedField("kind", symbol_kind.name, 0.6, True)
    if about:
        return described("kind", LETTER, about.words[:1], about.page, fit=0.8, doubtful=True)
    return DescribedField("kind", LETTER, 0.5, True) if has_symbol else None


def strength(title: Title) -> float:
    """How sure a title line is, 0..1."""
    return evidence(title.line.words_in(0, title.rest_start), title.fit)
