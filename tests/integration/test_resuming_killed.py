"""kill -9 of the service in the middle of an upload: it goes on where it was acknowledged, and becomes one record."""

from __future__ import annotations

import http.client
import threading
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random

import pikepdf
import pytest

from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until
from tests.tus import PIECE, begin, send, where


def _content() -> bytes:
    """Over four megabytes that are read in no time: an empty page, with something in the file that no page shows."""
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(30, 30))
        document.Root.Hidden = document.make_stream(Random(7).randbytes(5_000_000))
        document.save(made, compress_streams=False, deterministic_id=True)
    return made.getvalue()


CONTENT = _content()


class Wire:
    """As much of a client as `tests.tus` needs."""

    def __init__(self, server: TangthuServer) -> None:
        self._server = server

    def __getattr__(self, method: str) -> object:
        def ask(path: str, headers: dict[str, str], content: bytes = b"") -> http.client.HTTPResponse:
            connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
            connection.request(method.upper(), path, content, headers)
            answer = connection.getresponse()
            answer.read()
            return answer

        return ask


def half_sent(server: TangthuServer, address: str, offset: int, piece: bytes) -> http.client.HTTPConnection:
    """A request that says that all comes, and sends this much of it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest("PATCH", address)
    headers = {**PIECE, "Upload-Offset": str(offset), "Content-Length": str(len(CONTENT) - offset)}
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(piece)
    return connection


@pytest.mark.timeout(300)
@pytest.mark.each(2)
@pytest.mark.parametrize("cut", [(1,), (1, 20, 30)], ids=["twice", "four times"])
def test_it_is_killed_again_and_again(tmp_path: Path, cut: tuple[int, ...]) -> None:
    with tangthu_server(tmp_path) as server:
        client = Wire(server)
        address = begin(client, len(CONTENT), filename="biên bản.pdf").headers["location"]
        offset = 0
        for part in cut:
            send(client, address, offset, CONTENT[offset : offset + 100_000])
            acknowledged = offset + 100_000
            # The next piece is on the wire when the service dies: some of it may have become durable.
            wire = half_sent(server, address, acknowledged, CONTENT[acknowledged : acknowledged + 4_300_000 // part])
            server.kill()
            wire.close()
            server.start()
            offset = int(where(client, address).headers["upload-offset"])
            assert acknowledged <= offset < len(CONTENT)
        dying = threading.Timer(0.05, server.kill)
        dying.start()
        with suppress(OSError):
            send(client, address, offset, CONTENT[offset:])
        dying.join()
        server.start()
        offset = int(where(client, address).headers["upload-offset"])
        if offset < len(CONTENT):
            send(client, address, offset, CONTENT[offset:])
        delivery_id = where(client, address).headers["tangthu-delivery"]
        wait_until(lambda: server.get(f"/api/v1/deliveries/{delivery_id}")["state"] == "archived")
        (delivery,) = server.get("/api/v1/deliveries")["deliveries"]
        assert delivery["size"] == len(CONTENT)
        (original,) = [path for path in (server.data / "originals").rglob("*") if path.stat().st_size == len(CONTENT)]
        assert original.read_bytes() == CONTENT
        assert server.command("verify", check=False).returncode == 0
