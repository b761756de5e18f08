"""Text files: their encoding, and how text of any file is cut into pages."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from ingest.reading.legacy import repaired_text, share_read
from ingest.recognising import utf16_without_mark

PAGE_CHARACTERS = 3000
_ONE_BYTE = ("cp1258", "cp1252", "latin-1")
_SAMPLE = 64 * 1024
_NO_SPACE = re.compile("[^ ]")
# Bringing marks on one letter into their order takes time by the square of their number. No language has more than
# 30 (Unicode Standard Annex 15, section 13, Stream-Safe Text); what is beyond is left out.
# Marks beyond the first plane are not looked for: with them the search takes a hundred times as long.
_MARK = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.combining(chr(code)))
_MARKS = re.compile(f"([{_MARK}]{{30}})[{_MARK}]+")


def text_of(path: str) -> str:
    """The text of a text file."""
    return decoded(Path(path).read_bytes())


def decoded(untrusted: bytes) -> str:
    """Bytes as text: by their mark, as UTF-8, as UTF-16, else in the one-byte encoding that reads best.

    TCVN3, VNI and VIQR are repaired, also where they were saved as Unicode letter by letter.
    """
    return repaired_text(_decoded(untrusted))


def _decoded(untrusted: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if untrusted.startswith(mark):
            return untrusted[len(mark) :].decode(encoding, "replace")
    try:
        return untrusted.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if unmarked := utf16_without_mark(untrusted[:_SAMPLE]):
        return untrusted.decode(unmarked, "replace")
    return untrusted.decode(_one_byte_encoding(untrusted[:_SAMPLE]), "replace")


def _one_byte_encoding(sample: bytes) -> str:
    """The one in which the text reads best, after its repair: TCVN3 and VNI have the codes of cp1252."""
    shares = {
        name: share_read(repaired_text(unicodedata.normalize("NFC", sample.decode(name, "replace"))))
        for name in _ONE_BYTE
    }
    return max(_ONE_BYTE, key=shares.__getitem__)


def pages_of(text: str) -> list[str]:
    """NFC text cut at line ends into pages of about PAGE_CHARACTERS; at least one. A form feed begins a new page."""
    text = (
        unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\0", "")
    )
    pages: list[str] = []
    for part in text.split("\f"):
        pages += _cut(part)
    return [page for page in pages if page.strip()] or [""]


def _cut(text: str) -> list[str]:
    pages: list[str] = []
    lines: list[str] = []
    length = 0
    for line in (piece for row in text.split("\n") for piece in _pieces(row)):
        if lines and length + len(line) > PAGE_CHARACTERS:
            pages.append("\n".join(lines).strip("\n"))
            lines, length = [], 0
        lines.append(line)
        length += len(line) + 1
    return [*pages, "\n".join(lines).strip("\n")]


def _pieces(line: str) -> list[str]:
    """A line that is longer than a page, cut at spaces; else the line itself."""
    pieces = []
    start = 0  # not by cutting the line itself: that takes time by the square of its length
    while len(line) - start > PAGE_CHARACTERS:
        end = line.rfind(" ", start + 1, start + PAGE_CHARACTERS)
        end = start + PAGE_CHARACTERS if end < 0 else end
        pieces.append(line[start:end])
        start = _past_spaces(line, end)
    return [*pieces, line[start:]]


def _past_spaces(line: str, start: int) -> int:
    found = _NO_SPACE.search(line, start)
    return found.start() if found else len(line)
