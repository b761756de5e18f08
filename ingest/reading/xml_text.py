"""The text of XML parts of office files: read as a stream, no tree is built, nothing outside is fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from defusedxml.ElementTree import DefusedXMLParser

_BLOCK = 1 << 16
_MOST_SPACES = 100
_DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class Form:
    """Which elements (by local name) hold text, end a line, a cell or a row, stand for signs, or are not seen.

    `within`: the element that holds all that is read; None for the whole part.
    """

    text: frozenset[str]
    line: frozenset[str]
    cell: frozenset[str]
    row: frozenset[str]
    unseen: frozenset[str]
    signs: Mapping[str, str] = field(default_factory=dict)
    within: str | None = None


class _Told:
    """The target of the parser."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._pieces = io.StringIO()
        self._depth = self._text = self._cell = self._unseen = self._within = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("nested too deeply")
        self._unseen += name in self._form.unseen
        self._within += name == self._form.within
        self._text += name in self._form.text
        self._cell += name in self._form.cell
        if (sign := self._form.signs.get(name)) and self._is_seen():
            self._pieces.write(sign * _times(attributes))

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self._depth -= 1
        if self._is_seen():
            self._close(name)
        self._unseen -= name in self._form.unseen
        self._within -= name == self._form.within
        self._text -= name in self._form.text
        self._cell -= name in self._form.cell

    def _close(self, name: str) -> None:
        if name in self._form.row:
            self._pieces.write("\n")
        elif name in self._form.cell:
            self._pieces.write("\t" if self._cell == 1 else " ")
        elif name in self._form.line:
            self._pieces.write(" " if self._cell else "\n")

    def data(self, text: str) -> None:
        if self._text and self._is_seen():
            self._pieces.write(text)

    def _is_seen(self) -> bool:
        return not self._unseen and bool(self._within or self._form.within is None)

    def taken(self) -> str:
        """The text since it was last asked for."""
        text = self._pieces.getvalue()
        self._pieces = io.StringIO()
        return text

    def close(self) -> None:
        """The parser wants it."""


def _times(attributes: Mapping[str, str]) -> int:
    """How many spaces stand there (OpenDocument 1.3, 6.1.3)."""
    count = next((value for name, value in attributes.items() if name.rpartition("}")[2] == "c"), "1")
    return min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < 10 else 1


def text_of_xml(stream: IO[bytes], form: Form) -> Iterator[str]:
    """The text of a part in pieces. Raises SyntaxError and ValueError: it is damaged, or has a declaration."""
    told = _Told(form)
    parser = DefusedXMLParser(target=told, forbid_dtd=True)
    while block := stream.read(_BLOCK):
        parser.feed(block)
        yield told.taken()
    parser.close()
    yield told.taken()
