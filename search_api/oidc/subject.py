"""Whom an ID token names, and what it must say: known also where no token is read."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say. `begun_at`, `fresh_since`: seconds since 1970; `fresh_since`: None where the person need
    not have signed in at the provider for this very sign-in."""

    issuer: str
    client_id: str
    nonce: str
    begun_at: float
    access_token: str = ""
    fresh_since: float | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who it is, at the provider. `label`: what people know them by; it proves nothing."""

    issuer: str
    subject: str
    label: str


def is_subject(untrusted: object) -> bool:
    """Whether somebody may be called so at a provider: 1 to 255 of ASCII, as the standard has it."""
    plain = isinstance(untrusted, str) and untrusted.isascii() and untrusted.isprintable()
    return plain and 0 < len(str(untrusted)) <= _LONGEST_SUBJECT and str(untrusted).strip() == untrusted
