"""What the command line prints: to people in two languages, to programs as JSON."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from kernel.errors import TangthuError
from kernel.keeping_errors import NotKept

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of the archive (TANGTHU_DATA)")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON")]


def print_json(value: Any) -> None:
    """Writes a value as one JSON document."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    sys.stdout.buffer.write(orjson.dumps(value, option=options))
    sys.stdout.flush()


def tell(vi: str, en: str) -> None:
    """Says one thing to a person, Vietnamese first, apart from what a program would read."""
    sys.stderr.write(f"{vi}\n{en}\n")
    sys.stderr.flush()


def print_error(error: TangthuError, *, as_json: bool) -> None:
    """Says what went wrong and what can be done."""
    if as_json:
        print_json({"code": error.code, "title": error.title.en, "remedy": error.remedy.en})
        return
    tell(f"Lỗi: {error.title.vi}. {error.remedy.vi}.", f"Error: {error.title.en}. {error.remedy.en}.")


@contextmanager
def troubles_told() -> Iterator[None]:
    """A disk or a database file that fails is told like any other error of ours."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise NotKept(reason=str(error)) from error
