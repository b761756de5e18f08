"""Completions of what is being typed, in the archive's own words and spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from analyzers.streams import Analysis, analyse
from analyzers.word_list import word_ends
from archive.catalogue import Catalogue
from mappings.record import RecordView
from mappings.vocabulary import kinds
from search_api.access import Viewer, access_node, views_seen
from search_api.engines.nodes import AllOf, AnyOf, Node, Prefix, Term, Unscored
from search_api.engines.protocol import FacetCount, SearchEngine, SearchRequest

MOST_SUGGESTIONS = 20
LONGEST_TYPED = 200

_LOOKED_AT = 100
# Syllables that a completion out of a subject goes on for, after the one being typed.
_SYLLABLES_ON = 4
_STREAMS = ("subject_folded", "issuer_folded", "signer_folded")
_NAMES = ("issuer", "signer", "keywords")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


class Suggester:
    """Suggests completions. Safe over threads."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine) -> None:
        self._catalogue = catalogue
        self._engine = engine

    def suggest(self, untrusted_q: str, viewer: Viewer, limit: int = 8) -> tuple[str, ...]:
        """Up to `limit` completions, the most frequent first, out of records that this viewer may see.

        Typed with or without diacritics; given back as the archive spells it. EngineUnavailable.
        """
        text = untrusted_q[:LONGEST_TYPED].encode("utf-8", "ignore").decode()
        typed = analyse(text)
        if not typed.folded:
            return ()
        with self._catalogue.reading() as unit:
            access = access_node(viewer, unit.bin.leaving(viewer.tokens))
        results = self._engine.search(_request(typed, access))
        views = self._views([hit.id for hit in results.hits], viewer)
        names: Counter[str] = Counter()
        for facets in (*results.facets.values(), *self._kinds(typed, access)):
            names.update({one.value: one.count for one in facets})
        found = [*_issue_numbers(typed, views), *_completions(text, typed, names, views)]
        return tuple(dict.fromkeys(found))[: max(1, min(limit, MOST_SUGGESTIONS))]

    def _views(self, record_ids: Sequence[str], viewer: Viewer) -> list[RecordView]:
        with self._catalogue.reading() as unit:
            views = views_seen(unit, record_ids, viewer, boxes=False)
        return [views[record_id] for record_id in record_ids if record_id in views]

    def _kinds(self, typed: Analysis, access: Node) -> Iterable[tuple[FacetCount, ...]]:
        """Kinds of the archive that begin so; they stand in no stream of their own."""
        names = [kind.name for kind in kinds() if _begins_with(analyse(kind.name), typed)]
        if not names:
            return ()
        query = AnyOf(tuple(Term("kind", name) for name in names))
        results = self._engine.search(_filter_request(query, access, ("kind",), limit=1))
        return tuple(results.facets.values())


def _request(typed: Analysis, access: Node) -> SearchRequest:
    *whole, last = typed.folded
    nodes: list[Node] = [AllOf((*(Term(stream, term) for term in whole), Prefix(stream, last))) for stream in _STREAMS]
    nodes.append(Prefix("issue_keys", _key(typed)))
    return _filter_request(AnyOf(tuple(nodes)), access, _NAMES, limit=_LOOKED_AT)


def _filter_request(query: Node, access: Node, facets: tuple[str, ...], limit: int) -> SearchRequest:
    # Unscored: the latest of many, without the cost of ranking them.
    return SearchRequest(Unscored(query), access, limit=limit, facets=facets, facet_size=_LOOKED_AT)


def _key(typed: Analysis) -> str:
    """What is typed of an issue number, as its key begins: 05/QĐ as 5qd."""
    words = [word for word in typed.folded if word not in ("so", "ki", "hieu")]
    return "".join(words).lstrip("0")


def _issue_numbers(typed: Analysis, views: Iterable[RecordView]) -> list[str]:
    key = _key(typed)
    if not key or not key[0].isdigit():
        return []
    found = (view.issue_number for view in views)
    return [number for number in found if number and "".join(analyse(number).folded).lstrip("0").startswith(key)]


