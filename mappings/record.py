"""What a record is: its states, pages, words and described fields. Data only; no I/O.

Boxes are fractions of the page as a person sees the original (0..1, origin top left), so that
they hold at every size at which the page is drawn. Confidences are 0..1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mappings.access import access_tokens
from mappings.vocabulary import issue_number

FIELD_NAMES = (
    "number",
    "symbol",
    "issued_on",
    "place",
    "superior",
    "issuer",
    "kind",
    "subject",
    "keywords",
    "urgency",
    "secrecy",
    "addressees",
    "references",
    "recipients",
    "position",
    "signer",
    "arrival_number",
    "arrived_on",
    "dossier",
    "sheets",
    "record_type",
)
"""The described fields, in the order in which a person reads them."""

OPTIONAL_FIELDS = frozenset(
    {
        "record_type",
        "superior",
        "keywords",
        "urgency",
        "secrecy",
        "addressees",
        "references",
        "recipients",
        "position",
        "arrival_number",
        "arrived_on",
        "dossier",
        "sheets",
    }
)
"""Those that many records rightly do not have."""

DAY_FIELDS = frozenset({"issued_on", "arrived_on"})
"""Those whose value is an ISO date."""


_TYPE_FIELD = re.compile(r"[a-z][a-z_]{1,11}\.[a-z][a-z_]{1,16}")


def is_type_field(name: str) -> bool:
    """Whether this is how a field of a record type is kept: `birth.child` (`mappings.record_types`)."""
    return bool(_TYPE_FIELD.fullmatch(name))


def is_field_name(name: str) -> bool:
    """Whether a described field may be called so: one of `FIELD_NAMES`, or of a record type."""
    return name in FIELD_NAMES or is_type_field(name)


class RecordState(StrEnum):
    """Where a record stands, in words that a person understands.

    DIVIDED: a scan of several records, kept as it came; its records are others, and only those are found by searching.
    QUARANTINED: a page bears what may be the mark of a state secret; nothing more is read, nothing of it is found.
    """

    RECEIVED = "received"
    READING = "reading"
    SEARCHABLE = "searchable"
    PARTLY_SEARCHABLE = "partly_searchable"
    DIVIDED = "divided"
    QUARANTINED = "quarantined"


class PageState(StrEnum):
    """Where a page stands. A failed page carries the code of its reason.

    SEPARATOR: a sheet that was laid between records, and its back; the text of the sheet is what its code says.
    FILED: of a scan that was divided; what it says stands in the record that it was filed in.
    """

    WAITING = "waiting"
    SEARCHABLE = "searchable"
    BLANK = "blank"
    FAILED = "failed"
    SEPARATOR = "separator"
    FILED = "filed"


class ReadBy(StrEnum):
    """How a page's text was had."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    FILE_TEXT = "file_text"


class DeliveryState(StrEnum):
    """What became of a file that somebody handed in. SETTLED: it was rejected, and somebody has dealt with it."""

    RECEIVED = "received"
    ARCHIVED = "archived"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    SETTLED = "settled"
    PURGED = "purged"


class DeliverySource(StrEnum):
    """The door it came through."""

    DROP = "drop"
    UPLOAD = "upload"
    COMMAND = "command"
    DIVISION = "division"
    """Cut out of a scan with separator sheets."""
    ATTACHMENT = "attachment"
    """Attached to a mail."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, as fractions of its width and height."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word as read. `start` is the index of its first character in the page's text.

    `others`: what a doubtful word could be too, the likeliest first, parted by a space.
    """

    text: str
    start: int
    box: Box | None = None
    confidence: float | None = None
    line: int = 0
    block: int = 0
    others: str = ""

    @property
    def end(self) -> int:
        """The index after its last character in the page's text."""
        return self.start + len(self.text)


