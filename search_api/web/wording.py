"""How the page says what the archive knows: states, sources, doubts, days, sizes."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

from archive.fixity import Outcome
from mappings.record import DeliverySource, DeliveryState, PageState, ReadBy, RecordState
from search_api.candidates.ranking import Source
from search_api.engines.protocol import Sort
from search_api.web.language import N_

HANOI: Final = timezone(timedelta(hours=7))
"""The time in offices: Indochina Time has had no summer time since 1945, so a fixed offset says it all."""

SURE = 0.85
"""From this confidence on a field that no rule doubts is called sure."""

RECORD_STATES: Final = {
    RecordState.RECEIVED: N_("Waiting to be read"),
    RecordState.READING: N_("Being read"),
    RecordState.SEARCHABLE: N_("Searchable"),
    RecordState.PARTLY_SEARCHABLE: N_("Partly searchable"),
    RecordState.DIVIDED: N_("Divided into records"),
    RecordState.QUARANTINED: N_("Kept apart: may be a state secret"),
}
DELIVERY_STATES: Final = {
    DeliveryState.RECEIVED: N_("Received, being checked"),
    DeliveryState.ARCHIVED: N_("Archived"),
    DeliveryState.DUPLICATE: N_("Already in the archive"),
    DeliveryState.REJECTED: N_("Not taken"),
    DeliveryState.SETTLED: N_("Not taken; settled"),
    DeliveryState.PURGED: N_("Purged"),
}
PAGE_STATES: Final = {
    PageState.WAITING: N_("Waiting to be read"),
    PageState.SEARCHABLE: N_("Searchable"),
    PageState.BLANK: N_("Blank page"),
    PageState.FAILED: N_("Could not be read"),
    PageState.SEPARATOR: N_("Separator sheet"),
    PageState.FILED: N_("Filed in a record of its own"),
}
FIXITY_OUTCOMES: Final = {
    Outcome.INTACT: N_("Intact"),
    Outcome.ALTERED: N_("Not as it was stored"),
    Outcome.MISSING: N_("The file is missing"),
    Outcome.UNREADABLE: N_("The file cannot be read"),
}
SOURCES: Final = {
    DeliverySource.DROP: N_("Drop folder"),
    DeliverySource.UPLOAD: N_("Sent from this page"),
    DeliverySource.COMMAND: N_("Command line"),
    DeliverySource.DIVISION: N_("Out of a scan with separator sheets"),
    DeliverySource.ATTACHMENT: N_("Attached to a mail"),
}
READ_BY: Final = {
    ReadBy.OCR: N_("Read from the image"),
    ReadBy.TEXT_LAYER: N_("Text contained in the PDF"),
    ReadBy.FILE_TEXT: N_("Text of the file"),
}
FIELDS: Final = {
    "number": N_("Number"),
    "symbol": N_("Symbol"),
    "issued_on": N_("Date of issue"),
    "place": N_("Place of issue"),
    "superior": N_("Superior body"),
    "issuer": N_("Issuer"),
    "kind": N_("Kind"),
    "subject": N_("Subject"),
    "keywords": N_("Keywords"),
    "urgency": N_("Urgency"),
    "secrecy": N_("Secrecy"),
    "addressees": N_("Addressees"),
    "references": N_("Documents referred to"),
    "recipients": N_("Recipients"),
    "position": N_("Signer’s position"),
    "signer": N_("Signer"),
    "arrival_number": N_("Arrival number"),
    "arrived_on": N_("Date of arrival"),
    "dossier": N_("Dossier"),
    "sheets": N_("Sheets of paper"),
    "record_type": N_("Record type"),
}
SPEAKING_FOR: Final = {
    Source.SERIES: N_("fits between its neighbours"),
    Source.READ: N_("looks like what was read"),
    Source.FILE_NAME: N_("stands in the file’s name"),
    Source.ARRIVAL: N_("shortly before it arrived"),
    Source.SIGNED: N_("day of the digital signature"),
}
FACET_NAMES: Final = {
    "kind": N_("Kind"),
    "issuer": N_("Issuer"),
    "year": N_("Year"),
    "urgency": N_("Urgency"),
    "secrecy": N_("Secrecy"),
    "dossier": N_("Dossier"),
    "keywords": N_("Keywords"),
    "state": N_("State"),
    "signer": N_("Signer"),
}
SORTS: Final = {
    Sort.RELEVANCE: N_("Best match first"),
    Sort.NEWEST: N_("Newest first"),
    Sort.OLDEST: N_("Oldest first"),
}


def day(untrusted: str | date | None) -> str:
    """An ISO day as 05/03/2018; what is no ISO day stays as it stands, None becomes empty."""
    if untrusted is None:
        return ""
    try:
        found = date.fromisoformat(untrusted) if isinstance(untrusted, str) else untrusted
    except ValueError:
        return str(untrusted)
    return f"{found.day:02}/{found.month:02}/{found.year:04}"


def moment(at: datetime) -> str:
    """A moment as 05/03/2018 14:07, in the time of Vietnam."""
    local = at.astimezone(HANOI)
    return f"{day(local.date())} {local:%H:%M}"


def size(octets: int, language: str) -> str:
    """A size as people say it: 812 B, 34 KB, 2,4 MB (a decimal comma in Vietnamese)."""
    if octets < 1000:
        return f"{octets} B"
    amount, unit = octets / 1000, "KB"
    for larger in ("MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{decimal(amount, 0 if unit == 'KB' else 1, language)} {unit}"


def decimal(number: float, places: int, language: str) -> str:
    """A number with the separators of the language: 12.345,6 in Vietnamese, 12,345.6 in English."""
    english = f"{number:,.{places}f}"
    return english if language == "en" else english.translate(str.maketrans(",.", ".,"))
