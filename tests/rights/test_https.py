"""By a certificate of one's own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to make a certificate with")
def test_the_house_is_reached_by_https(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {
        "TLS_CERTIFICATE": certificate,
        "TLS_KEY": key,
        "PORT": port,
        "DATA": tmp_path / "d",
        "DROP": tmp_path / "p",
    }
    environment = os.environ | {f"TANGTHU_{name}": str(value) for name, value in told.items()}
    served = subprocess.Popen(
        [sys.executable, "-m", "tangthu", "serve", "--json"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert served.stdout is not None
        said = json.loads("".join(iter(served.stdout.readline, "}\n")) + "}")
        assert said["first_administrator"].startswith(f"https://127.0.0.1:{port}/moi/")
        context = ssl.create_default_context(cafile=str(certificate))
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"https://localhost:{port}/health/live", context=context) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert time.monotonic() < deadline and served.poll() is None
                time.sleep(0.1)
    finally:
        served.terminate()
        served.wait(60)
