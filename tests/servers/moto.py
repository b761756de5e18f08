"""A real S3-compatible server for tests: moto's own, a process of its own spoken to over HTTP."""

from __future__ import annotations

import atexit
import socket
import subprocess
import sys
import time
import urllib.request
from functools import cache
from uuid import uuid4

_PATIENCE_SECONDS = 60


@cache
def s3_endpoint() -> str:
    """Starts the server, once a test session, and returns its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(process.kill)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        assert process.poll() is None, "moto's server does not start"
        try:
            urllib.request.urlopen(f"{address}/moto-api/", timeout=5).close()
            return address
        except OSError:
            assert time.monotonic() < deadline, "moto's server does not answer"
            time.sleep(0.05)


def fresh_bucket() -> str:
    """The name of a new, empty bucket."""
    name = f"t{uuid4().hex}"
    request = urllib.request.Request(
        f"{s3_endpoint()}/{name}",
        method="PUT",
        headers={"Authorization": "AWS4-HMAC-SHA256 Credential=t/20260101/us-east-1/s3/aws4_request"},
    )
    urllib.request.urlopen(request, timeout=30).close()
    return name
