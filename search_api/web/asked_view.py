"""What the search page says of the question itself."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.bilingual import Bilingual
from search_api.query.answers import Understood
from search_api.query.telling import puzzle_told
from search_api.query.wishes import DidYouMean, Renamed
from search_api.web.address import SearchAddress
from search_api.web.rendering import Asking
from search_api.web.wording import day


@dataclass(frozen=True, slots=True)
class ShownName:
    """A renamed place or agency. `since`: from when, and where that stands; `href`: the question without quotes."""

    sentence: str
    since: str
    searched: bool
    href: str


@dataclass(frozen=True, slots=True)
class ShownAsked:
    """`told` is empty where mere words were asked, `better_href` where no other spelling is offered."""

    told: str
    better: DidYouMean | None
    better_href: str
    renamed: tuple[ShownName, ...]
    puzzles: tuple[str, ...]


def shown_asked(understood: Understood, address: SearchAddress, asking: Asking) -> ShownAsked:
    """What was made of the question, in the language of the page."""
    better = understood.did_you_mean
    return ShownAsked(
        told=asking.either(understood.told) if understood.told and understood.needed else "",
        better=better,
        better_href=str(address.asking(better.q)) if better else "",
        renamed=tuple(_name(one, address, asking) for one in understood.renamed),
        puzzles=tuple(asking.either(puzzle_told(puzzle)) for puzzle in understood.puzzles),
    )


def _name(one: Renamed, address: SearchAddress, asking: Asking) -> ShownName:
    names = _listed(one.names).in_language(asking.language)
    if one.was:
        sentence = asking.say("“%(asked)s” was once called, or takes in, %(names)s", asked=one.asked, names=names)
    else:
        sentence = asking.say("“%(asked)s” is now called, or part of, %(names)s", asked=one.asked, names=names)
    since = asking.say("since %(day)s", day=day(one.since.isoformat())) if one.since else ""
    return ShownName(
        sentence,
        ", ".join(part for part in (since, one.source) if part),
        one.searched,
        str(address.asking(address.q.replace('"', ""))),
    )


def _listed(names: tuple[str, ...]) -> Bilingual:
    *most, last = names
    listed = ", ".join(most)
    return Bilingual(f"{listed} và {last}", f"{listed} and {last}") if most else Bilingual(last, last)
