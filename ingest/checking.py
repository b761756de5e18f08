"""What comes out of a reading process is checked before it is believed or stored.

The process may have been taken over by the bytes that it read, so its answer is from outside too.
"""

from __future__ import annotations

from dataclasses import replace

from kernel.errors import PageUnreadable
from mappings.record import SEAL, STAMP, STATE_SECRET, DescribedField, Page, PageState, is_field_name
from mappings.separators import UnknownSheet, sheet_of

_READ = (PageState.SEARCHABLE, PageState.BLANK, PageState.FAILED, PageState.SEPARATOR)
_OTHERS_LETTERS = 200
_REASON_LETTERS = 50  # as the catalogue's column has


def checked_page(untrusted_page: object, number: int) -> Page:
    """The page, its text such that every database holds it. PageUnreadable if it is not page `number` as read."""
    if not isinstance(untrusted_page, Page) or untrusted_page.number != number or untrusted_page.state not in _READ:
        raise PageUnreadable
    page = untrusted_page
    if page.state is PageState.SEPARATOR:
        _check_payload(page.text)
    if page.reason is not None:
        page = replace(page, reason=str(page.reason)[:_REASON_LETTERS])
    if any(word.others for word in page.words):
        words = tuple(replace(word, others=_others(word.others)) if word.others else word for word in page.words)
        page = replace(page, words=words)
    if not all(mark.kind in (SEAL, STAMP, STATE_SECRET) for mark in page.marks):
        raise PageUnreadable
    text = storable(page.text)
    if text == page.text:
        return page
    # The words are cuts of the text, letter for letter.
    return replace(page, text=text, words=tuple(replace(word, text=text[word.start : word.end]) for word in page.words))


def _others(untrusted_others: object) -> str:
    return storable(untrusted_others)[:_OTHERS_LETTERS] if isinstance(untrusted_others, str) else ""


def _check_payload(untrusted_payload: object) -> None:
    try:
        sheet_of(str(untrusted_payload))
    except UnknownSheet as error:
        raise PageUnreadable from error


def checked_fields(untrusted_fields: object) -> dict[str, DescribedField]:
    """The fields by name. PageUnreadable if they are not fields of ours."""
    if not isinstance(untrusted_fields, dict):
        raise PageUnreadable
    checked: dict[str, DescribedField] = {}
    for name, field in untrusted_fields.items():
        if not is_field_name(name) or not isinstance(field, DescribedField) or field.name != name or field.confirmed:
            raise PageUnreadable
        checked[name] = replace(field, value=storable(field.value))
    return checked


def storable(text: str) -> str:
    """The text with NUL as a space and lone surrogates as U+FFFD, which no database holds. Same length."""
    text = text.replace("\x00", " ")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text
