"""The head of the chain goes out by mail: handed to a real mail server over SMTP, plain and encrypted."""

from __future__ import annotations

import datetime
import email
import email.policy
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from archive import head_mail
from archive.catalogue import Catalogue
from archive.chain_heads import write_head
from archive.events import Event, EventType
from archive.head_mail import HeadMail, MailServer
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.upkeep import Upkeep, UpkeepOptions
from kernel.errors import BadValue
from tests.integration.house import until
from tests.servers.tangthu import free_port

TO = ("luutru@coquan.vn", "giamsat@coquan.vn")


class Received:
    """What the server has taken."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.signed_in: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail: Any = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"

    def sign_in(self, server: Any, session: Any, envelope: Any, mechanism: Any, known: Any) -> Any:
        from aiosmtpd.smtp import AuthResult, LoginPassword  # noqa: PLC0415

        right = isinstance(known, LoginPassword) and known.password == b"mat@khau"
        if right:
            self.signed_in.append(known.login)
        return AuthResult(success=right)


@contextmanager
def mail_server(port: int = 0, **more: Any) -> Iterator[tuple[int, Received]]:
    # Here: where it is not installed, only these tests fail, and not the collecting of all.
    from aiosmtpd.controller import Controller  # noqa: PLC0415

    received = Received()
    port = port or free_port()
    controller = Controller(received, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port, received
    finally:
        controller.stop()


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    (tmp_path / "heads").mkdir()
    for day in ("2026-03-04", "2026-03-05"):
        (tmp_path / "heads" / f"{day}.json").write_text(json.dumps({"number": 7, "hash": "a" * 64, "at": day}))
    return tmp_path / "heads"


def test_the_newest_head_is_sent_once_with_what_verify_reads(heads: Path, tmp_path: Path) -> None:
    with mail_server() as (port, received):
        mail = HeadMail(MailServer.at_url(f"smtp://127.0.0.1:{port}"), TO)
        assert mail.send_newest(heads)
        assert not mail.send_newest(heads)
        assert not HeadMail(MailServer.at_url(f"smtp://127.0.0.1:{port}"), TO).send_newest(heads), "nor after a restart"
    ((to, message),) = received.mails
    assert tuple(to) == TO
    assert "2026-03-05" in message["Subject"]
    body: Any = message.get_body(("plain",))
    assert "Giữ thư này" in body.get_content() and "a" * 64 in body.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "2026-03-05.json"
    assert attached.get_content() == (heads / "2026-03-05.json").read_bytes()


def test_a_server_that_is_away_is_tried_again_later(heads: Path) -> None:
    port = free_port()
    mail = HeadMail(MailServer.at_url(f"smtp://127.0.0.1:{port}"), TO)
    assert not mail.send_newest(heads)
    with mail_server(port) as (_, received):
        assert not mail.send_newest(heads), "not at once"
        mail._not_before = 0.0
        assert mail.send_newest(heads)
    assert len(received.mails) == 1


def test_a_mail_that_cannot_be_noted_is_not_sent_again_at_once(heads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "ENOSPC")

    for name in ("write_new", "write_file"):
        monkeypatch.setattr(head_mail, name, full, raising=False)
    with mail_server() as (port, received):
        mail = HeadMail(MailServer.at_url(f"smtp://127.0.0.1:{port}"), TO)
        with pytest.raises(OSError, match="ENOSPC"):
            mail.send_newest(heads)
        assert not mail.send_newest(heads)
    assert len(received.mails) == 1


def test_a_password_goes_over_an_encrypted_connection_only(
    heads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certify(tmp_path)
    password = "mat%40khau"
    with mail_server() as (port, received):
        assert not HeadMail(MailServer.at_url(f"smtp://a%40b.vn:{password}@127.0.0.1:{port}"), TO).send_newest(heads)
        assert received.mails == received.signed_in == []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    told = Received()
    monkeypatch.setattr(head_mail, "_SECONDS", 5.0)
    options = {"tls_context": context, "authenticator": told.sign_in, "auth_required": True, "require_starttls": True}
    with mail_server(**options) as (port, received):
        server = MailServer.at_url(f"smtp://a%40b.vn:{password}@localhost:{port}")
        assert not HeadMail(server, TO).send_newest(heads), "a certificate that nobody knows is no encryption"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        wrong = MailServer.at_url(f"smtp://a%40b.vn:khac@localhost:{port}")
        assert not HeadMail(wrong, TO).send_newest(heads)
        assert HeadMail(server, TO).send_newest(heads)
    assert told.signed_in == [b"a@b.vn"]
    assert received.mails[0][1]["From"] == "a@b.vn"


def certify(folder: Path) -> Path:
    """A key and a certificate of localhost in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "localhost.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_upkeep_writes_the_head_and_mails_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    catalogue = Catalogue.sqlite(layout.catalogue)
    catalogue.write(lambda unit: unit.events.add([Event(EventType.INGESTION)]))
    with mail_server() as (port, received):
        mail = HeadMail(MailServer.at_url(f"smtp://127.0.0.1:{port}"), TO)
        options = UpkeepOptions(layout.chain_heads, layout.fixity_lock, turn_seconds=0.05, mail=mail)
        stop = threading.Event()
        thread = threading.Thread(
            target=Upkeep(catalogue, FolderOriginals(layout.originals), options).run, args=(stop,)
        )
        thread.start()
        try:
            until(lambda: received.mails)
        finally:
            stop.set()
            thread.join()
    assert write_head(catalogue, layout.chain_heads) is None, "it was written"
    assert len(received.mails) == 1
    catalogue.close()


@pytest.mark.parametrize("url", ["", "http://h", "smtp://", "smtp://h:port", "h:25", "smtp://a:m%E1%BA%ADt@h"])
def test_a_url_that_is_none_is_told_without_what_was_typed(url: str) -> None:
    with pytest.raises(BadValue, match="TANGTHU_CHAIN_HEADS_SMTP: …"):
        MailServer.at_url(url)


def test_nobody_to_send_to_is_told() -> None:
    with pytest.raises(BadValue):
        HeadMail(MailServer("h", 25, tls=False), ())
