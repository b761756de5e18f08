"""Hostile names, and things in the drop that are no plain files."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path

from tests.hostile.making import body
from tests.hostile.registry import hostile, planted


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
    "searchable--names/" + "".join(map(chr, range(1, 32))) + "\x7f.txt",
    "searchable--names/ .txt",
    "searchable--names/" + "a/" * 60 + "x..txt",
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


# ---- no plain files --------------------------------------------------------------------------------------------------


@planted("passed--link-to-a-file-of-the-system.txt", quick=True)
def link(target: Path) -> None:
    target.symlink_to("/etc/passwd")


@planted("passed--link-to-nothing.pdf")
def link_to_nothing(target: Path) -> None:
    target.symlink_to("not-there")


@planted("passed--link-to-the-drop-itself", quick=True)
def link_to_folder(target: Path) -> None:
    target.symlink_to(target.parent)


@planted("passed--pipe-that-nobody-writes-to.pdf", quick=True)
def pipe(target: Path) -> None:
    os.mkfifo(target)


@planted("passed--socket.png")
def unix_socket(target: Path) -> None:
    folder = os.open(target.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as one:  # the name of a socket is short
        one.bind(f"/proc/self/fd/{folder}/{target.name}")
    os.close(folder)


@planted("passed--folder-of-a-document.docx", quick=True)
def folder_like_a_file(target: Path) -> None:
    target.mkdir()


@planted("passed--deeper-than-a-path-can-be")
def deep_folders(target: Path) -> None:
    """With a good file at its end, which no path can name."""
    target.mkdir()
    folder = os.open(target, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=folder)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(os.open("deep.txt", os.O_WRONLY | os.O_CREAT, dir_fd=folder))
    os.close(folder)
