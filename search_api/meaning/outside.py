"""Which files a model in ONNX form asks for, read from its bytes before anything else opens it.

An ONNX file is a protocol buffer (onnx/onnx.proto3, version 1.x); a tensor in it may name another file that has its
numbers: `TensorProto.external_data`, a list of key and value with the key "location". Only such fields are walked
into, and the numbers themselves are stepped over, so that a file of a gigabyte takes no longer than its graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_DEEPEST = 32
_MOST_MESSAGES = 5_000_000

# By kind of message: the fields to walk into, and the kind of what stands there.
_WALKED: Final[dict[str, dict[int, str]]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
    "entry": {},
}
_KEY, _VALUE = 1, 2


class NotOnnx(ValueError):
    """The bytes are not those of an ONNX file."""


def files_asked_for(untrusted_model: memoryview) -> set[str]:
    """The names of all files that its tensors name, as they stand there, whatever they are. Errors: NotOnnx."""
    return set(_Walk().locations(untrusted_model, "model", 0))


class _Walk:
    def __init__(self) -> None:
        self._messages = 0

    def locations(self, message: memoryview, kind: str, depth: int) -> Iterator[str]:
        self._messages += 1
        if depth > _DEEPEST or self._messages > _MOST_MESSAGES:
            raise NotOnnx("too deep or too many parts")
        if kind == "entry":
            yield from _location(message)
            return
        walked = _WALKED[kind]
        for number, value in _fields(message):
            if number in walked:
                yield from self.locations(value, walked[number], depth + 1)


def _location(entry: memoryview) -> Iterator[str]:
    fields = dict(_fields(entry))
    if bytes(fields.get(_KEY, b"")) == b"location":
        yield bytes(fields.get(_VALUE, b"")).decode("utf-8", "replace")


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """The fields of a message that have a length, by number."""
    at = 0
    while at < len(message):
        tag, at = _whole_number(message, at)
        number, form = tag >> 3, tag & 7
        if form == 2:
            length, at = _whole_number(message, at)
            if length > len(message) - at:
                raise NotOnnx("cut")
            yield number, message[at : at + length]
            at += length
        elif form == 0:
            _, at = _whole_number(message, at)
        elif form in (1, 5):
            at += 8 if form == 1 else 4
        else:
            raise NotOnnx("no protocol buffer")
    if at > len(message):
        raise NotOnnx("cut")


def _whole_number(message: memoryview, at: int) -> tuple[int, int]:
    """(value, the place behind it) of a number of variable length, seven bits a byte."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise NotOnnx("cut")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise NotOnnx("no protocol buffer")