def _completions(text: str, typed: Analysis, names: Counter[str], views: Sequence[RecordView]) -> list[str]:
    """Whole names and pieces of subjects that go on as typed; if none do, then as the last words of it."""
    for at in range(len(typed)):
        last = Analysis(typed.syllables[at:], typed.folded[at:], typed.spans[at:])
        candidates = _Candidates()
        for name, count in names.items():
            candidates.add_name(name, last, count)
        for view in views:
            candidates.add_pieces(view.value("subject") or "", last)
        if found := candidates.best():
            return [text[: typed.spans[at][0]] + completion for completion in found]
    return []


class _Candidates:
    """Completions by their syllables, each with how often it occurs and how it is spelled."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._spellings: dict[tuple[str, ...], Counter[str]] = {}
        self._names: set[tuple[str, ...]] = set()
        self._shorter: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add_name(self, name: str, typed: Analysis, count: int) -> None:
        """A name is suggested whole, wherever in it the typed words stand."""
        analysis = analyse(name)
        if any(True for _ in _places(analysis, typed)):
            self._add(analysis.syllables, name, count)
            self._names.add(analysis.syllables)

    def add_pieces(self, subject: str, typed: Analysis) -> None:
        """The pieces of a subject that begin as typed, up to a few syllables on, within one clause, in whole words."""
        analysis = analyse(subject)
        ends: frozenset[int] | None = None
        for at in _places(analysis, typed):
            start, shorter = analysis.spans[at][0], analysis.syllables[at:at]
            for last in range(at + len(typed) - 1, min(len(analysis), at + len(typed) + _SYLLABLES_ON)):
                between = subject[analysis.spans[last - 1][1] : analysis.spans[last][0]] if last > at else ""
                if between.strip():
                    break
                ends = word_ends(analysis.syllables) if ends is None else ends
                if last not in ends:
                    continue
                piece = analysis.syllables[at : last + 1]
                self._add(piece, subject[start : analysis.spans[last][1]], 1)
                self._shorter[piece], shorter = shorter, piece

    def best(self) -> list[str]:
        """Most frequent first. A piece that always goes on in one way is left out for what it goes on to."""
        longest_on: dict[tuple[str, ...], int] = {}
        for terms, count in self._counts.items():
            shorter = self._shorter.get(terms, terms[:-1])
            longest_on[shorter] = max(count, longest_on.get(shorter, 0))
        kept = [
            terms for terms, count in self._counts.items() if terms in self._names or longest_on.get(terms) != count
        ]
        kept.sort(key=lambda terms: (-self._counts[terms], len(terms), terms))
        return [self._spellings[terms].most_common(1)[0][0] for terms in kept]

    def _add(self, terms: tuple[str, ...], spelling: str, count: int) -> None:
        self._counts[terms] += count
        self._spellings.setdefault(terms, Counter())[" ".join(spelling.split())] += count


def _places(analysis: Analysis, typed: Analysis) -> Iterator[int]:
    """Where the typed words stand in a text, the last of them as the beginning of a word."""
    for at in range(len(analysis) - len(typed) + 1):
        if _stands_at(analysis, typed, at):
            yield at


def _begins_with(analysis: Analysis, typed: Analysis) -> bool:
    return len(analysis) >= len(typed) and _stands_at(analysis, typed, 0)


def _stands_at(analysis: Analysis, typed: Analysis, at: int) -> bool:
    last = len(typed) - 1
    if not analysis.folded[at + last].startswith(typed.folded[last]):
        return False
    if analysis.folded[at : at + last] != typed.folded[:last]:
        return False
    return all(
        _spelled_alike(analysis.syllables[at + number], typed.syllables[number], typed.folded[number])
        for number in range(last + 1)
    )


def _spelled_alike(held: str, typed: str, typed_folded: str) -> bool:
    """Whether a typed syllable may become the held one; without marks it may become any."""
    if typed == typed_folded:
        return True
    bare = typed.rstrip(_TONES)
    # What is typed so far of "ế" may be ê: marks still to come are no difference.
    return held.startswith(bare) and typed[len(bare) :] in held
