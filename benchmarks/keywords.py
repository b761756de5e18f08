"""Which words of a text say what it is about: ways to choose them, on a judged set.

    python -m benchmarks.keywords [FOLDER]

FOLDER holds corpus.jsonl, queries.jsonl and qrels.tsv (without one, the set that lies beside the checkout, if it does).
A good keyword of a passage is a word with which people ask for it and not for others: told is the share of the first
three and five keywords that stand in a question to which the passage is the answer, less the share of them that stand
in the questions to another passage (else "of" and "is" would be the best keywords of all).

Words are pyvi's; only those of two syllables and more count where it says "compounds". The rarity of a word is told by
the set's own passages (an archive's documents), or by halves: chosen on one half of the passages with the frequencies
of the other, as a list that ships would be.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analyzers.streams import pyvi_words

JUDGED = Path(__file__).parents[2] / "shared" / "retrieval" / "xquad_vi"
"""Where the judged set lies, relative to the checkout."""

Score = Callable[[str, int, int], float]
"""What a word is worth: the word, how often it stands, at which of the words it first stands."""


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def is_compound(word: str) -> bool:
    return "_" in word


def chosen(words: Sequence[str], score: Score, *, compounds: bool) -> list[str]:
    counts, first = Counter(words), {word: at for at, word in reversed(list(enumerate(words)))}
    kept = [word for word in counts if not word.replace("_", "").isdigit() and (is_compound(word) or not compounds)]
    return sorted(kept, key=lambda word: (-score(word, counts[word], first[word]), first[word]))


def rarity(documents: Sequence[Sequence[str]]) -> Callable[[str], float]:
    frequencies = Counter(word for words in documents for word in set(words))
    return lambda word: math.log(1 + (len(documents) + 1) / (frequencies[word] + 0.5))


def judged(ranked: Mapping[str, list[str]], asked: Mapping[str, set[str]], most: int) -> float:
    keys = list(ranked)
    apart = len(keys) // 2
    shares = [
        sum((word in asked[key]) - (word in asked[keys[at - apart]]) for word in ranked[key][:most]) / most
        for at, key in enumerate(keys)
    ]
    return sum(shares) / len(shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=JUDGED)
    folder = parser.parse_args().folder
    if not (folder / "corpus.jsonl").is_file():
        raise SystemExit(f"{folder}: no corpus.jsonl; name a folder with a judged set")
    pyvi_words("lần đầu")  # loads it
    begun = time.process_time()
    texts = {one["id"]: pyvi_words(one["text"]) for one in lines(folder / "corpus.jsonl")}
    taken, syllables = (
        time.process_time() - begun,
        sum(word.count("_") + 1 for words in texts.values() for word in words),
    )
    questions = {one["id"]: pyvi_words(one["text"]) for one in lines(folder / "queries.jsonl")}
    asked: dict[str, set[str]] = defaultdict(set)
    for row in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, _ = row.split("\t")
        asked[document].update(questions.get(query, ()))
    kept = {key: words for key, words in texts.items() if asked[key]}
    own = rarity(list(texts.values()))
    halves = [rarity([words for at, words in enumerate(texts.values()) if at % 2 != half]) for half in (0, 1)]
    of_half = {key: halves[at % 2] for at, key in enumerate(texts)}
    print(f"{len(kept)} passages; pyvi {syllables / taken:,.0f} syllables/s of processor time")
    print(f"{'':44}{'first 3':>10}{'first 5':>10}")
    ways: list[tuple[str, bool, Callable[[str], Score]]] = [
        ("frequency, all words", False, lambda _: lambda _w, n, _at: n),
        ("frequency, compounds", True, lambda _: lambda _w, n, _at: n),
        ("frequency and place, compounds", True, lambda _: lambda _w, n, at: n / (1 + at / 50)),
        ("frequency x own rarity, all words", False, lambda _: lambda w, n, _at: n * own(w)),
        ("frequency x own rarity, compounds", True, lambda _: lambda w, n, _at: n * own(w)),
        ("frequency x own rarity and place, compounds", True, lambda _: lambda w, n, at: n * own(w) / (1 + at / 50)),
        ("frequency x the other half's, all words", False, lambda key: lambda w, n, _at: n * of_half[key](w)),
        ("frequency x the other half's, compounds", True, lambda key: lambda w, n, _at: n * of_half[key](w)),
    ]
    for name, compounds, score in ways:
        ranked = {key: chosen(words, score(key), compounds=compounds) for key, words in kept.items()}
        print(f"{name:44}{judged(ranked, asked, 3):10.3f}{judged(ranked, asked, 5):10.3f}")


if __name__ == "__main__":
    main()
