"""What is attached to a mail becomes records of its own; the mail stays as it came.

`taking_out` finds and takes out, in a reading process; `detacher` sees to it that all is safe before a row tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.dividing import Piece
from ingest.recognising import EML, MSG

MAILS = frozenset({EML, MSG})


@dataclass(frozen=True, slots=True)
class Attached:
    """Something attached. `number`: its place in the mail, from 0. `untrusted_name`: as the mail says, never empty."""

    number: int
    untrusted_name: str


def attached_to(path: str, media_type: str) -> tuple[Attached, ...]:
    """What is attached to the mail at `path`. Raises TooManyAttached, and what reading a mail raises."""
    from ingest.detaching.taking_out import listed  # noqa: PLC0415 - loads the parsers

    return listed(path, media_type)


def attached_piece(path: str, media_type: str, number: int, offset: int) -> Piece:
    """The bytes of one of `attached_to`, from `offset` on. Raises NotTakenOut if it is there in no form of a file."""
    from ingest.detaching.taking_out import piece  # noqa: PLC0415 - loads the parsers

    return piece(path, media_type, number, offset)
