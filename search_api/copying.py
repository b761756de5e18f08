"""Copies on paper: what is asked for is checked and told to the chain of events before anything is shown to print."""

from __future__ import annotations

from collections.abc import Sequence

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.copying_errors import NotCopiedHere
from kernel.disposal_errors import InBin
from kernel.errors import BadValue
from mappings.copies import ABBREVIATIONS, Copy, CopyForm, fits_form
from mappings.record import Page, RecordState, RecordView
from search_api.access import Viewer

LONGEST_LINE = 300
MOST_RECIPIENTS = 40
LONGEST_PASSAGES = 20_000
"""Characters of a line of a copy, lines of its recipients, characters of its passages."""


def expect_copyable(view: RecordView) -> None:
    """NotCopiedHere for what bears, or may bear, a mark of secrecy: copies of that have a law of their own."""
    if view.value("secrecy") or view.record.state is RecordState.QUARANTINED:
        raise NotCopiedHere(id=view.record.id)


def note_copy(catalogue: Catalogue, record_id: str, untrusted: Copy, viewer: Viewer) -> RecordView:
    """Writes down that this copy is printed, by whom; on disk when it returns. Returns the record.

    NotFound, InBin, NotCopiedHere, BadValue (of the first part that cannot be so).
    """
    return catalogue.write(lambda unit: _note(unit, record_id, untrusted, viewer))


def _note(unit: UnitOfWork, record_id: str, untrusted: Copy, viewer: Viewer) -> RecordView:
    view = unit.records.view(record_id, viewer.tokens)
    if unit.bin.among([record_id]):
        raise InBin(id=record_id)
    expect_copyable(view)
    _check(untrusted, view.pages)
    unit.events.add(
        [Event(EventType.EXPORTING, record_id=record_id, agent=viewer.name, detail={"copy": _told(untrusted, view)})]
    )
    return view


def _told(copy: Copy, view: RecordView) -> dict[str, object]:
    told: dict[str, object] = {"form": copy.form.value, "agency": copy.agency, "number": copy.number}
    told |= {"day": copy.day.isoformat() if copy.day else None, "signer": copy.signer, "pages": list(copy.pages)}
    if copy.passages:
        told |= {"passages": list(copy.passages), "as_read": as_read(copy.passages, view.pages)}
    return told


def as_read(passages: Sequence[str], pages: Sequence[Page]) -> bool:
    """Whether each passage stands in the record word for word, as it was read."""
    whole = " ".join(" ".join(page.text.split()) for page in pages)
    return all(" ".join(passage.split()) in whole for passage in passages)


def _check(copy: Copy, pages: Sequence[Page]) -> None:
    lines = {"superior": copy.superior, "agency": copy.agency, "place": copy.place}
    lines |= {"position": copy.position, "signer": copy.signer}
    for name, line in lines.items():
        if len(line) > LONGEST_LINE:
            raise BadValue(name=name, value=f"{line[:50]}…", expected=f"<= {LONGEST_LINE}")
    if not copy.agency:
        raise BadValue(name="agency", value="", expected="Ủy ban nhân dân xã …")
    if copy.number and not fits_form(copy.number, copy.form):
        raise BadValue(name="number", value=copy.number[:50], expected=f"05/{ABBREVIATIONS[copy.form]}-UBND")
    if len(copy.recipients) > MOST_RECIPIENTS or any(len(line) > LONGEST_LINE for line in copy.recipients):
        raise BadValue(name="recipients", value="…", expected=f"<= {MOST_RECIPIENTS} x {LONGEST_LINE}")
    if sum(map(len, copy.passages)) > LONGEST_PASSAGES:
        raise BadValue(name="passages", value="…", expected=f"<= {LONGEST_PASSAGES}")
    if copy.passages and copy.form is not CopyForm.EXTRACT:
        raise BadValue(name="passages", value="…", expected="trich-sao")
    drawable = {page.number for page in pages if page.has_image}
    if not copy.passages and not (copy.pages and set(copy.pages) <= drawable):
        raise BadValue(name="pages", value=str(copy.pages)[:50], expected=str(sorted(drawable))[:200])
