"""Prints what was found after the last test."""

from __future__ import annotations

import pytest

from tests.hostile.figures import FOUND


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FOUND.files or FOUND.figures:
        terminalreporter.section("hostile files")
        for line in FOUND.lines():
            terminalreporter.write_line(line)
