"""A record as the engines hold it: its streams of terms, its exact values, its order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from analyzers.issue_numbers import canonical_number, issue_keys, misread_issue_key, open_issue_key
from analyzers.mending import mended_runs
from analyzers.streams import bigrams_of, terms_of
from mappings.fields import FIELDS, FieldKind
from mappings.record import DAY_FIELDS, PageState, RecordState, RecordView
from mappings.references import Reference, parse_references

IndexValue = str | int | tuple[str, ...]

EMPTY_STREAM = "∅"
"""The one term of a stream without terms. It makes every record have every stream: Lucene counts, for BM25, the
records that have the field, tantivy all records, and only so both give the same scores. No analyser emits it."""

TERMS_VERSION = 3
"""Grows when the same record gives other terms than before, so that an index is built anew. 2: misread words mended.
3: internal records carry their unit as well."""

_LONGEST_EXACT = 256
_SEARCHED = (
    "record_type",
    "kind",
    "issuer",
    "subject",
    "signer",
    "place",
    "superior",
    "addressees",
    "position",
    "secrecy",
    "dossier",
)
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_LISTS = ("recipients", "references", "keywords")
"""Long values, which stand in the pages' text as well: searched once more only where a person has changed them."""
_SEQUENCE_BITS = 32
_EPOCH = date(1970, 1, 1).toordinal()
_WHOLE_LIMIT = 1 << 63
_ENGINE_TERM_BYTES = 32_766  # Lucene's limit of a term, in UTF-8
_ENGINE_STREAM_TERM = 255  # Elasticsearch's whitespace tokenizer splits longer ones, tantivy does not


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """What is put into an engine. `values` holds all fields but the four that are attributes."""

    id: str
    revision: int
    sequence: int
    sort_key: int
    values: Mapping[str, IndexValue]

    def all_values(self) -> dict[str, IndexValue]:
        """Every field by name."""
        return {
            "id": self.id,
            "revision": self.revision,
            "sequence": self.sequence,
            "sort_key": self.sort_key,
            **self.values,
        }


def indexed_state(state: RecordState) -> str:
    """The state as the index knows it: reading is received there too, as a record's reader comes and goes unindexed."""
    return str(RecordState.RECEIVED if state is RecordState.READING else state)


def days_since_1970(day: date) -> int:
    """The form in which dates are indexed; negative before 1970."""
    return day.toordinal() - _EPOCH


def sort_key(day: date, sequence: int) -> int:
    """The unique place of a record in newest and oldest order."""
    return (days_since_1970(day) << _SEQUENCE_BITS) | sequence


def sequence_of(key: int) -> int:
    """The accession number inside a sort key."""
    return key & ((1 << _SEQUENCE_BITS) - 1)


def index_document(view: RecordView) -> IndexDocument:
    """The record ready for an engine."""
    record = view.record
    issued = _day(view, "issued_on")
    day = issued or record.received_at.date()
    values: dict[str, IndexValue] = {
        **_text_streams(view),
        **_field_streams(view),
        **_exact_values(view, issued),
        "state": indexed_state(record.state),
        "access": record.tokens,
    }
    for name in DAY_FIELDS:
        if day_told := _day(view, name):
            values[name] = days_since_1970(day_told)
    return IndexDocument(record.id, record.revision, record.sequence, sort_key(day, record.sequence), values)


def _text_streams(view: RecordView) -> dict[str, IndexValue]:
    described = (view.issue_number, *map(view.value, _SEARCHED), *_changed_lists(view), *_other_words(view))
    # One field for described values and pages, so that ANDed words may meet over both.
    # What the code of a separator sheet says is no text of a record.
    told = (page.text for page in view.pages if page.state is not PageState.SEPARATOR)
    text = "\n".join([*(value for value in described if value), *told])
    syllables, folded = terms_of(text)
    runs = mended_runs(folded)
    # Behind what was read, each run apart: a phrase may run over what was mended, never from one run into another.
    mended = (term for run in runs for term in (EMPTY_STREAM, *run))
    pairs = (pair for run in runs for pair in bigrams_of(run))
    return {
        "text_syllables": _stream(syllables),
        "text_folded": _stream((*folded, *mended)),
        "text_bigrams": _stream((*bigrams_of(folded), *pairs)),
    }


def _field_streams(view: RecordView) -> dict[str, IndexValue]:
    syllables, folded = terms_of(view.value("subject") or "")
    return {
        "subject_syllables": _stream(syllables),
        "subject_folded": _stream(folded),
        "subject_bigrams": _stream(bigrams_of(folded)),
        "issuer_folded": _stream(terms_of(view.value("issuer") or "")[1]),
        "signer_folded": _stream(terms_of(view.value("signer") or "")[1]),
        "dossier_folded": _stream(terms_of(view.value("dossier") or "")[1]),
        "recipients_folded": _stream(terms_of(view.value("recipients") or "")[1]),
    }


