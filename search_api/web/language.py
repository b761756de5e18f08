"""The two languages of the page: English sentences are the keys, `messages/vi.po` holds the Vietnamese.

The catalogue is read once, straight from its text form: there is no compile step to forget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kernel.bilingual import Language

COOKIE = "tangthu_language"
MESSAGES = Path(__file__).parent / "messages" / "vi.po"

LANGUAGES: tuple[Language, ...] = ("vi", "en")


def N_(sentence: str) -> str:  # noqa: N802 - the customary mark for sentences that are translated later
    """Marks a sentence for the catalogue and leaves it as it is."""
    return sentence


@dataclass(frozen=True, slots=True)
class Translator:
    """Says a sentence in one language. `plural` chooses by number; Vietnamese has one form for all."""

    language: Language
    sentences: Mapping[str, str]

    def say(self, sentence: str) -> str:
        """The sentence in this language; itself where the catalogue lacks it."""
        return self.sentences.get(sentence, sentence)

    def plural(self, one: str, many: str, count: int) -> str:
        """The form for `count`."""
        if self.language == "en":
            return one if count == 1 else many
        return self.sentences.get(one, many)


@cache
def translator(language: Language) -> Translator:
    """The translator of a language, made once."""
    return Translator(language, {} if language == "en" else _sentences(vietnamese()))


@cache
def vietnamese() -> Catalog:
    """The Vietnamese catalogue as it stands in its file."""
    with MESSAGES.open("rb") as stream:
        return read_po(stream, locale="vi", abort_invalid=True)


def _sentences(catalogue: Catalog) -> dict[str, str]:
    found: dict[str, str] = {}
    for message in catalogue:
        if not message.id or not message.string:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        found[key] = message.string if isinstance(message.string, str) else message.string[0]
    return found


def choose(untrusted_wish: str | None, untrusted_cookie: str | None, default: Language) -> Language:
    """The language of an answer: what the address asks for, else what was chosen before, else the house's."""
    for untrusted in (untrusted_wish, untrusted_cookie):
        for language in LANGUAGES:
            if untrusted == language:
                return language
    return default


Say = Callable[[str], str]
