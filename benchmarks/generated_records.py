"""Records of an office that does not exist, as many as wanted, the same for the same seed.

Words come from the word list that pyvi brings along, distributed by Zipf's law, so that common words
fill long lists in an index and rare ones short lists, as in real text.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from itertools import accumulate

from analyzers.issue_numbers import DocumentKind, document_kinds
from mappings.record import DescribedField, Page, PageState, ReadBy, Record, RecordState, RecordView

_ZIPF_EXPONENT = 1.0
_UNITS = ("Nội vụ", "Tài chính", "Tư pháp", "Y tế", "Xây dựng", "Công Thương", "Nông nghiệp", "Giáo dục và Đào tạo")
_PLACES = ("An Bình", "Phú Lâm", "Hòa Thuận", "Tân Sơn", "Mỹ Đức")
_FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi")
_GIVEN_NAMES = ("Văn Minh", "Thị Hoa", "Quốc Thủy", "Đức Hòa", "Thị Thúy", "Hữu Phước")
_URGENCIES = ("", "", "", "", "", "Khẩn", "Hỏa tốc")
_FIRST_DAY = date(2015, 1, 1)
_DAYS = 3_900


class Words:
    """Draws words by Zipf's law."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = _word_list()
        ranks = range(1, len(self._words) + 1)
        self._sums = list(accumulate(1.0 / rank**_ZIPF_EXPONENT for rank in ranks))

    def text(self, syllables: int) -> str:
        """About so many syllables as sentences and lines."""
        words: list[str] = []
        count = 0
        while count < syllables:
            word = self._words[bisect(self._sums, self._random.random() * self._sums[-1])]
            words.append(word)
            count += word.count(" ") + 1
            if self._random.random() < 0.08:
                words[-1] += self._random.choice((".\n", ",", ";\n", "\n"))
        return " ".join(words)


@cache
def _word_list() -> list[str]:
    lines = resources.files("pyvi").joinpath("models/words.txt").read_text("utf-8").split("\n")
    words = sorted({line.strip() for line in lines if line.strip()})
    # The list is by alphabet: which word is frequent must not hang on its first letter.
    random.Random(30).shuffle(words)
    return words


def generated_records(count: int, syllables: int = 250, seed: int = 1) -> Iterator[RecordView]:
    """Records 1 to `count`, each of two pages with `syllables` in all."""
    words, chance = Words(seed), random.Random(seed + 1)
    for sequence in range(1, count + 1):
        yield _record(sequence, words, chance, syllables)


def _record(sequence: int, words: Words, chance: random.Random, syllables: int) -> RecordView:
    kind, place = chance.choice(document_kinds()), chance.choice(_PLACES)
    day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    fields = {
        "number": f"{chance.randrange(1, 3000):02d}",
        "symbol": _symbol(kind),
        "issued_on": day.isoformat(),
        "place": place,
        "issuer": f"Sở {chance.choice(_UNITS)} tỉnh {place}",
        "kind": kind.name,
        "subject": "Về việc " + words.text(12).replace("\n", " "),
        "urgency": chance.choice(_URGENCIES),
        "signer": f"{chance.choice(_FAMILY_NAMES)} {chance.choice(_GIVEN_NAMES)}",
    }
    described = {name: DescribedField(name, value, 0.9) for name, value in fields.items() if value}
    pages = tuple(Page(number, PageState.SEARCHABLE, ReadBy.OCR, 0.9, words.text(syllables // 2)) for number in (1, 2))
    record = Record(
        id=f"{sequence:026d}",
        sequence=sequence,
        digest=f"{sequence:064x}",
        size=100_000,
        media_type="application/pdf",
        file_name=f"{sequence}.pdf",
        state=RecordState.SEARCHABLE,
        revision=1,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        page_count=len(pages),
        unit="office",
        access_class=chance.choice(("public", "internal", "internal", "unit")),
    )
    return RecordView(record, described, pages)


def _symbol(kind: DocumentKind) -> str:
    return f"{kind.abbreviation}-UBND" if kind.abbreviation else "UBND-VP"


def questions(records: list[RecordView], count: int, seed: int = 5) -> Iterator[str]:
    """What a person might type to find one of the records: 3 to 6 neighbouring words of it."""
    chance = random.Random(seed)
    for _ in range(count):
        view = chance.choice(records)
        syllables = chance.choice(view.pages).text.replace("\n", " ").split()
        length = chance.randint(3, 6)
        start = chance.randrange(max(1, len(syllables) - length))
        yield " ".join(syllables[start : start + length]).strip(".,; ")
