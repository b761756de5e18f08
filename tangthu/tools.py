"""Whether the programs that reading needs are there."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

from archive.watchers import Watchers
from kernel.errors import NobodyWatching, ToolMissing

_SECONDS = 20


def check_tesseract(languages: str) -> None:
    """Returns if Tesseract and its data for these languages (joined by +) are installed, else ToolMissing."""
    program = shutil.which("tesseract")
    if program is None:
        raise ToolMissing(tool="tesseract", install="apt-get install tesseract-ocr")
    for language in languages.split("+"):
        if language not in _languages(program):
            package = f"tesseract-ocr-{language.replace('_', '-')}"
            raise ToolMissing(tool=f"tesseract {language}", install=f"apt-get install {package}")


def check_watching(watchers: Watchers) -> None:
    """Returns if a process takes, reads and indexes, else NobodyWatching."""
    if not watchers.any_alive():
        raise NobodyWatching


@cache
def _languages(program: str) -> frozenset[str]:
    listed = subprocess.run(  # noqa: S603 - the installed program, no words from outside
        [program, "--list-langs"], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    return frozenset((listed.stdout + listed.stderr).split())
