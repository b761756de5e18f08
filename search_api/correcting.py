"""A person's word on a described field: confirmed or corrected, and kept when the record is read again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.disposal_errors import InBin
from kernel.errors import BadValue, Conflict
from mappings.record import DAY_FIELDS, FIELD_NAMES, DescribedField, RecordView, is_type_field
from mappings.record_types import RecordTypes, ValueKind, builtin_types, checked_value
from search_api.access import Viewer
from search_api.field_changes import change_of
from search_api.filing.words import follow
from search_api.query.filtering import kind_name, secrecy_name, urgency_name

LONGEST_VALUE = 2000
"""Characters of a field's value."""

_NAMES = {"kind": kind_name, "urgency": urgency_name, "secrecy": secrecy_name}
"""Fields whose values have names of ours, whatever spelling a person types."""

_COUNT = re.compile(r"[1-9][0-9]{0,4}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CorrectionService:
    """Confirms and corrects fields. Safe over threads."""

    def __init__(self, catalogue: Catalogue, types: RecordTypes | None = None) -> None:
        """`types`: those whose fields may be corrected, by default the ones that ship."""
        self._catalogue = catalogue
        self._types = types or builtin_types()

    def correct(
        self, record_id: str, untrusted_values: Mapping[str, str], viewer: Viewer, revision: int | None = None
    ) -> RecordView:
        """Takes these values, by field name, as confirmed; an empty one says that the record has none.

        What a record holds of a type that is gone since may be confirmed as it stands, not changed.
        `revision`: what the person saw; if the record has moved on since, Conflict. Errors: NotFound, BadValue.
        Returns the record with its pages, as changed.
        """
        return self._catalogue.write(
            lambda unit: _correct(unit, record_id, untrusted_values, self._types, viewer, revision)
        )


def checked_values(
    untrusted_values: Mapping[str, str], types: RecordTypes, held: Mapping[str, DescribedField]
) -> dict[str, str]:
    """The values in the form in which they are kept, else BadValue. `held`: the record's fields."""
    if not untrusted_values:
        raise BadValue(name="fields", value="{}", expected=", ".join(FIELD_NAMES))
    return {
        name: held[name].value if _is_as_held(name, value, held) else _checked(name, value, types)
        for name, value in untrusted_values.items()
    }


def _is_as_held(name: str, untrusted_value: str, held: Mapping[str, DescribedField]) -> bool:
    """Whether it is what stands in a type's field already: its file may say otherwise since, or be gone."""
    if name not in held or not (name == "record_type" or is_type_field(name)):
        return False
    return bool(held[name].value) and _plain(untrusted_value) == _plain(held[name].value)


def _checked(untrusted_name: str, untrusted_value: str, types: RecordTypes) -> str:
    known = types.field(untrusted_name)
    if untrusted_name not in FIELD_NAMES and known is None:
        raise BadValue(name="fields", value=untrusted_name[:100], expected=", ".join(FIELD_NAMES))
    value = _plain(untrusted_value)
    if len(value) > LONGEST_VALUE:
        raise BadValue(name=untrusted_name, value=f"{value[:50]}…", expected=f"<= {LONGEST_VALUE}")
    if not value:
        return ""
    if known is not None or untrusted_name == "record_type":
        return _checked_of_type(untrusted_name, value, types)
    if untrusted_name in DAY_FIELDS:
        return _checked_date(untrusted_name, value)
    if untrusted_name == "sheets" and not _COUNT.fullmatch(value):
        raise BadValue(name=untrusted_name, value=value[:50], expected="12")
    names = _NAMES.get(untrusted_name)
    return names(value) if names else value


def _checked_of_type(name: str, value: str, types: RecordTypes) -> str:
    known = types.field(name)
    if known is None and types.named(value) is None:
        raise BadValue(name=name, value=value[:50], expected="; ".join(one.title.vi for one in types))
    try:
        return checked_value(known, value) if known else value
    except ValueError as error:
        expected = "2019-03-05" if known and known.kind is ValueKind.DAY else str(error)[:200]
        raise BadValue(name=name, value=value[:50], expected=expected) from error


def _plain(untrusted_text: str) -> str:
    text = unicodedata.normalize("NFC", untrusted_text.encode("utf-8", "ignore").decode())
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _checked_date(name: str, value: str) -> str:
    try:
        if not _ISO_DATE.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise BadValue(name=name, value=value[:50], expected="2019-03-05") from error


def _correct(
    unit: UnitOfWork,
    record_id: str,
    untrusted_values: Mapping[str, str],
    types: RecordTypes,
    viewer: Viewer,
    seen_revision: int | None,
) -> RecordView:
    unit.records.by_id(record_id, viewer.tokens)
    if unit.bin.among([record_id]):
        raise InBin(id=record_id)
    # Changing the row first takes its lock: of two people at once, the second sees what the first has done.
    revision = unit.records.touch(record_id)
    if seen_revision is not None and revision != seen_revision + 1:
        raise Conflict(id=record_id)
    held = unit.records.fields([record_id])[record_id]
    values = checked_values(untrusted_values, types, held)
    before = unit.records.by_id(record_id)
    for name, value in values.items():
        unit.records.set_field(record_id, confirmed(name, value, held.get(name)))
    unit.outbox.put({record_id: revision})
    unit.alerts.await_news({record_id: revision}, newly_read=False)
    changes = {name: change_of(held.get(name), value) for name, value in values.items()}
    unit.events.add([Event(EventType.MODIFICATION, record_id=record_id, agent=viewer.name, detail={"fields": changes})])
    if "dossier" in values:
        follow(unit, before, (_value(held.get("dossier")), values["dossier"]), viewer)
    return unit.records.view(record_id, viewer.tokens)


def confirmed(name: str, value: str, held: DescribedField | None) -> DescribedField:
    """A field as a person has it. The place on the scan stays: it is where a person looks to check the value."""
    if held is None:
        return DescribedField(name, value, 1.0, confirmed=True)
    return replace(held, value=value, confidence=1.0, doubtful=False, confirmed=True)


def _value(held: DescribedField | None) -> str:
    return held.value if held is not None else ""
