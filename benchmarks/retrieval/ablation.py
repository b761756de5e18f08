"""What each part of finding gains: the same judged questions with it and without it, in one run.

    python -m benchmarks.retrieval.ablation FOLDER… [--half report] [--questions 200] [--known 150]
        [--documents "clean,8 %,8 % even"]

Means over the sets, by default of the half of the questions that nothing was tuned on. First what plain BM25 over our
three streams reaches, then ours, then ours without one part each. Two figures a column: nDCG@10 of judged questions and
reciprocal rank of known items; columns: documents, then how the question is typed. Then milliseconds a question (one
thread, this Python included) and the size of the index beside that of its text.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from unittest import mock

from benchmarks.pyvi_words import pyvi_words
from benchmarks.retrieval.conditions import TYPED, spoiled
from benchmarks.retrieval.judged import JudgedSet, Question, known_items, load
from benchmarks.retrieval.measures import Measures, measured
from benchmarks.retrieval.ways import THREE_STREAMS, Ours, Streams, Way
from mappings import index_document
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query import finding, loosening, planning

Change = tuple[object, str, object]
"""Where a part lives, its name, and what is there instead without it."""

_NONE: Callable[..., tuple[()]] = lambda *_: ()  # noqa: E731
_ENDLESS = 10**9

PARTS: dict[str, tuple[Change, ...]] = {
    "ours": (),
    "- misread words mended in the index": ((index_document, "mended_runs", _NONE),),
    "- mistyped words mended in the question": ((planning, "mistyped", _NONE), (planning, "mistyped_pairs", _NONE)),
    "- both": (
        (index_document, "mended_runs", _NONE),
        (planning, "mistyped", _NONE),
        (planning, "mistyped_pairs", _NONE),
    ),
    "- common ones of many words left out": ((finding, "FEW_WORDS", _ENDLESS),),
    "- few hits filled up": ((finding, "FEW_HITS", 1),),
    "- what fits all raised": ((loosening, "FITS_ALL", 0.001), (loosening, "FITS_ALL_OF_MANY", 0.001)),
    "- what fits all but one raised": ((loosening, "FITS_ALL_BUT_ONE", 0.001),),
}
"""Ours, and ours without each part. Those of the index make it anew."""

PLAIN = {
    "three streams": THREE_STREAMS,
    "three streams + pyvi words at .2": (*THREE_STREAMS, (pyvi_words, 0.2)),
}


@dataclass
class Figures:
    """What one variant reaches, a list of (nDCG, known items) for each condition."""

    reached: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """A set's questions and its known items, and its documents by condition."""

    judged: JudgedSet
    known: JudgedSet
    documents: Mapping[str, Mapping[str, str]]


def main() -> None:
    asked = _asked()
    conditions = asked.documents.split(",")
    sets = [_set(folder, asked, conditions) for folder in asked.folders]
    print(
        f"{'':44}"
        + "".join(f"{f'{one}, {typed}':>22}" for one in conditions for typed in TYPED)
        + f"{'ms':>7}{'size':>6}"
    )
    for name, channels in PLAIN.items():
        _tell(name, _measure(sets, conditions, lambda documents, c=channels: _streams(c, documents)), conditions)
    for name, changes in PARTS.items():
        with _without(changes):
            _tell(name, _measure(sets, conditions, _ours), conditions)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--half", choices=("all", "tune", "report"), default="report")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--known", type=int, default=150)
    parser.add_argument("--documents", default="clean,8 %,8 % even")
    return parser.parse_args()


def _set(folder: Path, asked: argparse.Namespace, conditions: Sequence[str]) -> Asked:
    judged = load(folder)
    known = known_items(judged.documents, judged.name, asked.known * (1 if asked.half == "all" else 2))
    if asked.half != "all":
        judged, known = judged.half(asked.half), known.half(asked.half)
    documents = {condition: spoiled(judged.documents, condition) for condition in conditions}
    return Asked(replace(judged, questions=judged.questions[: asked.questions or None]), known, documents)


@contextmanager
def _without(changes: Sequence[Change]) -> Iterator[None]:
    with ExitStack() as stack:
        for home, name, instead in changes:
            stack.enter_context(mock.patch.object(home, name, instead))
        yield


@contextmanager
def _streams(channels: object, documents: Mapping[str, str]) -> Iterator[tuple[Way, Path]]:
    way = Streams(documents, channels)  # type: ignore[arg-type]
    try:
        yield way, way.folder
    finally:
        way.close()


@contextmanager
def _ours(documents: Mapping[str, str]) -> Iterator[tuple[Way, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="tangthu-benchmark-"))
    engine = TantivyEngine(folder)
    try:
        yield Ours(engine, documents, {}), folder
    finally:
        engine.close()
        shutil.rmtree(folder)


def _measure(sets: Sequence[Asked], conditions: Sequence[str], opened: Callable[..., object]) -> Figures:
    figures = Figures()
    for one in sets:
        for condition in conditions:
            documents = one.documents[condition]
            with opened(documents) as (way, folder):  # type: ignore[attr-defined]
                text = sum(len(part.encode()) for part in documents.values())
                figures.sizes.append(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / text)
                for typed, change in TYPED.items():
                    begun = time.perf_counter()
                    pair = (
                        _rank(way, one.judged.questions, change).ndcg_10,
                        _rank(way, one.known.questions, change).mrr_10,
                    )
                    asked = len(one.judged.questions) + len(one.known.questions)
                    figures.seconds.append((time.perf_counter() - begun) / asked)
                    figures.reached.setdefault((condition, typed), []).append(pair)
    return figures


def _rank(way: Way, questions: Sequence[Question], change: Callable[[str], str]) -> Measures:
    return measured([way.rank(change(one.text)) for one in questions], [one.grades for one in questions])


def _tell(name: str, figures: Figures, conditions: Sequence[str]) -> None:
    cells = []
    for condition in conditions:
        for typed in TYPED:
            pairs = figures.reached[condition, typed]
            cells.append(f"{fmean(one for one, _ in pairs):15.3f} {fmean(one for _, one in pairs):6.3f}")
    print(f"{name:44}{''.join(cells)}{1000 * fmean(figures.seconds):7.1f}{fmean(figures.sizes):6.2f}", flush=True)


if __name__ == "__main__":
    main()
