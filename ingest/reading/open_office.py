"""ODT and PPTX: their text in the order of the document."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from defusedxml.ElementTree import parse

from ingest.reading.legacy import repaired_text
from ingest.reading.packages import FAILURES, bounded, check_package
from ingest.reading.xml_text import Form, text_of_xml
from kernel.errors import DamagedFile, EncryptedFile, TooManyPages

_ODT = Form(
    text=frozenset(("p", "h")),
    line=frozenset(("p", "h")),
    cell=frozenset(("table-cell", "covered-table-cell")),
    row=frozenset(("table-row",)),
    unseen=frozenset(("tracked-changes", "annotation", "sequence-decls")),
    signs={"tab": "\t", "line-break": "\n", "s": " "},
    within="body",
)
_ODT_HEADS = replace(_ODT, within="master-styles")
_SLIDE = Form(
    text=frozenset(("t",)),
    line=frozenset(("p",)),
    cell=frozenset(("tc",)),
    row=frozenset(("tr",)),
    unseen=frozenset(("Fallback",)),
    signs={"br": "\n"},
)
_MOST_SLIDES = 5000
_MOST_LIST_BYTES = 16 * 1024**2  # of a list of slides: that of 5000 has less than two
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def odt_text(path: str) -> str:
    """Headers and footers, then the body. Raises DamagedFile, EncryptedFile, TooLarge."""
    check_package(path)
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "META-INF/manifest.xml" in names and _is_encrypted(package):
                raise EncryptedFile
            parts = [("styles.xml", _ODT_HEADS)] if "styles.xml" in names else []
            return repaired_text(_joined(package, [*parts, ("content.xml", _ODT)]))
    except FAILURES as error:
        raise DamagedFile from error


def _is_encrypted(package: zipfile.ZipFile) -> bool:
    """Whether its list of parts tells how to decrypt them (OpenDocument 1.3 part 2, 4.4)."""
    with package.open("META-INF/manifest.xml") as stream:
        return b"encryption-data" in stream.read(_MOST_LIST_BYTES)


def pptx_text(path: str) -> str:
    """Slides in their order, each on a page of its own where it has text, with its notes. Raises as `odt_text`."""
    check_package(path)
    try:
        with zipfile.ZipFile(path) as package:
            return repaired_text("".join(bounded(_slides(package))))
    except FAILURES as error:
        raise DamagedFile from error


def _slides(package: zipfile.ZipFile) -> Iterator[str]:
    names = set(package.namelist())
    for slide in _slide_parts(package):
        yield _joined(package, [(slide, _SLIDE)])
        for kind, notes in _relations(package, names, slide):
            if kind.endswith("/notesSlide") and notes in names:
                yield _joined(package, [(notes, _SLIDE)])
        yield "\f"


def _slide_parts(package: zipfile.ZipFile) -> list[str]:
    """The parts of the slides, as the list of slides names them (ECMA-376-1, 19.2.1.34)."""
    names = set(package.namelist())
    targets = {}
    with _small(package, "ppt/_rels/presentation.xml.rels") as stream:
        for relation in parse(stream).iter():
            targets[relation.get("Id")] = _part("ppt", relation.get("Target", ""))
    with _small(package, "ppt/presentation.xml") as stream:
        listed = [node.get(_RELATION) for node in parse(stream).iter() if node.tag.endswith("}sldId")]
    parts = [targets[key] for key in dict.fromkeys(listed)]
    if len(parts) > _MOST_SLIDES:
        raise TooManyPages(pages=len(parts), limit=_MOST_SLIDES)
    if not set(parts) <= names:
        raise DamagedFile
    return parts


def _relations(package: zipfile.ZipFile, names: set[str], part: str) -> list[tuple[str, str]]:
    folder, name = posixpath.split(part)
    place = f"{folder}/_rels/{name}.rels"
    if place not in names:
        return []
    with _small(package, place) as stream:
        nodes = list(parse(stream).iter())
    return [(node.get("Type", ""), _part(folder, node.get("Target", ""))) for node in nodes if node.get("Target")]


def _part(folder: str, untrusted_target: str) -> str:
    """The name of a part within the package; never a place outside it, as it is only looked up there."""
    return posixpath.normpath(posixpath.join("/" + folder, untrusted_target)).lstrip("/")


def _small(package: zipfile.ZipFile, name: str) -> IO[bytes]:
    if package.getinfo(name).file_size > _MOST_LIST_BYTES:
        raise DamagedFile
    return package.open(name)


def _joined(package: zipfile.ZipFile, parts: list[tuple[str, Form]]) -> str:
    def pieces() -> Iterator[str]:
        for name, form in parts:
            with package.open(name) as stream:
                yield from text_of_xml(stream, form)

    return "".join(bounded(pieces()))
