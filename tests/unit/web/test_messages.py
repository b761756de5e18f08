"""Every sentence of the page is said in Vietnamese, and the catalogue keeps none that the page no longer says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from search_api.web import language
from search_api.web.language import translator, vietnamese

WEB = Path(language.__file__).parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "plural": (1, 2), "say": None}
_PLACE = re.compile(r"%\((\w+)\)s")


def key_of(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def used() -> Iterator[str]:
    """The sentences in templates and in code, by their English form."""
    kinds = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
    found = extract_from_dir(
        WEB, kinds, {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}, KEYWORDS
    )
    for _file, _line, message, _comments, _context in found:
        yield key_of(message)


def translations() -> list[Message]:
    return [message for message in vietnamese() if message.id]


def test_every_sentence_is_said_in_vietnamese() -> None:
    spoken = {key_of(message.id) for message in translations() if message.string and all(message.string)}
    assert sorted(set(used()) - spoken) == []


def test_the_catalogue_keeps_nothing_that_is_no_longer_said() -> None:
    assert sorted({key_of(message.id) for message in translations()} - set(used())) == []


def test_nothing_is_marked_as_a_guess() -> None:
    assert [message.id for message in translations() if message.fuzzy] == []


@pytest.mark.parametrize("message", translations(), ids=lambda message: key_of(message.id)[:40])
def test_a_translation_fills_no_place_that_its_sentence_does_not_have(message: Message) -> None:
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    vietnamese_forms = [message.string] if isinstance(message.string, str) else list(message.string)
    assert len(vietnamese_forms) == 1, "Vietnamese has one form for every number"
    assert set(_PLACE.findall(vietnamese_forms[0])) == set(_PLACE.findall(english[-1]))


def test_english_is_its_own_key_and_knows_two_numbers() -> None:
    english = translator("en")
    assert english.say("Find records") == "Find records"
    assert english.plural("one page", "many pages", 1) == "one page"
    assert english.plural("one page", "many pages", 0) == "many pages"


def test_vietnamese_says_it_in_vietnamese() -> None:
    assert translator("vi").say("Find records") == "Tìm văn bản"
    assert translator("vi").plural("%(num)s page", "%(num)s pages", 1) == "%(num)s trang"
