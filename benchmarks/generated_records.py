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

BRANCH = "branch"
"""The unit that one record of a hundred belongs to."""

_ZIPF_EXPONENT = 1.0
_NO_KEYWORDS = 100  # of the most frequent words
_ENDS = 0.08  # of words, that end a sentence, a clause or a line
_UNITS = ("Nội vụ", "Tài chính", "Tư pháp", "Y tế", "Xây dựng", "Công Thương", "Nông nghiệp", "Giáo dục và Đào tạo")
_PLACES = ("An Bình", "Phú Lâm", "Hòa Thuận", "Tân Sơn", "Mỹ Đức")
_FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi")
_GIVEN_NAMES = ("Văn Minh", "Thị Hoa", "Quốc Thủy", "Đức Hòa", "Thị Thúy", "Hữu Phước")
_URGENCIES = ("", "", "", "", "", "Khẩn", "Hỏa tốc")
_FIRST_DAY = date(2015, 1, 1)
_DAYS = 3_900


class Words:
    """Draws words by Zipf's law."""

    def __init__(self, chance: random.Random) -> None:
        self._random = chance

    def text(self, syllables: int) -> str:
        """About so many syllables as sentences and lines."""
        words: list[str] = []
        wanted = syllables
        while wanted > 0:
            # Most have two syllables: few are drawn for nothing.
            for word in self._random.choices(_word_list(), cum_weights=_sums(), k=max(1, wanted // 2)):
                words.append(word)
                wanted -= word.count(" ") + 1
                if wanted <= 0:
                    break
                if self._random.random() < _ENDS:
                    words[-1] += self._random.choice((".\n", ",", ";\n", "\n"))
        return " ".join(words)


@cache
def _word_list() -> list[str]:
    lines = resources.files("pyvi").joinpath("models/words.txt").read_text("utf-8").split("\n")
    words = sorted({line.strip() for line in lines if line.strip()})
    # The list is by alphabet: which word is frequent must not hang on its first letter.
    random.Random(30).shuffle(words)
    return words


@cache
def _sums() -> list[float]:
    return list(accumulate(1.0 / rank**_ZIPF_EXPONENT for rank in range(1, len(_word_list()) + 1)))


def generated_records(count: int, syllables: int = 250, seed: int = 1, first: int = 1) -> Iterator[RecordView]:
    """Records `first` to `count`, made one by one, each of two pages with `syllables` in all."""
    return (generated_record(sequence, syllables, seed) for sequence in range(first, count + 1))


def generated_record(sequence: int, syllables: int = 250, seed: int = 1) -> RecordView:
    """The record of this accession number: the same whichever others are made."""
    chance = random.Random(seed << 32 | sequence)
    words = Words(chance)
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
    pages = tuple(Page(number, PageState.SEARCHABLE, ReadBy.OCR, 0.9, words.text(syllables // 2)) for number in (1, 2))
    fields["keywords"] = "; ".join(_keywords(seed << 32 | sequence))
    described = {name: DescribedField(name, value, 0.9) for name, value in fields.items() if value}
    of_branch = sequence % 100 == 0
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
        unit=BRANCH if of_branch else "office",
        access_class="unit" if of_branch else chance.choice(("public", "internal", "internal", "unit")),
    )
    return RecordView(record, described, pages)


def _keywords(seed: int) -> list[str]:
    """Five words, none of the most frequent: all together at least as many different ones as an archive has."""
    chance, first, last = random.Random(seed), _sums()[_NO_KEYWORDS - 1], _sums()[-1]
    return [_word_list()[bisect(_sums(), chance.uniform(first, last), hi=len(_sums()) - 1)] for _ in range(5)]


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
