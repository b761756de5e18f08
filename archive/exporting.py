"""Records given away as a bag (BagIt, RFC 8493): a folder that anybody can check without us.

    data/<record id>/original.<ending>   the bytes as they came
    data/<record id>/metadata.json       all that the archive knows of it: fields, deliveries, events
    data/<record id>/text.txt            the text as it was read, a form feed between pages

Every name is made by us from ids and a table of endings; names that came with files stand in metadata.json only.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from archive.backup_files import copy_checked
from archive.catalogue import Catalogue
from archive.originals import Originals
from kernel.durable import sync_folder
from kernel.ids import new_id
from kernel.keeping_errors import NotEmpty, NotKept
from mappings.record import Record

_ENDINGS = {
    "application/pdf": ".pdf",
    "image/tiff": ".tif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/html": ".html",
    "image/webp": ".webp",
    "image/jp2": ".jp2",
    "application/vnd.ms-outlook": ".msg",
    "text/plain": ".txt",
    "message/rfc822": ".eml",
}


@dataclass(frozen=True, slots=True)
class Bagged:
    """A finished bag: where it is, how many records it holds, bytes of its payload."""

    place: Path
    records: int
    size: int


def export(
    catalogue: Catalogue,
    originals: Originals,
    record_ids: Sequence[str],
    access: Sequence[str],
    target: Path,
    organization: str,
) -> Bagged:
    """Makes one bag of these records at `target`, whole and checked or not at all.

    Errors: NotFound (a record is not there, or not for these access tokens), NotEmpty, DigestMismatch (an original is
    damaged), OSError.
    """
    target = target.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotEmpty(place=target)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{new_id()}.part")
    part.mkdir()
    try:
        for record_id in dict.fromkeys(record_ids):
            _put_record(catalogue, originals, record_id, access, part)
        size = _seal(part, organization)
        part.rename(target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Bagged(target, len(set(record_ids)), size)


def _put_record(catalogue: Catalogue, originals: Originals, record_id: str, access: Sequence[str], bag: Path) -> None:
    with catalogue.reading() as unit:
        record = unit.records.by_id(record_id, access)
        rows = unit.kept_rows.of_records([record.id])[record.id]
        pages = unit.pages.of_record(record.id)
    folder = bag / record.id
    folder.mkdir()
    with originals.local(record.digest) as original:
        copy_checked(original, folder / _name_of(record), record.digest)
    known = {name: rows[name] for name in ("record", "original", "fields", "deliveries", "events")}
    known["pages"] = [
        {"page": page.number, "state": page.state, "read_by": page.read_by, "confidence": page.confidence}
        for page in pages
    ]
    indented = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    (folder / "metadata.json").write_bytes(orjson.dumps(known, option=indented))
    (folder / "text.txt").write_text("\f\n".join(page.text for page in pages), encoding="utf-8")


def _name_of(record: Record) -> str:
    return f"original{_ENDINGS.get(record.media_type, '.bin')}"


def _seal(bag: Path, organization: str) -> int:
    """Writes the tag files, checks the bag by the library's own word, and makes it durable. Bytes of the payload."""
    info = {
        "Source-Organization": " ".join(organization.split()),
        "External-Identifier": new_id(),
        "Internal-Sender-Description": "Exported by tangthu; data/<record id>/metadata.json tells what each is.",
    }
    with warnings.catch_warnings():
        # Here, not above: it brings pkg_resources, slow to import and full of warnings, which no other command needs.
        warnings.simplefilter("ignore")
        import bagit  # noqa: PLC0415
    try:
        made = bagit.make_bag(str(bag), info, checksums=["sha256", "sha512"])
        made.validate()
    except bagit.BagError as error:
        raise NotKept(reason=str(error)) from error
    for parent, _, names in os.walk(bag, topdown=False):
        for name in names:
            _sync(Path(parent) / name)
        sync_folder(Path(parent))
    return int(str(made.info["Payload-Oxum"]).split(".", maxsplit=1)[0])


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
