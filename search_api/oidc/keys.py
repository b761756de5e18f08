"""The provider's keys (JWKS), and which of them an ID token may be signed by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwk
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

_FITTING: Mapping[str, tuple[str, str | None]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), ("RSA", None)),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""Algorithm to kind and curve of its keys. Asymmetric ones alone: whoever checks could sign by any other."""

ALGORITHMS = frozenset(_FITTING)
"""By which an ID token may be signed. Never `none`."""

_FEWEST_RSA_BITS = 2048
_MOST_KEYS = 100

SigningKey = RSAKey | ECKey | OKPKey


def keys_of(document: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The keys of a JWKS that can be anything to us. ValueError if it is none."""
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS or not all(isinstance(one, dict) for one in listed):
        raise ValueError("no JWKS")
    return tuple(one for one in listed if _signs(one))


def _signs(key: Mapping[str, Any]) -> bool:
    operations = key.get("key_ops")
    verifies = operations is None or (isinstance(operations, list) and "verify" in operations)
    return key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig" and verifies


def fitting(keys: tuple[dict[str, Any], ...], algorithm: str, kid: str | None) -> tuple[SigningKey, ...]:
    """Those that a token of this algorithm and key id can be signed by. ValueError for a key that is too weak.

    Without a key id: those of its kind.
    """
    kind, curve = _FITTING[algorithm]
    named = [one for one in keys if kid is None or one.get("kid") == kid]
    alike = [one for one in named if one["kty"] == kind and (curve is None or one.get("crv") == curve)]
    return tuple(_read(one) for one in alike if one.get("alg", algorithm) == algorithm)


def _read(untrusted_key: dict[str, Any]) -> SigningKey:
    public = {name: value for name, value in untrusted_key.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
    try:
        read = jwk.import_key(public)
    except (JoseError, TypeError, KeyError) as error:
        raise ValueError(f"a key that is none: {error!r}") from error
    if isinstance(read, RSAKey) and read.raw_value.key_size < _FEWEST_RSA_BITS:
        raise ValueError("an RSA key of too few bits")
    if not isinstance(read, RSAKey | ECKey | OKPKey):
        raise ValueError("no public key")
    return read
