"""The form that the code wants is the one that the migrations lead to."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from archive.migrating import MIGRATIONS, NEWEST


def test_the_newest_form_is_the_last_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [NEWEST]
