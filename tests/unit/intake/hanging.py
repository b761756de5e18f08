"""Called in a reading process instead of the true inspection. A module of its own, so that it is loaded quickly."""

from __future__ import annotations

import time

from ingest.intake.inspecting import Finding, Untold
from ingest.recognising import Inspection, Limits


def finds(files: list[Untold], limits: Limits) -> tuple[Finding, ...]:
    """Hangs over files of that name, as over a share that does not answer; others are text."""
    if any("hangs" in file.path for file in files):
        time.sleep(600)
    return tuple(Inspection("text/plain", ".txt", 1) for _ in files)
