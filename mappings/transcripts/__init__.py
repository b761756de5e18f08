"""What a record says, in the forms that other systems read: plain text, hOCR, ALTO.

Pure: pages in, bytes out. It lies in `mappings/` because these are crosswalks from what a record is here to what it is
called elsewhere; the API, the page and the command line hand out the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mappings.record import Page, Record
from mappings.transcripts.alto import alto
from mappings.transcripts.hocr import hocr
from mappings.transcripts.plain import plain

Writer = Callable[[Record, Iterable[Page]], Iterator[bytes]]
"""The transcript of these pages (with their words), in pieces that are made one after the other, a page each."""


class Form(StrEnum):
    """The forms, by the names that people and programs ask for."""

    TEXT = "text"
    HOCR = "hocr"
    ALTO = "alto"


@dataclass(frozen=True, slots=True)
class FormKind:
    """A form's media type, its ending, whether it tells where each word lies, and who writes it."""

    media_type: str
    ending: str
    placed: bool
    write: Writer


FORMS: Mapping[Form, FormKind] = {
    Form.TEXT: FormKind("text/plain; charset=utf-8", ".txt", placed=False, write=plain),
    # The type that IANA knows it by (registered with hOCR 1.2).
    Form.HOCR: FormKind("text/vnd.hocr+html", ".hocr", placed=True, write=hocr),
    Form.ALTO: FormKind("application/xml", ".alto.xml", placed=True, write=alto),
}


def has_places(pages: Iterable[Page]) -> bool:
    """Whether the pages have an extent: those of text files have none, and no place for a word to be in."""
    return any(page.width > 0 and page.height > 0 for page in pages)
