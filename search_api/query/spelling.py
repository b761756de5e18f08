"""“Did you mean”: another spelling of a question that finds little or nothing, out of the archive's own words.

No list of words is kept. An engine finds records with terms that one slip parts from a typed one, under the asker's
own access filter; the spelling is read from the texts of those records, and offered only if the whole question, so
spelled, finds more, under the same filter again. So nothing is told of a record that the asker may not see, both
engines offer the same, and memory is that of a few texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from analyzers.streams import Analysis, analyse
from search_api.engines.nodes import AllOf, AnyOf, Fuzzy, Node, Phrase, Term, Unscored
from search_api.query.slips import letters_of, one_slip_apart, typed_for
from search_api.query.wishes import DidYouMean, ParsedQuery

FEW = 2
"""A question with so many hits at the most is looked at again, and a word in so many records may be a slip."""

_MOST_WORDS, _MOST_DOUBTED, _LOOKED_AT, _LONGEST_TEXT = 8, 3, 5, 40_000
_BY_THE_NEIGHBOUR = 10
_WORTH = 3
_LONG_ENOUGH = 3
"""Letters of a word that is known: one slip parts nearly any shorter ones."""


class Finding(Protocol):
    """What is asked of the archive, all under the asker's own access filter. Errors: EngineUnavailable."""

    def count(self, node: Node) -> int:
        """How many records fit, or more than FEW."""

    def texts(self, node: Node, most: int) -> Sequence[str]:
        """The texts of a few records that fit."""

    def total(self, q: str) -> int:
        """How many records a whole question finds, under its filters."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word of the question: its place in it as given, its terms, and its neighbours."""

    start: int
    end: int
    syllable: str
    folded: str
    before: str
    after: str


def did_you_mean(q: str, parsed: ParsedQuery, total: int, finding: Finding) -> DidYouMean | None:
    """A better spelling of a question that found `total` records; None where there is none."""
    words = _words(q, parsed)[:_MOST_WORDS]
    if total > FEW or not words:
        return None
    counts = {word: finding.count(Term("text_folded", word.folded)) for word in words}
    unknown = [word for word in words if not counts[word]]
    if unknown:
        tries = [unknown[:_MOST_DOUBTED]]
    else:
        # Each word is known, if only as a slip of OCR: then one of the rare ones may be a slip.
        doubted = (word for word in words if counts[word] <= FEW and len(word.folded) >= _LONG_ENOUGH)
        rare = sorted(doubted, key=lambda word: counts[word])
        tries = [[word] for word in rare[:_MOST_DOUBTED]]
    found = (_tried(q, parsed, words, doubted, finding) for doubted in tries)
    better = [one for one in found if one is not None and one.total > _WORTH * total]
    return max(better, key=lambda one: one.total, default=None)


def _tried(
    q: str, parsed: ParsedQuery, words: Sequence[_Typed], doubted: Sequence[_Typed], finding: Finding
) -> DidYouMean | None:
    """The question with these words as the archive spells them."""
    sure = [word for word in words if word not in doubted]
    better: dict[_Typed, str] = {}
    for word in doubted:
        spelling, texts = _spelling(word, [one.folded for one in sure], finding)
        if spelling:
            better[word] = spelling
            if parsed.has_diacritics:
                better = {one: told for one in sure if (told := _diacritics(one, texts))} | better
    if not better:
        return None
    if not parsed.has_diacritics:
        better = {word: " ".join(analyse(spelling).folded) for word, spelling in better.items()}
    respelled = _respelled(q, better)
    return DidYouMean(respelled, finding.total(respelled))


def _diacritics(word: _Typed, texts: Sequence[str]) -> str:
    """How the texts spell a word whose letters they have, but never with these marks; "" where they agree with it."""
    spellings: Counter[str] = Counter()
    for text in texts:
        analysis = analyse(text[:_LONGEST_TEXT])
        if word.syllable in analysis.syllable_places:
            return ""
        places = analysis.folded_places.get(word.folded, ())
        spellings.update(letters_of(text[slice(*analysis.spans[at])]) for at in places)
    return min(spellings, key=lambda one: (-spellings[one], one), default="")


