"""Is this text, or what is left of it when a font's private encoding is taken for Unicode?

A Vietnamese syllable is an onset, a rime and a tone, from short closed lists; the text layer of a file set in
TCVN3 or VNI fonts, read as Unicode, breaks them at almost every mark. The lists: Đoàn Thiện Thuật, "Ngữ âm tiếng Việt".
"""

from __future__ import annotations

import functools
import re
import unicodedata

GOOD_SHARE = 0.72
BAD_SHARE = 0.54
_ENOUGH_WORDS = 12  # below, shares say nothing
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_RIME = (
    "(?:oong|ooc|"
    "(?:iê|yê|uyê|uô|ươ|oa|oă|oe|uâ|uê|uy|[aăâeêioôơuưy])(?:ch|ng|nh|[cmnpt])?|"
    "ia|ya|ua|ưa|uơ|uya|"
    "ai|ay|ây|ao|au|âu|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|uôi|ươi|ươu|iêu|yêu|oai|oay|oao|oeo|uây|uyu|uêu)"
)
_SYLLABLE = re.compile(_ONSET + _RIME)
_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"\S+")
_ENGLISH = frozenset(
    """the of and to in is that for it as was with be by on not he his but are this have from or an they which you were
    all been has their we will would one if can more when there other than who its""".split()  # noqa: SIM905 - prose
)
_STRAY = re.compile(r"[^\W\d_][¡-¿×÷]|\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")
"""Signs in the middle of words, glyphs without a letter, private letters: the traces of a foreign encoding."""


def is_syllable(word: str) -> bool:
    """Whether the word could be a Vietnamese syllable (in any case of letters)."""
    decomposed = unicodedata.normalize("NFD", word.lower()).translate(_TONES)
    return bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", decomposed)))


def syllable_share(text: str) -> float:
    """The share of the words (runs of letters of at least two) that could be Vietnamese syllables; 1 for no words."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


@functools.lru_cache(maxsize=1)  # asked twice of a page
def is_garbage(text: str) -> bool:
    """Whether the text layer is not to be believed.

    Under BAD_SHARE it is garbage, from GOOD_SHARE on it is good; between them stray signs inside words decide.
    English is good text too.
    """
    runs = _RUN.findall(text)
    if len(runs) < _ENOUGH_WORDS:
        return bool(runs) and len(_STRAY.findall(text)) > len(runs) / 3
    stray = len(_STRAY.findall(text)) / len(runs)
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < len(runs) / 2:  # a table of figures
        return stray > 0.2
    if sum(word in _ENGLISH for word in words) > 0.15 * len(words):
        return stray > 0.2
    share = syllable_share(text)
    return share <= BAD_SHARE or (share < GOOD_SHARE and stray > 0.1) or stray > 0.3
