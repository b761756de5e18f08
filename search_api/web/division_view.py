"""What a record's page says of a division: which records a scan became, and from which scan a record was cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.dividing import Division, division_of, whence
from archive.unit_of_work import UnitOfWork
from mappings.record import RecordView
from search_api.access import Viewer, views_with_bin
from search_api.problems import reason_of
from search_api.web.record_address import RecordAddress
from search_api.web.rendering import Asking
from search_api.web.search_view import title_of


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """A record on the other side of a division. `pages`: its pages in the scan, as `2–4, 9`."""

    href: str
    title: str
    pages: str


@dataclass(frozen=True, slots=True)
class DivisionView:
    """`parts` and `separators` (pages): of a scan that was divided. `whole`: of a record that was cut out of one.

    `title`, `remedy`: why a scan with separator sheets stays one record. `hidden`: parts that the viewer may not see,
    or that were purged.
    """

    divided: bool
    parts: tuple[OtherRecord, ...]
    separators: int
    hidden: int
    whole: OtherRecord | None
    title: str
    remedy: str


def division_view(unit: UnitOfWork, view: RecordView, viewer: Viewer, asking: Asking) -> DivisionView:
    """All that there is to say of a record that this viewer may see."""
    record_id = view.record.id
    division = division_of(unit, record_id)
    source = whence(unit, [record_id]).get(record_id)
    parts = division.parts if division else ()
    wanted = [*parts, *([(source.whole_id, source.numbers)] if source else [])]
    seen, _ = views_with_bin(unit, [one for one, _ in wanted], viewer)
    shown = tuple(other_record(seen[one], numbers) for one, numbers in parts if one in seen)
    title, remedy = _failure(division, asking)
    return DivisionView(
        divided=division is not None and division.error is None,
        parts=shown,
        separators=len(division.separators) if division else 0,
        hidden=len(parts) - len(shown),
        whole=other_record(seen[source.whole_id], source.numbers) if source and source.whole_id in seen else None,
        title=title,
        remedy=remedy,
    )


def other_record(view: RecordView, numbers: Sequence[int] = ()) -> OtherRecord:
    """The record as another one names it."""
    title = title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)
    return OtherRecord(str(RecordAddress(view.record.id)), title, spans(numbers))


def _failure(division: Division | None, asking: Asking) -> tuple[str, str]:
    if division is None or division.error is None:
        return "", ""
    return said(*division.error, asking)


def said(code: str, values: Mapping[str, Any], asking: Asking) -> tuple[str, str]:
    """The title of an error, and what a person can do."""
    told = reason_of(code, values, asking.language)
    return (told["title"], told["remedy"]) if told else (code, "")


def spans(numbers: Iterable[int]) -> str:
    """Page numbers for a person, in their order as numbers: 2–4, 9."""
    told: list[list[int]] = []
    for number in sorted(numbers):
        if told and told[-1][-1] == number - 1:
            told[-1][1:] = [number]
        else:
            told.append([number])
    return ", ".join("–".join(map(str, span)) for span in told)
