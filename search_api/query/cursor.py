"""The paging cursor: a place between two hits, bound to the question that it was given for.

It is handed out sealed (`sealing`), for it tells more than its holder has seen; and the access filter holds for what
follows it like for any other search.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import struct
from dataclasses import replace

from kernel.errors import BadCursor
from search_api.engines.protocol import Position
from search_api.query.answers import SearchQuery

_DIGEST_BYTES = 12
# Form of the cursor, what the hits are, sort key, score, digest of the question.
_FORM = struct.Struct(f">BBqd{_DIGEST_BYTES}s")
_VERSION = 1
_PARTIAL, _FUSED = 1, 2


def write_cursor(position: Position, query: SearchQuery, *, partial: bool, fused: bool = False) -> str:
    """A cursor that goes on after this position. `fused`: among hits by words and by meaning."""
    kinds = partial * _PARTIAL | fused * _FUSED
    packed = _FORM.pack(_VERSION, kinds, position.sort_key, position.score, _digest(query))
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read_cursor(untrusted_cursor: str, query: SearchQuery) -> tuple[Position, bool]:
    """(position, whether the hits are partial ones). BadCursor if it is not ours or of another question."""
    position, kinds = _read(untrusted_cursor, query)
    return position, bool(kinds & _PARTIAL)


def is_fused(untrusted_cursor: str | None, query: SearchQuery) -> bool:
    """Whether it stands among hits by words and by meaning. BadCursor as `read_cursor`."""
    return untrusted_cursor is not None and bool(_read(untrusted_cursor, query)[1] & _FUSED)


def _read(untrusted_cursor: str, query: SearchQuery) -> tuple[Position, int]:
    padded = untrusted_cursor + "=" * (-len(untrusted_cursor) % 4)
    try:
        packed = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        version, kinds, sort_key, score, digest = _FORM.unpack(packed)
    except (UnicodeEncodeError, binascii.Error, struct.error) as error:
        raise BadCursor from error
    known = version == _VERSION and not kinds & ~(_PARTIAL | _FUSED)
    if not known or digest != _digest(query) or not math.isfinite(score):
        raise BadCursor
    return Position(sort_key, score), kinds


def _digest(query: SearchQuery) -> bytes:
    # The number of hits a page may change from page to page; all else makes it another question.
    asked = replace(query, cursor=None, limit=0)
    return hashlib.blake2b(repr(asked).encode(), digest_size=_DIGEST_BYTES).digest()
