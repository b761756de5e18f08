"""The address of a record's page: which page of it, for which words, with what beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from mappings.record import is_field_name

LAST_MARK = 99_999
"""The last marked place of a page, however many it has."""

_TURNS = (90, 180, 270)
_LONGEST = 2000  # characters of the words that are carried along


@dataclass(frozen=True, slots=True)
class RecordAddress:
    """What stands in the address. `field`: the one whose place is shown. `view`: empty or text.

    `blanks`: blank pages and separator sheets are shown too. `turn`: degrees clockwise by which the page is shown
    turned. `mark`: the marked place that is pointed out, from 1 in the order of the page; 0: none.
    """

    record_id: str
    q: str = ""
    page: int = 0
    field: str = ""
    view: str = ""
    zoom: bool = False
    blanks: bool = False
    turn: int = 0
    mark: int = 0

    @classmethod
    def read(cls, record_id: str, untrusted: Mapping[str, str]) -> RecordAddress:
        """Reads a query string or a form; what it does not know it leaves out."""
        field, turn = untrusted.get("field", ""), _number(untrusted.get("turn", ""))
        return cls(
            record_id,
            q=untrusted.get("q", "").strip()[:_LONGEST],
            page=_number(untrusted.get("page", "")),
            field=field if is_field_name(field) else "",
            view="text" if untrusted.get("view") == "text" else "",
            zoom=untrusted.get("zoom") == "1",
            blanks=untrusted.get("blanks") == "1",
            turn=turn if turn in _TURNS else 0,
            mark=min(LAST_MARK, _number(untrusted.get("mark", ""))),
        )

    def carried(self) -> list[tuple[str, str]]:
        """What links and forms take along, in order, empty ones left out."""
        switches = (
            ("zoom", "1" if self.zoom else ""),
            ("blanks", "1" if self.blanks else ""),
            ("turn", str(self.turn or "")),
        )
        pairs = (("q", self.q), ("page", str(self.page or "")), ("view", self.view), *switches)
        return [(name, value) for name, value in pairs if value]

    def to_page(self, number: int) -> str:
        """Another page of it."""
        return str(replace(self, page=number, field="", mark=0, turn=0))

    def to_mark(self, page: int, mark: int) -> str:
        """A marked place, pointed out."""
        return f"{replace(self, page=page, field='', mark=mark, turn=self.turn if page == self.page else 0)}#m-now"

    def turned(self, degrees: int) -> str:
        """The same page turned further."""
        return str(replace(self, turn=(self.turn + degrees) % 360))

    def to_field(self, name: str, page: int) -> str:
        """The page that a field came from, with its place shown and the field still at hand."""
        return f"{replace(self, page=page, field=name, mark=0, turn=0)}#o-{name}"

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
        pairs += [("mark", str(self.mark))] if self.mark else []
        return f"/van-ban/{self.record_id}" + (f"?{urlencode(pairs)}" if pairs else "")


def _number(untrusted: str) -> int:
    return int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 7 else 0
