"""More like this: the records that share the words which tell most of one record.

The words are chosen by BM25's own measure, how often the record has them against how many records do, and asked as one
question in which each counts for just that, through the filter of rights like any other. How many records hold a word
is counted among those that the asker may see, and the engine's own scores, which know all records, have no part in it:
what is told as alike, and how much, is the same whatever else lies in the archive.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzers.streams import Analysis, analyse
from archive.attaching import attachments_of, mails_of
from archive.catalogue import Catalogue
from archive.dividing import division_of
from archive.unit_of_work import UnitOfWork
from mappings.record import PageState, RecordView
from search_api.access import Viewer, access_node, views_seen
from search_api.engines.nodes import AllOf, AnyOf, Boosted, Everything, Node, Term, Unscored
from search_api.engines.protocol import SearchEngine, SearchRequest
from search_api.query.finding import seen_by

MOST_ALIKE = 20
"""Records that are told at the most."""

_MOST_CHARACTERS = 40_000  # some thirty pages: what a record is about stands at its beginning
_CANDIDATES = 150
_MOST_KIN = 200
_TERMS = 25
_PAIRS = 25
# Of the subject each word counts as if it stood so often more in the text.
_IN_SUBJECT = 4
_K1, _B, _USUAL_LENGTH = 1.2, 0.75, 250
# A record that shares next to nothing is not like this one: it must reach this share of what the record itself would.
_LEAST_SHARE = 0.12


_Telling = tuple[str, str, int]
"""Field, term, weight."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A record like another. `share`: of the other's telling words, each by its weight, 0 to 1."""

    view: RecordView
    share: float


class LikenessService:
    """Finds records like one. Safe over threads."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine) -> None:
        self._catalogue = catalogue
        self._engine = engine

    def alike(self, view: RecordView, viewer: Viewer, limit: int = 5) -> tuple[Alike, ...]:
        """The most alike first, of those that this viewer may see. `view` with its pages.

        Left out are the record itself, its own parts and attachments, and what it is an attachment of: they are told
        of elsewhere, and alike by nature. Errors: EngineUnavailable.
        """
        with self._catalogue.reading() as unit:
            access = access_node(viewer, unit.bin.leaving(viewer.tokens))
            kin = _kin(unit, view.record.id)
        telling, most = self._telling(view, access)
        if not telling:
            return ()
        limit = max(1, min(limit, MOST_ALIKE))
        question = AnyOf(tuple(map(_counting, telling)))
        none = tuple(Term("id", one) for one in kin)
        hits = self._engine.search(SearchRequest(AllOf((question,), none=none), access, limit=limit)).hits
        with self._catalogue.reading() as unit:
            views = views_seen(unit, [hit.id for hit in hits], viewer)
        shares = {hit.id: hit.position.score / most for hit in hits}
        return tuple(
            Alike(views[hit.id], round(min(1.0, shares[hit.id]), 3))
            for hit in hits
            if hit.id in views and shares[hit.id] >= _LEAST_SHARE
        )

    def _telling(self, view: RecordView, access: Node) -> tuple[list[_Telling], int]:
        """The telling words and pairs of words that some other record has; and what all that tell most weigh.

        None for a record that says nothing. What is its own alone weighs too: a record that is about something else
        than all others is like none, though it shares the usual words with each.
        """
        text, subject = _texts(view)
        records = seen_by(self._engine, access)
        found: list[_Telling] = []
        whole = 0
        for field, terms, most in (
            ("text_folded", _weighed(text.folded, subject.folded), _TERMS),
            ("text_bigrams", _weighed(text.bigrams, subject.bigrams), _PAIRS),
        ):
            candidates = [term for term, _ in terms.most_common(_CANDIDATES)]
            frequencies = self._engine.frequencies(field, candidates, access)
            ranked = _ranked(terms, frequencies, records, len(text))
            whole += sum(weight for _, weight in ranked[:most])
            shared = [one for one in ranked if frequencies[one[0]] > 1][:most]
            found += [(field, term, weight) for term, weight in shared]
        return found, whole


def _kin(unit: UnitOfWork, record_id: str) -> tuple[str, ...]:
    """The record, its parts and attachments, and the mails that it is attached to."""
    division, attachments = division_of(unit, record_id), attachments_of(unit, record_id)
    parts = [part for part, _ in division.parts] if division else []
    attached = [one for _, one in attachments.record_ids] if attachments else []
    mails = mails_of(unit, [record_id]).get(record_id, ())
    return tuple(dict.fromkeys((record_id, *parts, *attached, *mails)))[:_MOST_KIN]


def _counting(telling: _Telling) -> Node:
    """The records with this term, each scored by its weight alone."""
    field, term, weight = telling
    return Boosted(AllOf((Unscored(Term(field, term)), Everything())), float(weight))


def _texts(view: RecordView) -> tuple[Analysis, Analysis]:
    pieces: list[str] = []
    room = _MOST_CHARACTERS
    for page in view.pages:
        if page.state is PageState.SEARCHABLE and room > 0:
            pieces.append(page.text[:room])
            room -= len(page.text)
    return analyse("\n".join(pieces)), analyse(view.value("subject") or "")


def _weighed(text: Sequence[str], subject: Sequence[str]) -> Counter[str]:
    """How often each term stands, those of the subject several times; figures alone tell nothing."""
    counts = Counter(text)
    for term in subject:
        counts[term] += _IN_SUBJECT
    return Counter({term: count for term, count in counts.items() if not term.replace("_", "").isdigit()})


def _ranked(
    terms: Mapping[str, int], frequencies: Mapping[str, int], records: int, length: int
) -> list[tuple[str, int]]:
    """Those that tell most first, each with its weight within the record.

    The weight is BM25's: how rare it is, by the saturation of its frequency here (Robertson & Zaragoza 2009, 3.4); in
    thousandths, as an engine adds whole numbers up exactly in whatever order.
    """
    norm = _K1 * (1 - _B + _B * max(length, 1) / _USUAL_LENGTH)
    found: list[tuple[int, str]] = []
    for term, count in frequencies.items():
        if count < 1:
            continue
        rarity = math.log(1 + (records - count + 0.5) / (count + 0.5)) if records >= count else 0.0
        weight = terms[term] / (terms[term] + norm)
        found.append((round(rarity * weight * 1000), term))
    found.sort(key=lambda one: (-one[0], one[1]))
    return [(term, weight) for weight, term in found if weight > 0]
