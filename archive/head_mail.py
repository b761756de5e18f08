"""The head of the chain mailed out each day, to where whoever rules this machine cannot take it back.

A head is sent at least once: a file beside it notes that it was. One that could not be sent is tried again each hour,
until there is a newer one, which tells all that it told.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from archive.chain_heads import newest_head
from kernel.durable import write_new
from kernel.errors import BadValue

LOG = logging.getLogger(__name__)

_SECONDS = 30.0
_AGAIN_SECONDS = 3600.0
_SENT = ".mailed"


@dataclass(frozen=True, slots=True)
class MailServer:
    """`tls`: from the first byte. Without it the connection is encrypted if the server offers that."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = ""

    @classmethod
    def at_url(cls, url: str) -> MailServer:
        """From smtp://user:password@host:587 or smtps://…; BadValue, without the URL: there may be a password in it."""
        try:
            parts = urlsplit(url)
            port = parts.port or (465 if parts.scheme == "smtps" else 587 if parts.username else 25)
        except ValueError:
            parts, port = urlsplit(""), 0
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        # Python's client knows no other letters in a password.
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not (user + password).isascii():
            raise BadValue(name="TANGTHU_CHAIN_HEADS_SMTP", value="…", expected="smtp://user:password@host:587")
        return cls(parts.hostname, port, parts.scheme == "smtps", user, password)

    def send(self, message: EmailMessage) -> None:
        """Hands a message over. OSError or SMTPException if the server does not take it from us.

        So too if there is a password and the server offers no encryption: it is not sent in plain.
        """
        context = ssl.create_default_context()
        if self.tls:
            with smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=context) as server:
                self._hand_over(server, message)
            return
        with smtplib.SMTP(self.host, self.port, timeout=_SECONDS) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif self.user:
                raise smtplib.SMTPNotSupportedError(f"{self.host} offers no encryption for the password")
            self._hand_over(server, message)

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        if self.user:
            server.login(self.user, self.password)
        server.send_message(message)


class HeadMail:
    """Mails the newest head of a folder to some addresses."""

    def __init__(self, server: MailServer, to: tuple[str, ...]) -> None:
        if not to:
            raise BadValue(name="TANGTHU_CHAIN_HEADS_TO", value="", expected="a@b.vn, c@d.vn")
        self._server = server
        self._to = to
        self._not_before = 0.0

    def send_newest(self, folder: Path) -> bool:
        """Sends the newest head if that was not done yet; whether it was now. A trouble is told in the log only."""
        newest = newest_head(folder)
        if newest is None or newest.with_suffix(_SENT).exists() or time.monotonic() < self._not_before:
            return False
        # Whatever comes: one mail an hour, even where the note that it was sent cannot be kept.
        self._not_before = time.monotonic() + _AGAIN_SECONDS
        try:
            self._server.send(self._message(newest))
        except (OSError, smtplib.SMTPException) as error:
            LOG.warning("the head of the chain could not be mailed and is tried again: %s", error)
            return False
        with suppress(FileExistsError):  # another process was as fast
            write_new(newest.with_suffix(_SENT), ", ".join(self._to).encode("utf-8"))
        self._not_before = 0.0
        return True

    def _message(self, head: Path) -> EmailMessage:
        content = head.read_bytes()
        message = EmailMessage()
        message["Subject"] = f"Tàng thư: mốc chuỗi sự kiện {head.stem} / head of the chain of events"
        message["From"] = self._server.user if "@" in self._server.user else self._to[0]
        message["To"] = ", ".join(self._to)
        message.set_content(
            "Giữ thư này. Khi cần chứng minh kho không bị cắt bớt hay viết lại, lưu tệp kèm theo vào một thư mục rồi "
            "chạy:\n  ./run verify --heads THƯ_MỤC\n\n"
            "Keep this mail. To prove that the archive was not cut or written anew, save what is attached into a "
            f"folder and run:\n  ./run verify --heads FOLDER\n\n{content.decode('utf-8', 'replace')}"
        )
        message.add_attachment(content, maintype="application", subtype="json", filename=head.name)
        return message
