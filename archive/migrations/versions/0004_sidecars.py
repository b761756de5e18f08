"""What the sidecars beside the originals must still learn of; everything that is there already, to begin with.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "sidecar_pending",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=26), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_sidecar_pending")),
    )
    op.create_index("ix_sidecar_pending_since", "sidecar_pending", ["since"], unique=False)
    into = "INSERT INTO sidecar_pending (kind, subject, marks, since) SELECT "
    op.execute(into + "'record', id, 1, received_at FROM record")
    op.execute(into + "'delivery', id, 1, received_at FROM delivery WHERE record_id IS NULL")
    op.execute(into + "'record', record_id, 1, purged_at FROM tombstone")
    op.execute(into + "'events', '', 1, at FROM event WHERE number = 1")


def downgrade() -> None:
    op.drop_table("sidecar_pending")
