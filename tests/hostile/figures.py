"""What the tests of this folder found out, for the table at the end of `./test hostile`."""

from __future__ import annotations

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
    """`faults`: kind of fault -> files, violations."""

    faults: dict[str, tuple[int, int]] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)

    def fault(self, kind: str, *, violated: bool) -> None:
        """One more file of a kind."""
        files, violations = self.faults.get(kind, (0, 0))
        self.faults[kind] = files + 1, violations + violated

    def figure(self, what: str, measured: str, promised: str, *, held: bool) -> None:
        """One more figure."""
        self.figures.append(Figure(what, measured, promised, held))

    def lines(self) -> list[str]:
        """The table."""
        rows = [f"{'fault':44} {'files':>6} {'violations':>11}"]
        rows += [f"{kind:44} {files:6} {violations:11}" for kind, (files, violations) in sorted(self.faults.items())]
        total = [sum(column) for column in zip(*self.faults.values(), strict=True)] or [0, 0]
        rows += [f"{'all':44} {total[0]:6} {total[1]:11}", ""]
        rows += [f"{'figure':44} {'measured':>22} {'promised':>14}"]
        rows += [
            f"{one.what:44} {one.measured:>22} {one.promised:>14}  {'held' if one.held else 'NOT HELD'}"
            for one in self.figures
        ]
        return rows


FOUND = Findings()
