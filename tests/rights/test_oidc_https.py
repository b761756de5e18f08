"""A provider in the network is called by https alone, and only if it is the one that its certificate names."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from kernel.errors import BadValue
from kernel.oidc_errors import ProviderAway, ProviderUntrusted
from search_api.oidc.fetching import Fetcher
from search_api.oidc.options import OidcOptions
from tangthu.settings import Settings
from tangthu.signing import oidc_provider
from tests.rights.offices import Offices, offices_in
from tests.rights.signing_in_there import SignInThere
from tests.servers.certificates import Authority, authority
from tests.servers.lying_provider import lying_provider


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with offices_in(tmp_path_factory.mktemp("offices"), tries=1000) as made:
        yield made


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("others"))


def test_whom_the_named_authority_vouches_for_signs_people_in(offices: Offices, ours: Authority) -> None:
    with lying_provider(ours.server("localhost")) as lies:
        token = SignInThere(offices, lies, ca=ours.file)()
        assert offices.signing.of_session(token).person.account == "clerk"
        assert lies.asked == ["/.well-known/openid-configuration", "/token", "/jwks"]


def test_nobody_else_is_asked_anything(offices: Offices, ours: Authority, others: Authority) -> None:
    shown = (others.server("localhost"), ours.server("elsewhere.test"), ours.server("localhost", days=-1))
    for encrypted in shown:
        with lying_provider(encrypted) as lies:
            with pytest.raises(ProviderAway):
                SignInThere(offices, lies, ca=ours.file)()
            assert lies.asked == []


def test_without_a_named_one_this_machines_authorities_count(offices: Offices, ours: Authority) -> None:
    with lying_provider(ours.server("localhost")) as lies:
        with pytest.raises(ProviderAway):
            SignInThere(offices, lies)()
        assert lies.asked == []


@pytest.mark.parametrize("address", ["token_endpoint", "jwks_uri", "authorization_endpoint"])
def test_nothing_goes_on_in_the_clear(offices: Offices, ours: Authority, address: str) -> None:
    with lying_provider() as plain, lying_provider(ours.server("localhost")) as lies:
        lies.discovery[address] = plain.document()[address]
        with pytest.raises(ProviderUntrusted):
            SignInThere(offices, lies, ca=ours.file)()
        assert plain.asked == []


def drip(connection: socket.socket, enough: threading.Event) -> None:
    """The head of a record of 16 KB, and then a byte of it now and then, as long as somebody listens."""
    with suppress(OSError):
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while not enough.wait(0.05):
            connection.sendall(b"\x02")


def test_a_handshake_has_so_many_seconds_in_all(ours: Authority) -> None:
    enough = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                drip(connection, enough)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        issuer = f"https://localhost:{server.getsockname()[1]}"
        fetcher = Fetcher(OidcOptions(issuer, "tangthu", seconds=0.5, ca=ours.file))
        # It drips for as long as it is listened to.
        with pytest.raises(ProviderAway):
            fetcher.get(f"{issuer}/x")
        enough.set()
        thread.join()


def no_certificate(path: Path) -> Path:
    path.write_text("không phải chứng thư")
    return path


def nothing(path: Path) -> Path:
    return path


@pytest.mark.parametrize("made", [no_certificate, nothing])
def test_a_file_that_is_no_certificate_is_told_by_its_setting(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    settings = Settings(
        oidc_issuer="https://localhost",
        oidc_client_id="tangthu",
        oidc_client_secret=SecretStr("s"),
        oidc_ca=made(tmp_path / "ca.pem"),
    )
    with pytest.raises(BadValue, match="TANGTHU_OIDC_CA"):
        oidc_provider(settings)
