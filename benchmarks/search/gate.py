"""What it costs to ask who somebody is: the same requests with the gate and without, in turns in one run.

    python -m benchmarks.search.gate [--rounds 2000] [--people 300] [--units 60]

An archive of so many units and persons on SQLite. Each round sends the same two requests (who am I; a search in a small
archive) straight into the application, as its server would: by the cookie of a session, by an API key, and without the
gate by somebody who is known already. Who comes first changes from round to round. All is measured in milliseconds of
the process' cores, threads included, so that other work on the machine counts for little. The parts of the gate are
measured beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.ids import new_id
from mappings.people import Grant, OfficeUnit, Person, Role
from search_api.access.doors import find
from search_api.access.gate import Entered, Gate
from search_api.application import create_application
from search_api.people.own import OwnAccount, WantedKey
from search_api.people.pace import Pace
from tests.rights.offices import PASSWORD, Offices, offices_in

WARM_UP = 50
ASKED = {"who am I": ("/api/v1/me", b""), "a search": ("/api/v1/search", b"q=c%E1%BA%A7u")}

Send = Callable[[str, bytes], None]


def enter_many(unit: UnitOfWork, people: int, units: int) -> None:
    """Units in a tree under the agency a, and readers in them."""
    for number in range(units):
        unit.people.put_unit(OfficeUnit(f"u{number}", f"Phòng {number}", f"u{number // 4}" if number >= 4 else "a"))
    for number in range(people):
        person = Person(new_id(), f"person{number}", f"Người {number}", now(), None, None)
        unit.people.add(person)
        for step in range(3):
            unit.people.grant(Grant(person.id, f"u{(number + step) % units}", Role.READER))


def sender(application: Any, headers: dict[str, str], known: Entered | None = None) -> Send:
    """What sends a request into the application; `known`: as the gate would have left it."""
    loop = asyncio.new_event_loop()
    plain = [(b"host", b"archive.test"), *((name.encode(), value.encode()) for name, value in headers.items())]

    async def one(path: str, query: bytes) -> None:
        said: list[int] = []
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query, "headers": plain, "root_path": "",
            "client": ("10.0.0.9", 50000), "server": ("archive.test", 80),
            "state": {"tangthu": known} if known else {},
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                said.append(message["status"])

        await application(scope, receive, send)
        assert said == [200], (path, said)

    return lambda path, query: loop.run_until_complete(one(path, query))


def ways(offices: Offices) -> dict[str, Send]:
    """The same reader in three ways."""
    token = offices.sign_in("reader")
    signed_in = offices.signing.of_session(token)
    key = OwnAccount(offices.house.catalogue, offices.signing).make_key(
        signed_in, WantedKey("k", ["records:read"], "9"), PASSWORD, ""
    )
    bare = create_application(offices.house.services)
    bare.user_middleware = [one for one in bare.user_middleware if one.cls is not Gate]
    return {
        "no gate": sender(bare, {}, Entered(signed_in)),
        "session": sender(offices.application, {"cookie": f"tangthu_session={token}"}),
        "key": sender(offices.application, {"authorization": f"Bearer {key}"}),
    }


def measured(work: Callable[[], object]) -> float:
    """Milliseconds of the process' cores."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def in_turns(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Each of them once a round; another one begins each time."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    for number in range(rounds + WARM_UP):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            spent = measured(works[name])
            if number >= WARM_UP:
                taken[name].append(spent)
    return taken


def parts(offices: Offices) -> dict[str, Callable[[], object]]:
    """What the gate does, one by one."""
    token = offices.sign_in("reader")
    signed_in, pace = offices.signing.of_session(token), Pace()
    return {
        "the session, its person and rights (catalogue)": lambda: offices.signing.of_session(token),
        "the door of the address": lambda: find("GET", "/api/v1/records/01jd3v8p7m6x1yq2w3e4r5t6y7/pages/1/image"),
        "the count of requests (throttle)": lambda: pace.check(signed_in, 10**9),
    }


def _told(taken: list[float]) -> str:
    return f"{statistics.fmean(taken):8.3f} mean {statistics.median(taken):8.3f} median"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--units", type=int, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, offices_in(Path(folder)) as offices:
        offices.house.catalogue.write(lambda unit: enter_many(unit, chosen.people, chosen.units))
        print(f"{chosen.rounds} rounds, {chosen.people} persons, {chosen.units} units, ", end="")
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; milliseconds of the process' cores")
        sending = ways(offices)
        for what, (path, query) in ASKED.items():
            works = {
                name: (lambda send=send, path=path, query=query: send(path, query)) for name, send in sending.items()
            }
            taken = in_turns(works, chosen.rounds)
            for name, spent in taken.items():
                more = statistics.fmean(spent) - statistics.fmean(taken["no gate"])
                print(f"{what:10} {name:10} {_told(spent)} {more:+8.3f}")
        for name, spent in in_turns(parts(offices), chosen.rounds).items():
            print(f"  {name:48} {_told(spent)}")


if __name__ == "__main__":
    main()
