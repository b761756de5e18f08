"""What makes a catalogue anew or moves it is alone with it; all others share it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.disposal_errors import StillRunning
from tangthu.bootstrap import open_house
from tangthu.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", drop=tmp_path / "drop")


def test_nobody_is_alone_with_an_archive_that_another_has_open(settings: Settings) -> None:
    with open_house(settings), open_house(settings), pytest.raises(StillRunning), open_house(settings, alone=True):
        pass


def test_nobody_opens_an_archive_that_another_has_alone(settings: Settings) -> None:
    with open_house(settings, alone=True), pytest.raises(StillRunning), open_house(settings):
        pass
    with open_house(settings):
        pass
