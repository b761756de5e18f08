"""RTF: its text, by font, so that text in old encodings can be told (Rich Text Format Specification 1.9.1)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.reading.fonts import in_unicode
from ingest.reading.packages import bounded
from kernel.errors import DamagedFile, TooLarge, TruncatedFile

_MOST_MEGABYTES = 200
_DEEPEST = 5_000
_MOST_FONTS = 10_000
_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<code>[0-9A-Fa-f]{2})"
    rb"|\\(?P<sign>[^A-Za-z'])"
    rb"|(?P<brace>[{}])"
    rb"|[\r\n\0]+"
    rb"|(?P<text>[^\\{}\r\n\0]+)",
    re.DOTALL,
)
# What is no text of the document. \* begins what a reader may leave out.
_UNSEEN = frozenset(
    b"colortbl stylesheet info pict object themedata colorschememapping datastore fldinst listtable listoverridetable "
    b"rsidtbl generator xmlnstbl filetbl revtbl bkmkstart bkmkend objdata nonshppict shprslt".split()
)
_LETTERS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"row": "\n", b"page": "\f", b"cell": "\t", b"tab": "\t",
    b"nestcell": "\t", b"nestrow": "\n", b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ", b"enspace": " ", b"~": "\u00a0", b"_": "-", b"-": "\u00ad",
    b"\\": "\\", b"{": "{", b"}": "}",
    b"\n": "\n", b"\r": "\n",
}  # fmt: skip
_CODE_PAGES = {0: "cp1252", 163: "cp1258", 204: "cp1251", 238: "cp1250"}  # by \\fcharset
_KNOWN_CODE_PAGES = frozenset((437, 850, 1250, 1251, 1252, 1253, 1254, 1257, 1258))  # of one byte a letter


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group. `skip`: how many letters stand for a \\u once more, for old readers."""

    font: int = 0
    skip: int = 1
    unseen: bool = False
    fonts: bool = False


@dataclass(slots=True)
class _Font:
    name: str = ""
    code_page: str | None = None


def rtf_text(path: str) -> str:
    """The text; tables a line a row, page breaks as form feeds. Raises TruncatedFile, DamagedFile, TooLarge."""
    if Path(path).stat().st_size > _MOST_MEGABYTES * 1024**2:
        raise TooLarge(megabytes=_MOST_MEGABYTES)
    content = Path(path).read_bytes()
    text = in_unicode(lambda kept: ["".join(bounded(kept(*piece) for piece in _stretches(_Reader(content).read())))])
    # Optional hyphens are not seen; what is left alone of a pair of \u is no letter.
    return text.replace("\u00ad", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _stretches(pieces: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Text of one font as one piece: a word may be cut anywhere."""
    for font, stretch in itertools.groupby(pieces, key=lambda piece: piece[0]):
        yield font, "".join(text for _, text in stretch)


class _Reader:
    """Goes through the file once."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._state = _State()
        self._outer: list[_State] = []
        self._fonts: dict[int, _Font] = {}
        self._code_page = "cp1252"
        self._skipping = 0

    def read(self) -> Iterator[tuple[str, str]]:
        """The name of its font, and the text, piece by piece."""
        place = 0
        while found := _TOKEN.search(self._content, place):
            place = found.end()
            if found["brace"]:
                if not self._group(opens=found["brace"] == b"{"):
                    return
            elif found["word"] == b"bin":
                place += max(0, int(found["number"] or 0))
            elif text := self._text_of(found):
                yield self._take(text)
        raise TruncatedFile

    def _group(self, *, opens: bool) -> bool:
        """False at the end of the outermost group: there the document ends."""
        self._skipping = 0
        if not opens:
            self._state = self._outer.pop() if self._outer else self._state
            return bool(self._outer)
        if len(self._outer) >= _DEEPEST:
            raise DamagedFile
        self._outer.append(self._state)
        return True

    def _take(self, text: str) -> tuple[str, str]:
        font = self._fonts.get(self._state.font)
        if self._state.fonts and not self._state.unseen:
            if font:
                font.name = (font.name + text.partition(";")[0])[:100]
            return "", ""
        return (font.name.strip() if font else ""), "" if self._state.unseen else text

    def _text_of(self, found: re.Match[bytes]) -> str:
        if found["word"]:
            return self._word(found["word"], int(found["number"]) if found["number"] else None)
        if found["sign"]:
            return self._sign(found["sign"])
        letters = bytes([int(found["code"], 16)]) if found["code"] else found["text"] or b""
        skipped = min(self._skipping, len(letters))
        self._skipping -= skipped
        return letters[skipped:].decode(self._encoding(), "replace")

    def _encoding(self) -> str:
        font = self._fonts.get(self._state.font)
        return (font and font.code_page) or self._code_page

    def _sign(self, sign: bytes) -> str:
        if sign == b"*":
            self._state = replace(self._state, unseen=True)
        return _LETTERS.get(sign, "")

    def _word(self, word: bytes, number: int | None) -> str:
        if word == b"u" and number is not None:
            self._skipping = self._state.skip
            return chr(number % 0x10000)
        if word in _UNSEEN:
            self._state = replace(self._state, unseen=True)
        elif word == b"shptxt":  # the text of a text box stands within what a reader may leave out
            self._state = replace(self._state, unseen=False)
        elif word == b"fonttbl":
            self._state = replace(self._state, fonts=True)
        elif number is not None:
            self._setting(word, number)
        return _LETTERS.get(word, "")

    def _setting(self, word: bytes, number: int) -> None:
        if word == b"f":
            self._state = replace(self._state, font=number)
            if self._state.fonts and len(self._fonts) < _MOST_FONTS:
                self._fonts.setdefault(number, _Font())
        elif word == b"uc":
            self._state = replace(self._state, skip=max(0, min(number, 10)))
        elif word == b"ansicpg" and number in _KNOWN_CODE_PAGES:
            self._code_page = f"cp{number}"
        elif word == b"fcharset" and self._state.font in self._fonts:
            self._fonts[self._state.font].code_page = _CODE_PAGES.get(number)
