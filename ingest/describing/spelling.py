"""Words of a value that are probably misread although OCR is sure of them, and what they should be.

Three signs, none of which needs the truth: a syllable that Vietnamese cannot have; a pair of syllables that
stands elsewhere in the same record with other marks; a pair that is no word while the same letters with other
marks are ("công bô", "công bố"). A word is mended where witnesses agree: the word list and the record itself.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files

from ingest.describing.certainty import CORROBORATED, trust
from ingest.describing.letters import clean, distance, fold, is_syllable, tone_free
from mappings.record import Page, Word

Pair = tuple[str, str]
_RARE = 2
_LETTERS = re.compile(r"[^\W\d_]+")
_NEIGHBOURS = re.compile(r"(?=(?<![^\W\d_])([^\W\d_]+) ([^\W\d_]+))")


def _sound(word: str) -> str:
    """One spelling for hòa and hoà, in small letters."""
    return "".join(tone_free(word))


def _sounds(pair: Pair) -> Pair:
    return _sound(pair[0]), _sound(pair[1])


def _key(pair: Pair) -> str:
    return f"{fold(pair[0])} {fold(pair[1])}"


@dataclass(frozen=True)
class PairCounts:
    """Neighbouring syllables of a record: how often each pair stands, by its folded letters; one spelling of each."""

    counts: dict[str, Counter[Pair]] = field(default_factory=lambda: defaultdict(Counter))
    spelled: dict[Pair, Pair] = field(default_factory=dict)
    syllables: Counter[str] = field(default_factory=Counter)

    def seen(self, pair: Pair) -> int:
        """How often the pair stands in the record, itself included."""
        return self.others(_key(pair))[_sounds(pair)]

    def others(self, key: str) -> Counter[Pair]:
        """All pairs of these folded letters."""
        return self.counts.get(key, Counter())


def pairs_of(pages: Sequence[Page]) -> PairCounts:
    """The pairs of all pages."""
    counts = PairCounts()
    for page in pages:
        counts.syllables.update(_sound(word) for word in _LETTERS.findall(clean(page.text)))
        for pair in _neighbours(clean(page.text)):
            counts.counts[_key(pair)][_sounds(pair)] += 1
            counts.spelled.setdefault(_sounds(pair), (pair[0].lower(), pair[1].lower()))
    return counts


def _neighbours(text: str) -> Iterator[Pair]:
    for found in _NEIGHBOURS.finditer(text):
        yield found[1], found[2]


@lru_cache(maxsize=1)
def _known_pairs() -> dict[str, dict[Pair, Pair]]:
    """Two-syllable words of the word list that pyvi brings: folded letters → sounds → spelling."""
    listed = files("pyvi").joinpath("models/words.txt").read_text(encoding="utf-8")
    pairs: dict[str, dict[Pair, Pair]] = defaultdict(dict)
    for row in listed.splitlines():
        syllables = _LETTERS.findall(clean(row))
        if len(syllables) == 2:
            pair = (syllables[0].lower(), syllables[1].lower())
            pairs[_key(pair)][_sounds(pair)] = pair
    return dict(pairs)


@lru_cache(maxsize=1)
def _known_syllables() -> Counter[str]:
    """How many words of the list have each syllable, by its sound."""
    listed = files("pyvi").joinpath("models/words.txt").read_text(encoding="utf-8")
    return Counter(_sound(word) for word in _LETTERS.findall(clean(listed)))


def _is_strange(word: str) -> bool:
    """No syllable of the word list, though Vietnamese could have it ("buỗi"). Names and abbreviations may be."""
    return word.islower() and len(word) > 1 and _sound(word) not in _known_syllables()


def _is_known(pair: Pair) -> bool:
    return _sounds(pair) in _known_pairs().get(_key(pair), {})


def impossible(text: str) -> list[str]:
    """The syllables of a text that Vietnamese cannot have. Abbreviations in capitals are passed over."""
    return [word for word in _LETTERS.findall(clean(text)) if not _is_abbreviation(word) and not is_syllable(word)]


def _is_abbreviation(word: str) -> bool:
    return sum(sign.isupper() for sign in word) > 1 or len(word) == 1


def suspicious(text: str, record: PairCounts) -> list[str]:
    """Words of a text read by OCR that one of the three signs speaks against. `record` counts the text itself too."""
    strange = (word for word in _LETTERS.findall(clean(text)) if _is_strange(word))
    runs = (_LETTERS.findall(run) for run in re.split(r"[^\w ]|\d|_", clean(text)))
    odd = (
        " ".join(run[place : place + 2]) for run in runs for place in range(len(run) - 1) if _is_odd(run, place, record)
    )
    return [*impossible(text), *strange, *odd]


def _is_odd(run: Sequence[str], place: int, record: PairCounts) -> bool:
    """Whether the pair at `place` of a run of syllables is likelier another of the same letters.

    A syllable that makes a known word with its other neighbour, or that the record often has, is not in question.
    """
    pair = (run[place], run[place + 1])
    if _is_known(pair) or any(_is_abbreviation(word) for word in pair):
        return False
    own = record.seen(pair)
    before, after = run[place - 1] if place else "", run[place + 2] if place + 2 < len(run) else ""
    beside = (_is_known((before, pair[0])), _is_known((pair[1], after)))
    rivals = [other for other, count in record.others(_key(pair)).items() if count >= max(own, 1)]
    rivals += list(_known_pairs().get(_key(pair), {})) if own <= _RARE else []
    return any(_is_likelier(pair, rival, beside, record) for rival in rivals)


def _is_likelier(pair: Pair, rival: Pair, vouched: tuple[bool, bool], record: PairCounts) -> bool:
    """Whether each syllable that would change is neither vouched for by its other neighbour nor usual in the record."""
    changed = [place for place in (0, 1) if _sound(pair[place]) != rival[place]]
    often = [record.syllables[_sound(pair[place])] > _RARE for place in changed]
    return bool(changed) and not any(vouched[place] for place in changed) and not all(often)


def mend(words: Sequence[Word], record: PairCounts) -> list[Word]:
    """The words, those misread replaced where it is plain what they are.

    Plain: the word list has the pair of syllables with other marks, once, and so has the record elsewhere (or
    the syllable cannot be, and the record has one like it after the same word, twice or more). A mended word is
    trusted as `CORROBORATED`. With the word list alone as a witness it is mended but not trusted.
    """
    mended = [_mended_alone(word, record) for word in _with_opening(words)]
    for place in range(len(mended) - 1):
        one, other = _core(mended[place]), _core(mended[place + 1])
        if not one or not other or not _adjoin(mended[place], mended[place + 1]):
            continue
        found = _better((one, other), record)
        for offset, (old, new) in enumerate(zip((one, other), found[0], strict=True) if found else ()):
            if _sound(old) != _sound(new) and not _vouched(mended, place + offset, 1 if offset else -1):
                mended[place + offset] = _replaced(mended[place + offset], old, new, found[1] if found else False)
    return mended


def _with_opening(words: Sequence[Word]) -> list[Word]:
    """Subjects begin with "Về việc" more than with anything else, and with no other words of these letters."""
    if len(words) > 1 and fold(words[0].text) == "VE" and fold(words[1].text) == "VIEC" and words[1].text.islower():
        opening = [replace(word, text=text) for word, text in zip(words, ("Về", "việc"), strict=False)]
        return [replace(word, confidence=max(trust(word), CORROBORATED)) for word in opening] + list(words[2:])
    return list(words)


def _mended_alone(word: Word, record: PairCounts) -> Word:
    """A syllable that no word has, where the record has just one known syllable of its letters."""
    core = _core(word)
    if not core or not _is_strange(core):
        return word
    spelled = {pair[0] for pair in record.spelled.values()} | {pair[1] for pair in record.spelled.values()}
    same = {other for other in spelled if fold(other) == fold(core) and _sound(other) in _known_syllables()}
    return _replaced(word, core, same.pop(), False) if len(same) == 1 else word


def _core(word: Word) -> str:
    found = _LETTERS.findall(clean(word.text))
    return found[0] if len(found) == 1 and not _is_abbreviation(found[0]) else ""


def _adjoin(one: Word, other: Word) -> bool:
    return clean(one.text)[-1:].isalpha() and clean(other.text)[:1].isalpha()


def _vouched(words: Sequence[Word], place: int, step: int) -> bool:
    """Whether the neighbour on the far side makes a known word with this one as it stands."""
    beside = place + step
    if not 0 <= beside < len(words):
        return False
    first, second = sorted((place, beside))
    return _is_known((_core(words[first]), _core(words[second])))


def _better(pair: Pair, record: PairCounts) -> tuple[Pair, bool] | None:
    """(the pair as it should be, whether two witnesses say so), or None if it stands or nothing is plain."""
    if _is_known(pair):
        return None
    listed = _known_pairs().get(_key(pair), {})
    own = record.seen(pair)
    both = [sounds for sounds in listed if record.others(_key(pair))[sounds] >= max(own, 1)]
    if len(both) == 1:
        return listed[both[0]], True
    only = next(iter(listed.values())) if len(listed) == 1 else None
    if only and own < 2 and pair[1].islower() and _changes_rare(pair, only, record):
        return only, False
    return _likeness(pair, record) if not is_syllable(pair[1]) and is_syllable(pair[0]) else None


def _changes_rare(pair: Pair, better: Pair, record: PairCounts) -> bool:
    """Whether the syllables that would change are rare, here and in the word list beside what they would become."""
    changed = [(_sound(old), _sound(new)) for old, new in zip(pair, better, strict=True) if _sound(old) != _sound(new)]
    listed = _known_syllables()
    return all(record.syllables[old] <= _RARE and listed[new] >= 2 * listed[old] for old, new in changed)


def _likeness(pair: Pair, record: PairCounts) -> tuple[Pair, bool] | None:
    """For a second syllable that cannot be: the one that the record has after the first, one letter off, most often."""
    near: Counter[Pair] = Counter()
    for sounds, spelled in record.spelled.items():
        if sounds[0] == _sound(pair[0]) and is_syllable(spelled[1]) and _is_one_off(spelled[1], pair[1]):
            near[spelled] += record.others(_key(spelled))[sounds]
    best = near.most_common(2)
    if not best or best[0][1] < 2 or (len(best) > 1 and best[1][1] * 2 > best[0][1]):
        return None
    return best[0][0], True


def _is_one_off(one: str, other: str) -> bool:
    return distance(fold(one), fold(other), 1) <= 1


def _replaced(word: Word, old: str, new: str, trusted: bool) -> Word:
    shaped = new.capitalize() if old[0].isupper() else new
    confidence = CORROBORATED if trusted else min(trust(word), 0.5)
    return replace(word, text=clean(word.text).replace(old, shaped), confidence=confidence)
