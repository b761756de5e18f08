"""The narrow language in which a reading process answers.

An answer is JSON that the parent opens with `outcome_from`, which makes nothing but plain values and our own frozen
values and errors: bytes from outside that take over a reading process cannot go further by its answer.
"""

from __future__ import annotations

import base64
import enum
import importlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from kernel import errors

MAX_ANSWER_BYTES = 64 * 1024**2  # the largest picture of a page, full of noise, takes 40 million before its coding
MAX_ESCAPED_BYTES = 24 * 1024**2  # with one letter of an upper plane a text takes four bytes a letter in our memory
MAX_ANSWER_VALUES = 2_000_000  # a word takes ten of them
_BEGIN_VALUES = b"[{,:"  # before each value but the first; a value takes up to 70 bytes in our memory
OUR_PACKAGES = ("kernel.", "mappings.", "ingest.")
TRACE_LETTERS = 4000
_PLAIN = frozenset({type(None), bool, int, float, str})
_WHOLES: Mapping[str, Callable[..., Any]] = {"tuple": tuple, "list": list}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: `result`, or `error`; `trace` is for the log."""

    result: Any
    error: errors.TangthuError | None
    trace: str


def outcome_from(untrusted_answer: bytes) -> Outcome:
    """The outcome in an answer; ReaderDied as its error if the answer is not one that we write."""
    try:
        if not fits(untrusted_answer):
            return Outcome(None, errors.ReaderDied(), "answer not understood: too long")
        result, error, trace = _opened(json.loads(untrusted_answer.decode("ascii")))
    except Exception as failure:  # hostile bytes may be anything at all
        return Outcome(None, errors.ReaderDied(), f"answer not understood: {type(failure).__name__}")
    if error is not None and not isinstance(error, errors.TangthuError):
        return Outcome(None, errors.ReaderDied(), "answer not understood: not an error of ours")
    return Outcome(result, error, _for_log(trace))


def answer_of(result: object, error: errors.TangthuError | None = None, trace: str = "") -> bytes:
    """An outcome as the bytes that `outcome_from` opens. TypeError for what has no form in them."""
    return json.dumps(_plain((result, error, trace))).encode()


def fits(answer: bytes) -> bool:
    """Whether it can be opened in little memory: `[],[],[]…` takes twenty times its own size."""
    values = sum(answer.count(mark) for mark in _BEGIN_VALUES)
    most_bytes = MAX_ESCAPED_BYTES if b"\\" in answer else MAX_ANSWER_BYTES
    return len(answer) <= most_bytes and values <= MAX_ANSWER_VALUES


def _for_log(untrusted_trace: object) -> str:
    """A trace cut, each of its lines set apart from those of our log, and without what a terminal obeys."""
    lines = str(untrusted_trace)[-TRACE_LETTERS:].split("\n") if isinstance(untrusted_trace, str) else []
    return "\n  | ".join("".join(one if one.isprintable() else repr(one)[1:-1] for one in line) for line in lines)


def _plain(value: Any) -> Any:
    """A value as JSON: numbers and texts as they are, everything else as a list that begins with what it is."""
    form: Any
    if isinstance(value, enum.Enum):
        form = ["member", *_name_of(type(value)), value.name]
    elif value is None or isinstance(value, (bool, int, float, str)):
        form = value
    elif isinstance(value, bytes):
        form = ["bytes", base64.b64encode(value).decode()]
    elif type(value) in (tuple, list):
        form = _plain_sequence(value)
    elif isinstance(value, dict):
        form = ["dict", *([_plain(key), _plain(one)] for key, one in value.items())]
    elif isinstance(value, errors.TangthuError):
        form = ["made", *_name_of(type(value)), _plain(value.values)]
    elif _is_value(type(value)):
        form = ["made", *_name_of(type(value)), _plain({one.name: getattr(value, one.name) for one in fields(value)})]
    else:
        raise TypeError(f"{type(value)} may not come out of a reading process")
    return form


def _plain_sequence(values: Sequence[Any]) -> Any:
    """Values of one kind as a table, a column for each of their parts: thousands of words are opened so at once."""
    whole, kinds = type(values).__name__, set(map(type, values))
    if kinds <= _PLAIN:
        return ["plain", whole, *values]
    if len(values) > 1 and len(kinds) == 1 and is_row(kind := kinds.pop()):
        columns = [[getattr(value, part.name) for value in values] for part in fields(kind)]
        return ["table", whole, *_name_of(kind), *map(_plain_sequence, columns)]
    return [whole, *map(_plain, values)]


def _opened(untrusted: Any) -> Any:
    """The value in its plain form. Any error at all for a form that `_plain` does not write."""
    if not isinstance(untrusted, list):
        return untrusted
    kind, *rest = untrusted
    return _OPENERS[kind](*rest)


def _opened_dict(*untrusted_pairs: list[Any]) -> dict[Any, Any]:
    return {_opened(key): _opened(value) for key, value in untrusted_pairs}


def _opened_made(module_name: str, name: str, untrusted_values: Any) -> Any:
    return _kind(module_name, name, _is_value)(**_opened(untrusted_values))


def _opened_member(module_name: str, name: str, member: str) -> Any:
    return _kind(module_name, name, _is_enum)[member]


def _opened_plain(whole: str, *untrusted_values: Any) -> Any:
    if not set(map(type, untrusted_values)) <= _PLAIN:
        raise TypeError("not plain")
    return _WHOLES[whole](untrusted_values)


def _opened_table(whole: str, module_name: str, name: str, *untrusted_columns: Any) -> Any:
    kind = _kind(module_name, name, is_row)
    columns = [_opened(column) for column in untrusted_columns]
    if len(columns) != len(fields(kind)) or len(set(map(len, columns))) != 1:
        raise ValueError("not one value for each part of each row")
    return _WHOLES[whole](map(kind, *columns))


_OPENERS: Mapping[str, Callable[..., Any]] = {
    "bytes": lambda coded: base64.b64decode(coded, validate=True),
    "tuple": lambda *ones: tuple(map(_opened, ones)),
    "list": lambda *ones: list(map(_opened, ones)),
    "dict": _opened_dict,
    "made": _opened_made,
    "member": _opened_member,
    "plain": _opened_plain,
    "table": _opened_table,
}


def _name_of(kind: type) -> tuple[str, str]:
    return kind.__module__, kind.__qualname__


def _kind(module_name: str, name: str, allowed: Callable[[object], bool]) -> Any:
    """One of our own classes, by its name."""
    if not module_name.startswith(OUR_PACKAGES):
        raise TypeError(f"{module_name} is not ours")
    found = vars(sys.modules.get(module_name) or importlib.import_module(module_name))[name]
    if not allowed(found) or _name_of(found) != (module_name, name):
        raise TypeError(f"{module_name}.{name} may not come out of a reading process")
    return found


def _is_value(found: object) -> bool:
    """Whether it is one of our frozen values or errors: made of its parts, and doing nothing when made."""
    if not isinstance(found, type):
        return False
    frozen = is_dataclass(found) and found.__dataclass_params__.frozen  # type: ignore[attr-defined]
    return frozen or issubclass(found, errors.TangthuError)


def is_row(found: object) -> bool:
    """Whether it is one of our frozen values, and made of its parts in their order."""
    if not (_is_value(found) and is_dataclass(found)):
        return False
    return all(part.init and not part.kw_only for part in fields(found))


def _is_enum(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, enum.Enum)