def _exact_values(view: RecordView, issued: date | None) -> dict[str, IndexValue]:
    number, symbol = view.value("number"), view.value("symbol")
    year = issued.year if issued else None
    misread = misread_issue_key(number, symbol)
    keys = (*issue_keys(number, symbol, year), *_open_key(view), *((misread,) if misread else ()))
    values: dict[str, IndexValue] = {"issue_keys": tuple(map(_exact, keys))}
    values["keywords"] = tuple(dict.fromkeys(map(_exact, view.keywords)))
    values["cites"] = tuple(sorted({_exact(one.key) for one in cited(view) if one.key}))
    named = ("symbol", "place", "kind", "issuer", "signer", "urgency", "secrecy", "dossier")
    known = {name: _exact(value) for name in named if (value := view.value(name))}
    for name in ("number", "arrival_number"):
        if canonical := canonical_number(view.value(name) or ""):
            known[name] = _exact(canonical)
    if issued is not None:
        known |= {"year": f"{issued.year:04d}", "month": f"{issued.year:04d}-{issued.month:02d}"}
    return {**values, **{name: value for name, value in known.items() if value}}


def _open_key(view: RecordView) -> tuple[str, ...]:
    """The key of a record whose number is not known for sure, mostly as it is written by hand."""
    number = view.fields.get("number")
    if number is not None and (number.confirmed or (number.value and not number.doubtful)):
        return ()
    return tuple(map(open_issue_key, issue_keys(None, view.value("symbol"), None)))


def cited(view: RecordView) -> tuple[Reference, ...]:
    """The documents that the record names."""
    return parse_references(view.value("references") or "")


def _changed_lists(view: RecordView) -> tuple[str, ...]:
    lists = (view.fields.get(name) for name in _LISTS)
    return tuple(one.value for one in lists if one and one.confirmed)


def _other_words(view: RecordView) -> tuple[str, ...]:
    """The arrival number and the fields of a record type as a person would type them, days as 05/03/2018 too."""
    number = view.value("arrival_number")
    values = [value for name in view.type_fields if (value := view.value(name))]
    days = [f"{found[3]}/{found[2]}/{found[1]}" for value in values if (found := _ISO_DAY.fullmatch(value))]
    return (*((f"số đến {number}",) if number else ()), *values, *days)


def _day(view: RecordView, name: str) -> date | None:
    try:
        return date.fromisoformat(view.value(name) or "")
    except ValueError:
        return None


def _stream(terms: Iterable[str]) -> str:
    return " ".join(terms) or EMPTY_STREAM


def _exact(value: str) -> str:
    """NFC, white space as single spaces, and short: engines refuse endless terms."""
    return " ".join(unicodedata.normalize("NFC", value).split())[:_LONGEST_EXACT]


def why_refused(document: IndexDocument) -> str | None:
    """Why no engine may take this document, None if it may. One rule for all, so that all hold the same records."""
    if not document.id:
        return "id: empty"
    for name, value in document.all_values().items():
        if name not in FIELDS:
            return f"{name}: no such field"
        reason = _why_value_refused(FIELDS[name].kind, value)
        if reason:
            return f"{name}: {reason}"
    return None


def _why_value_refused(kind: FieldKind, value: IndexValue) -> str | None:
    if kind is FieldKind.WHOLE:
        whole = isinstance(value, int) and -_WHOLE_LIMIT <= value < _WHOLE_LIMIT
        return None if whole else "not a whole number of 64 bits"
    if kind is FieldKind.EXACTS:
        reasons = [_why_term_refused(one) for one in value] if isinstance(value, tuple) else ["not several strings"]
        return next((reason for reason in reasons if reason), None)
    if not isinstance(value, str):
        return "not a string"
    if kind is FieldKind.EXACT:
        return _why_term_refused(value)
    if max(map(len, value.split()), default=0) > _ENGINE_STREAM_TERM:
        return f"a term of over {_ENGINE_STREAM_TERM} characters"
    return None if _encodes(value) else "not valid Unicode"


def is_term(text: str) -> bool:
    """Whether any engine could hold this as a term: not empty, valid Unicode, within the limit."""
    return bool(text) and _why_term_refused(text) is None


def _why_term_refused(term: object) -> str | None:
    if not isinstance(term, str) or not _encodes(term):
        return "not valid Unicode"
    return f"over {_ENGINE_TERM_BYTES} bytes" if len(term.encode()) > _ENGINE_TERM_BYTES else None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
