"""Passwords: argon2id (RFC 9106), and the same work for an account that is not there."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kernel.people_errors import WeakPassword
from search_api.waiting import WaitingRoom

FEWEST, MOST = 10, 200
"""Characters of a password. NIST SP 800-63B asks for 8 at least and no rules of composition; a little more here."""

# The second choice of RFC 9106 (64 MiB, 3 passes, 4 lanes) is what the library begins with.
_HASHER = PasswordHasher()

NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$Mi8wl3xEwbujRElkSwg48w$sIsg/Ma8hp3SofjZ+UucpQW/tFM0JTvQKxvsE+ewkAU"
"""Of a password that nobody has kept, with the parameters of today: what an account that is not there is held to.

It stands here and is not made at the first such question, which would take twice as long as all others.
"""

_AT_ONCE = threading.Semaphore(2)
"""Each takes 64 MiB: many who sign in at once wait for one another, and the machine stays whole."""

_ROOM = WaitingRoom(10)
"""More than a few who wait would hold all threads of the server."""

_COMMON = frozenset(
    [
        "1234567890",
        "0123456789",
        "0987654321",
        "1111111111",
        "0000000000",
        "123456789a",
        "qwertyuiop",
        "1q2w3e4r5t",
        "abcd123456",
        "abc123456789",
        "password123",
        "password1234",
        "matkhau123",
        "matkhau1234",
        "matkhau123456",
        "vanthu123456",
        "vanthu1234",
        "luutru1234",
        "luutru123456",
        "vietnam123",
        "vietnam1234",
        "anhyeuem123",
        "iloveyou123",
        "administrator",
        "admin123456",
        "tangthu123",
        "tangthu1234",
        "uybannhandan",
        "matkhaumoi123",
        "congvan123",
    ]
)
"""Those of ten letters and more that come first to mind here."""


def hashed(password: str) -> str:
    """The hash to be kept. Busy if too many sign in at once."""
    with _ROOM.place(), _AT_ONCE:
        return _HASHER.hash(_plain(password))


def fits(untrusted_password: str, kept: str | None) -> bool:
    """Whether it is the password of this hash. Without a hash: False, after the same work.

    Busy if too many sign in at once.
    """
    text = _plain(untrusted_password[: MOST + 1])
    with _ROOM.place(), _AT_ONCE:
        try:
            return _HASHER.verify(kept or NOBODYS, text) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def checked(untrusted_password: str, account: str) -> str:
    """A new password that may be taken, else WeakPassword."""
    text = _plain(untrusted_password)
    folded = text.casefold()
    own = len(account) > 3 and account.casefold() in folded
    if not FEWEST <= len(text) <= MOST or folded in _COMMON or own or len(set(folded)) < 4:
        raise WeakPassword(fewest=FEWEST)
    return text


def _plain(untrusted: str) -> str:
    # The same keys give other code points on other systems: both must open the same door.
    return unicodedata.normalize("NFKC", untrusted.encode("utf-8", "ignore").decode())
