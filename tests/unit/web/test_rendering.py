"""A page's links to itself stay on its own site."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from search_api.web.rendering import Asking


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example/x", "/evil.example/x"])
def test_no_path_makes_a_link_to_another_site(path: str) -> None:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"q=a", "headers": [(b"host", b"here")]}
    assert Asking(Request(scope), "vi").in_language("en") == "/evil.example/x?q=a&lang=en"
