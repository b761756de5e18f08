"""Finds the other names of what a question names, a few of them, and what is to be told about renamed ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mappings.other_names import Found, OtherNames
from search_api.query.wishes import OtherName, Renamed, Words

MOST_NAMES = 4
"""Names of a question for which other names are looked for; each makes an engine's work longer."""


@dataclass(slots=True)
class Naming:
    """Names found so far in one question."""

    names: OtherNames
    left: int = MOST_NAMES
    renamed: list[Renamed] = field(default_factory=list)

    def named(self, words: Words, *, quoted: bool) -> Words:
        """The words with the other names of what they name. Quoted words are no other place or agency than they say:
        that it was renamed is only told.
        """
        others: list[OtherName] = []
        for found in self.names.find(words.syllables, words.folded):
            self._note(found, words, searched=not quoted and self.left > 0)
            same = found.same if quoted else found.forms
            became = () if quoted else tuple(dict.fromkeys(way for _, ways, _ in found.became for way in ways))
            if self.left > 0 and (same or became):
                self.left -= 1
                others.append(OtherName(found.start, found.stop, same, became))
        return replace(words, other=tuple(others)) if others else words

    def _note(self, found: Found, words: Words, *, searched: bool) -> None:
        asked = " ".join(words.typed.split()) if found.stop - found.start == len(words.folded) else ""
        for one in _renamed(found, asked, searched):
            same = next(
                (other for other in self.renamed if (other.asked, other.source) == (one.asked, one.source)), None
            )
            if same is None and len(self.renamed) < MOST_NAMES:
                self.renamed.append(one)
            elif same is not None and not set(one.names) <= set(same.names):
                # One unit was made of several: they are told together.
                self.renamed[self.renamed.index(same)] = replace(same, names=(*same.names, *one.names))


def _renamed(found: Found, asked: str, searched: bool) -> Iterator[Renamed]:
    for change, _, is_old in found.became:
        own, other = (change.old, change.new) if is_old else (change.new, change.old)
        yield Renamed(asked or own[0], other[:1], not is_old, change.since, change.source, searched)


NO_NAMES = Naming(OtherNames((), ()))
"""Finds none."""
