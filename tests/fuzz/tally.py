"""What came of the questions, for the table at the end of `./test fuzz`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.fuzz.stock import ASKERS


@dataclass
class Tally:
    """Calls and answers by operation and asker; faults told in full, each kind of one operation and asker once."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faulty: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def answered(self, operation: str, asker: str, status: int) -> None:
        """One more call."""
        self.calls[operation, asker] += 1
        self.answers[operation, status] += 1

    def fault(self, operation: str, asker: str, kind: str, told: str) -> None:
        """An answer that the document does not know, or an error of the server."""
        self.faulty[operation, asker] += 1
        self.faults.setdefault((operation, asker, kind), told)

    def lines(self) -> list[str]:
        """The table: a row for each operation, the fewest calls of any asker, and what was answered how often."""
        rows = [f"{'operation':58} {'askers':>6} {'calls':>7} {'faults':>7}  answers"]
        for operation in sorted({one for one, _ in self.calls}, key=lambda one: one.split()[::-1]):
            askers = [asker for asker in ASKERS if self.calls[operation, asker]]
            calls = sum(self.calls[operation, asker] for asker in askers)
            faults = sum(self.faulty[operation, asker] for asker in askers)
            came = sorted((status, times) for (one, status), times in self.answers.items() if one == operation)
            told = ", ".join(f"{status}: {times}" for status, times in came)
            rows.append(f"{operation:58} {len(askers):6} {calls:7} {faults:7}  {told}")
        operations = len({one for one, _ in self.calls})
        rows.append(
            f"{operations} operations, {len({asker for _, asker in self.calls})} askers ({', '.join(ASKERS)}): "
            f"{self.calls.total()} calls, {self.faulty.total()} faults"
        )
        return rows
