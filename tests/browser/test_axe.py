"""Every page before axe-core: WCAG 2.2 A and AA and the best practices that it knows, in each form that a page has.

Two languages, two widths, light and dark; what opens on a page (`details`) is open. `./test axe` looks at all of them
and prints how many; `./test` at a few.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from search_api.web.language import COOKIE
from tests.browser.conftest import open_house, serve
from tests.browser.filled import Filled, filled_house
from tests.browser.views import VIEWS, View

LANGUAGES = ("vi", "en")
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
_ASK = """rules => axe.run(document, {
  runOnly: { type: "tag", values: rules }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"],
}).then(found => found.violations.flatMap(one => one.nodes.map(node =>
  `${one.id} (${one.impact}): ${node.target.join(" ")}: ${node.failureSummary.split("\\n").slice(1).join("; ")}`)))"""


@dataclass(slots=True)
class Looked:
    """How many views were looked at, and what axe said against them: by what it said, in which views."""

    views: int = 0
    against: dict[str, list[str]] = field(default_factory=dict)

    def told(self) -> str:
        """For a person at a terminal."""
        rows = [f"{len(where):4} {what}\n       {where[0]}" for what, where in sorted(self.against.items())]
        return "\n".join([*rows, f"axe: {self.views} views, {sum(map(len, self.against.values()))} violations"])


@pytest.fixture(scope="module")
def axe() -> str:
    """The script itself, fetched at set-up with the other parts by others."""
    folder = os.environ.get("TANGTHU_TEST_PAGE_PARTS", "")
    path = Path(folder) / "axe-core" / "axe.min.js"
    if not folder or not path.is_file():
        pytest.fail("no axe-core: ./test fetches it, or set TANGTHU_TEST_PAGE_PARTS to a folder of packages with it")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled_house(tmp_path_factory.mktemp("filled")) as made:
        yield made


def context_of(browser: Browser, address: str, asker_token: str, language: str) -> BrowserContext:
    """A browser in which somebody has signed in. Without motion: colours on their way are nobody's."""
    made = browser.new_context(reduced_motion="reduce", locale="vi-VN")
    made.set_default_timeout(20_000)
    cookies = {COOKIE: language} | ({"tangthu_session": asker_token} if asker_token else {})
    made.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return made


def look(page: Page, axe: str, name: str, looked: Looked) -> None:
    """At the page that is open, in all widths and schemes."""
    page.evaluate(_OPEN_ALL)
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            looked.against.setdefault("wider than the screen", []).append(f"{name}, {wide} on {width}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            looked.views += 1
            found: list[Any] = page.evaluate(_ASK, list(_RULES))
            for one in found:
                looked.against.setdefault(one, []).append(f"{name}, {width}, {scheme}")
        keep_picture(page, f"{name}-{width}")


def keep_picture(page: Page, name: str) -> None:
    """For people who look at pages: where TANGTHU_TEST_VIEW_PICTURES names a folder."""
    if folder := os.environ.get("TANGTHU_TEST_VIEW_PICTURES"):
        page.screenshot(
            path=Path(folder) / f"{name.replace(' ', '-').replace(',', '').replace(':', '')}.png", full_page=True
        )


def visit(page: Page, house: Filled, view: View) -> None:
    """Opens a view as its person would."""
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(house.path(view.path))
    # A page that is not there is no view of it, however well it is made.
    assert answer is not None and answer.ok is not view.name.startswith("error"), (view.name, answer and answer.status)
    if view.step:
        view.step(page)
    page.wait_for_load_state("networkidle")


def look_at(views: tuple[View, ...], browser: Browser, house: Filled, axe: str, language: str) -> Looked:
    """All of these in one language."""
    looked = Looked()
    for asker in dict.fromkeys(view.asker for view in views):
        context = context_of(browser, house.address, house.tokens.get(asker, ""), language)
        page = context.new_page()
        for view in views:
            if view.asker == asker:
                visit(page, house, view)
                look(page, axe, f"{view.name} {language}", looked)
        context.close()
    return looked


def test_a_few_pages_before_axe(browser: Browser, filled: Filled, axe: str) -> None:
    looked = look_at(tuple(view for view in VIEWS if view.sample), browser, filled, axe, "vi")
    print(looked.told())
    assert looked.views and not looked.against, looked.told()


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_before_axe(browser: Browser, filled: Filled, axe: str, language: str) -> None:
    looked = look_at(VIEWS, browser, filled, axe, language)
    print(f"\n{language}: {looked.told()}")
    assert looked.views == len(VIEWS) * len(WIDTHS) * len(SCHEMES)
    assert not looked.against, looked.told()


@pytest.mark.each(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_house_before_axe(browser: Browser, tmp_path: Path, axe: str, language: str) -> None:
    house = open_house(tmp_path / "data")
    server, thread, address = serve(house)
    looked, context = Looked(), context_of(browser, address, "", language)
    page = context.new_page()
    for path in ("/", "/tai-khoan", "/tiep-nhan", "/ho-so", "/so", "/thung-rac", "/tim-kiem-da-luu", "/soat-lai"):
        page.goto(address + path)
        look(page, axe, f"empty {path.strip('/') or 'home'} {language}", looked)
    context.close()
    server.should_exit = True
    thread.join(30)
    house.services.engine.close()
    house.services.catalogue.close()
    print(f"\n{language}: {looked.told()}")
    assert not looked.against, looked.told()


def test_axe_would_see_it(browser: Browser, axe: str) -> None:
    page, looked = browser.new_page(), Looked()
    page.set_content(
        "<html lang='vi'><title>a</title><main><h1>a</h1><img src='x'><p style='color:#ccc'>nhạt</p></main>"
    )
    look(page, axe, "broken", looked)
    page.close()
    assert {one.split(" ")[0] for one in looked.against} >= {"image-alt", "color-contrast"}
