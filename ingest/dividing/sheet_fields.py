"""What a separator sheet says of a record, put together with what was read from the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mappings.record import DescribedField
from mappings.separators import SeparatorSheet

_LAID = 0.95  # a person's word, but a sheet may be laid in the wrong place
_AGREED = 0.99
_DISPUTED = 0.5


def fields_with_sheet(fields: Mapping[str, DescribedField], sheet: SeparatorSheet) -> dict[str, DescribedField]:
    """The fields with the sheet's dossier and kind. Where the page says another kind, the kind is doubtful."""
    told = dict(fields)
    if sheet.dossier:
        told["dossier"] = DescribedField("dossier", sheet.dossier, _LAID)
    if sheet.kind:
        told["kind"] = _kind(fields.get("kind"), sheet.kind)
    return told


def _kind(read: DescribedField | None, laid: str) -> DescribedField:
    if read is None or not read.value:
        return DescribedField("kind", laid, _LAID)
    if read.value == laid:
        return replace(read, confidence=max(read.confidence, _AGREED), doubtful=False)
    return replace(read, value=laid, confidence=_DISPUTED, doubtful=True)
