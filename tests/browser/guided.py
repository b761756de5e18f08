"""A guide as a person reads it: each step with the words that it names, done one after another, with pictures."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page

LARGEST = 40_000  # octets of a picture
_FRAME = "element => { element.style.outline = '3px solid #c8102e'; element.style.outlineOffset = '3px' }"
_BARE = "element => { element.style.outline = ''; element.style.outlineOffset = '' }"


@dataclass(frozen=True, slots=True)
class Told:
    """A step: what it names on the pages, and what it has one type."""

    labels: tuple[str, ...]
    typed: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """Somebody who reads a guide and does what it says. `done`: the steps that were asked for."""

    steps: dict[str, Told]
    done: list[str] = field(default_factory=list)

    def step(self, key: str) -> Told:
        """The words of the next step. AssertionError if it is told at another place."""
        expected = list(self.steps)[len(self.done)]
        assert key == expected, f"the guide tells {expected} here"
        self.done.append(key)
        return self.steps[key]

    def is_through(self) -> bool:
        """Whether every step was done."""
        return len(self.done) == len(self.steps)


def read(page: Page, address: str) -> Reading:
    """The steps as they stand on the page of the guide."""
    page.goto(address)
    steps = {
        str(one.get_attribute("id")): Told(
            tuple(one.locator("b").all_inner_texts()), tuple(one.locator("kbd").all_inner_texts())
        )
        for one in page.locator(".doing > li").all()
    }
    assert len(steps) > 10
    return Reading(steps)


def press(page: Page, label: str) -> Locator:
    """What a person sees under these words, a key beside them or not: a button, a link, or what opens."""
    words = re.compile(rf"^{re.escape(label)}(?: (?:Enter|Esc|Ctrl Z))?$")
    named = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
    return named.or_(page.locator("summary", has_text=label)).first


def picture(page: Page, chapter: str, *framed: Locator, whole: Locator | None = None) -> None:
    """Takes the picture of a chapter, where TANGTHU_GUIDE_PICTURES names a folder; what is to be pressed in a frame."""
    folder = os.environ.get("TANGTHU_GUIDE_PICTURES")
    if not folder:
        return
    page.wait_for_load_state("networkidle")
    for one in framed:
        one.evaluate(_FRAME)
    shot = whole.screenshot() if whole else page.screenshot(clip=_around(framed), full_page=True)
    for one in framed:
        one.evaluate(_BARE)
    _keep(shot, Path(folder) / f"guide-{chapter}.webp")


def _around(framed: tuple[Locator, ...]) -> FloatRect:
    """The page's width, and of its height what holds the frames, from its head on unless that is far above."""
    framed[0].page.evaluate("scrollTo(0, 0)")
    boxes = [box for one in framed if (box := one.bounding_box())]
    first, last = min(box["y"] for box in boxes), max(box["y"] + box["height"] for box in boxes)
    top = 0.0 if first < 420 else first - 160
    return {"x": 0, "y": top, "width": 1000, "height": max(320.0, min(680.0, last + 50 - top))}


def _keep(shot: bytes, path: Path) -> None:
    with Image.open(BytesIO(shot)) as image:
        plain = image.convert("RGB")
    if plain.width > 900:
        plain = plain.resize((900, round(plain.height * 900 / plain.width)), Image.Resampling.LANCZOS)
    for quality in (82, 70, 55, 40, 25):
        into = BytesIO()
        plain.save(into, "WEBP", quality=quality, method=6)
        if into.tell() <= LARGEST:
            path.write_bytes(into.getvalue())
            return
    raise AssertionError(f"{path.name} does not fit into {LARGEST} octets")
