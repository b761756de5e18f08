"""The figures above the list of what came in are of what the asker sees; files not taken only for who watches all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.receiving import reject
from kernel.clock import now
from kernel.errors import TooManyPages
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState
from tests.rights.offices import Offices, offices_in

_FIGURE = re.compile(r"<strong>(\d+)</strong> ([^<]+)</li>")


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path) as made:
        yield made


def figures(offices: Offices, account: str) -> dict[str, int]:
    page = offices.client(account).get("/tiep-nhan").text
    return {words.strip(): int(count) for count, words in _FIGURE.findall(page)}


def test_everybody_is_told_of_what_they_see(offices: Offices) -> None:
    delivery = Delivery(new_id(), "tệp.pdf", DeliverySource.DROP, DeliveryState.RECEIVED, now(), 3)
    error = TooManyPages(pages=2, limit=1)
    offices.house.catalogue.write(lambda work: reject(work, delivery, error))
    told = "văn bản trong kho", "tệp không nhận"
    assert [figures(offices, "clerk").get(one) for one in told] == [4, None]
    assert [figures(offices, "first").get(one) for one in told] == [6, 1]
