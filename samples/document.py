"""What a sample document is: the parts of Nghị định 30/2020/NĐ-CP, Phụ lục I, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, first line indented, justified. `bold`: a heading; `opening`: its bold start ("Điều 1.")."""

    text: str
    opening: str = ""
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Centred:
    """A centred line, bold: "QUYẾT ĐỊNH:", the authority's line."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table. `shares`: widths of the columns, together 1."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page: an appendix."""


Block = Paragraph | Centred | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `issued_on`: (day, month, year). `kind` "Công văn" has no title; `number` stands before `symbol`.

    `subject_lines`: the subject as broken over lines. `title`: the title line if it is more than the kind.
    `sign`: lines in capitals over the signature. `cites`: the documents named by number in `body`, as described.
    `heading` False for petitions: no issuer and no number.
    """

    file: str
    kind: str
    issuer_lines: tuple[str, ...]
    subject_lines: tuple[str, ...]
    place: str
    issued_on: tuple[int, int, int]
    body: tuple[Block, ...]
    sign: tuple[str, ...]
    signer: str
    parent: str = ""
    number: str = ""
    symbol: str = ""
    to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    urgency: str = ""
    title: str = ""
    heading: bool = True
    seal: str = ""
    appendix: tuple[Block, ...] = ()
    pages: int = 1
    cites: tuple[str, ...] = ()

    @property
    def issuer(self) -> str:
        """The issuer's name in one line."""
        return " ".join(self.issuer_lines)

    @property
    def subject(self) -> str:
        """The subject in one line; of a petition with the rest of its title."""
        rest = self.title.removeprefix(self.kind.upper()).strip() if self.title else ""
        return " ".join(part for part in (rest, *self.subject_lines) if part)

    @property
    def date_line(self) -> str:
        """As printed: days below 10 and months 1 and 2 carry a zero (NĐ 30/2020)."""
        day, month, year = self.issued_on
        return (
            f"{self.place}, ngày {day:02d} tháng {month:02d} năm {year}"
            if month < 3
            else (f"{self.place}, ngày {day:02d} tháng {month} năm {year}")
        )

    def expected(self) -> dict[str, str | int]:
        """What describing should find."""
        day, month, year = self.issued_on
        return {
            "file": self.file,
            "number": self.number,
            "symbol": self.symbol,
            "issued_on": f"{year}-{month:02d}-{day:02d}",
            "place": self.place,
            "issuer": self.issuer,
            "kind": self.kind,
            "subject": self.subject,
            "urgency": self.urgency,
            "signer": self.signer,
            "superior": self.parent,
            "secrecy": "",
            "addressees": "; ".join(entry.rstrip(";.") for entry in self.to),
            "references": "; ".join(self.cites),
            "recipients": "; ".join(entry.rstrip(";.") for entry in self.recipients),
            "position": self.sign[-1] if self.heading else "",
            "arrival_number": "",
            "arrived_on": "",
            "pages": self.pages,
        }
