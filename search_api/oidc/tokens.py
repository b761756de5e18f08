"""An ID token, checked in full (OpenID Connect Core 3.1.3.7): whose word it is, for whom, about what, and when."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError

from search_api.oidc.keys import ALGORITHMS, SigningKey
from search_api.oidc.strict_json import strict_object
from search_api.oidc.subject import Expected, Subject, is_subject

LEEWAY_SECONDS = 60
"""By how much the clocks of two machines of an office may differ."""

_LONGEST_TOKEN, _LONGEST_LABEL = 64 << 10, 100
_TYPES = frozenset({None, "JWT", "jwt"})

FindKeys = Callable[[str, str | None], tuple[SigningKey, ...]]
"""The keys that fit an algorithm and a key id."""


def check(untrusted_token: str, expected: Expected, find_keys: FindKeys) -> Subject:
    """Whom the token names. ValueError, telling what is wrong with it, for the log."""
    if not untrusted_token.isascii() or len(untrusted_token) > _LONGEST_TOKEN or untrusted_token.count(".") != 2:
        raise ValueError("no signed token")
    header = _part(untrusted_token, 0)
    _verify(untrusted_token, header, find_keys)
    # Read by the strict reader, from the very bytes that were signed.
    claims = _part(untrusted_token, 1)
    _expect_claims(claims, header, expected)
    _expect_times(claims, expected)
    return Subject(expected.issuer, _subject(claims), _label(claims))


def _part(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number]
    try:
        plain = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error
    return strict_object(plain)


def _verify(token: str, header: Mapping[str, Any], find_keys: FindKeys) -> None:
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise ValueError(f"signed by {str(algorithm)[:20]!r}")
    if "crit" in header or header.get("typ") not in _TYPES or not (kid is None or isinstance(kid, str)):
        raise ValueError("a header that asks for more than an ID token may")
    keys = find_keys(algorithm, kid)
    if len(keys) != 1:
        raise ValueError(f"{len(keys)} keys fit")
    try:
        registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        registry.max_header_length = _LONGEST_TOKEN
        jws.deserialize_compact(token, keys[0], registry=registry)
    except (JoseError, ValueError) as error:
        raise ValueError(f"the signature: {error!r}") from error


def _expect_claims(claims: dict[str, Any], header: dict[str, Any], expected: Expected) -> None:
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    try:
        CodeIDToken(claims, header, options, params).validate(int(time.time()), LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        raise ValueError(f"a claim: {error!r}") from error
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise ValueError("another nonce")


def _expect_times(claims: Mapping[str, Any], expected: Expected) -> None:
    """Of this sign-in, and not of one before it."""
    if claims["iat"] < expected.begun_at - LEEWAY_SECONDS:
        raise ValueError("from before it was asked for")
    signed_in_at = claims.get("auth_time")
    if expected.fresh_since is None:
        return
    if isinstance(signed_in_at, bool) or not isinstance(signed_in_at, int | float):
        raise ValueError("does not tell when the person signed in, though max_age asked for it")
    if not expected.fresh_since - LEEWAY_SECONDS <= signed_in_at <= time.time() + LEEWAY_SECONDS:
        raise ValueError("the person signed in before, and was not asked anew")


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims["sub"]
    if not is_subject(subject):
        raise ValueError("no subject")
    return str(subject)


def _label(claims: Mapping[str, Any]) -> str:
    for name in ("preferred_username", "email", "name", "sub"):
        value = claims.get(name)
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value.strip()[:_LONGEST_LABEL]
    return ""
