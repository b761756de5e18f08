"""A whole catalogue as one SQLite file, and its rows from one database into another."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine

from archive.copying import carry_numbers, copy_table
from archive.tables import metadata
from kernel.durable import sync_folder

LOCK_WAIT_MS = 60_000
"""For so long SQLite waits for a lock that another holds."""

_LOG_WAIT_MS = 1_000


def back_up_sqlite(engine: Engine, path: Path) -> None:
    """By SQLite's online backup, in one step: in WAL mode nobody waits for it and it never has to begin again."""
    source = engine.raw_connection()
    try:
        with closing(sqlite3.connect(path)) as target:
            connection = source.driver_connection
            if not isinstance(connection, sqlite3.Connection):
                raise TypeError("not a SQLite database")
            connection.backup(target)
    finally:
        source.close()


def empty_log(engine: Engine) -> None:
    """Brings the log of a SQLite database into its file and empties it.

    Not if a reader takes longer than a second or the disk fails: then it is emptied when the last process ends.
    """
    connection = engine.raw_connection()
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={_LOG_WAIT_MS}")
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")
    finally:
        connection.close()


def copy_rows(source: Engine, target: Engine) -> None:
    """All rows of one state of `source` into the empty tables of `target`, in one transaction."""
    reading = source.connect()
    if source.dialect.name == "postgresql":  # a transaction of SQLite sees one state by itself
        reading = reading.execution_options(isolation_level="REPEATABLE READ")
    with reading as read, target.connect().execution_options(tangthu_writing=True) as write:
        for table in metadata.sorted_tables:
            for _ in copy_table(read, write, table):
                pass
            carry_numbers(read, write, table)
        write.commit()


def make_one_file(path: Path) -> None:
    """No log beside it any more, all of it on disk. sqlite3.DatabaseError if the file is not a sound database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        (answer,) = connection.execute("PRAGMA quick_check").fetchone()
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
    path.with_suffix(".migrating").unlink(missing_ok=True)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)
