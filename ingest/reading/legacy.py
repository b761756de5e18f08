"""Text in TCVN3, VNI or VIQR made Unicode, where it proves to be such.

The name of the font is a hint; the proof is that the words which the table changes become Vietnamese syllables. Text
that is Unicode already, English, or broken in another way stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pdfminer.encodingdb import EncodingDB

from ingest.reading.legacy_tables import tcvn3, viqr, vni
from ingest.reading.syllables import is_syllable

_SAMPLE = 200_000
_FEWEST_CHANGED = 3  # words, where no name of a font speaks for it
_FEWEST_VIQR = 8  # plain ASCII does look like VIQR here and there
_ENOUGH_RIGHT = 0.8
_CLEAR_GAIN = 0.3
_TOKEN = re.compile(r"\S+")
_PARTS = re.compile(r"[!-/:-@\[-`{-~\d“”‘’–—…]+")
_EDGES = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~0123456789“”‘’–…"
_LETTER = re.compile(r"[A-Za-z]")  # without one it is a sign that stands alone, as ½ or ©
# Letters that neither Latin-1 nor an old encoding has: the text is Unicode.
_UNICODE = re.compile(r"[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323]")
_GLYPH_CODE = re.compile(r"\(cid:(1[6-9]\d|2[0-4]\d|25[0-5])\)|[\uf0a1-\uf0ff]")
_CODES = re.compile(r"[\xa1-\xff\uf0a1-\uf0ff]|\(cid:")
_TCVN3, _VNI, _VIQR = tcvn3(), vni(), viqr()
_TCVN3_CODES = str.maketrans(_TCVN3)
_HYPHENED = re.compile(r"(?:[^\W\d_]|-)+")
_LONGEST_HYPHENED = 40
_STANDARD_CODES = {ord(letter): chr(code) for code, letter in EncodingDB.std2unicode.items() if code > 0xA0}
_VNI_LETTER = re.compile("[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[íìæóòîñôöÍÌÆÓÒÎÑÔÖ]")
_VIQR_LETTER = re.compile(
    r"[dD][dD]|[aA][\^(]?['`?~.]?|[oO][\^+]?['`?~.]?|[eE]\^?['`?~.]?|[uU]\+?['`?~.]?|[iIyY]['`?~.]"
)
# A full stop after a vowel looks like its tone; the sentence that begins after it tells them apart.
_VIQR_STOP = re.compile(r"[.](?=/|[\"')\]]*(?:\s+[^\sa-z]|\s*$))")
_VIQR_ESCAPED = re.compile(r"\\([.?'`~^(+])")
_TCVN3_FONT = re.compile(r"\.vn", re.IGNORECASE)
_CAPITALS_FONT = re.compile(r"\.[Vv][Nn][A-Za-z ]*H(?=$|[^A-Za-z]|Bold|Italic)")
_VNI_FONT = re.compile(r"vni[-_ ]?[a-z]", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")


def _from_tcvn3(token: str) -> str:
    repaired = token.translate(_TCVN3_CODES)
    return _HYPHENED.sub(_hyphen_or_letter, repaired) if "-" in repaired else repaired


def _hyphen_or_letter(found: re.Match[str]) -> str:
    """ư has the code of the soft hyphen, which a PDF may call a hyphen (ISO 32000-1, annex D.2, note 6)."""
    if "-" not in found[0] or len(found[0]) > _LONGEST_HYPHENED:
        return found[0]
    first, *rest = found[0].split("-")
    words = [first]
    for part in rest:
        joined = f"{words[-1]}ư{part}"
        if len(joined) > 1 and is_syllable(joined):
            words[-1] = joined
        else:
            words.append(part)
    return "-".join(words)


def _from_vni(token: str) -> str:
    return _VNI_LETTER.sub(lambda found: _VNI.get(found[0]) or "".join(_VNI.get(c, c) for c in found[0]), token)


def _from_viqr(token: str) -> str:
    return _VIQR_LETTER.sub(lambda found: _VIQR.get(found[0], found[0]), token)


@dataclass(frozen=True, slots=True)
class Repair:
    """How text of one font is made Unicode.

    `capitals`: the font draws small letters as capitals. `standard`: its codes were taken for Adobe's standard
    encoding, as a reader does where a PDF says nothing (ISO 32000-1, annex D.2), and not for Latin-1.
    """

    name: str
    letters: Callable[[str], str]
    capitals: bool = False
    standard: bool = False

    def __call__(self, text: str) -> str:
        """The text in Unicode; words that have letters of Unicode already are left alone."""
        repaired = _TOKEN.sub(lambda found: self._token(found[0]), self.codes(text))
        return repaired.upper() if self.capitals else repaired

    def codes(self, text: str) -> str:
        """The text as the Latin-1 letters of its codes."""
        return _codes(text.translate(_STANDARD_CODES) if self.standard else text)

    def _token(self, token: str) -> str:
        return token if _UNICODE.search(token) else self.letters(token)


TCVN3 = Repair("TCVN3", _from_tcvn3)
TCVN3_CAPITALS = Repair("TCVN3", _from_tcvn3, capitals=True)
VNI = Repair("VNI", _from_vni)
VIQR = Repair("VIQR", _from_viqr)


def _codes(text: str) -> str:
    """Glyphs that are told by the number of their code, or in the private area as fonts of symbols do, as Latin-1."""
    if "(cid:" not in text and not any("\uf0a1" <= letter <= "\uf0ff" for letter in set(text)):
        return text
    return _GLYPH_CODE.sub(lambda found: chr(int(found[1])) if found[1] else chr(ord(found[0]) - 0xF000), text)


def named(untrusted_font: str) -> Repair | None:
    """What the name of a font speaks for."""
    font = _SUBSET.sub("", untrusted_font)
    if _TCVN3_FONT.match(font):
        return TCVN3_CAPITALS if _CAPITALS_FONT.match(font) else TCVN3
    return VNI if _VNI_FONT.match(font) else None


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Of the words that a repair changes: how many, and the shares that were syllables before and are after."""

    changed: int
    before: float
    after: float
    unicode: int  # words that are Unicode already

    def convinces(self, fewest: int) -> bool:
        """Whether it is so without any other sign."""
        plenty = self.changed >= fewest and self.changed > self.unicode
        return plenty and self.after >= _ENOUGH_RIGHT and self.after >= self.before + _CLEAR_GAIN

    def agrees(self, *, hinted: bool) -> bool:
        """Whether nothing speaks against it, where something else speaks for it."""
        better = self.after >= self.before if hinted else self.after > self.before
        return better and self.changed >= self.unicode and (hinted or self.changed > 0)


