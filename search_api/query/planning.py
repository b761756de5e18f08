"""What a question wants as a query for engines: which terms must occur, and which only raise the rank.

The channels and their weights were measured on three judged sets (docs/decisions): half each of syllables,
folded syllables and folded bigrams; the syllables are left out of a question typed without diacritics. That a word
must occur is asked of the folded stream alone, so that a record whose diacritics were misread is found as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

from analyzers.issue_numbers import open_issue_key
from analyzers.streams import bigrams_of
from mappings.index_document import days_since_1970
from search_api.engines.nodes import AllOf, AnyOf, Boosted, Everything, Node, Nothing, Phrase, Range, Term, Unscored
from search_api.query.loosening import fitting, mistyped, mistyped_pairs
from search_api.query.parsing import ParsedQuery, WantedDate, WantedIssueNumber, Words

CHANNEL = 0.5
"""Weight of each channel."""

SUBJECT = 0.3
"""Weight of the same terms in the subject, beside those of the text (which has the subject in it too)."""

# Above what the words of a usual question reach: the record that bears the number or the day stands before all that
# mention it. No greater than that needs, for a score has 24 bits at the most.
_IS_THE_ONE = 200.0
_IS_OF_THE_YEAR = 200.0
_MENTIONS_IT = 5.0
# A record with this symbol and a number not known for sure may well be the one: numbers are mostly written by hand.
_MAY_BE_THE_ONE = 20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`strict`: all that was asked. `loose`: any of it, what fits all or nearly all raised; None where that is no
    different. `words`: the runs of words that it was made of.
    """

    strict: Node
    loose: Node | None
    ranked: bool
    words: tuple[Words, ...] = ()


def plan(parsed: ParsedQuery) -> Plan:
    """The queries for a parsed question."""
    none = tuple(_excluded(words) for words in parsed.excluded)
    if not parsed.wants_something:
        return Plan(AllOf((Everything(),), none=none) if none else Everything(), None, ranked=False)
    must = (*_musts(parsed), *map(_phrase, parsed.phrases), *map(_issue_number, parsed.issue_numbers))
    must += tuple(map(_date, parsed.dates))
    should = tuple(_raising(parsed))
    strict = AllOf(must, should, none)
    if (
        len(must) < 2
        and not mistyped(parsed.words)
        and not parsed.phrases
        and not any(number.exact for number in parsed.issue_numbers)
    ):
        return Plan(strict, None, ranked=True)
    any_of = AnyOf((*must, *_loosened(parsed), *mistyped(parsed.words)))
    loose = AllOf((any_of,), (*should, *mistyped_pairs(parsed.words), *fitting(must)), none)
    return Plan(strict, loose, ranked=True, words=parsed.words)


def _musts(parsed: ParsedQuery) -> tuple[Node, ...]:
    """Each word once, in the folded text."""
    terms = dict.fromkeys(term for words in parsed.words for term in words.folded)
    return tuple(Boosted(Term("text_folded", term), CHANNEL) for term in terms)


def _raising(parsed: ParsedQuery) -> Iterable[Node]:
    """What only raises the rank: the other channels, and the subject."""
    runs = (*parsed.words, *parsed.phrases)
    spelled = parsed.has_diacritics
    for prefix, weight in (("text", CHANNEL), ("subject", CHANNEL * SUBJECT)):
        if spelled:
            yield from _terms(f"{prefix}_syllables", (term for run in runs for term in run.syllables), weight)
        if prefix == "subject":
            yield from _terms("subject_folded", (term for run in runs for term in run.folded), weight)
        yield from _terms(f"{prefix}_bigrams", (pair for run in runs for pair in bigrams_of(run.folded)), weight)


def _terms(field: str, terms: Iterable[str], weight: float) -> tuple[Node, ...]:
    return tuple(Boosted(Term(field, term), weight) for term in dict.fromkeys(terms))


