"""Every searchable field, declared once. `mappings.render` turns this into what each engine holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kernel.bilingual import Bilingual


class FieldKind(StrEnum):
    """How a field's value is held.

    EXACT: one string, found as a whole. EXACTS: several of them. STREAM: terms parted by spaces, with
    frequencies and positions, so that phrases can be asked for. BAG: as STREAM without positions. WHOLE: a
    signed whole number of 64 bits, for ranges and order.
    """

    EXACT = "exact"
    EXACTS = "exacts"
    STREAM = "stream"
    BAG = "bag"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class SearchField:
    """One field. `facet`: its values are counted. `stored`: an engine hands it back with a hit."""

    name: str
    kind: FieldKind
    label: Bilingual
    note: str
    facet: bool = False
    sortable: bool = False
    stored: bool = False


def _field(name: str, kind: FieldKind, vi: str, en: str, note: str, **more: bool) -> SearchField:
    return SearchField(name, kind, Bilingual(vi, en), note, **more)


_EXACT, _EXACTS, _STREAM, _BAG, _WHOLE = FieldKind

_DECLARED = (
    _field("id", _EXACT, "Mã", "Id", "The record's id.", stored=True),
    _field("revision", _WHOLE, "Lần sửa", "Revision", "The revision that was indexed.", stored=True),
    _field("sequence", _WHOLE, "Số thứ tự", "Accession", "Accession number; breaks ties.", sortable=True, stored=True),
    _field(
        "sort_key",
        _WHOLE,
        "Thứ tự",
        "Order",
        "Day (since 1970) of issue, else of receipt, shifted left by 32, plus the sequence: unique, so that newest and "
        "oldest go on from any hit by a range.",
        sortable=True,
        stored=True,
    ),
    _field("text_syllables", _STREAM, "Nội dung", "Text", "Described values and all pages, as syllables."),
    _field("text_folded", _STREAM, "Nội dung", "Text", "The same without diacritics."),
    _field("text_bigrams", _BAG, "Nội dung", "Text", "The same as pairs of neighbours without diacritics."),
    _field("subject_syllables", _STREAM, "Trích yếu", "Subject", "The subject as syllables."),
    _field("subject_folded", _STREAM, "Trích yếu", "Subject", "The subject without diacritics."),
    _field("subject_bigrams", _BAG, "Trích yếu", "Subject", "The subject as pairs of neighbours without diacritics."),
    _field("issuer_folded", _STREAM, "Cơ quan ban hành", "Issuer", "The issuer's words without diacritics."),
    _field("signer_folded", _STREAM, "Người ký", "Signer", "The signer's words without diacritics."),
    _field("dossier_folded", _STREAM, "Hồ sơ", "Dossier", "The dossier's words without diacritics."),
    _field("recipients_folded", _STREAM, "Nơi nhận", "Recipients", "The recipients' words without diacritics."),
    _field("issue_keys", _EXACTS, "Số, ký hiệu", "Issue number", "Keys of `analyzers.issue_numbers.issue_keys`."),
    _field("number", _EXACT, "Số", "Number", "The number in canonical form: 5 for 05, 12b for 12B."),
    _field("symbol", _EXACT, "Ký hiệu", "Symbol", "As printed."),
    _field("place", _EXACT, "Địa danh", "Place", "As printed."),
    _field("kind", _EXACT, "Loại văn bản", "Kind", "The kind's name.", facet=True),
    _field("issuer", _EXACT, "Cơ quan ban hành", "Issuer", "The issuer's name.", facet=True),
    _field("signer", _EXACT, "Người ký", "Signer", "The signer's name.", facet=True),
    _field("urgency", _EXACT, "Độ khẩn", "Urgency", "The urgency stamp.", facet=True),
    _field("secrecy", _EXACT, "Độ mật", "Secrecy", "The degree of the secrecy mark.", facet=True),
    _field("cites", _EXACTS, "Căn cứ, dẫn chiếu", "Refers to", "Keys of `mappings.references.Reference.key`."),
    _field("keywords", _EXACTS, "Từ khóa", "Keywords", "What it is about, each as a whole.", facet=True),
    _field("arrival_number", _EXACT, "Số đến", "Arrival number", "In canonical form, as `number`."),
    _field("arrived_on", _WHOLE, "Ngày đến", "Arrived on", "Days since 1970-01-01; left out where not known."),
    _field("dossier", _EXACT, "Hồ sơ", "Dossier", "As typed, or as a separator sheet names it.", facet=True),
    _field("state", _EXACT, "Trạng thái", "State", "`mappings.index_document.indexed_state`.", facet=True),
    _field("year", _EXACT, "Năm ban hành", "Year", "The year of issue, four figures.", facet=True),
    _field("month", _EXACT, "Tháng ban hành", "Month", "The month of issue: 2019-03.", facet=True),
    _field("issued_on", _WHOLE, "Ngày ban hành", "Issued on", "Days since 1970-01-01; left out where not known."),
    _field("access", _EXACTS, "Quyền xem", "Access", "Tokens of `mappings.access.access_tokens`."),
)

FIELDS = MappingProxyType({one.name: one for one in _DECLARED})
"""All fields by name, in the order of declaration."""

FACETS = tuple(one.name for one in _DECLARED if one.facet)
"""Names of the fields whose values are counted."""
