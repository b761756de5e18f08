"""From the shipped samples' files to their fields, through Tesseract: right, or asked for; never silently wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fields import alike, read_all, truths, verdict
from ingest.describing import describe

SAMPLES = Path(__file__).parents[2] / "samples"
CASES = [pytest.param(path, truth, id=path.name) for path, truth in truths(SAMPLES)]
SURE = ("issuer", "kind", "place", "urgency")
"""What must not only be asked for but found: print at its usual place."""


def test_there_are_samples() -> None:
    assert len(CASES) >= 13
    assert all(case.values[0].is_file() for case in CASES)


@pytest.mark.parametrize(("path", "truth"), CASES)
def test_a_sample_is_described(path: Path, truth: dict[str, str]) -> None:
    fields = describe(read_all(path))
    verdicts = {name: verdict(fields.get(name), value) for name, value in truth.items()}
    assert not [name for name, found in verdicts.items() if found == "SILENTLY WRONG"], fields
    for name in SURE:
        assert alike(fields[name].value if name in fields else "", truth[name]), name
    for name in ("number", "symbol", "issued_on", "subject"):
        assert not truth[name] or name in fields, name
