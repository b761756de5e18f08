"""Brings the tables of a database to the newest form, by the migrations in `archive/migrations`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"

NEWEST = "0013"
"""The form of the tables that this code wants: the last of the migrations."""


def bring_to_newest(connection: Connection) -> None:
    """From whatever form the tables have, within the transaction of this connection."""
    if _form(connection) == [NEWEST]:
        return
    from alembic import command  # noqa: PLC0415 - half a second to load, and nearly every start has nothing to do
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _form(connection: Connection) -> list[str]:
    """The last migrations that were done, as alembic keeps them; nothing for a new database."""
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
