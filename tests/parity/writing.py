"""Writes the questions whose answers a scan of all records tells: `python -m tests.parity.writing`.

Into `scanned.jsonl`, drawn anew from the corpus; `by_hand.jsonl` beside it is written by people and never touched.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from mappings.other_names import builtin_names
from mappings.record import RecordView
from search_api.query.parsing import parse
from tests.parity.corpus import SAMPLES, corpus
from tests.parity.scanning import Asked, bare, counted, found

SCANNED = Path(__file__).with_name("scanned.jsonl")
BY_HAND = Path(__file__).with_name("by_hand.jsonl")
_FACETS = ("kind", "issuer", "year", "urgency", "signer")
_MOST_LISTED = 60


def rows(path: Path) -> list[Asked]:
    """The questions of a file."""
    return [Asked(**json.loads(line)) for line in path.read_text("utf-8").splitlines() if line]


def drawn() -> Iterator[Asked]:
    """The questions, without what is expected."""
    chance = random.Random(20)
    for draw in (_words, _phrases, _excluding, _special, _others, _of_rights):
        yield from draw(chance)


def _words(chance: random.Random) -> Iterator[Asked]:
    for number in range(60):
        view = _any(chance, samples=number % 3 == 0)
        text = _stretch(view, chance, chance.randint(1, 5))
        yield Asked("words", text, means={"all": [text]})
        yield Asked("without diacritics", " ".join(bare(text)), means={"all": [text]})


def _phrases(chance: random.Random) -> Iterator[Asked]:
    for number in range(24):
        text = _stretch(_any(chance, samples=number % 2 == 0), chance, chance.randint(2, 4))
        asked = text if number % 3 else " ".join(bare(text))
        yield Asked("phrase", f'"{asked}"', means={"phrases": [text]})


def _excluding(chance: random.Random) -> Iterator[Asked]:
    for number in range(24):
        wanted = _stretch(_any(chance, samples=number % 4 == 0), chance, 1)
        without = _stretch(_any(chance, samples=False), chance, 1)
        if bare(wanted) != bare(without):
            how = "none" if bare(without) == [without.lower()] else "none_spelled"
            yield Asked("minus", f"{wanted} -{without}", means={"all": [wanted], how: [without]})


def _special(chance: random.Random) -> Iterator[Asked]:
    for number in range(24):
        view = _any(chance, samples=number % 3 == 0)
        if view.value("number") and view.value("symbol"):
            yield _numbered(view, number)
    for number in range(16):
        yield _dated(_any(chance, samples=number % 2 == 0), number)


def _others(chance: random.Random) -> Iterator[Asked]:
    for number in range(36):
        yield _filtered(chance, number)
    for number in range(18):
        text = _stretch(_any(chance, samples=False), chance, 1)
        yield Asked("sort", text, sort=("newest", "oldest")[number % 2], means={"all": [text]})
    for number in range(12):
        text = f"{_stretch(_any(chance, samples=False), chance, 2)} wxqzj{number}"
        yield Asked("some of it", text, means={"all": [text], "or_any": True})


def _of_rights(chance: random.Random) -> Iterator[Asked]:
    for who in ("branch", "public"):
        for _ in range(8):
            text = _stretch(_any(chance, samples=False), chance, 1)
            yield Asked("rights", text, who=who, means={"all": [text]})


def _any(chance: random.Random, samples: bool) -> RecordView:
    views = corpus()
    return chance.choice(views[: len(SAMPLES)] if samples else views[len(SAMPLES) :])


def _stretch(view: RecordView, chance: random.Random, length: int) -> str:
    """Neighbouring words of a page, none of them a number or of a name that has others (those are questions of their
    own).
    """
    while True:
        words = chance.choice(view.pages).text.split()
        start = chance.randrange(max(1, len(words) - length))
        chosen = [word.strip('.,;:()-/"“”…') for word in words[start : start + length]]
        named = any(words.other for words in parse(" ".join(chosen), builtin_names()).words)
        if all(word.isalpha() for word in chosen) and not named:
            return " ".join(chosen)


def _numbered(view: RecordView, number: int) -> Asked:
    figure, symbol = view.value("number") or "", view.value("symbol") or ""
    ways = (f"{figure}/{symbol}", f"số {figure.lstrip('0')}/{symbol}", " ".join(bare(f"{figure} {symbol}")))
    return Asked("issue number", ways[number % 3], means={"numbers": [f"{figure}/{symbol}"]})


def _dated(view: RecordView, number: int) -> Asked:
    day = view.value("issued_on") or ""
    year, month, date = day.split("-")
    ways = (
        f"{date}/{month}/{year}",
        f"ngày {int(date)} tháng {int(month)} năm {year}",
        f"{int(date)}-{int(month)}-{year}",
    )
    return Asked("date", ways[number % 3], means={"days": [day]})


def _filtered(chance: random.Random, number: int) -> Asked:
    view = _any(chance, samples=number % 5 == 0)
    names = chance.sample([name for name in _FACETS if name == "year" or view.value(name)], 1 + number % 2)
    filters: dict[str, Any] = {name: [_value(view, name)] for name in names}
    if number % 4 == 0:
        filters["issued_from"] = "2017-06-01"
    if number % 4 == 1:
        filters |= {"issued_from": "2018-01-01", "issued_to": "2024-12-31"}
    text = _stretch(view, chance, 1) if number % 3 else ""
    return Asked("filters and facets", text, filters, means={"all": [text]})


def _value(view: RecordView, name: str) -> str:
    return (view.value("issued_on") or "")[:4] if name == "year" else view.value(name) or ""


def expected(asked: Asked) -> dict[str, Any]:
    """What the scan says: how many, which (in order where one was asked for), and for some the facets."""
    numbers = found(asked)
    if (asked.means or {}).get("or_any"):  # also found is what the words may have been misread from
        return {"holds": numbers, "partial": True}
    expect: dict[str, Any] = {"total": len(numbers)}
    if len(numbers) <= _MOST_LISTED:
        expect["ids"] = numbers if asked.sort else sorted(numbers)
    if asked.filters or asked.who != "local":
        expect["facets"] = {name: counted(asked, name) for name in ("kind", "year", "signer")}
    if asked.about == "issue number":
        number, symbol = (asked.means or {})["numbers"][0].split("/", 1)
        bears = [
            one for one in numbers
            if corpus()[one - 1].value("symbol") == symbol
            and (corpus()[one - 1].value("number") or "").lstrip("0") == number.lstrip("0")
        ]  # fmt: skip
        expect["first"] = sorted(bears, reverse=True)
    return expect


def main() -> None:
    lines = [asdict(replace(asked, expect=expected(asked))) for asked in drawn()]
    kept = [{name: value for name, value in line.items() if value not in ({}, None)} for line in lines]
    SCANNED.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept), "utf-8")


if __name__ == "__main__":
    main()
