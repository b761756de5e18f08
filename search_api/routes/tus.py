"""What the headers of the tus protocol say (tus.io/protocols/resumable-upload, 1.0.0), both ways."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime

from archive.coming import Coming
from kernel.errors import BadRequest
from kernel.upload_errors import OtherProtocol
from search_api.resuming import ALONE, HOURS, Checksum, Together

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
ALGORITHMS = ("sha1", "sha256")
OFFSET_TYPE = "application/offset+octet-stream"

RESUMABLE: Mapping[str, str] = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
"""Of every answer."""

DELIVERY = "Tangthu-Delivery"
"""The header that names what a complete upload became."""

BATCH = "Tangthu-Batch"
"""The header that names what an upload is handed in with; its receipt is asked for by that."""

MOST_TOGETHER = 100_000
"""Files of one batch."""

_MOST_DIGITS = 15
_LONGEST_METADATA = 4 << 10
_LONGEST_TOGETHER = 64


def expect_version(headers: Mapping[str, str]) -> None:
    """OtherProtocol unless the sender speaks ours."""
    if headers.get("tus-resumable") != VERSION:
        raise OtherProtocol(what=f"Tus-Resumable: {headers.get('tus-resumable', '')[:20]}")


def number(headers: Mapping[str, str], name: str) -> int:
    """A header that counts bytes, else BadRequest."""
    untrusted = headers.get(name.lower(), "")
    if not (untrusted.isascii() and untrusted.isdigit() and len(untrusted) <= _MOST_DIGITS):
        raise BadRequest(what=f"{name}: {untrusted[:40]}")
    return int(untrusted)


def metadata(headers: Mapping[str, str]) -> dict[str, str]:
    """What the sender says of the file, by key, untrusted. BadRequest where it is not written as it must be."""
    untrusted, found = headers.get("upload-metadata", ""), {}
    if len(untrusted) > _LONGEST_METADATA:
        raise BadRequest(what="Upload-Metadata")
    for pair in filter(None, (part.strip() for part in untrusted.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise BadRequest(what="Upload-Metadata") from error
    return found


def path_of(untrusted_metadata: Mapping[str, str]) -> str:
    """The file's name below the folders and the batch that it is said to lie in, untrusted."""
    name = untrusted_metadata.get("relativePath") or untrusted_metadata.get("filename") or ""
    batch = untrusted_metadata.get("batch", "").replace("/", "-").replace("\\", "-").strip()
    return f"{batch}/{name}" if batch else name


def together_of(untrusted_metadata: Mapping[str, str]) -> Together:
    """What the file is handed in with. BadRequest for a number of files that is none."""
    untrusted_files = untrusted_metadata.get("files", "1")
    is_number = untrusted_files.isascii() and untrusted_files.isdigit() and len(untrusted_files) <= _MOST_DIGITS
    if not is_number or not 1 <= int(untrusted_files) <= MOST_TOGETHER:
        raise BadRequest(what=f"Upload-Metadata: files 1-{MOST_TOGETHER}")
    untrusted_id = untrusted_metadata.get("together", "")[:_LONGEST_TOGETHER]
    return Together(untrusted_id, int(untrusted_files)) if untrusted_id else ALONE


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """The checksum of a request's body, if it carries one. BadRequest for one that we cannot compare."""
    untrusted = headers.get("upload-checksum")
    if untrusted is None:
        return None
    algorithm, _, value = untrusted.strip().partition(" ")
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(what="Upload-Checksum") from error
    if algorithm not in ALGORITHMS:
        raise BadRequest(what=f"Upload-Checksum: {algorithm[:20]}")
    return Checksum(algorithm, digest)


def standing(upload: Coming, delivery_id: str | None = None) -> dict[str, str]:
    """How an upload stands, as headers."""
    said = upload.announced
    name = base64.b64encode(said.name.encode()).decode()
    found = {
        **RESUMABLE,
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(said.length),
        "Upload-Metadata": f"filename {name}",
        "Upload-Expires": _http_date(said.begun_at + timedelta(hours=HOURS)),
    }
    delivery_id = delivery_id or upload.delivery_id
    batch = said.together or delivery_id
    found |= {BATCH: batch} if batch else {}
    return found | {DELIVERY: delivery_id} if delivery_id else found


def _http_date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)