def _weigh(text: str, repair: Repair) -> _Evidence:
    words = Counter(_TOKEN.findall(repair.codes(text[:_SAMPLE])))
    changed = before = after = already = 0
    for word, times in words.items():
        if _UNICODE.search(word):
            already += times
        elif _LETTER.search(word) and (repaired := repair.letters(word)) != word:
            changed += times
            before += times * is_syllable(word.strip(_EDGES))
            after += times * _reads(repaired)
    return _Evidence(changed, before / changed if changed else 0.0, after / changed if changed else 0.0, already)


def _reads(word: str) -> bool:
    parts = [part for part in _PARTS.split(word) if part]
    return bool(parts) and all(map(is_syllable, parts))


def repairs(text_by_font: Mapping[str, str]) -> dict[str, Repair]:
    """For each font (by its name) that needs one, the repair of its text. Fonts of one page bear each other out."""
    weighed = {
        font: {repair: _weigh(text, repair) for repair in _candidates(font, text)}
        for font, text in text_by_font.items()
    }
    found = {font: repair for font in weighed if (repair := _sure(font, weighed[font]))}
    if not found:
        return found
    common = Counter(repair.name for repair in found.values()).most_common(1)[0][0]
    for font, evidence in weighed.items():
        for repair, words in evidence.items():
            if font not in found and repair.name == common and words.agrees(hinted=False):
                found[font] = repair
    return found


def _candidates(font: str, text: str) -> tuple[Repair, ...]:
    """The repairs that are worth a closer look."""
    sample = text[:_SAMPLE]
    if len(_UNICODE.findall(sample)) > len(_CODES.findall(sample)):
        return ()
    plain = (TCVN3_CAPITALS, VNI) if named(font) is TCVN3_CAPITALS else (TCVN3, VNI)
    return (*plain, *(replace(repair, standard=True) for repair in plain)) if "(cid:" in text else plain


def _sure(font: str, evidence: Mapping[Repair, _Evidence]) -> Repair | None:
    hint = named(font)
    fitting = [
        repair
        for repair, words in evidence.items()
        if words.convinces(_FEWEST_CHANGED) or (hint and hint.name == repair.name and words.agrees(hinted=True))
    ]
    return max(fitting, key=lambda repair: evidence[repair].after * evidence[repair].changed, default=None)


def share_read(text: str) -> float:
    """The share of the words, signs within them and all, that are Vietnamese syllables; 0 for no words."""
    words = [word for word in _TOKEN.findall(text) if _LETTER.search(word)]
    return sum(map(_reads, words)) / len(words) if words else 0.0


def repaired_text(text: str) -> str:
    """Text without fonts in Unicode, if it proves to be in an old encoding; else as it is."""
    if found := repairs({"": text}).get(""):
        return found(text)
    if _weigh(_VIQR_STOP.sub("", text[:_SAMPLE]), VIQR).convinces(_FEWEST_VIQR):
        return _VIQR_ESCAPED.sub(r"\1", VIQR(_VIQR_STOP.sub(r"\\\g<0>", text)))
    return text
