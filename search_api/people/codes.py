"""Codes of the second factor (RFC 6238), as telephones make them."""

from __future__ import annotations

import hmac
import time

import pyotp

STEP_SECONDS = 30
"""RFC 6238's usual time step."""


def fitting_step(secret: str, untrusted_code: str) -> int | None:
    """The time step whose code this is: the present one, the one before or after, for clocks that differ; else None."""
    code = "".join(untrusted_code.split())[:10].encode("utf-8", "ignore")
    totp, current = pyotp.TOTP(secret), int(time.time()) // STEP_SECONDS
    steps = (current - 1, current, current + 1)
    fitting = [step for step in steps if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), code)]
    return fitting[0] if fitting else None


def is_secret(untrusted: str) -> bool:
    """Whether it is one of ours: 32 letters of base 32."""
    return len(untrusted) == 32 and set(untrusted) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
