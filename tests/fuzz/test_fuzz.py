"""Whatever anybody asks, the house answers as its OpenAPI document says: no other status, no other body, no 500.

schemathesis draws requests to every operation of a real `tangthu serve`, for each asker. So many of each by
TANGTHU_TEST_FUZZ_CALLS: a few in `./test`, a hundred in `./test fuzz`, which prints the table.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Iterator
from random import Random
from typing import Any
from zlib import crc32

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.drawing import cases, made_real
from tests.fuzz.stock import ASKERS, Stock, stocked
from tests.fuzz.tally import Tally

CALLS = int(os.environ.get("TANGTHU_TEST_FUZZ_CALLS", "2"))
SEED = int(os.environ.get("TANGTHU_TEST_FUZZ_SEED", "7"))

OF_SAMPLE = ("archivist", "narrow key")

_CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_BUSY = 503
"""What a house says that has too much to do: documented, with Retry-After, and counted in the table, but no fault."""


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with stocked(tmp_path_factory.mktemp("fuzz")) as made:
        yield made


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    made = Tally()
    yield made
    told = "\n".join(["", *made.lines(), f"seed {SEED}"])
    capturing = request.config.pluginmanager.getplugin("capturemanager")
    with capturing.global_and_fixture_disabled():
        if request.config.getoption("capture") == "no":
            print(told)


@pytest.fixture(scope="module")
def operations(stock: Stock) -> list[Any]:
    answer = requests.get(f"{stock.address}/api/v1/openapi.json", headers=stock.headers("reader"), timeout=30)
    assert answer.status_code == 200, answer.text
    # Who asks is ours to say: no credentials are drawn.
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(answer.json(), config=config)
    return [found.ok() for found in schema.get_all_operations()]


def test_a_long_address_that_comes_in_pieces_is_answered_by_the_house(stock: Stock) -> None:
    path = f"/api/v1/search?q={'%C3%A2' * 16_000}"
    head = "".join(f"{name}: {value}\r\n" for name, value in stock.headers("reader").items())
    with socket.create_connection(("127.0.0.1", stock.server.port), timeout=60) as wire:
        wire.sendall(f"GET {path}".encode())
        assert select.select([wire], [], [], 1)[0] == [], "answered before the question ended"
        wire.sendall(f" HTTP/1.1\r\nHost: 127.0.0.1:{stock.server.port}\r\n{head}Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: wire.recv(65_536), b""))
    assert b"content-type: application/json" in answer.split(b"\r\n\r\n")[0], answer[:500]


@pytest.mark.timeout(60 + 60 * CALLS)
@pytest.mark.parametrize(
    "asker", [one if one in OF_SAMPLE else pytest.param(one, marks=pytest.mark.long) for one in ASKERS]
)
def test_every_operation_answers_as_documented(asker: str, stock: Stock, operations: list[Any], tally: Tally) -> None:
    assert len(operations) > 40
    with requests.Session() as session:
        for operation in operations:
            label = f"{operation.method.upper()} {operation.path}"
            stock.fill()
            ask(operation, label, asker, stock, session, tally)
            assert tally.calls[label, asker] == CALLS
    found = [f"{label} by {who}: {told}" for (label, who, _), told in tally.faults.items() if who == asker]
    assert not found, "\n\n".join(found)


def ask(operation: Any, label: str, asker: str, stock: Stock, session: requests.Session, tally: Tally) -> None:
    """So many requests to one operation. Where few different ones can be drawn, they are drawn again."""
    drawn = cases(operation)
    turn = 0
    while (missing := CALLS - tally.calls[label, asker]) > 0:
        turn += 1

        @seed(crc32(f"{SEED} {label} {asker} {turn}".encode()))
        @settings(
            max_examples=missing,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=drawn, number=st.integers(0, 2**40))
        def one(case: schemathesis.Case, number: int) -> None:
            if tally.calls[label, asker] < CALLS:
                check(made_real(case, Random(number), stock, asker), label, asker, stock, session, tally)

        one()


def check(
    case: schemathesis.Case, label: str, asker: str, stock: Stock, session: requests.Session, tally: Tally
) -> None:
    """One request and its answer."""
    session.cookies.clear()
    answer = case.call(base_url=stock.address, session=session, headers=stock.headers(asker), timeout=120)
    tally.answered(label, asker, answer.status_code)
    try:
        if answer.status_code >= 500 and answer.status_code != _BUSY:
            tally.fault(label, asker, "server error", f"{case.as_curl_command()}\n{answer.text[:500]}")
        case.validate_response(answer, checks=_CHECKS)
    except (Failure, FailureGroup) as failure:
        for one in getattr(failure, "exceptions", [failure]):
            tally.fault(label, asker, type(one).__name__, f"{one}\n{case.as_curl_command()}\n{answer.text[:500]}")
