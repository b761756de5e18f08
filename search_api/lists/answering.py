"""The answers to a list of questions, row by row: a row that cannot be answered is named and ends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analyzers.issue_numbers import find_issue_numbers
from kernel.bilingual import Bilingual
from kernel.errors import TangthuError, Unavailable
from search_api.access import Viewer
from search_api.giving.columns import Cell, Speaking, as_day, described_name
from search_api.lists.questions import MOST_QUESTIONS, Question, QuestionList
from search_api.query.answers import SearchAnswer, SearchHit, SearchQuery
from search_api.query.search import SearchService

MOST_HITS_EACH = 5
"""Records that one question is answered with at the most."""

_FAILURES_IN_A_ROW = 3
_SNIPPET = 300

_HEADS: Final = (
    Bilingual("Dòng", "Row"),
    Bilingual("Câu hỏi", "Question"),
    Bilingual("Mức khớp", "How sure"),
    Bilingual("Số văn bản tìm thấy", "Records found"),
    Bilingual("Thứ tự", "Rank"),
    Bilingual("Số, ký hiệu", "Issue number"),
    Bilingual("Ngày ban hành", "Date of issue"),
    Bilingual("Loại văn bản", "Kind"),
    Bilingual("Cơ quan ban hành", "Issuer"),
    Bilingual("Trích yếu", "Subject"),
    Bilingual("Trang", "Pages"),
    Bilingual("Trích đoạn", "Excerpt"),
    Bilingual("Cần xem lại", "Read with doubt"),
    Bilingual("Xem tại", "Address"),
)
_EXACT: Final = Bilingual("Đúng số, ký hiệu", "Bears the number asked for")
_ONLY: Final = Bilingual("Duy nhất", "The only one")
_SEVERAL: Final = Bilingual("Một trong nhiều", "One of several")
_PARTLY: Final = Bilingual("Chỉ khớp một phần", "Fits in part only")
_NONE: Final = Bilingual("Không tìm thấy", "Nothing found")
_EMPTY: Final = Bilingual("Dòng trống", "Empty row")
_NOT_ASKED: Final = Bilingual("Chưa tra: {why}", "Not asked: {why}")
_CUT: Final = Bilingual(
    f"Chỉ tra {MOST_QUESTIONS} dòng đầu; hãy chia danh sách rồi gửi tiếp phần còn lại",
    f"Only the first {MOST_QUESTIONS} rows are answered; split the list and send the rest",
)


@dataclass(slots=True)
class _Patience:
    """How many questions in a row the house could not answer at all."""

    failures: int = 0
    why: TangthuError | None = None

    @property
    def is_over(self) -> bool:
        return self.failures >= _FAILURES_IN_A_ROW


def answer_list(
    search: SearchService, asked: QuestionList, viewer: Viewer, speaking: Speaking, hits_each: int = 1
) -> Iterator[tuple[Cell, ...]]:
    """Heads, then the rows of each question in order, at least one. Nothing fails: what goes wrong is told in its row.

    When a part of the house is away for several questions in a row, the others are not asked any more.
    """
    yield tuple(head.in_language(speaking.language) for head in _HEADS)
    patience = _Patience()
    for question in asked.questions:
        for row in _answers(search, question, viewer, speaking, hits_each, patience):
            yield _filled(row)
    if asked.cut:
        yield _filled((None, None, _CUT.in_language(speaking.language)))


def _filled(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The row with all of its cells: readers of CSV want as many in each."""
    return (*row, *(None,) * (len(_HEADS) - len(row)))


def _answers(
    search: SearchService, question: Question, viewer: Viewer, to: Speaking, hits_each: int, patience: _Patience
) -> Iterator[tuple[Cell, ...]]:
    if not question.text:
        yield question.row, None, _EMPTY.in_language(to.language)
        return
    if patience.is_over and patience.why is not None:
        yield question.row, question.text, _not_asked(patience.why, to)
        return
    try:
        limit = max(1, min(hits_each, MOST_HITS_EACH))
        answer = search.search(SearchQuery(q=question.text, limit=limit), viewer, facets=(), respell=False)
    except TangthuError as error:
        patience.failures = patience.failures + 1 if isinstance(error, Unavailable) else 0
        patience.why = error
        yield question.row, question.text, _not_asked(error, to)
        return
    patience.failures = 0
    if not answer.hits:
        yield question.row, question.text, _NONE.in_language(to.language), 0
    yield from _hit_rows(question, answer, to)


def _not_asked(error: TangthuError, to: Speaking) -> str:
    return _NOT_ASKED.filled(why=error.title.in_language(to.language)).in_language(to.language)


def _hit_rows(question: Question, answer: SearchAnswer, to: Speaking) -> Iterator[tuple[Cell, ...]]:
    keys = {found.key for found in find_issue_numbers(question.text)}
    for rank, hit in enumerate(answer.hits, 1):
        yield (
            question.row,
            question.text,
            _how_sure(keys, hit, answer).in_language(to.language),
            answer.total,
            rank,
            hit.issue_number,
            as_day(hit.issued_on),
            hit.kind,
            hit.issuer,
            hit.subject,
            ", ".join(str(page.page) for page in hit.pages) or None,
            _excerpt(hit),
            "; ".join(described_name(name).in_language(to.language) for name in hit.doubtful) or None,
            to.address_of(hit.record_id),
        )


def _how_sure(keys: set[str], hit: SearchHit, answer: SearchAnswer) -> Bilingual:
    if keys and any(found.key in keys for found in find_issue_numbers(hit.issue_number or "")):
        return _EXACT
    if answer.partial:
        return _PARTLY
    return _ONLY if answer.total == 1 else _SEVERAL


def _excerpt(hit: SearchHit) -> str | None:
    """The piece of the page that holds most of what was looked for."""
    pages: Sequence[str] = [
        " ".join("".join(part.text for part in page.snippet).split())
        for page in sorted(hit.pages, key=lambda one: -sum(part.marked for part in one.snippet))
    ]
    return pages[0][:_SNIPPET] if pages and pages[0] else None
