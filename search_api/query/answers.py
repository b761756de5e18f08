"""What is asked of the archive and what it answers: plain values, the same for the API, the page and the console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analyzers.marking import SnippetPart
from kernel.bilingual import Bilingual
from mappings.record import Box, RecordState
from search_api.engines.protocol import FacetCount, Sort
from search_api.query.wishes import DidYouMean, NotUnderstood, Renamed

__all__ = [
    "FACETS",
    "MOST_HITS",
    "FacetCount",
    "HitPage",
    "SearchAnswer",
    "SearchHit",
    "SearchQuery",
    "SnippetPart",
    "Sort",
    "Understood",
    "Unsearchable",
]

FACETS = ("kind", "issuer", "year", "urgency", "secrecy", "dossier", "keywords", "state", "signer")
"""The facets of every answer, in the order in which a person reads them."""

MOST_HITS = 100
"""Hits of one answer at the most."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question. `q` and the filters are untrusted text; several values of one filter mean any of them.

    `kind`: names or abbreviations, with or without diacritics. `year`: as in the facet. `sort` None: by
    relevance where there are words to find, else newest first. `cursor`: `next_cursor` of an
    answer to the same question. `whole`: only what fits all that was asked, never in part.
    """

    q: str = ""
    kind: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    secrecy: tuple[str, ...] = ()
    dossier: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    signer: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    arrival_number: tuple[str, ...] = ()
    arrived_from: date | None = None
    arrived_to: date | None = None
    sort: Sort | None = None
    limit: int = 10
    cursor: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class HitPage:
    """A page that holds what was looked for: a piece of its text, and where the words stand on it."""

    page: int
    snippet: tuple[SnippetPart, ...]
    boxes: tuple[Box, ...] = ()
    has_image: bool = True


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One record found. Described fields are None where they are not known; `issued_on` is an ISO date.

    `subject_parts` is the subject with what was looked for marked, empty without a subject. `pages`:
    the best ones, at most 3, in page order; empty when nothing was looked for or it stands in the fields only.
    `doubtful`: names of described fields that could well be wrong (`number` and `symbol` are of `issue_number`).
    `by_meaning`: the words do not find it; it is near to the question in the office's model.
    """

    record_id: str
    issue_number: str | None
    issued_on: str | None
    issuer: str | None
    kind: str | None
    subject: str | None
    page_count: int
    state: RecordState
    urgency: str | None
    secrecy: str | None
    signer: str | None
    file_name: str
    doubtful: tuple[str, ...] = ()
    subject_parts: tuple[SnippetPart, ...] = ()
    pages: tuple[HitPage, ...] = ()
    by_meaning: bool = False


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """What a search cannot see into yet. `pages`: not read or not readable. `records`: those with such pages, and those
    that the index must still learn of.
    """

    records: int
    pages: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of a question. `told`: what is looked for in plain words, None for an empty question; `needed`:
    more was asked than words, so that it is worth being shown. `puzzles`: what was not understood. `renamed`: places
    and agencies in it that have another name now, or had. `did_you_mean`: another spelling that finds more.
    """

    told: Bilingual | None = None
    needed: bool = False
    puzzles: tuple[NotUnderstood, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    did_you_mean: DidYouMean | None = None


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """`total` is exact, or at least that. `partial`: few records or none fit all that was asked; those that
    fit some of it are among these.

    `cut`: the question was longer than is read, and only its beginning was looked for. `sort` is the
    order used. `facets` has a key for each of `FACETS`, most frequent value first. `next_cursor` is None
    on the last page. `by_meaning`: hits of the whole answer that the words did not find (docs/meaning.md): neither
    `total` nor a facet counts them.
    """

    total: int
    total_is_exact: bool
    took_ms: float
    partial: bool
    cut: bool
    sort: Sort
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    next_cursor: str | None = None
    unsearchable: Unsearchable = Unsearchable(0, 0)
    understood: Understood = field(default_factory=Understood)
    by_meaning: int = 0
