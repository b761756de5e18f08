"""docs/commands.md is the command line, and each command says what it is for, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scripts.write_tables import CHECKOUT, COMMANDS_FILE, commands, commands_page

PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]


def test_the_page_is_what_the_code_says() -> None:
    assert COMMANDS_FILE.read_text(encoding="utf-8") == commands_page(), "run `python -m scripts.write_tables`"


@pytest.mark.parametrize("command", commands(), ids=lambda one: str(one.name))
def test_every_command_and_option_is_told(command: Any) -> None:
    assert re.search(r"\. / [A-Z]", str(command.help)), "Vietnamese. / English."
    for one in command.params:
        if one.param_type_name == "option" and not one.hidden:
            assert one.help, one.name


def test_what_the_pages_tell_to_type_is_a_command() -> None:
    known = {str(command.name) for command in commands()} | {"samples"}
    for page in PAGES:
        # `./run COMMAND` of the page of commands stands for any
        typed = re.findall(r"\./run ([a-z][a-z-]+)", page.read_text(encoding="utf-8"))
        assert set(typed) <= known, (page.name, set(typed) - known)
