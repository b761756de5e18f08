"""nginx and Caddy before a running tangthu, with the files of docs/proxy and a certificate made here."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.tangthu import ROOT, free_port, wait_until

PROXIES = ROOT / "docs" / "proxy"
NAME = "luutru.example.gov.vn"
"""The name of the house in both files."""


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the name, and its key."""
    key, made = folder / "privkey.pem", folder / "fullchain.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"),
            *("-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    return made, key


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """nginx by our file; its port. `behind`: the port of tangthu."""
    made, key = certificate(folder)
    port = free_port()
    server = _changed(
        (PROXIES / "nginx.conf").read_text("utf-8"),
        {
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "/etc/ssl/tangthu/fullchain.pem": str(made),
            "/etc/ssl/tangthu/privkey.pem": str(key),
            "http://127.0.0.1:8000": f"http://127.0.0.1:{behind}",
        },
    )
    places = "".join(
        f"{one}_temp_path {folder}/nginx-{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"events {{}}\nhttp {{ access_log off; {places}\n{server}\n}}\n",
        "utf-8",
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with _running([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], folder, port, signal.SIGTERM):
        yield port


@contextmanager
def caddy(folder: Path, behind: int) -> Iterator[int]:
    """Caddy by our file, but with a certificate made here: from here none can be fetched. Its port."""
    made, key = certificate(folder)
    port = free_port()
    site = _changed(
        (PROXIES / "Caddyfile").read_text("utf-8"),
        {f"\n{NAME} {{": f"\n{NAME}:{port} {{\n\ttls {made} {key}", "127.0.0.1:8000": f"127.0.0.1:{behind}"},
    )
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}", "utf-8")
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with _running(command, folder, port, signal.SIGTERM):
        yield port


def _changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"{old!r} stands no more in the file"
        text = text.replace(old, new)
    return re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)


@contextmanager
def _running(command: list[str], folder: Path, port: int, end: signal.Signals) -> Iterator[None]:
    log = folder / "front.log"
    with log.open("wb") as said:
        environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin"}
        process = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, env=environment)
    try:
        wait_until(lambda: _listens(process, port, log), 60)
        yield
    finally:
        process.send_signal(end)
        process.wait(30)


def _listens(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    assert process.poll() is None, log.read_text("utf-8", "replace")[-2000:]
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def trusting(folder: Path) -> ssl.SSLContext:
    """What takes the certificate made here, and nothing else."""
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
