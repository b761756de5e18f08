"""What was made of a question, in the API's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from kernel.bilingual import Language
from search_api.query.answers import Understood
from search_api.query.telling import puzzle_told
from search_api.routes.shaping import Shape, example


class NotUnderstoodShape(Shape):
    """A piece of the question that was read as words, and why. Codes: docs/asking.md."""

    model_config = example(
        code="bad_date", piece="ngày: hôm qua", message="“ngày: hôm qua”: không rõ là ngày nào, đã tìm như chữ thường."
    )

    code: str
    piece: str
    message: str


class RenamedShape(Shape):
    """A place or agency in the question that has another name now, or had one."""

    model_config = example(
        asked="tỉnh Bình Dương",
        names=["thành phố Hồ Chí Minh"],
        former=False,
        since="2025-07-01",
        source="Nghị quyết 202/2025/QH15",
        searched=True,
    )

    asked: str
    names: list[str]
    former: bool = Field(description="`names` are former names of what was asked, or of its parts; else its new ones")
    since: date | None
    source: str
    searched: bool = Field(description="They were looked for too; not in a quoted phrase")


class DidYouMeanShape(Shape):
    """Another spelling of the question, in words of records that the asker may see, and how many records it finds."""

    model_config = example(q="nghị quyết đất đai", total=12)

    q: str
    total: int


def understood_shapes(understood: Understood, language: Language) -> dict[str, Any]:
    """The parts of `SearchShape` that tell what was made of the question."""
    better = understood.did_you_mean
    return {
        "understood": understood.told.in_language(language) if understood.told else None,
        "not_understood": [
            NotUnderstoodShape(code=one.code, piece=one.piece, message=puzzle_told(one).in_language(language))
            for one in understood.puzzles
        ],
        "renamed": [
            RenamedShape(
                asked=one.asked,
                names=list(one.names),
                former=one.was,
                since=one.since,
                source=one.source,
                searched=one.searched,
            )
            for one in understood.renamed
        ],
        "did_you_mean": DidYouMeanShape(q=better.q, total=better.total) if better else None,
    }
