"""Processor time of each step of our reading, and the memory that it takes.

    python -m benchmarks.reading.steps FILE   (a JSON list of [path, media type, number]; JSON out)

Run in a process of its own, without the sandbox: so steps can be timed, and what the process holds is its own.
"""

from __future__ import annotations

import functools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.reading.pages import BenchPage

STEPS = {
    "file, picture": ("pdf._pixels", "pdf._layer_words", "raster.load_page"),
    "red ink": ("improving.gray_without_red_over_black",),
    "looking": ("Look.at", "Look.is_blank", "Look.is_sideways", "Look.has_table"),
    "skew": ("Look.skew", "Sheet.rotated"),
    "resolution": ("Sheet.scaled",),
    "shade, noise, specks": tuple(
        f"improving.{name}" for name in ("evened", "noise_of", "smoothed", "looks_speckled", "without_specks")
    ),
    "ruled lines out": ("improving.without_rules",),
    "Tesseract, the way up": ("tesseract.upright_turn",),
    "Tesseract": ("tesseract.read_words",),
    "doubtful words again": ("tesseract.read_alone",),
    "seals, stamps": ("Inks.of", "stamped.stamps"),
}
REST = "all else"


def measured(pages: Sequence[BenchPage]) -> dict[str, Any]:
    """`steps`: by name (seconds in all, calls); `megabytes`: the most that the process and its Tesseract held."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([[str(page.path), page.media_type, page.number] for page in pages], file)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.reading.steps", file.name]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
    return dict(json.loads(told.stdout))


class _Clock:
    """Processor time by step, each moment counted for the innermost step."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._open = [REST]
        self._since = self._now()

    @staticmethod
    def _now() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    def turn(self) -> None:
        """Counts the time since the last turn."""
        now = self._now()
        self.seconds[self._open[-1]] += now - self._since  # type: ignore[assignment]
        self._since = now

    def timing(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        @functools.wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            self.turn()
            self._open.append(step)
            self.calls[step] += 1
            try:
                return function(*arguments, **named)
            finally:
                self.turn()
                self._open.pop()

        return timed


def _time_the_steps(clock: _Clock) -> None:
    from ingest.reading import improving, inks, looks, pdf, raster, sheet, stamped, tesseract  # noqa: PLC0415 - here only

    homes: dict[str, ModuleType | type] = {
        **{"improving": improving, "pdf": pdf, "raster": raster, "tesseract": tesseract},
        **{"Look": looks.Look, "Sheet": sheet.Sheet, "Inks": inks.Inks, "stamped": stamped},
    }
    for step, names in STEPS.items():
        for name in names:
            home, _, attribute = name.partition(".")
            found = vars(homes[home])[attribute]
            if isinstance(found, classmethod):
                setattr(homes[home], attribute, classmethod(clock.timing(step, found.__func__)))
            else:
                setattr(homes[home], attribute, clock.timing(step, found))


def main() -> None:
    from ingest.reading import ReadingOptions, dispatch  # noqa: PLC0415 - the parsers: here only

    clock = _Clock()
    _time_the_steps(clock)
    pages = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    clock.turn()
    clock.seconds.clear()  # what was loading
    for path, media_type, number in pages:
        dispatch.read_page(path, media_type, number, ReadingOptions())
    clock.turn()
    memory = {who: resource.getrusage(of).ru_maxrss / 1024 for who, of in _WHOSE.items()}
    steps = {step: (clock.seconds[step], clock.calls[step]) for step in (*STEPS, REST)}
    print(json.dumps({"steps": steps, "megabytes": memory}))


_WHOSE = {"process": resource.RUSAGE_SELF, "Tesseract": resource.RUSAGE_CHILDREN}

if __name__ == "__main__":
    main()
