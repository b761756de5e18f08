"""Files that are a zip of XML parts, held to sane sizes before a parser meets them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from kernel.errors import DamagedFile, EncryptedFile, TooLarge

_MOST_BYTES = 400 * 1024 * 1024  # unpacked, all parts
_MOST_XML_BYTES = 150 * 1024 * 1024  # unpacked, one part that is parsed
_MOST_PARTS = 20_000
MOST_CHARACTERS = 20_000_000
_ENCODINGS = ("ascii", "utf-16-le", "utf-16-be")
_DECLARATIONS = tuple(word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in _ENCODINGS)
FAILURES = (
    zipfile.BadZipFile,
    SyntaxError,  # of both XML parsers
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
)
"""What parsers of them raise over damaged ones."""


def bounded(lines: Iterable[str]) -> Iterator[str]:
    """The lines, until there are more than a record can have. Raises TooLarge."""
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > MOST_CHARACTERS:
            raise TooLarge(megabytes=MOST_CHARACTERS // 1_000_000)
        yield line


def check_package(path: str) -> None:
    """Holds a zip to sane sizes before anything is unpacked, and its XML to no declarations.

    Office files have no document type declaration (ECMA-376-2, 9.1.5), so no entity is ever expanded.
    Raises TooLarge, DamagedFile, EncryptedFile.
    """
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if len(entries) > _MOST_PARTS:
                raise DamagedFile
            if any(entry.flag_bits & 1 for entry in entries):
                raise EncryptedFile
            if sum(entry.file_size for entry in entries) > _MOST_BYTES:
                raise TooLarge(megabytes=_MOST_BYTES // 1024**2)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_part(package, entry)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise DamagedFile from error


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.file_size > _MOST_XML_BYTES:
        raise TooLarge(megabytes=_MOST_XML_BYTES // 1024**2)
    kept = b""
    with package.open(entry) as stream:
        while block := stream.read(1 << 20):
            window = kept + block
            if any(declaration in window for declaration in _DECLARATIONS):
                raise DamagedFile
            kept = window[-32:]
