"""What an archive of very many pages needs, computed from what was measured.

    python -m benchmarks.search.scale SMALL LARGE [--pages 50000000] [--shard-gb 30] [--p95-ms 200]

The files are of `python -m benchmarks.search --save FILE`, of one engine and two sizes. Bytes grow with the records.
The time of a question has a part that stays and one that grows with the records of a shard: the straight line through
the two sizes. Every shard takes its time on a core of its own. Elastic advises shards of 10 to 50 GB ("Size your
shards", elastic.co/docs/deploy-manage/production-guidance/optimize-performance/size-shards).
"""

from __future__ import annotations

import argparse
import json
from math import ceil
from pathlib import Path
from typing import Any

_PAGES_A_RECORD = 2  # of the generated records
_COPIES = 2
_KINDS = ("3-6 words", "25 words", "3-6 words, range of days and 3 facets")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", nargs=2, type=lambda name: json.loads(Path(name).read_text("utf-8")))
    parser.add_argument("--pages", type=int, default=50_000_000)
    parser.add_argument("--p95-ms", type=float, default=200)
    parser.add_argument("--shard-gb", type=float, default=30)
    chosen = parser.parse_args()
    small, large = sorted(chosen.measured, key=lambda one: int(one["records"]))
    records = chosen.pages // _PAGES_A_RECORD
    of_one = {name: large[name] / large["records"] for name in ("index_bytes", "text_bytes", "catalogue_bytes")}
    shards = max(1, ceil(records * of_one["index_bytes"] / (chosen.shard_gb * 1e9)))
    print(f"{chosen.pages} pages, {records} records; measured with {large['engine']}: ", end="")
    print(f"{small['records']} records at {small['commit']}, {large['records']} at {large['commit']}")
    for name, each in of_one.items():
        print(f"{name.replace('_', ' '):18}{each:8.0f} a record{records * each / 1e9:10.0f} GB")
    print(f"shards of {chosen.shard_gb:.0f} GB: {shards}, of {records // shards} records each; ", end="")
    print(f"disk for {_COPIES} copies {_COPIES * records * of_one['index_bytes'] / 1e9:.0f} GB")
    if large["build_core_seconds"]:
        hours = records * large["build_core_seconds"] / large["records"] / 3600
        print(f"to build: {hours:.1f} hours of one core, {hours / shards:.2f} of a core a shard")
    for kind in _KINDS:
        print(f"{kind}: p95 of the engine {at(small, large, kind, records // shards):.0f} ms a shard, ", end="")
        print(f"{shards * at(small, large, kind, records // shards) / 1000:.2f} s of cores in all; ", end="")
        most = within(small, large, kind, chosen.p95_ms)
        print(f"for {chosen.p95_ms:.0f} ms {ceil(records / most)} shards of {most}")


def within(small: dict[str, Any], large: dict[str, Any], kind: str, milliseconds: float) -> int:
    """The most records of a shard whose p95 is no more than that."""
    one, other = (measured["rows"][kind][1] for measured in (small, large))
    slope = max(1e-9, (other - one) / (large["records"] - small["records"]))
    return max(1, int(large["records"] + (milliseconds - other) / slope))


def at(small: dict[str, Any], large: dict[str, Any], kind: str, records: int) -> float:
    """The engine's p95 in milliseconds where a shard has so many records."""
    one, other = (measured["rows"][kind][1] for measured in (small, large))
    slope = max(0.0, (other - one) / (large["records"] - small["records"]))
    return float(other + slope * (records - large["records"]))


if __name__ == "__main__":
    main()
