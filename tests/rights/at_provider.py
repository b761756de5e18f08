"""Steps of a person who signs in at the office's provider, in a browser at another machine."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.testclient import TestClient

from search_api.oidc.options import OidcOptions
from search_api.oidc.provider import Provider
from tests.rights.offices import PASSWORD, Offices, offices_in
from tests.servers.oidc_provider import CLIENT, AtProvider, OidcServer

HOME = "http://archive.test"
BACK = f"{HOME}/dang-nhap/mot-lan/ve"
BEGIN, LINK, DROP = "/dang-nhap/mot-lan", "/tai-khoan/mot-lan/lien-ket", "/tai-khoan/mot-lan/bo-lien-ket"
SESSION, BEGUN = "tangthu_session", "tangthu_begun"


def provider_of(server: OidcServer, **options: Any) -> Provider:
    return Provider(OidcOptions(server.issuer, CLIENT, **({"secret": server.secret, "name": "Cổng cơ quan"} | options)))


@contextmanager
def offices_by(server: OidcServer, folder: Path, **options: Any) -> Iterator[Offices]:
    """Two agencies whose people may sign in at this provider. `options`: of `OidcOptions`."""
    with offices_in(folder, provider_of(server, **options)) as made:
        yield made


def onward(answer: Any) -> str:
    """Where a page of ours sends the browser on."""
    found = re.search(r'id="onward" href="([^"]+)"', answer.text)
    assert found, answer.text
    assert f'content="0; url={found[1]}"' in answer.text, "also without a click"
    return html.unescape(found[1])


def begun(client: TestClient, path: str = BEGIN, form: Mapping[str, str] | None = None) -> str:
    """The provider's address, where the browser is sent by this button."""
    answer = client.post(path, data=form or {})
    assert answer.status_code == 200, answer.text
    return onward(answer)


def come_back(client: TestClient, address: str) -> Any:
    """The page that the provider's answer leads to. Begun by another site: cookies of the same site stay away."""
    kept = client.cookies.get(SESSION)
    if kept is not None:
        client.cookies.delete(SESSION)
    parts = urlsplit(address)
    answer = client.get(f"{parts.path}?{parts.query}")
    if kept is not None and SESSION not in client.cookies:
        client.cookies.set(SESSION, kept)
    return answer


def signed_in_by(client: TestClient, name: str, at: AtProvider | None = None) -> Any:
    """The answer to a whole sign-in as `name` there."""
    return come_back(client, (at or AtProvider()).go(begun(client), name, HOME))


def linked(offices: Offices, account: str, name: str) -> TestClient:
    """A browser of this person, whose account `name` opens from now on."""
    client = offices.client(account)
    answer = come_back(client, AtProvider().go(begun(client, LINK, {"old": PASSWORD}), name, HOME))
    assert answer.status_code == 200 and onward(answer) == "/tai-khoan?xong=lien-ket", answer.text
    return client


def account_of(client: TestClient) -> str:
    """Who has signed in; empty: nobody."""
    answer = client.get("/api/v1/me")
    return str(answer.json()["account"]) if answer.status_code == 200 else ""
