"""Hostile names, and things in the drop that are no plain files."""

from __future__ import annotations

import os
import unicodedata

from tests.hostile.making import body
from tests.hostile.registry import hostile


def _text(name: str) -> bytes:
    return (body(ascii(name)) + "\n").encode()


hostile("searchable--names/new\nline.txt", "searchable--names/-rf", quick=True)(_text)


@hostile(
    "searchable--names/right-to-left-\u202efdp.txt",
    "searchable--names/" + "d" * 251 + ".txt",
    "searchable--names/" + unicodedata.normalize("NFC", "Quyết định") + ".txt",
    "searchable--names/" + unicodedata.normalize("NFD", "Quyết định") + ".txt",
    os.fsdecode(b"searchable--names/invalid-\xff\xfe.txt"),
    "searchable--names/=cmd('calc')",
    "searchable--names/trailing space.txt ",
    "searchable--names/$(touch x);`touch y`.txt",
    "searchable--names/%s%n{0}{name}.txt",
    "searchable--names/CON.txt",
    "searchable--names/\x1b[31mred.txt",
    "searchable--names/<img src=x onerror=alert(1)>.txt",
    os.fsdecode(b"searchable--names/\xe1\xbb\x81 .. \\..\\etc.txt"),
)
def text_of_name(name: str) -> bytes:
    return _text(name)


@hostile("rejected-unknown-type--names/" + "đ" * 124 + ".bin")
def long_name_refused(name: str) -> bytes:
    return b"\x7fELF\0" + name.encode()


@hostile("passed--names/.leading-dot.txt", quick=True)
def leading_dot(name: str) -> bytes:
    return body(name).encode()
