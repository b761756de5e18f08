"""`/van-ban/…/lich-su`: what happened to a record, from its events, for those who may see these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from archive.events import Event, EventType
from kernel.bilingual import Language
from mappings.copies import STAMPED, CopyForm
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.access.viewer import expect
from search_api.field_changes import UNDONE, FieldsChanged
from search_api.web.labels import Labels
from search_api.web.language import N_, translator
from search_api.web.rendering import Asking
from search_api.web.search_view import title_of
from search_api.web.services import WebServices

PATH = "/van-ban/{record_id}/lich-su"

_WORDS = {
    EventType.INGESTION: N_("taken into the archive"),
    EventType.DIGEST: N_("digest computed"),
    EventType.VALIDATION: N_("file checked"),
    EventType.EXTRACTION: N_("read and described"),
    EventType.MODIFICATION: N_("fields confirmed or corrected"),
    EventType.DEACCESSION: N_("put into the bin"),
    EventType.ACCESSION: N_("taken out of the bin"),
    EventType.APPRAISAL: N_("purge asked for"),
    EventType.DELETION: N_("purged"),
    EventType.FIXITY: N_("original compared with its digest"),
    EventType.SPLITTING: N_("divided into records"),
    EventType.CREATION: N_("cut out of a scan"),
    EventType.EXPORTING: N_("copy made ready to print"),
    EventType.SHARING: N_("who may see it was changed"),
    EventType.QUARANTINE: N_("kept apart, or released"),
}
_UNDID = N_("last change undone")
_ITSELF = {"tangthu": N_("the archive itself"), "local": N_("the person at this machine")}


@dataclass(frozen=True, slots=True)
class FieldTold:
    """A field's old and new value in an event."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a person reads it. `what`, `note`: to be translated and finished. `fields`: what was changed."""

    at: datetime
    who: str
    what: str
    note: str
    fields: tuple[FieldTold, ...]
    failed: bool


def history_page(request: Request, record_id: str, services: WebServices) -> Response:
    """All of its events, the newest first. NotFound, NotAllowed."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    with services.house.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens, pages=False)
        expect(viewer, Permission.SEE_EVENTS, view.record.unit)
        events = unit.events.of_record(record_id)
    labels = Labels(services.house.types, asking.language)
    title = title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)
    rows = [_told(event, labels, asking) for event in reversed(events)]
    return asking.page("history.html", record_id=record_id, title=title, rows=rows)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """The last change of fields, which can be taken back."""

    at: datetime
    who: str
    fields: tuple[FieldTold, ...]


def shown_change(change: FieldsChanged | None, labels: Labels) -> ShownChange | None:
    """As the record's page shows it."""
    if change is None:
        return None
    return ShownChange(change.at, _name(change.by, labels.language), tuple(_fields({"fields": change.fields}, labels)))


def _name(agent: str, language: Language) -> str:
    return translator(language).say(_ITSELF[agent]) if agent in _ITSELF else agent


def _told(event: Event, labels: Labels, asking: Asking) -> Told:
    undid = event.type is EventType.MODIFICATION and UNDONE in event.detail
    return Told(
        event.at,
        _name(event.agent, asking.language),
        asking.say(_UNDID if undid else _WORDS.get(event.type, event.type.value)),
        _note(event),
        tuple(_fields(event.detail, labels)) if event.type is EventType.MODIFICATION else (),
        event.outcome == "failure",
    )


def _fields(detail: Mapping[str, Any], labels: Labels) -> list[FieldTold]:
    changes = detail.get("fields")
    if not isinstance(changes, Mapping):
        return []
    return [
        FieldTold(labels.title(name), labels.shown(name, one["old"] or ""), labels.shown(name, one["new"] or ""))
        for name, one in changes.items()
    ]


def _note(event: Event) -> str:
    copy = event.detail.get("copy")
    if event.type is EventType.EXPORTING and isinstance(copy, dict):
        parts = STAMPED[CopyForm(copy["form"])], copy.get("number"), copy.get("agency"), copy.get("signer")
        return ", ".join(part for part in parts if part)
    return str(event.detail.get("why", "")) if event.type is EventType.DEACCESSION else ""
