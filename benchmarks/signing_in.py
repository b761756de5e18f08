"""Whether a sign-in in vain tells by its time which accounts there are: four reasons side by side, in turns.

    python -m benchmarks.signing_in [--rounds 60]

Clock and processor time of each. That the work is the same is counted by tests/rights/test_same_work.py; this shows
what is left of a difference. A gap that a guesser could use would stand far from the spread of one and the same reason,
which is asked twice under two names to show that spread.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kernel.clock import now
from kernel.ids import new_id
from kernel.people_errors import WrongSignIn
from mappings.people import Person
from search_api.people.passwords import hashed
from tests.rights.offices import PASSWORD, Offices, offices_in

WRONG = "không phải mật khẩu này"
REASONS = {
    "known, wrong password": ("reader", WRONG),
    "the same once more": ("reader", WRONG),
    "no such account": ("khong.co", WRONG),
    "closed account": ("closed", WRONG),
    "no password yet": ("fresh", WRONG),
}


def in_vain(offices: Offices, account: str, password: str, clock: Callable[[], float]) -> float:
    """Milliseconds until it is refused."""
    begun = clock()
    try:
        offices.sign_in(account, password)
    except WrongSignIn:
        return (clock() - begun) * 1000
    raise AssertionError("nobody should get in")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, offices_in(Path(folder), tries=10**6) as offices:
        moment, kept = now(), hashed(PASSWORD)
        closed = Person(new_id(), "closed", "Đã Đóng", moment, kept, moment)
        fresh = Person(new_id(), "fresh", "Mới", moment)
        for person in (closed, fresh):
            offices.house.catalogue.write(lambda unit, person=person: unit.people.add(person))
        offices.house.catalogue.write(lambda unit: unit.people.close(closed.id, moment))
        print(f"{chosen.rounds} rounds of each, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; milliseconds")
        print(f"{'':24}{'clock p50':>12}{'p10':>9}{'p90':>9}{'cores p50':>12}{'p10':>9}{'p90':>9}")
        taken = rounds(offices, chosen.rounds)
        for reason in REASONS:
            print(f"{reason:24}" + "".join(_spread(taken[reason, clock]) for clock in ("clock", "cores")))


def rounds(offices: Offices, count: int) -> dict[tuple[str, str], list[float]]:
    """By reason and clock; another reason begins each round."""
    clocks = {"clock": time.perf_counter, "cores": time.process_time}
    taken: dict[tuple[str, str], list[float]] = {(reason, clock): [] for reason in REASONS for clock in clocks}
    names = list(REASONS)
    for number in range(count):
        first = number % len(names)
        for reason in (*names[first:], *names[:first]):
            for clock, tick in clocks.items():
                taken[reason, clock].append(in_vain(offices, *REASONS[reason], tick))
    return taken


def _spread(taken: list[float]) -> str:
    tenths = statistics.quantiles(taken, n=10)
    return f"{statistics.median(taken):12.1f}{tenths[0]:9.1f}{tenths[-1]:9.1f}"


if __name__ == "__main__":
    main()
