"""The page in a browser five years old: Chromium 90 of April 2021, as Qt WebEngine 6.2 carries it.

By `./test old-browser`, which makes the environment for it; without one these tests fail.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Served
from tests.browser.house import DECISION

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
_PATIENCE_SECONDS = 30
_DRIVER = Path(__file__).parent / "driver.py"


class OldBrowser:
    """One window of it."""

    def __init__(self, python: str) -> None:
        settings = {
            "QT_QPA_PLATFORM": "offscreen",
            "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu --lang=vi-VN",
        }
        self._process = subprocess.Popen(
            [python, str(_DRIVER)],
            env={**os.environ, **settings, "PYTHONPATH": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def _ask(self, **asked: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the browser has ended"
        return json.loads(line)

    def goto(self, url: str) -> None:
        assert self._ask(goto=url)

    def run(self, script: str) -> Any:
        return self._ask(run=script)

    def press(self, key: str, text: str = "") -> None:
        self._ask(press=key)

    def type(self, text: str) -> None:
        self._ask(type=text)

    def until(self, script: str) -> None:
        """Asks until it is true."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self.run(script):
            assert time.monotonic() < deadline, (script, self.complaints)

    @property
    def complaints(self) -> list[str]:
        told: list[str] = self._ask(complaints=1)
        return told

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(_PATIENCE_SECONDS)


@pytest.fixture
def old() -> Iterator[OldBrowser]:
    python = os.environ.get("TANGTHU_TEST_OLD_BROWSER", "")
    if not Path(python).is_file():
        pytest.fail("run ./test old-browser: it makes the environment that the old browser lives in")
    browser = OldBrowser(python)
    yield browser
    # A coarser drawing that is not waited for, as the sharper one has come, is no fault.
    assert [one for one in browser.complaints if "Image load aborted" not in one] == []
    browser.close()


def test_it_is_five_years_old(old: OldBrowser) -> None:
    assert "Chrome/90." in old.run("navigator.userAgent")


def test_a_record_is_found_by_suggestion_keys_and_read(old: OldBrowser, served: Served) -> None:
    old.goto(f"{served.address}/")
    old.until("document.documentElement.classList.contains('scripted') && document.activeElement.id === 'q'")
    old.type("so hoa")
    old.until("document.querySelectorAll('[role=option]').length > 0")
    old.press("Escape")
    old.press("Return")
    old.until("document.querySelectorAll('article.hit').length > 0 && location.search.indexOf('q=so') > 0")
    old.until(
        "[...document.querySelectorAll('.scrap img')].slice(0, 1).every((one) => one.complete && one.naturalWidth > 0)"
    )
    old.run("(document.activeElement.blur(), 1)")
    old.press("Down")
    old.until("document.activeElement === document.querySelector('article.hit h2 a')")
    old.press("Return")
    old.until("location.pathname.indexOf('/van-ban/') === 0 && document.querySelector('h1') !== null")
    assert "Tổ số hóa" in old.run("document.querySelector('h1').textContent")


def test_the_keys_are_shown(old: OldBrowser, served: Served) -> None:
    old.goto(f"{served.address}/?q=so+hoa")
    old.run("(document.activeElement.blur(), 1)")
    old.type("?")
    old.until("getComputedStyle(document.querySelector('#keys')).display === 'block'")


@pytest.mark.parametrize(
    "path",
    ["/nop", "/tiep-nhan", "/soat-lai", "/ho-so", "/so", "/bien-nhan", "/thung-rac", "/to-phan-cach"],
)
def test_a_page_raises_no_complaint_and_needs_no_sideways_scrolling(old: OldBrowser, served: Served, path: str) -> None:
    old.goto(f"{served.address}{path}")
    old.until("document.readyState === 'complete'")
    assert old.run("document.documentElement.scrollWidth <= window.innerWidth + 1")


def test_the_record_page_works_with_its_scan(old: OldBrowser, served: Served) -> None:
    old.goto(f"{served.address}/van-ban/{served.records[DECISION.name]}?q=so+hoa&zoom=1")
    old.until("document.querySelector('.deep.open') !== null")
    assert old.run("document.querySelectorAll('form.field').length") > 3
