"""The service says what holds its reading processes, and does its work also where that is little."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.confining import Confinement, confinement
from tests.servers.tangthu import TangthuServer, wait_until


class WithoutBubblewrap(TangthuServer):
    """On a machine that does not allow it: bubblewrap is there, and fails."""

    @property
    def environment(self) -> dict[str, str]:
        folder = self.data.parent / "programs"
        folder.mkdir(exist_ok=True)
        program = folder / "bwrap"
        program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
        program.chmod(0o755)
        return super().environment | {"PATH": os.pathsep.join((str(folder), os.environ["PATH"]))}


@pytest.mark.parametrize(
    ("kind", "told"),
    [pytest.param(TangthuServer, None, marks=pytest.mark.long), (WithoutBubblewrap, Confinement.LIMITS)],
)
def test_it_is_told_what_holds_reading_processes(
    tmp_path: Path, kind: type[TangthuServer], told: Confinement | None
) -> None:
    server = kind(tmp_path).start()
    try:
        for place in ("/health/ready", "/api/v1/health/ready", "/api/v1/status"):
            assert server.get(place)["sandbox"] == str(told or confinement())
        (server.drop / "incoming" / "a.txt").write_text("Thông báo số 3/TB-VP về lịch trực cơ quan")
        wait_until(lambda: server.get("/api/v1/status")["records"].get("searchable") == 1, 60)
    finally:
        server.stop()