def _phrase(words: Words) -> Node:
    """A quoted phrase: the folded words one after another; spelled the same they count double."""
    folded = _in_order("text_folded", words.folded)
    if not words.has_diacritics:
        return folded
    return AllOf((folded,), (_in_order("text_syllables", words.syllables),))


def _in_order(field: str, terms: tuple[str, ...]) -> Node:
    return Term(field, terms[0]) if len(terms) == 1 else Phrase(field, terms)


def _excluded(words: Words) -> Node:
    """What was excluded with diacritics means just that syllable: -bán leaves bạn in."""
    if words.has_diacritics:
        return _in_order("text_syllables", words.syllables)
    return _in_order("text_folded", words.folded)


def _issue_number(wanted: WantedIssueNumber) -> Node:
    """The record with this number first, then those that name it (its words in a row) or that have its symbol and a
    number that is not known for sure, then those with its words.
    """
    nodes: list[Node] = [_fixed(Term("issue_keys", wanted.key), _IS_THE_ONE)]
    if wanted.key_with_year:
        nodes.append(_fixed(Term("issue_keys", wanted.key_with_year), _IS_OF_THE_YEAR))
    spellings = number_spellings(wanted.words.folded)
    nodes += [Boosted(_in_order("text_folded", spelling), _MENTIONS_IT) for spelling in spellings]
    if not wanted.exact:
        nodes.append(_fixed(Term("issue_keys", open_issue_key(wanted.symbol)), _MAY_BE_THE_ONE))
        nodes += [AllOf(tuple(Term("text_folded", term) for term in spelling)) for spelling in spellings]
    return AnyOf(tuple(nodes))


def _fixed(node: Node, score: float) -> Node:
    """Exactly this score: Everything scores 1 in every engine, a term that engine's idf."""
    return AllOf((Unscored(node),), (Boosted(Everything(), score),))


def number_spellings(terms: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The ways in which a text has an issue number, as folded terms.

    NĐ 30/2020 writes numbers below 10 with a leading 0; people leave it out.
    """
    if not terms:
        return ()
    return tuple((number, *terms[1:]) for number in _with_and_without_zero(terms[0]))


def _with_and_without_zero(number: str) -> tuple[str, ...]:
    plain = number.lstrip("0") or number
    return tuple(dict.fromkeys((number, plain, f"0{plain}" if len(plain) == 1 else plain)))


def _date(wanted: WantedDate) -> Node:
    """The records issued on this day first, then those that name it: 5/3/2018, 05/03/2018, ngày 05 tháng 3 năm 2018."""
    day = days_since_1970(wanted.day)
    named = tuple(Phrase("text_folded", terms) for terms in date_spellings(wanted.day))
    return AnyOf((_fixed(Range("issued_on", day, day), _IS_THE_ONE), *named))


def date_spellings(day: date) -> tuple[tuple[str, ...], ...]:
    """The ways in which a text has a day, as folded terms."""
    year = f"{day.year:04d}"
    both = tuple(product(_with_and_without_zero(str(day.day)), _with_and_without_zero(str(day.month))))
    in_figures = tuple((in_month, month, year) for in_month, month in both)
    return in_figures + tuple((in_month, "thang", month, "nam", year) for in_month, month in both)


def _loosened(parsed: ParsedQuery) -> tuple[Node, ...]:
    """The words of phrases and of quoted issue numbers one by one."""
    terms = [term for words in parsed.phrases for term in words.folded]
    terms += [term for number in parsed.issue_numbers if number.exact for term in number.words.folded]
    return tuple(Boosted(Term("text_folded", term), CHANNEL) for term in dict.fromkeys(terms))


def filter_of(field: str, values: Iterable[str]) -> Node:
    """Records with any of these values in an exact field; none where no value is known."""
    terms = tuple(Term(field, value) for value in dict.fromkeys(values))
    return Unscored(AnyOf(terms)) if terms else Unscored(Nothing())
