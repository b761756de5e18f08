"""The questions in a table that somebody has typed or exported elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from analyzers.streams import folded

MOST_QUESTIONS = 2_000
"""Rows of a list that are answered."""

# How offices head the column, without diacritics.
_HEADS = frozenset(
    {
        "cau hoi", "noi dung", "noi dung tim", "tu khoa", "so ky hieu", "so ki hieu", "ky hieu", "trich yeu",
        "van ban", "can tim", "question", "questions", "query", "q", "issue number", "subject",
    }
)  # fmt: skip
# The column that asks best, where a table has several of these.
_BEST = ("cau hoi", "question", "questions", "query", "q", "can tim", "so ky hieu", "so ki hieu", "issue number")


class RowReader(Protocol):
    """Reads files from outside where no harm can come of them."""

    def rows(self, untrusted_file: bytes, most: int) -> tuple[tuple[str, ...], ...]:
        """The first rows of a CSV or XLSX file, empty ones too. DamagedFile, EncryptedFile, TooLarge, PageTimedOut,
        ReaderDied, Unavailable.
        """


@dataclass(frozen=True, slots=True)
class Question:
    """What one row asks; `row`: its number as a spreadsheet shows it. Empty where the row has no question."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class QuestionList:
    """The questions in order. `cut`: there were more rows than are answered."""

    questions: tuple[Question, ...]
    cut: bool


def read_questions(reader: RowReader, untrusted_file: bytes) -> QuestionList:
    """The questions of a file. Errors: as `RowReader.rows`."""
    rows = reader.rows(untrusted_file, MOST_QUESTIONS + 2)
    column = _headed_column(rows[0]) if rows else None
    first = 0 if column is None else 1
    asked = rows[first : first + MOST_QUESTIONS]
    questions = [Question(number, _cell(row, column or 0)) for number, row in enumerate(asked, first + 1)]
    while questions and not questions[-1].text:  # spreadsheets end with empty rows that nobody has typed
        questions.pop()
    return QuestionList(tuple(questions), len(rows) > first + MOST_QUESTIONS)


def _headed_column(row: Sequence[str]) -> int | None:
    """The column of questions, if the first row holds heads."""
    names = [" ".join(folded(cell)) for cell in row]
    known = [name for name in names if name in _HEADS]
    if not known:
        return None
    return names.index(next((name for name in _BEST if name in known), known[0]))


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
