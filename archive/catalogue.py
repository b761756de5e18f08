"""The catalogue: one SQL database, SQLite or PostgreSQL, behind explicit units of work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError

from archive import snapshots
from archive.migrating import bring_to_newest
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue, Unavailable
from kernel.locks import exclusive

_WRITING = "tangthu_writing"
_TRIES = 5
_READ_ONLY = "readonly database"

T = TypeVar("T")


class Catalogue:
    """Opens units of work on one database. Made by `sqlite` or `at_url`; safe over threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite's reader sees one state by itself; PostgreSQL's would see a new one with each statement.
        self._one_state: dict[str, Any] = (
            {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if self.dialect == "postgresql" else {}
        )

    @classmethod
    def sqlite(cls, path: Path) -> Catalogue:
        """The embedded form: a file in WAL mode, each commit on disk before it returns."""
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{path}", pool_size=20, max_overflow=20)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _give_up_read_only)
        catalogue = cls(engine)
        with exclusive(path.with_suffix(".migrating")), _unavailable():
            catalogue.migrate()
        return catalogue

    @classmethod
    def at_url(cls, url: str, lock_folder: Path) -> Catalogue:
        """The cluster form: PostgreSQL at a SQLAlchemy URL. BadValue if it is none, Unavailable if nobody answers."""
        try:
            engine = create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
            catalogue = cls(engine)
            with exclusive(lock_folder / "migrating.lock"):
                catalogue.migrate()
        except OperationalError as error:
            raise Unavailable(reason=str(error.orig)) from error
        except ArgumentError as error:  # not told as typed: there may be a password in it
            raise BadValue(name="TANGTHU_DATABASE_URL", value="…", expected="postgresql+psycopg://…") from error
        return catalogue

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def migrate(self) -> None:
        """Brings the tables to the newest form, from whatever form they have."""
        with self._engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
            bring_to_newest(connection)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit of work that sees one state of the catalogue and changes nothing. Unavailable if it is away."""
        with _unavailable(), self._engine.connect().execution_options(**self._one_state) as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A unit of work that changes the catalogue; without `commit` nothing has happened.

        Unavailable if the database is away, locked for long, or its disk is full.
        """
        with _unavailable(), self._writing() as unit:
            yield unit

    @contextmanager
    def _writing(self) -> Iterator[UnitOfWork]:
        with self._engine.connect().execution_options(**{_WRITING: True}) as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def connection_for_moving(self) -> Iterator[Connection]:
        """A bare connection in a transaction of its own that can write, for `archive.moving` alone."""
        with self._engine.connect().execution_options(**{_WRITING: True}) as connection:
            yield connection

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in a unit of work and commits it; again after a clash with another process.

        `work` must be safe to repeat: nothing of a failed try remains. Unavailable when the
        database stays locked or away.
        """
        for attempt in range(_TRIES):
            try:
                with self._writing() as unit:
                    result = work(unit)
                    unit.commit()
                    return result
            except IntegrityError:
                if attempt == _TRIES - 1:
                    raise
            except OperationalError as error:
                if attempt == _TRIES - 1:
                    raise Unavailable(reason=str(error.orig)) from error
                time.sleep(0.05 * 2**attempt)
        raise AssertionError("unreachable")

    def snapshot(self, path: Path) -> None:
        """One consistent state of the catalogue as one SQLite file at `path`, whatever database it is in.

        Others go on reading and writing meanwhile. Durable when this returns. Unavailable if the database is away.
        """
        with _unavailable():
            if self.dialect == "sqlite":
                snapshots.back_up_sqlite(self._engine, path)
            else:
                copy = Catalogue.sqlite(path)
                snapshots.copy_rows(self._engine, copy._engine)
                copy.close()
        snapshots.make_one_file(path)

    def fill_from(self, path: Path) -> None:
        """Takes over all rows of a snapshot, of this release or an older one; the catalogue must be empty.

        All of them or none. Unavailable as `writing`.
        """
        source = Catalogue.sqlite(path)
        try:
            with _unavailable():
                snapshots.copy_rows(source._engine, self._engine)
        finally:
            source.close()

    def forget_deleted(self) -> None:
        """What was deleted lies in no file of SQLite any more: its log is emptied, unless others read for long.

        Then it goes when the last process of the archive ends. PostgreSQL keeps it until its own vacuum.
        """
        if self.dialect == "sqlite":
            snapshots.empty_log(self._engine)

    def ping(self) -> None:
        """Returns if the database answers, else Unavailable."""
        with _unavailable(), self._engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Lets go of all connections."""
        self._engine.dispose()


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise Unavailable(reason=str(error.orig)) from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver must not begin transactions by itself: we choose how each begins.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={snapshots.LOCK_WAIT_MS}",
        "foreign_keys=ON",
        # What is deleted is overwritten with zeros: a purged text stays in no free page.
        "secure_delete=ON",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _give_up_read_only(context: ExceptionContext) -> None:
    """SQLite that cannot open its file for writing for once (a full disk) opens it for reading, and never says so.

    Such a connection would stay in the pool and fail every write until a restart: the next one is made anew.
    """
    if _READ_ONLY in str(context.original_exception):
        context.is_disconnect = True


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that reads first and then writes could never wait for it.
    writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
