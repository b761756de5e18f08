"""What a record is about, in words of its own: chosen once, when it is described, and kept with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzers.keywords import keywords
from mappings.record import DescribedField, Page

KEYWORD_LETTERS = 40_000
"""So much of a record is read for them: some fifteen full pages, a hundredth of a second."""

_CONFIDENCE = 0.8
"""They are words that stand there; whether they are the best ones nobody can tell."""


def read_keywords(pages: Sequence[Page], fields: Iterable[DescribedField | None]) -> DescribedField | None:
    """`keywords`: up to five, parted by "; ". None where nothing says what the record is about.

    `fields`: those described so far; words of the subject count several times.
    """
    text = "\n".join(page.text for page in pages)[:KEYWORD_LETTERS]
    subject = next((field.value for field in fields if field and field.name == "subject"), "")
    found = keywords(text, subject)
    return DescribedField("keywords", "; ".join(found), _CONFIDENCE) if found else None
