"""How well records are found, by judged questions; ours beside other ways, in one run.

    python -m benchmarks.retrieval FOLDER… [--engine tantivy] [--half all] [--questions 0] [--known 300]
        [--documents "clean,3 %,8 %"] [--ways "standard,asciifolded,pyvi words,three streams,ours"]
        [--model FOLDER…]

A folder has corpus.jsonl and queries.jsonl {id, text} and qrels.tsv (question, document, grade). Ours is the real path:
a record of one page made from each text, our analysis and index document, our parsing and planning, the engine; no
catalogue and no web. The other ways: what Elasticsearch's `standard` analyzer makes, the same asciifolded, pyvi's
words, and our three streams of syllables, folded syllables and folded pairs at equal weights, any word being enough.
With `--engine tantivy` these are imitated by streams of terms in tantivy, whose BM25 is the same; with `elasticsearch`
they are Elasticsearch's own (pyvi's words as terms parted by spaces). `--model`: ours with a model for finding by
meaning (docs/meaning.md), or with one of two that know nothing of it, `noise` and `syllables` (`meant`).

Documents: clean, and with so many percent of letters misread as Tesseract misreads them (`fitting`), or `8 % even`: any
letter for any other. Questions: as they are, without diacritics, with a slip of the finger in one word. Known items: 6
of 10 neighbouring syllables of a random sentence of a document. nDCG, reciprocal rank, recall; `known` is reciprocal
rank.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from functools import partial
from pathlib import Path
from statistics import fmean

from benchmarks.archives import elasticsearch, tantivy
from benchmarks.pyvi_words import pyvi_words
from benchmarks.retrieval.conditions import Opened, Row, rows
from benchmarks.retrieval.elastic import CHANNELS, analysed
from benchmarks.retrieval.judged import JudgedSet, known_items, load
from benchmarks.retrieval.meant import meant
from benchmarks.retrieval.measures import mean
from benchmarks.retrieval.ways import OTHERS, ours, streams
from tests.servers.elasticsearch import elasticsearch_url

_WAYS = ("standard", "asciifolded", "pyvi words", "three streams", "ours")


def main() -> None:
    asked = _asked()
    ways: dict[str, Opened] = {}
    for engine in ("tantivy", "elasticsearch"):
        if asked.engine in (engine, "both"):
            ways |= _ways(engine, asked.ways.split(","), both=asked.engine == "both")
    ways |= {f"ours + {Path(model).name}": partial(meant, tantivy, model) for model in asked.model}
    found: list[Row] = []
    _head()
    for folder in asked.folders:
        judged, known = _sets(folder, asked)
        for row in rows(judged, known, asked.documents.split(","), ways):
            _tell(row)
            found.append(row)
    if len(asked.folders) > 1:
        for row in _means(found):
            _tell(row)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--engine", choices=("tantivy", "elasticsearch", "both"), default="tantivy")
    parser.add_argument("--half", choices=("all", "tune", "report"), default="all", help="questions by their hash")
    parser.add_argument("--questions", type=int, default=0, help="so many of each set at the most; 0: all")
    parser.add_argument("--known", type=int, default=300, help="known items of each set")
    parser.add_argument("--documents", default="clean,3 %,8 %")
    parser.add_argument("--ways", default=",".join(_WAYS))
    parser.add_argument("--model", nargs="*", default=[], help="folders, noise, syllables")
    return parser.parse_args()


def _sets(folder: Path, asked: argparse.Namespace) -> tuple[JudgedSet, JudgedSet]:
    """The judged set and the known items of its documents, cut down as asked."""
    judged = load(folder)
    known = known_items(judged.documents, judged.name, asked.known)
    if asked.half != "all":
        judged, known = judged.half(asked.half), known.half(asked.half)
    return replace(judged, questions=judged.questions[: asked.questions or None]), known


def _ways(engine: str, names: Sequence[str], *, both: bool) -> Mapping[str, Opened]:
    """The ways in one engine, by name."""
    found: dict[str, Opened] = {}
    for name in names:
        label = f"{name}, {engine}" if both else name
        if name == "ours":
            found[label] = partial(ours, tantivy if engine == "tantivy" else elasticsearch)
        elif engine == "tantivy":
            found[label] = partial(streams, OTHERS[name])
        else:
            channels = CHANNELS.get(name) or (("whitespace", pyvi_words, 1.0),)
            found[label] = partial(analysed, elasticsearch_url(), channels)
    return found


def _means(found: Sequence[Row]) -> list[Row]:
    """The mean over the sets of each way under each condition."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in found:
        groups.setdefault((row.documents, row.typed, row.way), []).append(row)
    return [
        Row(
            "mean",
            *key,
            mean([one.measures for one in group]),
            fmean(one.known for one in group),
            fmean(one.ms for one in group),
        )
        for key, group in groups.items()
    ]


def _head() -> None:
    figures = " ".join(f"{name:>8}" for name in ("nDCG@10", "MRR@10", "rec@10", "rec@100", "known"))
    print(f"{'set':20} {'documents':10} {'question':14} {'way':26} {figures} {'ms':>6}")


def _tell(row: Row) -> None:
    figures = " ".join(f"{figure:8.3f}" for figure in (*astuple(row.measures), row.known))
    print(f"{row.judged:20} {row.documents:10} {row.typed:14} {row.way:26} {figures} {row.ms:6.1f}", flush=True)


if __name__ == "__main__":
    main()
