"""Whether confidences are what they say: `python -m benchmarks.reliability [--pages 60] [--stock report] [--show]`.

Papers are drawn, damaged in eleven ways, read and described. Printed: by field, how many are right, asked for, silently
wrong; and of the values said to be right by so much, how many are. Maps and rules were made on the stock `tune`.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from benchmarks.fields import VERDICTS, is_right, verdict
from benchmarks.papers.drawing import paper_of
from benchmarks.papers.offices import OFFICES
from benchmarks.papers.reading import read_papers
from ingest.describing import describe

EDGES = (0.0, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0001)
Said = tuple[float, bool]


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description="Whether confidences are what they say.")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--stock", choices=tuple(OFFICES), default="report")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    said: dict[str, list[Said]] = defaultdict(list)
    for paper, page in read_papers(paper_of(asked.stock, seed) for seed in range(asked.pages)):
        fields = describe([page])
        for name, truth in paper.truth.items():
            field = fields.get(name)
            found = verdict(field, truth)
            verdicts[name][found] += 1
            if field and field.value:
                said[name].append((field.confidence, bool(truth) and is_right(field, truth)))
            if asked.show and found not in ("right", "none, rightly"):
                print(f"{paper.seed}: {name}: {found}: {field and field.value!r}; in truth {truth!r}", flush=True)
    tell_verdicts(verdicts)
    tell_said(said)


def tell_verdicts(verdicts: dict[str, Counter[str]]) -> None:
    """By field, how often each verdict; of all that was told or asked for, the share that is silently wrong."""
    print(f"{'field':12}" + "".join(f"{name:>16}" for name in VERDICTS))
    for name, found in (*verdicts.items(), ("all", sum(verdicts.values(), Counter[str]()))):
        print(f"{name:12}" + "".join(f"{found[column] or '':>16}" for column in VERDICTS))
    every = sum(verdicts.values(), Counter[str]())
    told = every.total() - every["none, rightly"]
    print(f"silently wrong: {100 * every['SILENTLY WRONG'] / max(1, told):.2f} % of {told}\n")


def tell_said(said: dict[str, list[Said]]) -> None:
    """By field and for all: of the values said so sure, how many there are, and percent of them right."""
    spans = list(pairwise(EDGES))
    print(f"{'said':12}" + "".join(f"{f'{low:.2f}-{min(high, 1):.2f}':>14}" for low, high in spans))
    every = [one for some in said.values() for one in some]
    for name, some in (*said.items(), ("all", every)):
        print(f"{name:12}" + "".join(f"{_of(some, low, high):>14}" for low, high in spans))
    means = (f"{_mean(every, low, high):>14}" for low, high in spans)
    print(f"{'mean said':12}" + "".join(means))


def _of(said: Sequence[Said], low: float, high: float) -> str:
    rights = [right for confidence, right in said if low <= confidence < high]
    return f"{100 * sum(rights) / len(rights):.0f} % of {len(rights)}" if rights else ""


def _mean(said: Sequence[Said], low: float, high: float) -> str:
    within = [confidence for confidence, _ in said if low <= confidence < high]
    return f"{100 * sum(within) / len(within):.0f} %" if within else ""


if __name__ == "__main__":
    main()
