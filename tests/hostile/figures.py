"""What the tests of this folder found out, for the table at the end of `./test hostile`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """What was measured beside what is promised."""

    what: str
    measured: str
    promised: str
    held: bool


@dataclass
class Findings:
    """What each file came to, and the figures. What is told later counts: the sample is part of the whole."""

    files: dict[str, tuple[str, bool]] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)

    def fault(self, kind: str, name: str, *, violated: bool) -> None:
        """A file of a kind."""
        self.files[name] = kind, violated

    def figure(self, what: str, measured: str, promised: str, *, held: bool) -> None:
        """A figure."""
        self.figures[what] = Figure(what, measured, promised, held)

    def lines(self) -> list[str]:
        """The table."""
        files = Counter(kind for kind, _ in self.files.values())
        violations = Counter(kind for kind, violated in self.files.values() if violated)
        rows = [f"{'fault':44} {'files':>9} {'violations':>12}"]
        rows += [f"{kind:44} {files[kind]:9} {violations[kind]:12}" for kind in sorted(files)]
        rows += [f"{'all':44} {files.total():9} {violations.total():12}", ""]
        rows += [f"{'figure':44} {'measured':>9} {'promised':>12}"]
        rows += [
            f"{one.what:44} {one.measured:>9} {one.promised:>12}  {'held' if one.held else 'NOT HELD'}"
            for one in self.figures.values()
        ]
        return rows


FOUND = Findings()
