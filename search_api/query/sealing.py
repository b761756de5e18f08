"""Cursors are sealed: a place between two hits is made of an accession number and a score.

The number would tell how many records came in between two that one may see; the score of a single word, from how many
records of the whole archive it is counted. AES-SIV (RFC 5297) needs no nonce: the same place is the same cursor.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from kernel.durable import write_file
from kernel.errors import BadCursor

_KEY_BYTES = 64


class Seal:
    """Shuts and opens cursors. Safe over threads."""

    def __init__(self, key: bytes | None = None) -> None:
        """`key`: 64 bytes; None: one of this process alone, whose cursors end with it."""
        self._cipher = AESSIV(key if key is not None else secrets.token_bytes(_KEY_BYTES))

    def shut(self, cursor: str) -> str:
        """The cursor as it is handed out, url-safe."""
        return base64.urlsafe_b64encode(self._cipher.encrypt(cursor.encode("ascii"), None)).decode("ascii").rstrip("=")

    def opened(self, untrusted_cursor: str) -> str:
        """What was shut. BadCursor if it was not shut with this key."""
        padded = untrusted_cursor + "=" * (-len(untrusted_cursor) % 4)
        try:
            shut = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
            return self._cipher.decrypt(shut, None).decode("ascii")
        except (UnicodeError, binascii.Error, InvalidTag, ValueError) as error:
            raise BadCursor from error


def kept_seal(path: Path) -> Seal:
    """The seal whose key is kept in this file, so that cursors outlive a restart; made where there is none yet."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) != _KEY_BYTES:
        key = secrets.token_bytes(_KEY_BYTES)
        write_file(path, key)
    return Seal(key)