def _words(q: str, parsed: ParsedQuery) -> list[_Typed]:
    """The words of the question that are looked for as such, each once, where they stand in it."""
    wanted = {term for run in (*parsed.words, *parsed.phrases) for term in run.folded}
    analysis = analyse(q)
    found: dict[str, _Typed] = {}
    for at, folded in enumerate(analysis.folded):
        if folded in wanted and not folded.isdigit() and len(folded) > 1 and folded not in found:
            before = analysis.folded[at - 1] if at else ""
            after = analysis.folded[at + 1] if at + 1 < len(analysis) else ""
            found[folded] = _Typed(*analysis.spans[at], analysis.syllables[at], folded, before, after)
    return list(found.values())


def _spelling(word: _Typed, sure: Sequence[str], finding: Finding) -> tuple[str, Sequence[str]]:
    """How the archive spells what this word may have been meant for, and in which texts: beside the sure words, or
    else anywhere.
    """
    alike = _alike(word)
    for beside in (sure, ()) if sure else ((),):
        node = AllOf((Unscored(alike), *(Unscored(Term("text_folded", term)) for term in beside)))
        texts = finding.texts(node, _LOOKED_AT)
        if spelling := _best(word, texts):
            return spelling, texts
    return "", ()


def _alike(word: _Typed) -> Node:
    """Whatever one slip parts from the word: a letter, a space left out, or keys struck with the input method off."""
    text = word.folded
    apart = (Phrase("text_folded", (text[:at], text[at:])) for at in range(1, len(text)))
    typed = (Term("text_folded", one) for one in typed_for(text))
    joined = (Term("text_folded", text + word.after),) if word.after.isalpha() else ()
    return AnyOf((Fuzzy("text_folded", text), *apart, *typed, *joined))


def _best(word: _Typed, texts: Iterable[str]) -> str:
    """The spelling that occurs most, those beside the same neighbours before all others."""
    choice = _Choice(word, frozenset(typed_for(word.folded)))
    for text in texts:
        choice.look_at(text[:_LONGEST_TEXT])
    return choice.best()


@dataclass(slots=True)
class _Choice:
    word: _Typed
    typed: frozenset[str]
    counts: Counter[tuple[str, ...]] = field(default_factory=Counter)
    spellings: dict[tuple[str, ...], Counter[str]] = field(default_factory=dict)

    def look_at(self, text: str) -> None:
        analysis = analyse(text)
        for term, places in analysis.folded_places.items():
            if term != self.word.folded and (term in self.typed or one_slip_apart(term, self.word.folded)):
                for at in places:
                    self._add(text, analysis, at, 1)
        for at in range(1, len(self.word.folded)):
            left, right = self.word.folded[:at], self.word.folded[at:]
            for place in analysis.folded_places.get(left, ()):
                if analysis.folded[place + 1 : place + 2] == (right,):
                    self._add(text, analysis, place, 2)

    def _add(self, text: str, analysis: Analysis, at: int, terms: int) -> None:
        end = at + terms
        key = analysis.folded[at:end]
        beside = (at > 0 and analysis.folded[at - 1] == self.word.before) + (
            end < len(analysis) and analysis.folded[end] == self.word.after
        )
        surely = terms > 1 or key[0] in self.typed
        self.counts[key] += 1 + _BY_THE_NEIGHBOUR * (beside + surely)
        spelled = re.sub(r"\s+", " ", text[analysis.spans[at][0] : analysis.spans[end - 1][1]])
        self.spellings.setdefault(key, Counter())[letters_of(spelled)] += 1

    def best(self) -> str:
        if not self.counts:
            return ""
        key = min(self.counts, key=lambda one: (-self.counts[one], one))
        return min(self.spellings[key].items(), key=lambda one: (-one[1], one[0]))[0]


def _respelled(q: str, better: dict[_Typed, str]) -> str:
    """The question with these words respelled wherever they stand."""
    told = {word.folded: spelling for word, spelling in better.items()}
    analysis = analyse(q)
    for folded, (start, end) in reversed(list(zip(analysis.folded, analysis.spans, strict=True))):
        if folded in told:
            q = q[:start] + told[folded] + q[end:]
    return q
