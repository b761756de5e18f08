"""A provider of sign-in that says whatever it is told to: real sockets, real signatures, and lies."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwk, jws

KID = "one"


@cache
def signing_key(kind: str = "RSA", size: int | str = 2048) -> Any:
    """A key of the provider's, made once for all tests."""
    return jwk.generate_key(kind, size, private=True)  # type: ignore[call-overload]


def public(key: Any, **more: object) -> dict[str, Any]:
    return dict(key.as_dict(private=False)) | {"kid": KID, "use": "sig"} | more


def coded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def signed(header: Mapping[str, Any], payload: bytes, key: Any) -> str:
    """A token as it is told, whatever that is worth."""
    algorithm = str(header["alg"])
    return jws.serialize_compact(dict(header), payload, key, registry=_AnyHeader(algorithms=[algorithm]))


class _AnyHeader(jws.JWSRegistry):
    def check_header(self, header: Any) -> None:
        """Any: these are lies."""


Answer = tuple[int, dict[str, str], bytes]


def as_json(value: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


@dataclass
class Lies:
    """What it answers at each of its addresses. `claims`, `header`: of its next token; `asked`: what was called."""

    issuer: str = ""
    discovery: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    key: Any = None
    token: Callable[[Lies], str] | None = None
    answers: dict[str, Callable[[BaseHTTPRequestHandler], Answer | None]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def truth(self, nonce: str) -> None:
        """What an honest one would say to this sign-in."""
        moment = int(time.time())
        self.claims = {
            "iss": self.issuer, "sub": "lan", "aud": "tangthu", "nonce": nonce, "iat": moment, "exp": moment + 300,
            "auth_time": moment,
        }  # fmt: skip
        self.header = {"alg": "RS256", "kid": KID}
        self.key = signing_key()

    def made(self) -> str:
        """The token."""
        return signed(self.header, json.dumps(self.claims).encode(), self.key)

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        } | self.discovery

    def answer(self, path: str) -> Answer:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return as_json(self.document())
        if path == "/jwks":
            return as_json({"keys": self.keys})
        if path == "/token":
            token = self.token(self) if self.token else self.made()
            return as_json({"id_token": token, "access_token": "x", "token_type": "Bearer"} | self.more)
        return as_json({}, 404)


Lie = Callable[[Lies], object]


@contextmanager
def lying_provider(encrypted: ssl.SSLContext | None = None) -> Iterator[Lies]:
    """Served on loopback while the block runs; by https, as `localhost`, with a certificate."""
    lies = Lies(keys=[public(signing_key())])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            special = lies.answers.get(self.path)
            try:
                answer = special(self) if special else lies.answer(self.path)
                if answer is None:  # it has written for itself
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # whoever asked has had enough

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    lies.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    if encrypted:
        # Shaken hands in the thread of each connection: one that breaks off ends no other.
        server.socket = encrypted.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        lies.issuer = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield lies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
