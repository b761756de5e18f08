"""The catalogue's tables of reviewing: what waits to be looked at, what was said, corrected text, second readings.

Beside `archive.tables` for its length; a change here needs a migration too.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from archive.tables import _ACCOUNT, _ID, UtcDateTime, metadata

review_entry = Table(
    "review_entry",
    metadata,
    # Derived from pages and fields when a record has been read; what was settled is gone from here.
    Column("record_id", _ID, ForeignKey("record.id"), primary_key=True),
    # field or page
    Column("kind", String(10), primary_key=True),
    # The field's name, or the page's number.
    Column("place", String(30), primary_key=True),
    # 0..1: how unsure the reading is, and how much it weighs for finding.
    Column("doubt", Float, nullable=False),
    # How often the record was opened, up to a bound.
    Column("used", Integer, nullable=False),
    Column("score", Float, nullable=False),
    # Whom it was handed to, and until when it is nobody else's.
    Column("claimed_by", String(100)),
    Column("claimed_until", UtcDateTime),
    Index("ix_review_entry_score", "score", "record_id", "kind", "place"),
)

page_correction = Table(
    "page_correction",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("record_id", _ID, ForeignKey("record.id"), nullable=False),
    Column("page", Integer, nullable=False),
    Column("verdict", String(20), nullable=False),
    # standing, again, replaced, undone (mappings.rewording.correcting.Standing)
    Column("standing", String(20), nullable=False),
    Column("by", String(150), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Words as they were read, and as they stand now: [text, edges, confidence, others, line, block] each.
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Index("ix_page_correction_record_id_page", "record_id", "page"),
)

review = Table(
    "review",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("record_id", _ID, ForeignKey("record.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("place", String(30), nullable=False),
    # None: a field, or nothing was changed.
    Column("correction_id", _ID),
    Column("shown", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("verdict", String(20), nullable=False),
    # How it is signed, and whose it is: the account, or the name of one without.
    Column("by", String(150), nullable=False),
    Column("account", _ACCOUNT, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # From when it was shown to when it was answered.
    Column("seconds", Float, nullable=False),
    # 1, 2 or 3: the first, second or third person; `of`: the first one's.
    Column("look", Integer, nullable=False),
    Column("of", _ID),
    # Of a second or third look: whether it says what the first one said.
    Column("agrees", Boolean),
    # A field as it was before, to be undone.
    Column("before", JSON),
    Column("undone_at", UtcDateTime),
    Index("ix_review_record_id", "record_id"),
    Index("ix_review_account_at", "account", "at"),
    Index("ix_review_at", "at"),
)

review_sample = Table(
    "review_sample",
    metadata,
    # A review that somebody else looks at too.
    Column("review_id", _ID, ForeignKey("review.id"), primary_key=True),
    Column("record_id", _ID, ForeignKey("record.id"), nullable=False, index=True),
    # second, third: who must look; settled; lapsed: it stands there no more
    Column("state", String(10), nullable=False),
    Column("claimed_by", String(100)),
    Column("claimed_until", UtcDateTime),
    Index("ix_review_sample_state", "state", "review_id"),
)

TABLES = (review_sample, review, page_correction, review_entry)
"""All of them, those that point at others first."""
