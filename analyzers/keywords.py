"""What a text is about, in up to five words of its own: those that it often has and other texts seldom.

How often others have them is told by a list that ships (`word_rarity.txt`, counted in passages of Wikipedia) and by the
words of office forms, which say nothing (`office_words.txt`). The archive's own counts do hardly better
(`benchmarks/keywords.py`), and would tell something of records that not everybody may see.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

from analyzers.tokens import syllable_tokens
from analyzers.word_list import DividedWord, Terms, divided, listed_words

MOST_KEYWORDS = 5
_OF_A_TITLE = 3  # times that a word of the title counts
_LEAST_SINGLE = 3  # times that a word of one syllable must stand there: it is part of a longer one too often
_LEAST_NAME = 2
_LEAST_PAIR = 3
_LONGEST = 60
_COMMENT = re.compile(r"#.*")


def keywords(text: str, title: str = "", most: int = MOST_KEYWORDS) -> tuple[str, ...]:
    """Up to `most` words or names of a text, the most telling first. Words of the title are in the text as well.

    Whole words only: one of two syllables and more of pyvi's list, a name that stands there twice, or a single
    syllable of the list that stands there three times. Two such that stand side by side three times, and mostly, are
    one. Small letters, but where every one begins with a capital.
    """
    runs = [*divided(text)]
    pairs = _usual_pairs(runs)
    found = _counted((_joined(runs, pairs), 1), (_joined(divided(title), pairs), _OF_A_TITLE - 1))
    worth = {one.terms: one.times * rarity(one.terms) for one in found if _may_be(one)}
    spelled = {one.terms: one.spelling for one in found}
    # The sort is stable: of equals, what stands first comes first.
    best = _not_twice(sorted(worth, key=lambda terms: -worth[terms]))
    return tuple(spelled[terms] for terms in islice(best, most))


def _not_twice(best: Iterable[Terms]) -> Iterator[Terms]:
    """Without syllables that a better word has in it."""
    told: set[str] = set()
    for terms in best:
        if len(terms) > 1 or terms[0] not in told:
            told.update(terms)
            yield terms


def rarity(terms: Terms) -> float:
    """How much it says that a text has this word, by the list that ships: 0.7 and more."""
    documents, counts = _counts()
    return math.log(1 + (documents + 1) / (counts.get(terms, 1) + 0.5))


@dataclass(slots=True)
class _Found:
    """A word of the text: how often it stands there, and how often with capitals alone."""

    terms: Terms
    is_name: bool
    times: int = 0
    capitalised: int = 0
    seen: int = 0
    written: str = ""

    @property
    def spelling(self) -> str:
        """As the list spells it; with capitals if it always has them."""
        if self.is_name:
            return self.written
        listed = listed_words().get(self.terms) or " ".join(listed_words().get((one,), one) for one in self.terms)
        is_proper = len(self.terms) > 1 and self.capitalised == self.seen > 0
        return " ".join(map(str.capitalize, listed.split())) if is_proper else listed


def _counted(*texts: tuple[Iterable[DividedWord], int]) -> list[_Found]:
    found: dict[Terms, _Found] = {}
    for words, weight in texts:
        for word in words:
            one = found.setdefault(word.terms, _Found(word.terms, word.is_name, written=word.text))
            one.times += weight
            _see(one, word)
    return list(found.values())


def _usual_pairs(runs: Sequence[Sequence[DividedWord]]) -> frozenset[Terms]:
    """Neighbouring syllables that are a word together in this text, though the list has it not: hộ nghèo."""
    singles = Counter(word.terms for run in runs for word in run)
    pairs = Counter(pair.terms for run in runs for pair in map(_pair, run, run[1:]) if pair)
    return frozenset(
        pair
        for pair, times in pairs.items()
        if times >= _LEAST_PAIR and 2 * times >= min(singles[pair[:1]], singles[pair[1:]])
    )


def _pair(one: DividedWord, other: DividedWord) -> DividedWord | None:
    """Both as one word, if both are syllables of the list that say something."""
    if not all(len(word.terms) == 1 and _may_stand_alone(word.terms) for word in (one, other)):
        return None
    return DividedWord(one.terms + other.terms, f"{one.text} {other.text}")


def _may_stand_alone(terms: Terms) -> bool:
    return terms in listed_words() and terms not in _office_words() and len(terms[0]) > 1


def _joined(runs: Iterable[Sequence[DividedWord]], pairs: frozenset[Terms]) -> Iterator[DividedWord]:
    for run in runs:
        words = iter([*zip(run, [*run[1:], None], strict=True)])
        for word, follower in words:
            if follower and word.terms + follower.terms in pairs and (pair := _pair(word, follower)):
                next(words)
                yield pair
            else:
                yield word


def _see(one: _Found, word: DividedWord) -> None:
    # Headings are in capitals throughout and tell nothing of names.
    if not word.text.isupper():
        one.seen += 1
        one.capitalised += word.text.istitle()


def _may_be(one: _Found) -> bool:
    if one.terms in _office_words() or len(" ".join(one.terms)) > _LONGEST:
        return False
    if one.is_name:
        return one.times >= _LEAST_NAME
    if len(one.terms) > 1:
        return True
    return one.times >= _LEAST_SINGLE and _may_stand_alone(one.terms)


@cache
def _counts() -> tuple[int, Mapping[Terms, int]]:
    """How many passages were counted, and how many of them have a word; once only is not told."""
    documents, *rows = _lines("word_rarity.txt")
    counts: dict[Terms, int] = {}
    for row in rows:
        count, *words = row.split()
        counts |= {terms_of_word(word): int(count) for word in words}
    return int(documents), counts


@cache
def _office_words() -> frozenset[Terms]:
    return frozenset(terms_of_word(word.strip()) for row in _lines("office_words.txt") for word in row.split(","))


def terms_of_word(word: str) -> Terms:
    """The syllables of one word, its parts joined by underscores or spaces."""
    return tuple(token.text for token in syllable_tokens(word))


def _lines(name: str) -> Sequence[str]:
    text = files("analyzers").joinpath(name).read_text("utf-8")
    stripped = (_COMMENT.sub("", row).strip() for row in text.splitlines())
    return [row for row in stripped if row]


def counts_of(texts: Iterable[str]) -> Counter[Terms]:
    """In how many of these texts each word of the list stands: what `word_rarity.txt` is made of."""
    counts: Counter[Terms] = Counter()
    for text in texts:
        counts.update({word.terms for run in divided(text) for word in run} & listed_words().keys())
    return counts
