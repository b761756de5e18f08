"""Wrong passwords are counted, in the catalogue: over all processes of the archive, and over restarts.

Counted are three things: an account from one address, an account from everywhere, an address. The first keeps a
guesser out without keeping the person out who sits elsewhere; the two others hold a guesser with many addresses or
many accounts. A name without an account is counted alike, so that waiting tells nothing.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from archive.catalogue import Catalogue
from kernel.clock import now
from kernel.people_errors import TooManyTries
from search_api.people.options import SigningOptions

_FROM_EVERYWHERE, _FROM_ONE_ADDRESS = 5, 10
"""Times the tries of one account from one address."""


class Throttle:
    """Safe over threads and processes."""

    def __init__(self, catalogue: Catalogue, options: SigningOptions) -> None:
        self._catalogue = catalogue
        self._most = options.tries
        self._window = timedelta(minutes=options.tries_minutes)

    def check(self, account: str, address: str) -> None:
        """TooManyTries if this account or address has to wait."""
        limits = self._limits(account, address)
        with self._catalogue.reading() as unit:
            tried = unit.sessions.tried(list(limits), now() - self._window)
        if any(tried.get(key, 0) >= most for key, most in limits.items()):
            raise TooManyTries(minutes=int(self._window.total_seconds() // 60))

    def count(self, account: str, address: str) -> None:
        """One more in vain."""
        keys = list(self._limits(account, address))
        self._catalogue.write(lambda unit: unit.sessions.count_try(keys, now(), self._window))

    def forget(self, account: str, address: str) -> None:
        """The right password: this account counts from nought at this address, and nothing else does."""
        pair = _key("pair", account, address)
        with self._catalogue.reading() as unit:
            known = unit.sessions.tried([pair], now() - self._window)
        if known:
            self._catalogue.write(lambda unit: unit.sessions.forget_tries([pair]))

    def count_begun(self, address: str) -> None:
        """One more sign-in at a provider begun from this address. TooManyTries."""
        key = _key("begun", address)
        with self._catalogue.reading() as unit:
            tried = unit.sessions.tried([key], now() - self._window)
        if tried.get(key, 0) >= self._most * _FROM_ONE_ADDRESS:
            raise TooManyTries(minutes=int(self._window.total_seconds() // 60))
        self._catalogue.write(lambda unit: unit.sessions.count_try([key], now(), self._window))

    def forget_begun(self, address: str) -> None:
        """One of them was ended well."""
        self._catalogue.write(lambda unit: unit.sessions.forget_tries([_key("begun", address)]))

    def _limits(self, account: str, address: str) -> dict[str, int]:
        return {
            _key("pair", account, address): self._most,
            _key("account", account): self._most * _FROM_EVERYWHERE,
            _key("address", address): self._most * _FROM_ONE_ADDRESS,
        }


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "ignore")).hexdigest()
