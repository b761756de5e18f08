"""How long a start takes, and what it holds: of each kind of process, beside bare Python and FastAPI in the same run.

    python -m benchmarks.starting [--rounds 5]

Processor seconds and megabytes of memory until all is loaded, and seconds by the clock until a new service is ready
for the second time (the first time it makes its archive); the middle of the rounds, one kind after the other in each.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.servers.tangthu import ROOT, TangthuServer

_KINDS = {
    "bare Python": "json",
    "FastAPI alone": "fastapi",
    "a command, or the process that takes in": "tangthu.cli",
    "the process that answers": "tangthu.answering",
    "a reading process": "ingest.reading.dispatch",
}
_LOADED = """
import importlib, resource, sys, time
importlib.import_module(sys.argv[1])
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def loaded(module: str) -> tuple[float, float]:
    """Processor seconds and megabytes of a process that has loaded it."""
    command = (sys.executable, "-c", _LOADED, module)
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    seconds, megabytes = map(float, told.split())
    return seconds, megabytes


def until_ready(folder: Path) -> float:
    """Seconds by the clock until the service answers and takes in."""
    server = TangthuServer(folder)
    began = time.monotonic()
    server.start()
    took = time.monotonic() - began
    server.stop()
    return took


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    seen: dict[str, list[tuple[float, float]]] = {kind: [] for kind in _KINDS}
    ready = []
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as folder:
        until_ready(Path(folder))
        for _ in range(rounds):
            for kind, module in _KINDS.items():
                seen[kind].append(loaded(module))
            ready.append(until_ready(Path(folder)))
    print(f"{'processor s':>12} {'MB':>6}")
    for kind, rows in seen.items():
        seconds, megabytes = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{seconds:12.2f} {megabytes:6.0f}  {kind}")
    print(f"ready after {statistics.median(ready):.1f} s by the clock (rounds {min(ready):.1f} to {max(ready):.1f})")


if __name__ == "__main__":
    main()
