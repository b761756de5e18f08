"""The real scans that lie beside the checkout: print is described right or asked for, handwriting always asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from benchmarks.fields import REAL_SCANS, alike, read_all, truths, verdict
from ingest.describing import describe
from mappings.record import DescribedField

HERE = REAL_SCANS.is_dir()
CASES = [pytest.param(path, truth, id=path.stem[:12]) for path, truth in truths(REAL_SCANS)] if HERE else []
PRINTED = ("symbol", "kind", "issuer", "place")

pytestmark = pytest.mark.skipif(not HERE, reason="the real scans are not here: ../shared/scans beside the checkout")


@lru_cache(maxsize=16)
def described(path: Path) -> dict[str, DescribedField]:
    return describe(read_all(path))


@pytest.mark.parametrize(("path", "truth"), CASES)
def test_no_field_is_silently_wrong(path: Path, truth: dict[str, str]) -> None:
    found = described(path)
    # A stamp that OCR cannot see leaves urgency out; no other field may be missing or wrong without being asked for.
    wrong = {
        name: found.get(name) for name, value in truth.items() if verdict(found.get(name), value) == "SILENTLY WRONG"
    }
    missing = [name for name, value in truth.items() if value and name != "urgency" and name not in found]
    assert not wrong
    assert not missing


@pytest.mark.parametrize(("path", "truth"), CASES)
def test_print_is_right(path: Path, truth: dict[str, str]) -> None:
    found = described(path)
    assert {name: alike(found[name].value, truth[name]) for name in PRINTED} == dict.fromkeys(PRINTED, True)


def test_most_subjects_are_right_word_for_word() -> None:
    right = [alike(described(case.values[0])["subject"].value, case.values[1]["subject"]) for case in CASES]
    assert sum(right) >= 9


@pytest.mark.parametrize(("path", "truth"), CASES)
def test_a_number_written_by_hand_is_always_asked_for(path: Path, truth: dict[str, str]) -> None:
    assert described(path)["number"].doubtful
