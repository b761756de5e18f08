"""What a file is, told from its bytes and never from its name alone, and whether it can be taken.

`inspect` meets hostile bytes: call it in a reading process (`ReadingPool.submit(inspect, …)`).
"""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import DamagedFile, EmptyFile, EncryptedFile, TooLarge, TruncatedFile, UnknownType

PDF = "application/pdf"
TIFF = "image/tiff"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
RTF = "application/rtf"
HTML = "text/html"
WEBP = "image/webp"
JPEG_2000 = "image/jp2"
MSG = "application/vnd.ms-outlook"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
TXT = "text/plain"
EML = "message/rfc822"

EXTENSIONS = {
    PDF: ".pdf",
    TIFF: ".tif",
    JPEG: ".jpg",
    PNG: ".png",
    DOCX: ".docx",
    XLSX: ".xlsx",
    PPTX: ".pptx",
    ODT: ".odt",
    RTF: ".rtf",
    HTML: ".html",
    WEBP: ".webp",
    JPEG_2000: ".jp2",
    MSG: ".msg",
    DOC: ".doc",
    XLS: ".xls",
    TXT: ".txt",
    EML: ".eml",
}
DRAWABLE = frozenset({PDF, TIFF, JPEG, PNG, WEBP, JPEG_2000})

MOST_OLD_OFFICE_MB = 100
_HEAD_BYTES = 64 * 1024
_PDF_HEAD_BYTES = 1024  # readers look for the header that far in (ISO 32000-1, annex H.3.4.1)
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),  # BigTIFF
    (b"MM\0+", TIFF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", JPEG_2000),
    (b"\xff\x4f\xff\x51", JPEG_2000),  # its codestream alone
    (b"{\\rtf", RTF),
)
_MSG_PROPERTIES = "__properties_version1.0"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones under a password
# Text in form, but a page description or a markup in truth: reading it as plain text would mislead.
_MARKUP = re.compile(rb"\s*(?:%!PS|<\?xml|<!doctype|<svg)", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html\b|<html\b", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]{0,300}>")
_HEADER_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):")
_MAIL_HEADERS = frozenset(
    b"from to cc date subject received return-path message-id mime-version content-type delivered-to reply-to".split()
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken at most: pages of a file, and millions of pixels of an image or page."""

    max_pages: int
    max_megapixels: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is. `extension` has its dot. `page_count` is at least 1."""

    media_type: str
    extension: str
    page_count: int


def inspect(path: str, untrusted_name: str, limits: Limits) -> Inspection:
    """What the file at `path` is, if it can be taken whole.

    Raises EmptyFile, TruncatedFile, EncryptedFile, DamagedFile, UnknownType, TooManyPages, TooManyPixels, TooLarge.
    """
    from ingest.reading.dispatch import count_pages  # noqa: PLC0415 - loads the parsers: not wanted where only the names are

    media_type = recognise(Path(path), untrusted_name)
    return Inspection(media_type, EXTENSIONS[media_type], count_pages(path, media_type, limits))


def recognise(path: Path, untrusted_name: str) -> str:
    """The media type. Raises EmptyFile, EncryptedFile, TruncatedFile, DamagedFile, UnknownType, TooLarge."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith(_OLE_MAGIC):  # before PDF: one that is attached to a short mail lies in its first bytes
        return _recognise_ole(path)
    if b"%PDF-" in head[:_PDF_HEAD_BYTES]:
        return PDF
    if known := _by_magic(head):
        return known
    if head.startswith(b"PK\x03\x04"):
        return _recognise_zip(path)
    if _too_short_to_tell(head, untrusted_name):
        raise TruncatedFile
    return _recognise_text(head, whole=size <= len(head))


def _by_magic(head: bytes) -> str | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return next((media_type for magic, media_type in _MAGIC if head.startswith(magic)), None)


def _too_short_to_tell(head: bytes, untrusted_name: str) -> bool:
    """Whether it is but the first bytes of a known type; only here does the name have a say."""
    expected = {".pdf": b"%PDF-", ".png": _MAGIC[0][0], ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
    expected |= dict.fromkeys((".docx", ".xlsx", ".pptx", ".odt"), b"PK\x03\x04")
    expected |= {".rtf": b"{\\rtf", ".webp": b"RIFF", ".jp2": b"\0\0\0\x0cjP  "}
    magic = expected.get(Path(untrusted_name).suffix.lower())
    return bool(magic and len(head) < len(magic) and magic.startswith(head))


def _recognise_ole(path: Path) -> str:
    """By the streams that it has.

    A mail of Outlook has properties ([MS-OXMSG] 2.4), an encrypted DOCX or XLSX a package ([MS-OFFCRYPTO] 1.3.2), a
    DOC a document ([MS-DOC] 2.1), an XLS a workbook ([MS-XLS] 2.1; in Excel 95 a book).
    """
    properties, package = (name.encode("utf-16-le") for name in (_MSG_PROPERTIES, "EncryptedPackage"))
    found: set[bytes] = set()
    kept = b""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            window = kept + block
            found |= {name for name in (properties, package) if name in window}
            kept = window[-64:]
    if properties in found:  # before the other: an encrypted file may be attached to a mail
        return MSG
    if package in found:
        raise EncryptedFile
    return _recognise_old_office(path)


def _recognise_old_office(path: Path) -> str:
    from ingest.reading.compound import CompoundFile  # noqa: PLC0415 - not wanted where only the names are

    if path.stat().st_size > MOST_OLD_OFFICE_MB * 1024**2:
        raise TooLarge(megabytes=MOST_OLD_OFFICE_MB)
    # Those at the root: a workbook may lie in a document, and a document in a workbook.
    streams = {place[0] for place in CompoundFile(path.read_bytes()).tree() if len(place) == 1}
    if "WordDocument" in streams:
        return DOC
    if {"Workbook", "Book"} & streams:
        return XLS
    raise UnknownType


def _recognise_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = {entry.filename: entry for entry in package.infolist()}
            if any(entry.flag_bits & 1 for entry in names.values()):
                raise EncryptedFile
            return _recognise_package(package, names)
    except zipfile.BadZipFile as error:
        # The directory of a zip is its end: without one it is cut off, with a bad one it is damaged.
        raise (DamagedFile if _has_zip_end(path) else TruncatedFile) from error
    except (NotImplementedError, OSError, EOFError, ValueError) as error:
        raise DamagedFile from error


def _recognise_package(package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> str:
    """DOCX, XLSX or PPTX by the content type that the package declares (ECMA-376-2, 10.1.2), ODT by its own."""
    contents = names.get("[Content_Types].xml")
    if contents is None and _is_odt(package, names):
        return ODT
    if contents is None:
        raise UnknownType
    with package.open(contents) as stream:
        declared = stream.read(1 << 20)
    for media_type in (DOCX, XLSX, PPTX):
        if f'"{media_type}.main+xml"'.encode() in declared.replace(b"'", b'"'):
            return media_type
    raise UnknownType


def _is_odt(package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> bool:
    if "mimetype" not in names or "content.xml" not in names:
        return False
    with package.open(names["mimetype"]) as stream:
        return stream.read(200).strip() == ODT.encode()


def _has_zip_end(path: Path) -> bool:
    """Whether the end record of a zip is there, all 22 bytes of it (APPNOTE 4.3.16)."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - 65_557))  # the end record and the longest comment after it
        tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    return 0 <= place <= len(tail) - 22


def _recognise_text(head: bytes, *, whole: bool) -> str:
    if _is_html(head.removeprefix(codecs.BOM_UTF8)) and looks_like_text(head, whole=whole):
        return HTML
    if _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)) or not looks_like_text(head, whole=whole):
        raise UnknownType
    return EML if _looks_like_mail(head) else TXT


