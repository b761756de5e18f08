"""A printed number that was made void is free for the record that bears it.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_NUMBER = ["unit", "direction", "book", "year", "number", "suffix"]
_COUNTS = "state = 'standing' OR origin = 'given'"


def upgrade() -> None:
    with op.batch_alter_table("register_entry") as entry:
        entry.drop_constraint("uq_register_entry_number", type_="unique")
    op.create_index("ix_register_entry_number", "register_entry", _NUMBER, unique=False)
    op.create_index(
        "ix_register_entry_counts",
        "register_entry",
        _NUMBER,
        unique=True,
        sqlite_where=sa.text(_COUNTS),
        postgresql_where=sa.text(_COUNTS),
    )


def downgrade() -> None:
    op.drop_index("ix_register_entry_counts", "register_entry")
    op.drop_index("ix_register_entry_number", "register_entry")
    with op.batch_alter_table("register_entry") as entry:
        entry.create_unique_constraint("uq_register_entry_number", _NUMBER)
