"""Pages and their files go out packed to those who take it, and say the same either way."""

from __future__ import annotations

import gzip

import pytest
from starlette.requests import Request

from search_api.web.packing import packed, takes_gzip
from search_api.web.rendering import Asking
from search_api.web.static_files import static_file


def asking(accepted: str) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "state": {}}
    if accepted:
        scope["headers"] = [(b"accept-encoding", accepted.encode())]
    return Request(scope)


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip", "GZIP;q=0.5", "deflate,gzip ; q=1"])
def test_who_takes_gzip_is_given_it(accepted: str) -> None:
    assert takes_gzip(asking(accepted))


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "xgzip"])
def test_who_does_not_is_not(accepted: str) -> None:
    assert not takes_gzip(asking(accepted))


def test_a_file_says_the_same_packed_and_unpacked() -> None:
    plain, small = static_file(asking(""), "app.css"), static_file(asking("gzip"), "app.css")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(small.body)) == bytes(plain.body)
    assert small.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in small.headers["vary"]


def test_a_page_says_the_same_packed_and_unpacked() -> None:
    plain = Asking(asking(""), "vi").page("error.html", 404, title="Không có", remedy="", code="x")
    small = Asking(asking("gzip"), "vi").page("error.html", 404, title="Không có", remedy="", code="x")
    assert gzip.decompress(bytes(small.body)) == bytes(plain.body)
    assert "Accept-Encoding" in small.headers["vary"] and "Cookie" in small.headers["vary"]


def test_the_same_content_packs_to_the_same_octets() -> None:
    assert packed(b"x" * 5000) == packed(b"x" * 5000)
