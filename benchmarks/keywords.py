"""Which words of a text say what it is about: ways to choose them, on a judged set.

    python -m benchmarks.keywords [FOLDER] [--others FOLDER]
    python -m benchmarks.keywords --count FOLDER > analyzers/word_rarity.txt

FOLDER holds corpus.jsonl, queries.jsonl and qrels.tsv (without one, the set that lies beside the checkout, if it does).
A good keyword of a passage is a word with which people ask for it and not for others: told is the share of the first
three and five keywords that stand, as a whole, in a question to which the passage is the answer, less the share of them
that stand in the questions to another passage (else "of" and "is" would be the best keywords of all).

Words are as pyvi divides a text, or the longest of pyvi's list (`analyzers.word_list`). The rarity of a word is told by
the set's own passages (as an archive's own documents would), or by the passages of --others, which a list that ships
can be made of. Whole words: as `analyzers.keywords` takes them, without what stands in office forms and with pairs.
--count counts the passages of a folder for that list.
"""

from __future__ import annotations

import argparse
import json
import math
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analyzers.keywords import counts_of, keywords, rarity
from analyzers.streams import syllables
from analyzers.word_list import Terms, divided, listed_words
from benchmarks.pyvi_words import pyvi_words

JUDGED = Path(__file__).parents[2] / "shared" / "retrieval" / "xquad_vi"
"""Where the judged set lies, relative to the checkout."""

Rarity = Callable[[Terms], float]
Cut = Callable[[str], list[Terms]]

_HEAD = """\
# In how many passages of the Vietnamese Wikipedia a word of pyvi's list stands; once is not told. Made by
#     python -m benchmarks.keywords --count FOLDER
# from the passages of Zalo's question answering of 2019, as they stand in the public repository
# namnv1113/Nanibot_ZaloAIChallenge2019_VietnameseWikiQA. First how many passages, then in so many of them these words.
"""


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def by_pyvi(text: str) -> list[Terms]:
    return [tuple(word.split("_")) for word in pyvi_words(text)]


def by_the_list(text: str) -> list[Terms]:
    return [word.terms for run in divided(text) for word in run]


def chosen(words: Sequence[Terms], worth: Rarity, *, compounds: bool) -> list[Terms]:
    """The best first: how often it stands there, times its rarity."""
    counts, first = Counter(words), {word: at for at, word in reversed(list(enumerate(words)))}
    kept = [word for word in counts if not "".join(word).isdigit() and (len(word) > 1 or not compounds)]
    return sorted(kept, key=lambda word: (-counts[word] * worth(word), first[word]))


def rarities(documents: Sequence[Sequence[Terms]]) -> Rarity:
    frequencies = Counter(word for words in documents for word in set(words))
    return lambda word: math.log(1 + (len(documents) + 1) / (frequencies[word] + 0.5))


def judged(ranked: Mapping[str, Sequence[Terms]], asked: Mapping[str, str], most: int) -> float:
    """`asked`: the syllables of all questions to a passage, parted by spaces."""
    keys = list(ranked)
    apart = len(keys) // 2
    shares = [
        sum(
            (f" {' '.join(word)} " in asked[key]) - (f" {' '.join(word)} " in asked[keys[at - apart]])
            for word in ranked[key][:most]
        )
        / most
        for at, key in enumerate(keys)
    ]
    return sum(shares) / len(shares)


def _questions(folder: Path) -> dict[str, str]:
    texts = {one["id"]: " ".join(syllables(one["text"])) for one in lines(folder / "queries.jsonl")}
    asked: dict[str, str] = defaultdict(str)
    for row in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, _ = row.split("\t")
        if query in texts:
            asked[document] += f" {texts[query]} |"
    return asked


def _count(folder: Path) -> None:
    passages = [one["text"] for one in lines(folder / "corpus.jsonl")]
    print(_HEAD, len(passages), sep="")
    rows: dict[int, list[str]] = defaultdict(list)
    for terms, times in counts_of(passages).items():
        rows[times].append(listed_words()[terms].replace(" ", "_"))
    for times in sorted(rows.keys() - {1}, reverse=True):
        for row in textwrap.wrap(" ".join(sorted(rows[times])), 110, break_long_words=False):
            print(times, row)


def _tell(
    name: str, ranked: Mapping[str, Sequence[Terms]], asked: Mapping[str, str], seconds: float, all_: int
) -> None:
    speed = f"{all_ / seconds:12,.0f}" if seconds else ""
    print(f"{name:52}{judged(ranked, asked, 3):9.3f}{judged(ranked, asked, 5):9.3f}{speed}", flush=True)


def _measure(folder: Path, others: Path | None) -> None:
    texts = {one["id"]: one["text"] for one in lines(folder / "corpus.jsonl")}
    asked = _questions(folder)
    kept = [key for key in texts if asked[key]]
    all_syllables = sum(len(syllables(text)) for text in texts.values())
    print(f"{len(kept)} passages{'':41}first 3  first 5  syllables/s of a core")
    ways: dict[str, Cut] = {"pyvi's division": by_pyvi, "longest of pyvi's list": by_the_list}
    for name, cut in ways.items():
        cut("lần đầu")  # loads it
        begun = time.process_time()
        words = {key: cut(text) for key, text in texts.items()}
        taken = time.process_time() - begun
        known: dict[str, Rarity] = {"frequency": lambda _: 1.0, "x own rarity": rarities(list(words.values()))}
        if others:
            known["x rarity in others"] = rarities([cut(one["text"]) for one in lines(others / "corpus.jsonl")])
        for by, worth in known.items():
            for compounds in (False, True):
                ranked = {key: chosen(words[key], worth, compounds=compounds) for key in kept}
                told = f"{name}, {by}{', compounds' if compounds else ''}"
                _tell(told, ranked, asked, 0 if compounds or by != "frequency" else taken, all_syllables)
    ranked = {key: chosen(words[key], rarity, compounds=False) for key in kept}
    _tell("longest of pyvi's list, x rarity of the list that ships", ranked, asked, 0, 0)
    begun = time.process_time()
    ours = {key: [tuple(syllables(word)) for word in keywords(text)] for key, text in texts.items()}
    taken = time.process_time() - begun
    _tell("whole words: analyzers.keywords", {key: ours[key] for key in kept}, asked, taken, all_syllables)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=JUDGED)
    parser.add_argument("--others", type=Path)
    parser.add_argument("--count", type=Path)
    chosen_ = parser.parse_args()
    if chosen_.count:
        _count(chosen_.count)
    elif not (chosen_.folder / "corpus.jsonl").is_file():
        raise SystemExit(f"{chosen_.folder}: no corpus.jsonl; name a folder with a judged set")
    else:
        _measure(chosen_.folder, chosen_.others)


if __name__ == "__main__":
    main()
