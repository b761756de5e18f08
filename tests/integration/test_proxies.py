"""docs/proxy: nginx and Caddy before a running tangthu, tried by one who comes from outside."""

from __future__ import annotations

import os
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import FolderOriginals
from mappings.people import Person
from tests.records import enter
from tests.rights.offices import PASSWORD, enter_people
from tests.servers.fronts import NAME, caddy, nginx, trusting
from tests.servers.tangthu import TangthuServer

BIG = 24 << 20
TRIES = 3
FRONTS = {"nginx": nginx, "caddy": caddy}


class NamedServer(TangthuServer):
    """As the files say: it answers to the name of the house alone."""

    def get(self, path: str) -> Any:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": NAME})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.read()

    def _ready(self) -> bool:
        assert self._process is not None and self._process.poll() is None, self.log.read_text("utf-8", "replace")[
            -2000:
        ]
        try:
            return bool(self.get("/health/live"))
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Office:
    """The house behind a proxy. `record`: one with a big original, `content`."""

    server: NamedServer
    catalogue: Catalogue
    record: str
    content: bytes

    def last_address(self, account: str) -> str:
        """From where this account signed in last, as the house has noted it."""
        with self.catalogue.reading() as unit:
            person = unit.people.find(account)
            assert isinstance(person, Person)
            return unit.sessions.of_person(person.id)[0].address


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("behind")
    layout = Layout(folder / "data")
    layout.prepare()
    catalogue = Catalogue.sqlite(layout.catalogue)
    catalogue.write(enter_people)
    content = os.urandom(BIG)
    record = enter(
        catalogue, ("cầu",), {}, access_class="public", unit="a1", content=content,
        originals=FolderOriginals(layout.originals), scratch=layout.work,
    )  # fmt: skip
    server = NamedServer(folder, sign_in="always", hosts=NAME, sign_in_tries=TRIES, requests_per_minute=0, unit="a1")
    try:
        server.start()
        yield Office(server, catalogue, record, content)
    finally:
        server.stop()
        catalogue.close()


@dataclass(frozen=True, slots=True)
class Front:
    """A proxy before the office."""

    name: str
    office: Office
    folder: Path
    port: int

    def visitor(self, address: str = "127.0.0.5", **more: Any) -> httpx.Client:
        """A browser at this address, which calls the house by its name."""
        transport = httpx.HTTPTransport(verify=trusting(self.folder), local_address=address)
        headers = {"Host": NAME, "Origin": f"https://{NAME}"} | more
        made = httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}", transport=transport, headers=headers, timeout=120
        )
        made.event_hooks = {"request": [_called_by_name]}
        return made


def _called_by_name(request: httpx.Request) -> None:
    request.extensions["sni_hostname"] = NAME


@pytest.fixture(params=sorted(FRONTS))
def front(request: pytest.FixtureRequest, office: Office, tmp_path: Path) -> Iterator[Front]:
    if request.param == "caddy" and not shutil.which("caddy"):
        pytest.skip("this system has no package of Caddy")
    with ExitStack() as stack:
        port = stack.enter_context(FRONTS[request.param](tmp_path, office.server.port))
        yield Front(request.param, office, tmp_path, port)


def sign_in(visitor: httpx.Client, account: str, password: str = PASSWORD) -> httpx.Response:
    form = {"account": account, "password": password, "code": "", "tiep": "/tai-khoan"}
    return visitor.post("/dang-nhap", data=form)


def carry(visitor: httpx.Client, answer: httpx.Response) -> None:
    """As a browser would: the cookie of the name, though we came by an address."""
    # The last one counts: before it the cookie of a former session is taken away.
    token = answer.headers.get_list("set-cookie")[-1].partition("__Host-tangthu=")[2].partition(";")[0]
    visitor.headers["Cookie"] = f"__Host-tangthu={token}"


def test_the_cookie_is_bound_to_https_and_opens_the_house(front: Front) -> None:
    visitor = front.visitor()
    assert visitor.get("/api/v1/me").status_code == 401
    answer = sign_in(visitor, "reader")
    assert answer.status_code == 303, answer.text
    told = answer.headers["set-cookie"].lower()
    assert "__host-tangthu=" in told
    for part in ("secure", "httponly", "samesite=strict", "path=/"):
        assert part in told
    carry(visitor, answer)
    assert visitor.get("/api/v1/me").json()["account"] == "reader"
    foreign = visitor.post("/khoa", headers={"Origin": "https://elsewhere.test"})
    assert foreign.status_code == 403


def test_the_address_is_the_visitors_whatever_they_say_of_themselves(front: Front) -> None:
    said = {
        "X-Forwarded-For": "127.0.0.1, 10.9.9.9",
        "X-Forwarded-Proto": "http",
        "X-Real-IP": "10.9.9.9",
        "Forwarded": "for=10.9.9.9;proto=http",
        "X-Forwarded-Host": "localhost",
    }
    for address in ("127.0.0.5", "127.0.0.6"):
        answer = sign_in(front.visitor(address, **said), "clerk")
        assert answer.status_code == 303
        assert front.office.last_address("clerk") == address
        assert "__Host-tangthu=" in answer.headers["set-cookie"], "that it came encrypted is not the visitor's to say"


def test_nobody_outside_is_taken_for_the_machine_itself(front: Front) -> None:
    said = {"X-Forwarded-For": "127.0.0.1"}
    for path in ("/metrics", "/health/ready", "/api/v1/search"):
        assert front.visitor(**said).get(path).status_code == 401, path
    for host in ("localhost", "127.0.0.1"):
        answer = front.visitor(**said, Host=host).get("/metrics")
        # Caddy answers for names that it does not know by itself: with nothing.
        assert answer.status_code == 421 or (front.name, answer.text) == ("caddy", ""), host


def test_wrong_passwords_are_counted_by_the_visitors_address(front: Front) -> None:
    account = {"nginx": "leader", "caddy": "archivist"}[front.name]  # one that nobody has guessed at before
    guesser, person = front.visitor("127.0.0.7"), front.visitor("127.0.0.8")
    for number in range(TRIES):
        guesser.headers["X-Forwarded-For"] = f"10.0.0.{number}"
        assert sign_in(guesser, account, "không phải").status_code == 403
    assert sign_in(guesser, account).status_code == 429
    assert sign_in(person, account).status_code == 303, "who sits elsewhere gets in"


def test_big_files_go_in_and_come_out_whole(front: Front) -> None:
    visitor = front.visitor()
    carry(visitor, sign_in(visitor, "clerk"))
    handed_in = visitor.post("/api/v1/records", files={"file": ("to.pdf", os.urandom(BIG))})
    assert handed_in.status_code == 202, handed_in.text
    assert handed_in.json()["deliveries"][0]["size"] == BIG
    path = f"/api/v1/records/{front.office.record}/original"
    assert visitor.get(path).content == front.office.content
    part = visitor.get(path, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, front.office.content[1000:2000])


def test_what_one_reads_slowly_lies_in_no_folder_of_the_proxy(front: Front) -> None:
    visitor = front.visitor()
    carry(visitor, sign_in(visitor, "clerk"))
    with visitor.stream("GET", f"/api/v1/records/{front.office.record}/original") as answer:
        came = answer.iter_raw(64 << 10)
        first = next(came)
        assert first == front.office.content[: len(first)]
        kept = [one for one in front.folder.glob("nginx-*/**/*") if one.is_file()]
        assert kept == [], "the proxy keeps a copy of what only this visitor may see"
        assert first + b"".join(came) == front.office.content
