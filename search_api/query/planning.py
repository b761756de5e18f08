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
from search_api.query.clauses import begins, field_node, near, symbol
from search_api.query.composing import fixed, in_order
from search_api.query.loosening import fitting, mistyped, mistyped_pairs
from search_api.query.other_ways import LESS, name_nodes, named_terms, phrase_ways
from search_api.query.wishes import ParsedQuery, WantedDate, WantedIssueNumber, Words

CHANNEL = 0.5
"""Weight of each channel."""

SUBJECT = 0.3
"""Weight of the same terms in the subject, beside those of the text (which has the subject in it too)."""

# Above what the words of a usual question reach: the record that bears the number or the day stands before all that
# mention it. No greater than that needs, for a score has 24 bits at the most.
_IS_THE_ONE = 200.0
_IS_OF_THE_YEAR = 200.0
_MENTIONS_IT = 5.0
# Its own symbol or number was misread into what stands in the catalogue; or what was typed is a slip of this one's.
_WAS_MISREAD = 100.0
_IS_ALIKE = 50.0
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
    none = _nones(parsed)
    held = tuple(field_node(wish, _phrase_in) for wish in parsed.fields if wish.words is None)
    if not parsed.wants_something:
        must = (*held, *map(_either, parsed.either))
        return Plan(AllOf(must or (Everything(),), none=none) if none or must else Everything(), None, ranked=False)
    must = _wanted(parsed)
    should = tuple(_raising(parsed))
    strict = AllOf((*must, *held), should, none)
    meant = mistyped(parsed.words)
    if len(must) < 2 and not meant and not _can_be_loosened(parsed):
        return Plan(strict, None, ranked=True)
    # What stands in a field with values is meant so: it is never loosened.
    any_of = AnyOf((*must, *_loosened(parsed), *meant))
    loose = AllOf((any_of, *held), (*should, *mistyped_pairs(parsed.words), *fitting(must)), none)
    return Plan(strict, loose, ranked=True, words=parsed.words)


def _can_be_loosened(parsed: ParsedQuery) -> bool:
    """Whether even one of its wishes is made of words that may be looked for one by one."""
    exact = any(number.exact for number in parsed.issue_numbers)
    return bool(parsed.phrases or exact or parsed.nears or parsed.text_fields)


def _wanted(parsed: ParsedQuery) -> tuple[Node, ...]:
    """All that must fit, but for the fields with values."""
    must = (*_musts(parsed), *map(_phrase, parsed.phrases), *map(_issue_number, parsed.issue_numbers))
    must += (*map(_date, parsed.dates), *map(symbol, parsed.symbols), *map(begins, parsed.prefixes))
    must += tuple(near(one, _phrase_in) for one in parsed.nears)
    must += tuple(field_node(wish, _phrase_in) for wish in parsed.text_fields)
    return (*must, *map(_either, parsed.either))


def _either(alternatives: tuple[ParsedQuery, ...]) -> Node:
    return AnyOf(tuple(plan(one).strict for one in alternatives))


def _nones(parsed: ParsedQuery) -> tuple[Node, ...]:
    fields = (field_node(wish, _phrase_in) for wish in parsed.excluded_fields)
    return (*map(_excluded, parsed.excluded), *map(begins, parsed.excluded_prefixes), *fields)


def _musts(parsed: ParsedQuery) -> tuple[Node, ...]:
    """Each word once, in the folded text; a name with other names as any of them."""
    terms: dict[str, None] = {}
    for words in parsed.words:
        named = named_terms(words)
        terms |= dict.fromkeys(term for at, term in enumerate(words.folded) if at not in named)
    plain = (Boosted(Term("text_folded", term), CHANNEL) for term in terms)
    return (*plain, *(node for words in parsed.words for node in name_nodes(words, "text_folded", CHANNEL)))


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
    folded = _phrase_in("text_folded", words)
    if not words.has_diacritics:
        return folded
    return AllOf((folded,), (in_order("text_syllables", words.syllables),))


def _phrase_in(field: str, words: Words) -> Node:
    """The folded words one after another, or so with another name of the same thing."""
    typed = in_order(field, words.folded)
    ways = tuple(Boosted(in_order(field, way), LESS) for way in phrase_ways(words))
    return AnyOf((typed, *ways)) if ways else typed


def _excluded(words: Words) -> Node:
    """What was excluded with diacritics means just that syllable: -bán leaves bạn in."""
    if words.has_diacritics:
        return in_order("text_syllables", words.syllables)
    return in_order("text_folded", words.folded)


def _issue_number(wanted: WantedIssueNumber) -> Node:
    """The record with this number first, then those that name it (its words in a row) or that have its symbol and a
    number that is not known for sure, then those with its words.
    """
    nodes: list[Node] = [fixed(Term("issue_keys", wanted.key), _IS_THE_ONE)]
    if wanted.key_with_year:
        nodes.append(fixed(Term("issue_keys", wanted.key_with_year), _IS_OF_THE_YEAR))
    spellings = number_spellings(wanted.words.folded)
    nodes += [Boosted(in_order("text_folded", spelling), _MENTIONS_IT) for spelling in spellings]
    if not wanted.exact:
        nodes.append(fixed(Term("issue_keys", f"~{wanted.key}"), _WAS_MISREAD))
        if wanted.alike:
            nodes.append(fixed(AnyOf(tuple(Term("issue_keys", key) for key in wanted.alike)), _IS_ALIKE))
        nodes.append(fixed(Term("issue_keys", open_issue_key(wanted.symbol)), _MAY_BE_THE_ONE))
        nodes += [AllOf(tuple(Term("text_folded", term) for term in spelling)) for spelling in spellings]
    return AnyOf(tuple(nodes))


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
    return AnyOf((fixed(Range("issued_on", day, day), _IS_THE_ONE), *named))


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
    terms += [term for one in parsed.nears for term in (*one.first.folded, *one.second.folded)]
    terms += [term for wish in parsed.text_fields if wish.words for term in wish.words.folded]
    return tuple(Boosted(Term("text_folded", term), CHANNEL) for term in dict.fromkeys(terms))


def filter_of(field: str, values: Iterable[str]) -> Node:
    """Records with any of these values in an exact field; none where no value is known."""
    terms = tuple(Term(field, value) for value in dict.fromkeys(values))
    return Unscored(AnyOf(terms)) if terms else Unscored(Nothing())
