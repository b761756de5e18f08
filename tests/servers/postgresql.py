"""A real PostgreSQL for tests, from the system's package, one server a test session and a database a test."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from archive.catalogue import Catalogue

_NOBODY = 65534


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.fail("PostgreSQL is missing: apt-get install postgresql", pytrace=False)
    return found[-1].parent


def _run(*command: str | Path) -> None:
    # PostgreSQL refuses to run as root, so root becomes nobody.
    as_nobody = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_nobody)  # type: ignore[call-overload]


class PostgreSqlServer:
    """A server on a socket in a folder of its own. `options`: more of `postgres -c`."""

    def __init__(self, options: str = "") -> None:
        self._binaries = _binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="tangthu-pg-"))
        self._options = f"-k {self.folder} -c listen_addresses='' -c max_connections=200 {options}"
        if os.getuid() == 0:
            os.chown(self.folder, _NOBODY, _NOBODY)
        making = ("-U", "tangthu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run(self._binaries / "initdb", "-D", self.folder / "data", *making)

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database that is there from the start."""
        return f"postgresql+psycopg://tangthu@/postgres?host={self.folder}"

    def start(self) -> None:
        """Returns when it answers."""
        self._control("-l", str(self.folder / "log"), "-w", "-o", self._options, "start")

    def stop(self) -> None:
        """Ends it at once, as a crash would: what is not committed is gone."""
        self._control("-m", "immediate", "stop")

    def restart(self) -> None:
        """Ends it at once and starts it again with its data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Ends it and removes its data."""
        with suppress(subprocess.CalledProcessError):  # it is stopped already
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *words: str) -> None:
        _run(self._binaries / "pg_ctl", "-D", self.folder / "data", *words)


@contextmanager
def own_postgresql() -> Iterator[PostgreSqlServer]:
    """A started server for one test alone, durable, to be stopped and restarted at will."""
    server = PostgreSqlServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@cache
def _server() -> Path:
    """Starts the session's server and returns its folder."""
    server = PostgreSqlServer("-c fsync=off")
    server.start()
    atexit.register(server.remove)
    return server.folder


@cache
def _with_tables() -> str:
    """The name of a database with the tables of an empty catalogue: made by the migrations once, copied after that."""
    folder, name = _server(), "empty"
    with psycopg.connect(f"host={folder} user=tangthu dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    Catalogue.at_url(_url(folder, name), folder).close()
    return name


def _url(folder: Path, name: str) -> str:
    return f"postgresql+psycopg://tangthu@/{name}?host={folder}"


@contextmanager
def postgresql_database(*, tables: bool = True) -> Iterator[str]:
    """The SQLAlchemy URL of a database, dropped at the end. `tables`: those of an empty catalogue are there."""
    folder, name = _server(), f"t{uuid4().hex}"
    template = _with_tables() if tables else "template1"
    with psycopg.connect(f"host={folder} user=tangthu dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield _url(folder, name)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
