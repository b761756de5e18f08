"""Writes docs/settings.md, errors.md and commands.md from the code: `python -m scripts.write_tables`.

From the checkout. `tests/unit/test_*_documented.py` hold the files equal to what is written here.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo

import kernel.copying_errors
import kernel.disposal_errors
import kernel.elsewhere_errors
import kernel.filing_errors
import kernel.keeping_errors
import kernel.meaning_errors
import kernel.oidc_errors
import kernel.paper_errors
import kernel.people_errors
import kernel.reading_errors
import kernel.review_errors
import kernel.secret_errors  # noqa: F401 - the branches of all belong to the tree
from kernel.errors import TangthuError
from tangthu.cli import app
from tangthu.settings import Settings

CHECKOUT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = CHECKOUT / "docs" / "settings.md"
ERRORS_FILE = CHECKOUT / "docs" / "errors.md"
COMMANDS_FILE = CHECKOUT / "docs" / "commands.md"

_WRITTEN_BY = "<!-- Written by `python -m scripts.write_tables`; change the code, not this file. -->\n"
_KINDS = {str: "text", int: "whole number", float: "number", Path: "path", bool: "true or false", SecretStr: "secret"}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return f"{Settings.model_config.get('env_prefix', '')}{name}".upper()


def settings_page() -> str:
    """docs/settings.md as it must be."""
    return (
        f"# Settings\n\n{_WRITTEN_BY}\n"
        "Each is an environment variable, read once at the start; `./run` and the container form pass them on. "
        "There is no settings file.\n\n"
        + _table(("Variable", "Default", "Value", "Meaning"), map(_setting_row, *zip(*_settings(), strict=True)))
        + "\n`data` and `scanner_drop` stand for the folders beside `./run`, wherever it is called from; with "
        "`python -m tangthu` they lie in the folder where it is called.\n\n"
        "The set-up itself (`./run`, `./test`) reads:\n\n"
        + _table(
            ("Variable", "Meaning"),
            [
                ("`TANGTHU_CACHE`", "Folder of the Python environments; default `~/.cache/tangthu`"),
                ("`TANGTHU_PYTHON`", "The Python (3.11 or later) to make them with; default: the first one found"),
                ("`TANGTHU_TEST_CHROMIUM`", "The browser for `tests/browser`"),
                ("`TANGTHU_TEST_ELASTICSEARCH_URL`", "An Elasticsearch for the tests instead of one that they start"),
                (
                    "`TANGTHU_TEST_FUZZ_CALLS`",
                    "Requests to each operation by each asker; default 4, in `./test fuzz` 100",
                ),
                ("`TANGTHU_TEST_FUZZ_SEED`", "Which requests are drawn; default 7"),
                ("`TANGTHU_TEST_PROCESSES`", "Test processes at a time; default 3"),
            ],
        )
    )


def errors_page() -> str:
    """docs/errors.md as it must be."""
    head = ("Code", "Error", "HTTP", "Exit", "What happened", "What to do")
    return (
        f"# Errors\n\n{_WRITTEN_BY}\n"
        "The code is stable: it stands in `type` of a problem+json answer, in `rejected/*.txt` and in the ledger of "
        "pages. An indented error is a special case of the one above it. `{…}` is filled in when it happens.\n\n"
        + _table(head, (_error_row(error, depth) for error, depth in errors()))
    )


def commands_page() -> str:
    """docs/commands.md as it must be."""
    return (
        f"# Commands\n\n{_WRITTEN_BY}\n"
        "`./run COMMAND …`, or `tangthu COMMAND …` where it is installed. Every one takes `--data FOLDER` and, if it "
        "tells something, `--json`; its exit code is that of the error ([errors](errors.md)), 0 if all went well.\n\n"
        + _table(("Command", "What it does", "Arguments and options"), map(_command_row, commands()))
    )


def commands() -> list[Any]:
    """Every command of the command line, in the order in which it shows them."""
    group: Any = typer.main.get_command(app)
    return list(group.commands.values())


def _command_row(command: Any) -> tuple[str, ...]:
    words = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    options = [
        f"`{one.opts[0]}`: {one.help}"
        for one in command.params
        if one.param_type_name == "option" and not one.hidden and one.opts[0] not in ("--data", "--json")
    ]
    name = " ".join([str(command.name), *words])
    return f"`{name}`", str(command.help), "<br>".join(options)


def _argument(argument: Any) -> str:
    name = (argument.metavar or str(argument.name)).upper() + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def errors(root: type[TangthuError] = TangthuError, depth: int = 0) -> Iterator[tuple[type[TangthuError], int]]:
    """Every error of the house with its depth in the tree, parents first."""
    yield root, depth
    # By module: whichever was loaded first would come first otherwise. Within one as they stand there.
    for child in sorted(root.__subclasses__(), key=lambda one: (one.__module__ != root.__module__, one.__module__)):
        if child.__module__.startswith("kernel."):  # not those that tests make
            yield from errors(child, depth + 1)


def _settings() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def _setting_row(name: str, setting: FieldInfo) -> tuple[str, ...]:
    return f"`{variable_of(name)}`", _default_of(setting), _kind_of(setting), setting.description or ""


def _default_of(setting: FieldInfo) -> str:
    if setting.default_factory is not None:
        return "see meaning"
    value = setting.default
    shown = value.get_secret_value() if isinstance(value, SecretStr) else value
    return f"`{shown}`" if shown not in ("", None) else "none"


def _kind_of(setting: FieldInfo) -> str:
    bounds = [
        f"{sign} {bound}"
        for rule in setting.metadata
        for key, sign in _BOUNDS.items()
        if (bound := getattr(rule, key, None)) is not None
    ]
    return ", ".join([_annotation(setting.annotation), *bounds])


def _annotation(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(_annotation(part) for part in get_args(annotation) if part is not types.NoneType)
    return _KINDS[annotation]


def _error_row(error: type[TangthuError], depth: int) -> tuple[str, ...]:
    title, remedy = error._title, error._remedy
    name = "&emsp;" * depth + error.__name__
    return (
        f"`{error.code}`",
        name,
        str(error.http_status),
        str(error.exit_code),
        f"{title.vi}<br>{title.en}",
        f"{remedy.vi}<br>{remedy.en}",
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    SETTINGS_FILE.write_text(settings_page(), encoding="utf-8")
    ERRORS_FILE.write_text(errors_page(), encoding="utf-8")
    COMMANDS_FILE.write_text(commands_page(), encoding="utf-8")
