"""What of a record is embedded."""

from __future__ import annotations

import unicodedata

from mappings.record import PageState, RecordView

LONGEST_PASSAGE = 4000
"""Characters of a record at the most; a model cuts shorter still, at its number of tokens."""

LONGEST_QUESTION = 1000
"""Characters of a question at the most."""

PASSAGE_VERSION = 1
"""Grows when the same record gives another passage, so that all vectors are made anew."""


def passage_of(view: RecordView) -> str:
    """The subject, then the text from the first page on, as one piece; empty for a record without either.

    One vector a record: what a record is about stands in its subject and on its first page (NĐ 30/2020, phụ lục I).
    """
    pieces, length = [view.value("subject") or ""], 0
    for page in view.pages:
        if page.state is PageState.SEARCHABLE and length < LONGEST_PASSAGE:
            pieces.append(page.text[:LONGEST_PASSAGE])
            length += len(page.text)
    return tidied("\n".join(pieces), LONGEST_PASSAGE)


def tidied(text: str, longest: int) -> str:
    """NFC, valid Unicode, white space as single spaces, cut."""
    plain = unicodedata.normalize("NFC", text[: 2 * longest].encode("utf-8", "ignore").decode())
    return " ".join(plain.split())[:longest]