SEAL, STAMP = "seal", "stamp"
STATE_SECRET = "state_secret"  # noqa: S105 - a mark on paper
"""What may be MẬT, TỐI MẬT or TUYỆT MẬT. It is never kept: the record is kept apart, or was released."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was put on a page after it was printed. `kind`: SEAL (round and red) or STAMP (words in a frame, or red)."""

    kind: str
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a record, numbered from 1.

    `width`, `height`: of the page as seen, in points (1/72 inch), 0 where a text file has none.
    `has_image`: whether the page can be drawn. `reason`: the error code of a failed page.
    `rotation`: degrees clockwise by which the original was turned to be read (0, 90, 180, 270).
    `marks`: seals and stamps, known where the words are.
    """

    number: int
    state: PageState
    read_by: ReadBy | None = None
    confidence: float | None = None
    text: str = ""
    words: tuple[Word, ...] = ()
    width: float = 0.0
    height: float = 0.0
    has_image: bool = True
    rotation: int = 0
    reason: str | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class DescribedField:
    """One described field: its value, how sure, and the words it came from.

    `issued_on` and `arrived_on` are ISO dates. `references`, `addressees`, `recipients` and `keywords` list several,
    parted by "; " (`mappings.references` reads the first). `doubtful`: could well be wrong, to be asked for first.
    `confirmed`: a person has said so (value and all); such a field is never overwritten by a rule.
    """

    name: str
    value: str
    confidence: float
    doubtful: bool = False
    confirmed: bool = False
    page: int | None = None
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the catalogue holds it. `sequence` is the accession number in this archive.

    `revision` grows by one with each change that the index must learn of. `shared`: tokens of those it is shared with
    beside what its unit and access class say (`mappings.access`); `passed`: of those who see the dossier that it lies
    in.
    """

    id: str
    sequence: int
    digest: str
    size: int
    media_type: str
    file_name: str
    state: RecordState
    revision: int
    received_at: datetime
    page_count: int
    unit: str
    access_class: str
    shared: tuple[str, ...] = ()
    dossier_id: str | None = None
    passed: tuple[str, ...] = ()

    @property
    def own_tokens(self) -> tuple[str, ...]:
        """Who sees it wherever it lies."""
        return access_tokens(self.unit, self.access_class, self.shared)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Who sees it."""
        return access_tokens(self.unit, self.access_class, (*self.shared, *self.passed))


def _place_of(name: str) -> tuple[int, str]:
    return (FIELD_NAMES.index(name) if name in FIELD_NAMES else len(FIELD_NAMES)), name


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with its fields, and its pages if they were asked for."""

    record: Record
    fields: dict[str, DescribedField] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()

    def value(self, name: str) -> str | None:
        """A described field's value, None where it is not known."""
        found = self.fields.get(name)
        return found.value if found and found.value else None

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Names of fields that have a value which could well be wrong, and which nobody has confirmed."""
        open_ = (one for one in self.fields.values() if one.value and one.doubtful and not one.confirmed)
        return tuple(sorted((one.name for one in open_), key=_place_of))

    @property
    def type_fields(self) -> tuple[str, ...]:
        """Names of the fields that a record type has given it, in order."""
        return tuple(sorted(name for name in self.fields if is_type_field(name)))

    @property
    def keywords(self) -> tuple[str, ...]:
        """What it is about, in words of its own, the most telling first; none twice."""
        listed = (" ".join(one.split()) for one in (self.value("keywords") or "").split(";"))
        return tuple(dict.fromkeys(filter(None, listed)))

    @property
    def issue_number(self) -> str | None:
        """Số, ký hiệu as printed: `123/QĐ-UBND`; the symbol alone where the number is not known."""
        return issue_number(self.value("number") or "", self.value("symbol") or "") or None


@dataclass(frozen=True, slots=True)
class Discarded:
    """A record's place in the bin: who put it there and why, and who has asked for its purge."""

    record_id: str
    at: datetime
    by: str
    why: str
    purge_asked_by: str | None = None
    purge_asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stays known of a purged record. `bytes`: waiting (to be removed), removed, kept (delivered again)."""

    record_id: str
    sequence: int
    digest: str
    size: int
    media_type: str
    file_name: str
    page_count: int
    unit: str
    access_class: str
    received_at: datetime
    discarded_at: datetime
    discarded_by: str
    why: str
    purge_asked_by: str
    purge_confirmed_by: str
    purged_at: datetime
    bytes: str = "waiting"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival of one file. `reason` is the error code of a rejected one."""

    id: str
    file_name: str
    source: DeliverySource
    state: DeliveryState
    received_at: datetime
    size: int
    digest: str | None = None
    record_id: str | None = None
    reason: str | None = None
