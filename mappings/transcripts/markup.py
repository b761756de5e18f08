"""XML, written piece by piece. Everything is escaped, and what XML cannot hold is left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

# All but the characters of XML 1.0 (section 2.2), and the C1 controls, which it discourages.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(untrusted_text: str) -> str:
    """The text without the characters that no XML may hold."""
    return _ILLEGAL.sub("", untrusted_text)


class Markup:
    """An XML document in UTF-8 under way; `taken` gives what was written since the last time."""

    def __init__(self, *, short: bool = True) -> None:
        """`short`: elements with nothing in them as one tag, which a parser of HTML would take for an open one."""
        self._buffer = io.BytesIO()
        self._writer = XMLGenerator(self._buffer, "utf-8", short_empty_elements=short)
        self._writer.startDocument()

    def doctype_html(self) -> None:
        """The document type of HTML, which is good XML too and has no parser fetch anything."""
        self._writer.ignorableWhitespace("<!DOCTYPE html>\n")

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element around what the block writes."""
        self._writer.startElement(name, AttributesImpl(_legal(attributes)))
        yield
        self._writer.endElement(name)

    def leaf(self, name: str, attributes: Mapping[str, str] | None = None, text: str = "") -> None:
        """An element without others in it."""
        with self.element(name, attributes):
            if text:
                self.text(text)

    def text(self, untrusted_text: str) -> None:
        """Text within an element."""
        self._writer.characters(legal(untrusted_text))

    def taken(self) -> bytes:
        """What was written since the last time."""
        written = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return written


def _legal(attributes: Mapping[str, str] | None) -> dict[str, str]:
    return {name: legal(value) for name, value in (attributes or {}).items()}
