"""A real OpenID provider for tests: npm's oidc-provider in a process of its own, killable, restartable, stoppable.

`python -m tests.servers.oidc_provider` fetches it, once on a machine, into the cache outside the checkout.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from joserfc import jwk

from tests.servers.elasticsearch_unpacked import cache
from tests.servers.tangthu import free_port

_FOLDER = Path(__file__).with_name("oidc")
CLIENT, SECRET = "tangthu", "a secret: of+the%20tests & no other's"


def node_modules() -> Path:
    """The folder with the provider's packages, fetched by the lock file at the first call on this machine."""
    lock = _FOLDER / "package-lock.json"
    place = cache() / f"oidc-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with (place.parent / "oidc.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not place.exists():
            _fetch(place)
    return place / "node_modules"


def _fetch(place: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.fail("a provider of sign-in for tests: node or npm is missing: apt-get install nodejs npm")
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=place.parent) as temporary:
        fetched = Path(temporary) / "oidc"
        fetched.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_FOLDER / name, fetched)
        words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]
        done = subprocess.run(words, cwd=fetched, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr)[-800:]
            pytest.fail(f"a provider of sign-in for tests could not be fetched: {said}", pytrace=False)
        fetched.rename(place)


def new_key(kid: str) -> dict[str, Any]:
    """A private key of the provider's, as a JWK."""
    made = jwk.generate_key("RSA", 2048, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True)
    return dict(made.as_dict(private=True))


class OidcServer:
    """One provider on one port, with one client: the archive."""

    def __init__(self, redirects: tuple[str, ...], secret: str = SECRET) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.keys = [new_key("first")]
        self.redirects = redirects
        self.secret = secret
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> OidcServer:
        """Starts it and waits until it listens."""
        node = shutil.which("node")
        assert node, "apt-get install nodejs npm"
        method = "client_secret_basic" if self.secret else "none"
        client = {"client_id": CLIENT, "redirect_uris": self.redirects, "token_endpoint_auth_method": method}
        told = {
            "port": self.port,
            "modules": str(node_modules()),
            "clients": [client | ({"client_secret": self.secret} if self.secret else {})],
            "keys": self.keys,
        }
        words = [node, str(_FOLDER / "provider.mjs"), json.dumps(told)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if line.strip() == "ready":
                return self
        raise AssertionError(f"the provider does not start: {said[-2000:]}")

    def stop(self) -> None:
        """Gone, with all that it knew."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes calls and answers none of them."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@contextmanager
def oidc_server(*redirects: str, secret: str = SECRET) -> Iterator[OidcServer]:
    """A started one, stopped at the end."""
    server = OidcServer(redirects, secret)
    try:
        yield server.start()
    finally:
        server.stop()


class _Form(HTMLParser):
    """The first form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.values = "", dict[str, str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form" and not self.action:
            self.action = str(told.get("action"))
        if tag == "input" and told.get("name"):
            self.values[str(told["name"])] = str(told.get("value") or "")


class AtProvider:
    """A browser at the provider, which keeps its cookies there. `asked`: how often it had to type who it is."""

    def __init__(self) -> None:
        self.client = httpx.Client(follow_redirects=False, timeout=30, trust_env=False)
        self.asked = 0

    def go(self, address: str, name: str, home: str) -> str:
        """Follows the provider from `address`, as `name`, until it sends the browser home: that address."""
        answer = self.client.get(address)
        for _ in range(20):
            if answer.is_redirect:
                address = urljoin(str(answer.url), answer.headers["location"])
                if address.startswith(home):
                    return address
                answer = self.client.get(address)
                continue
            assert answer.status_code == 200, answer.text[:2000]
            form = _Form(answer.text)
            self.asked += 1
            typed = form.values | {"login": name, "password": "x"}
            answer = self.client.post(urljoin(str(answer.url), form.action), data=typed)
        raise AssertionError(f"the provider leads nowhere: {answer.text[:2000]}")


if __name__ == "__main__":
    os.umask(0o022)
    print(node_modules())
