"""How reviewing is set up."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """`second_share`: of what is reviewed, 0..1, that somebody else looks at too. `chance`: draws from 0..1.

    `held`: so long what was handed to one person is handed to nobody else. `passed`: so long nobody is shown again what
    they skipped.
    """

    second_share: float = 0.05
    held: timedelta = timedelta(minutes=10)
    passed: timedelta = timedelta(hours=12)
    chance: Callable[[], float] = _CHANCE.random
