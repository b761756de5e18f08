"""Words as pyvi itself divides a text, to measure ours beside them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from analyzers.normalising import normalise
from analyzers.tokens import LONGEST_TERM, TOKEN_PATTERN, term_pair

# pyvi takes time by the square of a line's length; sentences of more words than this are rare.
_WORDS_PER_CALL = 100


def pyvi_words(text: str) -> list[str]:
    """The words as pyvi divides them, syllables joined by an underscore: `quyết_định`.

    Each syllable is a term of the syllable stream; punctuation is dropped. Slow (about 84,000 syllables/s).
    """
    tokenize = _pyvi_tokenize()
    found: list[str] = []
    for line in _short_lines(text):
        for word in tokenize(line).split():
            found.extend(_word_terms(word))
    return found


def _short_lines(text: str) -> Iterator[str]:
    # Case is kept: pyvi looks at it.
    for line in re.split(r"[\r\n\f\v\u2028\u2029]+|(?<=[.;:?!])\s", text.replace("_", " ")):
        words = line.split()
        for start in range(0, len(words), _WORDS_PER_CALL):
            yield " ".join(words[start : start + _WORDS_PER_CALL])


def _word_terms(word: str) -> list[str]:
    syllables_of_word = [
        term_pair(match.group())[0] for match in TOKEN_PATTERN.finditer(normalise(word.replace("_", " ")).text)
    ]
    if "_" in word and syllables_of_word:
        return ["_".join(syllables_of_word)[: 2 * LONGEST_TERM]]
    return syllables_of_word


@cache
def _pyvi_tokenize() -> Any:
    # The import takes 1.2 s and some 100 MB.
    with warnings.catch_warnings():
        # Its source has escapes that newer Pythons complain about on the first import.
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer  # noqa: PLC0415

    return ViTokenizer.tokenize
