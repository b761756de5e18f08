"""HTML: what a person would see of it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from ingest.reading.legacy import repaired_text
from ingest.reading.plain import decoded
from kernel.errors import TooLarge

_MOST_MEGABYTES = 50
_BREAKING = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "hr"})
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset(["script", "style", "head", "title", "template", "noscript"])
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:-]{1,40})", re.IGNORECASE)
# Not every codec of Python is one of text, nor are those of text all harmless.
_CHARSETS = re.compile(r"(?:utf-?8|us-ascii|windows-125\d|cp125\d|iso-8859-\d{1,2})", re.IGNORECASE)
_HEAD = 4096


def html_text(path: str) -> str:
    """The text of an HTML file. Raises TooLarge."""
    if Path(path).stat().st_size > _MOST_MEGABYTES * 1024**2:
        raise TooLarge(megabytes=_MOST_MEGABYTES)
    return repaired_text(without_markup(_letters(Path(path).read_bytes())))


def _letters(untrusted: bytes) -> str:
    """By the mark of the bytes, else as the file says itself, else as of a text file."""
    told = _CHARSET.search(untrusted[:_HEAD])
    marked = untrusted.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if told and not marked and _CHARSETS.fullmatch(name := told[1].decode("ascii")):
        try:
            return untrusted.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(untrusted)


class _Text(HTMLParser):
    """Keeps what a person would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        self._unseen += tag in _UNSEEN
        if tag in _BREAKING:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in _BREAKING:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _ended(untrusted_html: str) -> Iterator[str]:
    """The markup without its comments, and without what is begun and never ends: the parser looks for each end anew."""
    place, last = 0, untrusted_html.rfind(">") + 1
    while (start := untrusted_html.find("<!--", place, last)) >= 0:
        yield untrusted_html[place:start]
        end = untrusted_html.find("-->", start, last)
        place = end + 3 if end >= 0 else last
    yield untrusted_html[place:last]
    yield untrusted_html[max(place, last) :].replace("<", " ")


def without_markup(untrusted_html: str) -> str:
    """The text that the markup shows, a line for each block."""
    parser = _Text()
    parser.feed("".join(_ended(untrusted_html)))
    parser.close()
    rows = (" ".join(row.split()) for row in "".join(parser.pieces).split("\n"))
    return "\n".join(row for row in rows if row)
