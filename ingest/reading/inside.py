"""What lies inside a file and is not read: pictures and files in office files, what is attached to a mail.

It is told as a page of its own that could not be read, the last one, so that such a record never passes for wholly
searchable. Small pictures say nothing: logos, bullets, lines.
"""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile
from email.message import Message
from pathlib import Path

from PIL import Image

from ingest.reading.outlook import has_attachments
from ingest.recognising import DOCX, EML, HTML, MSG, ODT, PPTX, RTF, XLSX
from kernel.errors import AttachmentsNotRead, PageUnreadable, PicturesNotRead

_INSIDE = re.compile(r"(?:(?:word|xl|ppt)/)?(media|embeddings|Pictures|Object [^/]+)/[^/]+", re.IGNORECASE)
_PICTURE_MARKS = {
    RTF: re.compile(rb"\\(?:pict|objdata)(?![a-z])"),
    HTML: re.compile(rb"data:(?:image|application)/|<svg[\s>]", re.IGNORECASE),
}
_SMALL_PIXELS = 150 * 150  # a line of typed text in a scan has more
_MOST_BYTES_LOOKED_AT = 64 * 1024
_SIGNATURES = frozenset({"pkcs7-signature", "x-pkcs7-signature", "pgp-signature"})


def unread_inside(path: str, media_type: str) -> PageUnreadable | None:
    """What to say of that which is inside the file and not read; None if there is nothing.

    The file is one that was parsed before: `packages.check_package` and `mail.mail_text` hold it to sane sizes.
    """
    if media_type in {DOCX, XLSX, PPTX, ODT}:
        return PicturesNotRead() if _has_pictures(path) else None
    if mark := _PICTURE_MARKS.get(media_type):
        return PicturesNotRead() if mark.search(Path(path).read_bytes()) else None
    if media_type == MSG:
        return AttachmentsNotRead() if has_attachments(path) else None
    if media_type == EML:
        message = email.message_from_bytes(Path(path).read_bytes(), policy=email.policy.default)
        return AttachmentsNotRead() if any(is_unread(part) for part in message.walk()) else None
    return None


def _has_pictures(path: str) -> bool:
    with zipfile.ZipFile(path) as package:
        for entry in package.infolist():
            place = _INSIDE.fullmatch(entry.filename)
            if place and (place[1].lower() not in {"media", "pictures"} or not _is_small(_head(package, entry))):
                return True
    return False


def _head(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with package.open(entry) as stream:
            return stream.read(_MOST_BYTES_LOOKED_AT)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError):
        return b""


def _is_small(untrusted_head: bytes) -> bool:
    """Whether it is surely a picture too small to say anything; told from its head, nothing is decoded."""
    try:
        with Image.open(io.BytesIO(untrusted_head)) as image:
            return image.width * image.height < _SMALL_PIXELS
    except Exception:  # no picture that we know, or a hostile one: not surely small
        return False


def is_unread(part: Message) -> bool:
    """Whether a part of a mail is attached to it: neither its text nor a mark, such as a logo or a signature."""
    if part.get_content_type() == "message/rfc822":
        return True
    if part.is_multipart() or part.get_content_subtype() in _SIGNATURES:
        return False
    picture = part.get_content_maintype() == "image"
    if not picture and part.get_content_disposition() != "attachment" and not part.get_filename():
        return False
    payload = part.get_payload(decode=True)
    return not (picture and isinstance(payload, bytes) and _is_small(payload[:_MOST_BYTES_LOOKED_AT]))
