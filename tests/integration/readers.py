"""Readers and describers of every ill kind, called in real reading processes. `languages` carries a folder."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.reading import ReadingOptions
from kernel.errors import PageTimedOut, ToolMissing
from mappings.record import DescribedField, Page, PageState, ReadBy, Word


def page(number: int, text: str = "") -> Page:
    said = text or f"trang {number}"
    return Page(number, PageState.SEARCHABLE, ReadBy.FILE_TEXT, None, said, (Word(said, 0),), has_image=False)


def reads(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    with Path(options.languages, "read").open("a") as log:
        log.write(f"{Path(path).read_text()} {number}\n")
    return page(number)


def only_reads(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    Path(path).read_text()
    return page(number)


def dies_on_second(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    if number == 2:
        ctypes.string_at(0)
    return reads(path, media_type, number, options)


def dies_once(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    mark = Path(options.languages, f"died-{number}")
    if not mark.exists():
        mark.touch()
        os._exit(1)
    return reads(path, media_type, number, options)


def ill_in_every_way(path: str, media_type: str, number: int, options: ReadingOptions) -> object:
    answers = {
        1: lambda: page(7),
        2: lambda: "no page at all",
        3: lambda: Page(3, PageState.WAITING),
        4: lambda: page(4, "a\x00b\ud800c"),
        5: lambda: time.sleep(60),
    }
    if number == 6:
        raise PageTimedOut(seconds=120)
    return answers[number]()


def needs_a_tool(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    if not Path(options.languages, "tool").exists():
        raise ToolMissing(tool="tesseract", install="apt install tesseract-ocr")
    return page(number)


def waits_on_second(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    while number == 2 and not Path(options.languages, "go").exists():
        time.sleep(0.02)
    return page(number)


def names_its_pages(pages: Sequence[Page]) -> dict[str, DescribedField]:
    return {"subject": DescribedField("subject", " ".join(str(page.number) for page in pages), 1.0)}


def falls_over(pages: Sequence[Page]) -> dict[str, DescribedField]:
    raise ValueError


def crashes(pages: Sequence[Page]) -> dict[str, DescribedField]:
    ctypes.string_at(0)
    return {}


def confirms(pages: Sequence[Page]) -> dict[str, DescribedField]:
    return {"subject": DescribedField("subject", "x", 1.0, confirmed=True)}
