"""The faults: what is marked `long` runs only when this folder is asked for; every test tells what it has tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
_KEY = "faults"

Told = Callable[[str, int, Sequence[str]], None]
"""Writes a line of the table: the fault, how many points of it were tried, and the violations; fails on any."""


def is_whole(config: pytest.Config) -> bool:
    """Whether this folder was asked for by name, as `./test faults` does."""
    return any(HERE in [path := (config.invocation_params.dir / arg.split("::")[0]).resolve(), *path.parents]
               for arg in config.args)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_whole(config):
        return
    left = [item for item in items if HERE in item.path.parents and item.get_closest_marker("long")]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether everything is to be tried, and not only a sample."""
    return is_whole(request.config)


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Told:
    def tell(fault: str, points: int, violations: Sequence[str]) -> None:
        record_property(_KEY, [fault, points, len(violations)])
        assert not violations, "\n".join(violations[:20])
        assert points, "nothing was tried"

    return tell


def pytest_terminal_summary(terminalreporter: Any) -> None:
    told = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == _KEY
    ]
    # Several tests may try the points of one fault.
    lines = [(fault, *map(sum, zip(*[rest for name, *rest in told if name == fault], strict=True)))
             for fault in sorted({name for name, *_ in told})]  # fmt: skip
    if lines:
        width = max(len(fault) for fault, _, _ in lines)
        terminalreporter.section("faults")
        terminalreporter.write_line(f"{'fault':<{width}}  {'points':>7}  violations")
        for fault, points, violations in lines:
            terminalreporter.write_line(f"{fault:<{width}}  {points:>7}  {violations:>10}")
        points, violations = (sum(line[column] for line in lines) for column in (1, 2))
        terminalreporter.write_line(f"{'all':<{width}}  {points:>7}  {violations:>10}")
