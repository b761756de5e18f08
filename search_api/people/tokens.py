"""Secrets that are shown once and kept as a hash."""

from __future__ import annotations

import hashlib
import secrets

KEY_MARK = "tangthu_"
"""What every API key begins with, so that people and scanners of leaked secrets know one when they see it."""

_SHOWN = len(KEY_MARK) + 6


def new_token() -> str:
    """256 random bits that stand in an address or a cookie as they are."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """A new API key."""
    return f"{KEY_MARK}{new_token()}"


def prefix_of(key: str) -> str:
    """What is shown of a key later."""
    return key[:_SHOWN]


def hash_of(untrusted_token: str) -> str:
    """What is kept of a token, SHA-256 in hex: nothing is to be guessed of 256 random bits, so a fast hash will do."""
    return hashlib.sha256(untrusted_token.encode("utf-8", "ignore")).hexdigest()
