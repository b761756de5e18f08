"""Finds what is attached to a mail and takes it out byte by byte. Runs in a reading process only."""

from __future__ import annotations

import email
import email.errors
import email.generator
import email.policy
import functools
import hashlib
import io
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from ingest.detaching import Attached
from ingest.dividing import PIECE_BYTES, Piece
from ingest.handing import identity
from ingest.reading.inside import is_unread
from ingest.reading.mail import attachment_name
from ingest.reading.outlook import OutlookMail
from ingest.recognising import EML
from kernel.paper_errors import NotTakenOut, TooManyAttached

MOST_ATTACHED = 200
_MAIL_NAME = "thư đính kèm.eml"


def listed(path: str, media_type: str) -> tuple[Attached, ...]:
    """As `ingest.detaching.attached_to`."""
    names = [name for name, _ in _mail_parts(path)] if media_type == EML else OutlookMail(path).attachment_names()
    if len(names) > MOST_ATTACHED:
        raise TooManyAttached(count=len(names), limit=MOST_ATTACHED)
    return tuple(Attached(number, name) for number, name in enumerate(names))


def piece(path: str, media_type: str, number: int, offset: int) -> Piece:
    """As `ingest.detaching.attached_piece`."""
    content, digest = _content(path, media_type, number, identity(path))
    return Piece(content[offset : offset + PIECE_BYTES], len(content), digest)


@functools.lru_cache(maxsize=1)  # its pieces are asked for one after the other
def _content(path: str, media_type: str, number: int, _identity: tuple[int, ...]) -> tuple[bytes, str]:
    content = _of_mail(path, number) if media_type == EML else OutlookMail(path).attachment(number)
    if content is None:
        raise NotTakenOut
    return content, hashlib.sha256(content).hexdigest()


def _of_mail(path: str, number: int) -> bytes | None:
    place = _mail_parts(path)[number][1]
    # Parsed anew, so that headers of a mail within it are written as they came: nothing folded, nothing coded.
    source = Path(path).read_bytes()
    message = email.message_from_bytes(source, policy=email.policy.compat32)
    part = list(_outer_parts(message))[place]
    try:
        if part.get_content_type() == "message/rfc822":
            (inner,) = _within(part)
            return _as_it_came(inner, b"\r\n" in source)
        payload = part.get_payload(decode=True)
    except (email.errors.MessageError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None  # what a hostile mail makes the parser fall over
    return payload if isinstance(payload, bytes) else None


def _as_it_came(mail: Message, windows: bool) -> bytes:
    buffer = io.BytesIO()
    policy = email.policy.compat32.clone(linesep="\r\n" if windows else "\n", max_line_length=0)
    email.generator.BytesGenerator(buffer, mangle_from_=False, policy=policy).flatten(mail)
    return buffer.getvalue()


def _mail_parts(path: str) -> list[tuple[str, int]]:
    """What is attached: its name, and which part of the mail it is."""
    message = email.message_from_bytes(Path(path).read_bytes(), policy=email.policy.default)
    return [(_name(part), place) for place, part in enumerate(_outer_parts(message)) if is_unread(part)]


def _outer_parts(message: Message) -> Iterator[Message]:
    """All parts but those within a mail that is attached: they belong to that one."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            waiting += reversed(_within(part))


def _within(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _name(part: Message) -> str:
    return _MAIL_NAME if part.get_content_type() == "message/rfc822" else attachment_name(part)
