"""MSG of Outlook ([MS-OXMSG]): who wrote to whom, when and about what, the text, and the names of what was attached."""

from __future__ import annotations

import datetime
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from ingest.reading.compound import CompoundFile
from ingest.reading.legacy import repaired_text
from ingest.reading.markup import without_markup
from ingest.reading.plain import decoded
from kernel.errors import DamagedFile, TooLarge

_MOST_MEGABYTES = 300
_MOST_BODY = 20_000_000
_MOST_ATTACHMENTS = 10_000
_LONGEST_NAME = 4096  # bytes
# Property tags, [MS-OXPROPS].
_SUBJECT, _FROM, _FROM_ADDRESS, _TO, _CC, _BODY, _HTML = "0037", "0C1A", "5D01", "0E04", "0E03", "1000", "1013"
_LONG_NAME, _NAME, _SHORT_NAME, _CONTENT = "3707", "3001", "3704", "3701"
_SENT, _DELIVERED = 0x00390040, 0x0E060040
_PROPERTIES = "__properties_version1.0"
_MESSAGE_HEADER = 32  # bytes before the properties of a message that is in no other ([MS-OXMSG] 2.4.1.1)
_ATTACHMENT = re.compile(r"__attach_version1\.0_#[0-9A-Fa-f]{8}")
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_HANOI = datetime.timezone(datetime.timedelta(hours=7))


def msg_text(path: str) -> str:
    """Headers, an empty line, the body, the attachments by name. Raises TruncatedFile, DamagedFile, TooLarge."""
    message = OutlookMail(path)
    return "\n".join(message.lines())


def has_attachments(path: str) -> bool:
    """Whether something is attached. Raises as `msg_text`."""
    return bool(OutlookMail(path).attachments)


class OutlookMail:
    """A mail, opened. Raises as `msg_text`."""

    def __init__(self, path: str) -> None:
        if Path(path).stat().st_size > _MOST_MEGABYTES * 1024**2:
            raise TooLarge(megabytes=_MOST_MEGABYTES)
        self._file = CompoundFile(Path(path).read_bytes())
        self._streams = self._file.tree()
        if (_PROPERTIES,) not in self._streams:
            raise DamagedFile
        self.attachments = sorted(filter(_ATTACHMENT.fullmatch, set(self._file.storages())))
        if len(self.attachments) > _MOST_ATTACHMENTS:
            raise DamagedFile

    def lines(self) -> Iterator[str]:
        """As a mail is told."""
        for name, value in self._headers().items():
            if value:
                yield f"{name}: {value}"
        yield ""
        yield self._body()
        if self.attachments:
            yield ""
            yield f"Tệp đính kèm / Attachments ({len(self.attachments)}):"
            yield from (f"- {name}" for name in self.attachment_names())

    def attachment_names(self) -> list[str]:
        """What is attached, by name."""
        return [self._attachment_name(storage) for storage in self.attachments]

    def attachment(self, number: int) -> bytes | None:
        """The bytes of an attachment; None of one that is kept in parts, such as another mail ([MS-OXMSG] 2.2.2)."""
        stream = self._streams.get((self.attachments[number], f"__substg1.0_{_CONTENT}0102"))
        return None if stream is None else self._file.read(stream)

    def _headers(self) -> Mapping[str, str]:
        sender, address = self._line(_FROM), self._line(_FROM_ADDRESS)
        return {
            "From": f"{sender} <{address}>" if address and address != sender else sender,
            "To": self._line(_TO),
            "Cc": self._line(_CC),
            "Date": self._date(),
            "Subject": self._line(_SUBJECT),
        }

    def _line(self, tag: str, *storage: str) -> str:
        return " ".join(self._text(tag, *storage).replace("\0", " ").split())

    def _text(self, tag: str, *storage: str) -> str:
        """A property of type Unicode, or of one byte a letter."""
        if (number := self._streams.get((*storage, f"__substg1.0_{tag}001F"))) is not None:
            return repaired_text(self._bytes(number).decode("utf-16-le", "replace"))
        if (number := self._streams.get((*storage, f"__substg1.0_{tag}001E"))) is not None:
            return decoded(self._bytes(number))
        return ""

    def _bytes(self, number: int) -> bytes:
        if self._file.size(number) > _MOST_BODY:
            raise TooLarge(megabytes=_MOST_BODY // 1_000_000)
        return self._file.read(number)

    def _body(self) -> str:
        if text := self._text(_BODY).strip("\0"):
            return text
        if (number := self._streams.get((f"__substg1.0_{_HTML}0102",))) is not None:
            return without_markup(decoded(self._bytes(number)))
        return without_markup(self._text(_HTML))

    def _date(self) -> str:
        """When it was sent, in the time of Vietnam; it is kept in tenths of microseconds since 1601."""
        content = self._bytes(self._streams[_PROPERTIES,])[_MESSAGE_HEADER:]
        times = {tag: value for tag, _, value in struct.iter_unpack("<IIQ", content[: len(content) // 16 * 16])}
        ticks = times.get(_SENT) or times.get(_DELIVERED) or 0
        try:
            moment = _EPOCH + datetime.timedelta(microseconds=ticks // 10)
            return moment.astimezone(_HANOI).strftime("%d/%m/%Y %H:%M %z") if ticks else ""
        except OverflowError:
            return ""

    def _attachment_name(self, storage: str) -> str:
        for tag in (_LONG_NAME, _NAME, _SHORT_NAME):
            streams = (self._streams.get((storage, f"__substg1.0_{tag}{form}")) for form in ("001F", "001E"))
            sizes = [self._file.size(number) for number in streams if number is not None]
            if sizes and max(sizes) <= _LONGEST_NAME and (name := self._line(tag, storage)):
                return name
        return "(?)"
