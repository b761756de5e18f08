"""EML: who wrote to whom, when and about what, the text, and the names of what was attached."""

from __future__ import annotations

import email
import email.errors
import email.policy
import itertools
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from pathlib import Path

from ingest.reading.legacy import repaired_text
from ingest.reading.markup import without_markup
from ingest.reading.plain import decoded
from kernel.errors import DamagedFile, TruncatedFile

_MOST_PARTS = 10_000
_LONGEST_PARSED = 10_000  # letters of a header field
_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def mail_text(path: str) -> str:
    """Headers, an empty line, the body, the attachments by name. Raises TruncatedFile, DamagedFile."""
    message = email.message_from_bytes(Path(path).read_bytes(), policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise DamagedFile
    if len(list(itertools.islice(message.walk(), _MOST_PARTS + 1))) > _MOST_PARTS:
        raise DamagedFile
    if any(isinstance(d, email.errors.CloseBoundaryNotFoundDefect) for part in message.walk() for d in part.defects):
        raise TruncatedFile
    return "\n".join(_lines(message))


def _lines(message: EmailMessage) -> Iterator[str]:
    for name in _HEADERS:
        if value := _header(message, name):
            yield f"{name}: {value}"
    yield ""
    yield _body(message)
    names = [attachment_name(part) for part in message.walk() if _is_attachment(part)]
    if names:
        yield ""
        yield f"Tệp đính kèm / Attachments ({len(names)}):"
        yield from (f"- {name}" for name in names)


def _header(message: Message, name: str) -> str:
    """The value as text. One that is very long is not taken to pieces: that takes time by the square of its length."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    try:
        value = make_header(decode_header(raw)) if len(raw) > _LONGEST_PARSED else message.get(name, "")
        return " ".join(str(value).split())
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):  # the parser of hostile headers falls over
        return ""


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    text = _part_text(part)
    return without_markup(text) if part.get_content_subtype() == "html" else text


def _part_text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset()
    try:
        return repaired_text(payload.decode(charset)) if charset else decoded(payload)
    except (LookupError, UnicodeDecodeError):
        return decoded(payload)


def _is_attachment(part: Message) -> bool:
    return not part.is_multipart() and (part.get_content_disposition() == "attachment" or bool(part.get_filename()))


def attachment_name(part: Message) -> str:
    """What an attachment is called, or what kind it is."""
    name = " ".join(str(part.get_filename() or "").split())
    return name or f"({part.get_content_type()})"
