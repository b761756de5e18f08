"""The OCR engine, of whose runs some fail as they do where memory or time is out."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from ingest.reading import tesseract


def failing(errors: Mapping[int, Exception]) -> Callable[..., Any]:
    """`tesseract.read_words`, with these errors in these runs, the first of them 1. Take it before it is replaced."""
    real, runs = tesseract.read_words, count(1)

    def read_words(*arguments: Any, **named: Any) -> Any:
        if error := errors.get(next(runs)):
            raise error
        return real(*arguments, **named)

    return read_words
