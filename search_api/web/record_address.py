"""The address of a record's page: which page of it, for which words, with what beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from mappings.record import is_field_name

_LONGEST = 2000  # characters of the words that are carried along


@dataclass(frozen=True, slots=True)
class RecordAddress:
    """What stands in the address. `field`: the one whose place is shown. `view`: empty or text.

    `blanks`: blank pages and separator sheets are shown too.
    """

    record_id: str
    q: str = ""
    page: int = 0
    field: str = ""
    view: str = ""
    zoom: bool = False
    blanks: bool = False

    @classmethod
    def read(cls, record_id: str, untrusted: Mapping[str, str]) -> RecordAddress:
        """Reads a query string or a form; what it does not know it leaves out."""
        page, field = untrusted.get("page", ""), untrusted.get("field", "")
        return cls(
            record_id,
            q=untrusted.get("q", "").strip()[:_LONGEST],
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 0,
            field=field if is_field_name(field) else "",
            view="text" if untrusted.get("view") == "text" else "",
            zoom=untrusted.get("zoom") == "1",
            blanks=untrusted.get("blanks") == "1",
        )

    def carried(self) -> list[tuple[str, str]]:
        """What links and forms take along, in order, empty ones left out."""
        switches = (("zoom", "1" if self.zoom else ""), ("blanks", "1" if self.blanks else ""))
        pairs = (("q", self.q), ("page", str(self.page or "")), ("view", self.view), *switches)
        return [(name, value) for name, value in pairs if value]

    def to_page(self, number: int) -> str:
        """Another page of it."""
        return str(replace(self, page=number, field=""))

    def to_field(self, name: str, page: int) -> str:
        """The page that a field came from, with its place shown and the field still at hand."""
        return f"{replace(self, page=page, field=name)}#o-{name}"

    def with_view(self, view: str) -> str:
        """The same page with the text beside it, or without."""
        return str(replace(self, view=view))

    def zoomed(self, zoom: bool) -> str:
        """The same page enlarged, or fitted."""
        return str(replace(self, zoom=zoom))

    def with_blanks(self, blanks: bool) -> str:
        """The same record with its blank pages and separator sheets shown, or hidden."""
        return str(replace(self, blanks=blanks, page=0, field=""))

    def __str__(self) -> str:
        pairs = self.carried() + ([("field", self.field)] if self.field else [])
        return f"/van-ban/{self.record_id}" + (f"?{urlencode(pairs)}" if pairs else "")
