"""`/huong-dan`: how an office does its work with the archive, step by step, for the clerk and for the archivist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from fastapi import Request, Response
from markupsafe import Markup
from PIL import Image

from kernel.errors import NotFound
from search_api.web.guide_archivist import ARCHIVIST
from search_api.web.guide_clerk import CLERK
from search_api.web.guide_shapes import Chapter, Guide, Step
from search_api.web.rendering import Asking
from search_api.web.services import WebServices
from search_api.web.static_files import static_address, static_files

PATH: Final = "/huong-dan"
GUIDES: Final = {"van-thu": CLERK, "luu-tru": ARCHIVIST}
"""By the last part of the address."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as it is read. `key`: its place in the address of the page."""

    key: str
    words: Markup


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a chapter, made by the test that walks it."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShownChapter:
    """A chapter as it is read."""

    key: str
    title: str
    steps: tuple[ShownStep, ...]
    picture: Picture | None


def guides_page(request: Request, services: WebServices) -> Response:
    """Which guides there are."""
    asking = Asking.read(request, services.options.language)
    return asking.page("guides.html", here="guide", guides=GUIDES, path=PATH)


def guide_page(request: Request, name: str, services: WebServices) -> Response:
    """One of them. NotFound."""
    asking, guide = Asking.read(request, services.options.language), GUIDES.get(name)
    if guide is None:
        raise NotFound(id=name)
    return asking.page("guide.html", here="guide", guide=guide, chapters=_shown(guide, asking), path=PATH)


def _shown(guide: Guide, asking: Asking) -> tuple[ShownChapter, ...]:
    return tuple(_chapter(one, asking) for one in guide.chapters)


def _chapter(chapter: Chapter, asking: Asking) -> ShownChapter:
    steps = tuple(
        ShownStep(f"{chapter.key}-{number}", words_of(one, asking)) for number, one in enumerate(chapter.steps, start=1)
    )
    return ShownChapter(chapter.key, asking.say(chapter.title), steps, _picture(chapter.key))


def words_of(step: Step, asking: Asking) -> Markup:
    """The sentence with what is to be pressed as the pages themselves call it, and what is to be typed."""
    pressed = {name: Markup("<b>{}</b>").format(asking.say(label)) for name, label in step.labels.items()}
    typed = {name: Markup("<kbd>{}</kbd>").format(text) for name, text in step.typed.items()}
    filled: Mapping[str, Markup] = pressed | typed
    return Markup.escape(asking.say(step.words)) % filled if filled else Markup.escape(asking.say(step.words))


def _picture(chapter: str) -> Picture | None:
    name = f"guide-{chapter}.webp"
    found = static_files().get(name)
    if found is None:
        return None
    with Image.open(BytesIO(found.content)) as image:
        return Picture(static_address(name), *image.size)
