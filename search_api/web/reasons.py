"""A reason kept as a code, back into the sentences that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kernel.errors import PageUnreadable, Refused, TangthuError


@cache
def _errors_by_code() -> dict[str, type[TangthuError]]:
    return {error.code: error for error in _below(TangthuError)}


def _below(kind: type[TangthuError]) -> Iterator[type[TangthuError]]:
    for error in kind.__subclasses__():
        yield error
        yield from _below(error)


def _said(code: str, values: Mapping[str, Any], otherwise: type[TangthuError]) -> TangthuError:
    kind = _errors_by_code().get(code, otherwise)
    try:
        return kind(**values)
    except KeyError:  # an older version kept less beside the code than its sentence needs now
        return otherwise()


def refusal(code: str, values: Mapping[str, Any]) -> TangthuError:
    """Why a file was not taken."""
    return _said(code, values, Refused)


def unread(code: str | None) -> TangthuError:
    """Why a page could not be read. The catalogue keeps the code only, so figures are left out."""
    return _said(code or PageUnreadable.code, {}, PageUnreadable)
