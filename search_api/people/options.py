"""How people sign in here, as the settings say it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SigningOptions:
    """`always`: nobody is let in without signing in, not even before there is an account.

    `idle_minutes`: a session that nobody used so long has ended; `session_hours`: and one so old.
    `tries`: wrong passwords of one account from one address within `tries_minutes`, before it has to wait; five times
    as many of one account from everywhere, ten times as many from one address.
    `requests_per_minute`: of one person or key in one process; 0: any number. `unit`: of the office itself.
    `keepers`: accounts that see what is kept apart as a possible state secret, separated by commas.
    """

    always: bool = False
    idle_minutes: int = 30
    session_hours: int = 12
    tries: int = 10
    tries_minutes: int = 15
    requests_per_minute: int = 1200
    unit: str = "office"
    keepers: str = ""
