"""How the page calls fields: those of every record by our own words, those of record types as their files say."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.bilingual import Language
from mappings.record import DAY_FIELDS, RecordView
from mappings.record_types import RecordTypes, ValueKind, builtin_types
from search_api.web.language import translator
from search_api.web.wording import FIELDS, day


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a page in one language."""

    types: RecordTypes
    language: Language = "vi"

    def names_of(self, view: RecordView) -> tuple[str, ...]:
        """The fields of the record's type in the order of its file, then those it has besides."""
        kind = self.types.named(view.value("record_type") or "")
        own = tuple(one.name for one in kind.fields) if kind else ()
        return (*own, *(name for name in view.type_fields if name not in own and view.fields[name].value))

    def is_administrative(self, view: RecordView) -> bool:
        """Whether the parts of administrative paper belong to it: a register’s entry misses none of them."""
        kind = self.types.named(view.value("record_type") or "")
        return kind is None or bool(kind.kind)

    def title(self, name: str) -> str:
        """What the field is called, in the page's language: a finished word, which no catalogue is asked for again.

        One of a type that is gone is called as it is kept.
        """
        known = self.types.field(name)
        if known:
            return known.title.in_language(self.language)
        return translator(self.language).say(FIELDS.get(name, name))

    def is_day(self, name: str) -> bool:
        """Whether its value is a day."""
        known = self.types.field(name)
        return known.kind is ValueKind.DAY if known else name in DAY_FIELDS

    def choices(self, name: str) -> tuple[str, ...]:
        """What it may be, if that is listed."""
        if name == "record_type":
            return tuple(one.title.vi for one in self.types)
        known = self.types.field(name)
        return known.choices if known else ()

    def shown(self, name: str, value: str) -> str:
        """A kept value as a person reads it: days as 05/03/2018."""
        return day(value) if self.is_day(name) else value


PLAIN = Labels(builtin_types())
"""Of the types that ship."""
