"""A real PostgreSQL for tests, from the system's package, one server a test session and a database a test."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

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


@cache
def _server() -> Path:
    """Starts the server on a socket in a folder of its own and returns that folder."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="tangthu-pg-"))
    if os.getuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    _run(binaries / "initdb", "-D", folder / "data", "-U", "tangthu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    _run(binaries / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start")
    atexit.register(_stop, binaries, folder)
    return folder


def _stop(binaries: Path, folder: Path) -> None:
    _run(binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_database() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database, dropped at the end."""
    folder, name = _server(), f"t{uuid4().hex}"
    with psycopg.connect(f"host={folder} user=tangthu dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"postgresql+psycopg://tangthu@/{name}?host={folder}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
