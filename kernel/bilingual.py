"""One sentence in the two languages of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same sentence in Vietnamese and in English; `{name}` marks what `filled` puts in."""

    vi: str
    en: str

    def filled(self, **values: object) -> Bilingual:
        """Both sentences with their `{name}` places filled. KeyError if one is missing."""
        return Bilingual(self.vi.format_map(values), self.en.format_map(values))

    def in_language(self, language: Language) -> str:
        """The sentence in one language."""
        return self.vi if language == "vi" else self.en
