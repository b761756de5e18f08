"""The shipped samples, dropped into a real service: all searchable, no field silently wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.fields import alike, truths, verdict
from tests.servers.dropped import Dropped, dropped

SAMPLES = Path(__file__).parents[2] / "samples"
CASES = [pytest.param(path, truth, id=path.name) for path, truth in truths(SAMPLES)]
SURE = ("issuer", "kind", "place", "urgency")
"""What must not only be asked for but found: print at its usual place."""

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def samples(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dropped]:
    """Those that are asked about."""
    here = (getattr(item, "callspec", None) for item in request.session.items if item.path == Path(__file__))
    asked = {found.params["path"] for found in here if found} or {case.values[0] for case in CASES}
    with dropped(sorted(asked), tmp_path_factory.mktemp("samples"), 300) as made:
        yield made


def test_there_are_samples() -> None:
    shipped = sorted(path.name for path in (SAMPLES / "scans").glob("*.*"))
    assert len(shipped) >= 13, "samples/scans is empty: python -m samples.make_samples"
    assert sorted(case.values[0].name for case in CASES) == shipped


def test_no_page_failed(samples: Dropped) -> None:
    assert set(samples.server.get("/api/v1/status")["pages"]) <= {"searchable", "blank"}


@pytest.mark.each(4)
@pytest.mark.parametrize(("path", "truth"), CASES)
def test_a_sample_is_described(samples: Dropped, path: Path, truth: dict[str, str]) -> None:
    fields = samples.fields(path.name)
    verdicts = {name: verdict(fields.get(name), value) for name, value in truth.items()}
    assert not [name for name, found in verdicts.items() if found == "SILENTLY WRONG"], fields
    for name in SURE:
        assert alike(fields[name].value if name in fields else "", truth[name]), name
    for name in ("number", "symbol", "issued_on", "subject"):
        assert not truth[name] or name in fields, name
