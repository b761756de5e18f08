"""Names of the fields that can be asked for, in Vietnamese and English, and where they stand in a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from analyzers.streams import analyse
from search_api.query.wishes import AskedField

_NAMES: dict[AskedField, tuple[str, ...]] = {
    AskedField.NUMBER: ("số", "number", "no"),
    AskedField.SYMBOL: ("ký hiệu", "symbol"),
    AskedField.KIND: ("loại", "loại văn bản", "tên loại", "kind", "type"),
    AskedField.ISSUER: ("cơ quan", "cơ quan ban hành", "nơi ban hành", "tác giả", "issuer", "agency"),
    AskedField.ISSUED: ("ngày", "ngày ban hành", "ban hành", "năm", "tháng", "date", "issued", "year"),
    AskedField.SUBJECT: ("trích yếu", "về việc", "tiêu đề", "subject", "title"),
    AskedField.SIGNER: ("người ký", "ký bởi", "signer"),
    AskedField.URGENCY: ("độ khẩn", "khẩn", "urgency"),
    AskedField.SECRECY: ("độ mật", "mật", "secrecy"),
    AskedField.DOSSIER: ("hồ sơ", "dossier", "file"),
    AskedField.RECIPIENTS: ("nơi nhận", "người nhận", "recipient", "recipients"),
    AskedField.ARRIVAL_NUMBER: ("số đến", "arrival number", "arrival"),
}
# Words, letters and single spaces, that end just before a colon.
_BEFORE_COLON = re.compile(r"(?<![\w/.])(?<!\w-)[^\W\d_]+(?:[ _\t]{1,3}[^\W\d_]+){0,3}\s?$")
_LOOK_BACK = 40


@dataclass(frozen=True, slots=True)
class FieldHead:
    """[start, end) of a field's name with its colon. `field` None: a name that is none of ours."""

    start: int
    end: int
    field: AskedField | None


@cache
def _fields_by_name() -> dict[str, AskedField]:
    """By the folded words, joined and apart: `co quan` and `coquan`."""
    apart = {" ".join(analyse(name).folded): one for one, names in _NAMES.items() for name in names}
    return {name.replace(" ", ""): one for name, one in apart.items()} | apart


def field_heads(text: str) -> Iterator[FieldHead]:
    """The names before colons, in order: the longest that is known, else a word that stands right before its value."""
    quotes = 0
    at = 0
    for colon in (match.start() for match in re.finditer(":", text)):
        quotes += text.count('"', at, colon)
        at = colon
        if quotes % 2 == 0 and (head := _head(text, colon)):
            yield head


def _head(text: str, colon: int) -> FieldHead | None:
    back = max(0, colon - _LOOK_BACK)
    before = _BEFORE_COLON.search(text[back:colon])
    if before is None:
        return None
    words = list(re.finditer(r"[^\W\d_]+", before.group()))
    for first in words:
        name = " ".join(analyse(before.group()[first.start() :]).folded)
        if (known := _fields_by_name().get(name)) is not None:
            return FieldHead(back + before.start() + first.start(), colon + 1, known)
    # "abc:def" looks like a field, "Kính gửi: ông A", "http://…" and "8:30" do not.
    tight = text[colon - 1].isalpha() and text[colon + 1 : colon + 2].isalnum()
    return FieldHead(back + before.start() + words[-1].start(), colon + 1, None) if tight else None