def _is_html(head: bytes) -> bool:
    """Whether it opens as HTML, or as the XML form of it; comments may stand before."""
    declaration = _XML_DECLARATION.match(head)
    head = head[declaration.end() if declaration else 0 :].lstrip()
    while head.startswith(b"<!--") and b"-->" in head:
        head = head.partition(b"-->")[2].lstrip()
    return bool(_HTML.match(head))


def _looks_like_mail(head: bytes) -> bool:
    """Whether it opens with at least two known mail header fields, the sender's or the post's among them (RFC 5322)."""
    lines = re.split(rb"\r?\n", head.removeprefix(codecs.BOM_UTF8).lstrip())
    if lines and lines[0].startswith(b"From "):  # an mbox line before the headers
        lines = lines[1:]
    found: set[bytes] = set()
    for line in lines:
        match = _HEADER_LINE.match(line)
        if match:
            found.add(match[1].lower())
        elif not line[:1].isspace() or not found:  # neither a field nor the rest of one: the headers end here
            break
    known = found & _MAIL_HEADERS
    return len(known) >= 2 and bool(known & {b"from", b"received", b"return-path", b"message-id", b"mime-version"})


def looks_like_text(head: bytes, *, whole: bool) -> bool:
    """Whether the bytes are text in some encoding: UTF-8, UTF-16, or one byte a letter (Windows-1258 and the like)."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or utf16_without_mark(head):
        return True
    if b"\0" in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
        allowed = 0.005
    except UnicodeDecodeError:
        allowed = 0.0  # nothing else speaks for text, so nothing may speak against it
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in b"\t\n\r\f\x1a\x1b")
    return controls <= allowed * len(head)


def utf16_without_mark(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` if every other byte is a high byte of Latin or Vietnamese letters, else None."""
    sample = head[: len(head) // 2 * 2]
    if len(sample) < 4:
        return None
    evens, odds = sample[::2], sample[1::2]
    for encoding, high, low in (("utf-16-le", odds, evens), ("utf-16-be", evens, odds)):
        vietnamese = sum(high.count(byte) for byte in (b"\x00", b"\x01", b"\x03", b"\x1e", b"\x20"))
        mostly_latin = high.count(0) >= len(high) * 0.3 and low.count(0) == 0
        if mostly_latin and vietnamese >= len(high) * 0.97:
            return encoding
    return None
