"""Reviewing: what waits to be looked at, what was said, corrected text of pages, second readings.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_MOMENT = sa.DateTime(timezone=True)
_ID = sa.String(length=26)


def upgrade() -> None:
    op.create_table(
        "review_entry",
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=30), nullable=False),
        sa.Column("doubt", sa.Float(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_review_entry_record_id")),
        sa.PrimaryKeyConstraint("record_id", "kind", "place", name=op.f("pk_review_entry")),
    )
    op.create_index(
        op.f("ix_review_entry_score"), "review_entry", ["score", "record_id", "kind", "place"], unique=False
    )
    op.create_table(
        "page_correction",
        sa.Column("id", _ID, nullable=False),
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=150), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_page_correction_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_correction")),
    )
    op.create_index(op.f("ix_page_correction_record_id_page"), "page_correction", ["record_id", "page"], unique=False)
    _said()
    _entries()


def _said() -> None:
    op.create_table(
        "review",
        sa.Column("id", _ID, nullable=False),
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=30), nullable=False),
        sa.Column("correction_id", _ID, nullable=True),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=150), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("of", _ID, nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("undone_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_review_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_record_id"), "review", ["record_id"], unique=False)
    op.create_index(op.f("ix_review_account_at"), "review", ["account", "at"], unique=False)
    op.create_index(op.f("ix_review_at"), "review", ["at"], unique=False)
    op.create_table(
        "review_sample",
        sa.Column("review_id", _ID, nullable=False),
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_review_sample_record_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_sample_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review_sample")),
    )
    op.create_index(op.f("ix_review_sample_record_id"), "review_sample", ["record_id"], unique=False)
    op.create_index(op.f("ix_review_sample_state"), "review_sample", ["state", "review_id"], unique=False)


def _entries() -> None:
    """Of what was read before; nobody's openings are counted into it."""
    op.execute(
        """
        INSERT INTO review_entry (record_id, kind, place, doubt, used, score)
        SELECT record_id, 'page', CAST(number AS VARCHAR(30)), 1 - confidence, 0, (1 - confidence) * 0.6
        FROM page
        WHERE state = 'searchable' AND read_by = 'ocr' AND confidence < 0.97
          AND record_id IN (SELECT id FROM record WHERE state IN ('searchable', 'partly_searchable'))
        """
    )
    op.execute(
        """
        INSERT INTO review_entry (record_id, kind, place, doubt, used, score)
        SELECT record_id, 'field', name, doubt, 0, doubt * weight
        FROM (
          SELECT record_id, name,
            CASE WHEN confidence > 0.95 THEN 0.05 ELSE 1 - confidence END AS doubt,
            CASE WHEN name IN ('number', 'symbol', 'issued_on', 'subject') THEN 1.0
                 WHEN name IN ('issuer', 'kind', 'signer') THEN 0.8 ELSE 0.4 END AS weight
          FROM described_field
          WHERE doubtful AND NOT confirmed AND value <> ''
            AND record_id IN (SELECT id FROM record WHERE state IN ('searchable', 'partly_searchable'))
        ) AS unsure
        """
    )


def downgrade() -> None:
    for table in ("review_sample", "review", "page_correction", "review_entry"):
        op.drop_table(table)
