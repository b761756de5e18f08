"""How the hits of words and of meaning are best put into one order, for models from useless to good.

    python -m benchmarks.retrieval.fusing FOLDER… [--questions 300] [--known 200] [--others 20000]

No real model comes with this project, so models are made up: each document has a vector by chance, and a question lies
near those that answer it, more or less (`alone` tells how well that model alone finds). Mistakes of such a model have
nothing to do with those of the words; a real one's may. `--others`: vectors of documents that the judged set does not
have, as an archive holds mostly other records; 0: a very small archive, of which the 50 nearest are a fifth. Words:
ours in tantivy, clean documents and questions as they are, and 8 % even noise with a slip of the finger; and clean with
three of ten answers taken out of what the words found, as if those were said with other words.
Cells: nDCG@10 of the judged questions · reciprocal rank of known items.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.archives import tantivy
from benchmarks.retrieval.conditions import TYPED, spoiled
from benchmarks.retrieval.judged import JudgedSet, Question, known_items, load
from benchmarks.retrieval.measures import measured
from benchmarks.retrieval.ways import ours
from search_api.meaning.fusing import FIRST_OF_MEANING, FIRST_OF_WORDS, fuse

_DIMENSION = 384
_MODELS = {"useless": 0.0, "weak": 0.12, "fair": 0.2, "good": 0.3}
_WAYS: dict[str, tuple[float, int | None]] = {
    "equal": (1, None),
    "words × 2": (2, None),
    "words × 5": (5, None),
    "× 2, each 5th": (2, 5),
    "× 5, each 5th": (5, 5),
    "× 10, each 5th": (10, 5),
}
_WORDS = {"clean": "as it is", "8 % even": "a slip"}
_UNKNOWN_OF_TEN = 3

Ranked = list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--known", type=int, default=200)
    parser.add_argument("--others", type=int, default=20_000)
    asked = parser.parse_args()
    heads = "".join(f"{name:>16}" for name in _WAYS)
    print(f"{'set':12} {'words':20} {'model':8} {'alone':>14} {'words alone':>15}{heads}")
    for folder in asked.folders:
        judged = load(folder)
        known = known_items(judged.documents, judged.name, asked.known)
        for condition, typed in _WORDS.items():
            with ours(tantivy, spoiled(judged.documents, condition)) as way:
                both = (judged.questions[: asked.questions], known.questions)
                by_words = [[list(way.rank(TYPED[typed](one.text))) for one in questions] for questions in both]
            _table(judged, condition, both, by_words, asked.others)
            if condition == "clean":
                _table(judged, "clean, 3/10 unknown", both, _without_answers(both, by_words), asked.others)


def _without_answers(both: Sequence[Sequence[Question]], by_words: Sequence[Ranked]) -> list[Ranked]:
    """Of some questions the words do not find the answers at all: they say it with other words."""
    return [
        [
            [name for name in found if name not in one.grades] if at % 10 < _UNKNOWN_OF_TEN else found
            for at, (one, found) in enumerate(zip(questions, ranked, strict=True))
        ]
        for questions, ranked in zip(both, by_words, strict=True)
    ]


def _table(
    judged: JudgedSet, condition: str, both: Sequence[Sequence[Question]], by_words: Sequence[Ranked], others: int
) -> None:
    vectors = _vectors(len(judged.documents) + others)
    names = [*sorted(judged.documents), *(f"other {at}" for at in range(others))]
    for model, closeness in _MODELS.items():
        near = [_near(questions, names, vectors, closeness) for questions in both]
        cells = [_cell(both, near), _cell(both, by_words)]
        for weight, every in _WAYS.values():
            pairs = [zip(*lists, strict=True) for lists in zip(by_words, near, strict=True)]
            cells.append(_cell(both, [[_fused(words, mean, weight, every) for words, mean in one] for one in pairs]))
        print(f"{judged.name:12} {condition:20} {model:8} " + "  ".join(f"{cell:>14}" for cell in cells), flush=True)


def _vectors(count: int) -> np.ndarray:
    found = np.random.default_rng(1).standard_normal((count, _DIMENSION), dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _near(questions: Sequence[Question], names: Sequence[str], vectors: np.ndarray, closeness: float) -> Ranked:
    chance, places = np.random.default_rng(2), {name: at for at, name in enumerate(names)}
    found: Ranked = []
    for one in questions:
        asked = chance.standard_normal(_DIMENSION, dtype=np.float32)
        asked /= np.linalg.norm(asked)
        for answer in one.grades:
            asked = asked + closeness * vectors[places[answer]]
        products = vectors @ asked
        best = np.argpartition(-products, FIRST_OF_MEANING)[:FIRST_OF_MEANING]
        found.append([names[at] for at in best[np.argsort(-products[best])]])
    return found


def _fused(words: Sequence[str], near: Sequence[str], weight: float, every: int | None) -> list[str]:
    first = fuse(words[:FIRST_OF_WORDS], near, weight, every)
    return [*first, *(name for name in words if name not in first)]


def _cell(both: Sequence[Sequence[Question]], ranked: Sequence[Ranked]) -> str:
    grades: list[list[Mapping[str, int]]] = [[one.grades for one in questions] for questions in both]
    judged, known = (measured(found, right) for found, right in zip(ranked, grades, strict=True))
    return f"{judged.ndcg_10:.3f} · {known.mrr_10:.3f}"


if __name__ == "__main__":
    main()
