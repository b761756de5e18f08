"""What was not taken is listed and settled alike in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.catalogue import Catalogue
from archive.receiving import announce, reject
from archive.rejected_rows import SETTLED, How, became, settle
from kernel.clock import now
from kernel.errors import NotFound, TooManyPages
from kernel.ids import new_id
from kernel.upload_errors import AlreadySettled
from mappings.record import Delivery, DeliverySource, DeliveryState
from tests.servers.postgresql import postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
        yield made
        made.close()
        return
    with postgresql_database() as url:
        made = Catalogue.at_url(url, tmp_path)
        yield made
        made.close()


def refused(catalogue: Catalogue, name: str, unit: str | None) -> str:
    delivery = Delivery(new_id(), name, DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 9)
    catalogue.write(lambda work: announce(work, (delivery,), unit))
    catalogue.write(lambda work: reject(work, delivery, TooManyPages(pages=9, limit=8)))
    return delivery.id


def test_each_sees_those_of_their_units(catalogue: Catalogue) -> None:
    ids = {unit: refused(catalogue, f"{unit}.pdf", unit) for unit in (None, "a1", "b")}
    with catalogue.reading() as work:
        for units, seen in (
            (None, {None, "a1", "b"}), ([None], {None}), (["a1"], {"a1"}), ([None, "b"], {None, "b"}), ([], set()),
        ):  # fmt: skip
            found = work.rejected.open(units, 10)
            assert {row.delivery.id for row in found} == {ids[unit] for unit in seen}, units
            assert work.rejected.count(units) == len(seen)
        newest = work.rejected.open(None, 2)
        (oldest,) = work.rejected.open(None, 2, newest[-1].delivery.id)
        assert [row.delivery.id for row in (*newest, oldest)] == sorted(ids.values(), reverse=True)


def test_what_is_settled_is_settled_once_and_told_as_an_event(catalogue: Catalogue) -> None:
    delivery_id, other = refused(catalogue, "a.pdf", "a1"), refused(catalogue, "b.pdf", "a1")
    row = catalogue.write(lambda work: settle(work, delivery_id, How.SETTLED, "Lan (lan)", "quét lại"))
    assert (row.delivery.state, row.unit) == (DeliveryState.REJECTED, "a1")
    with pytest.raises(AlreadySettled):
        catalogue.write(lambda work: settle(work, delivery_id, How.SETTLED, "Lan (lan)", "quét lại"))
    with pytest.raises(NotFound):
        catalogue.write(lambda work: settle(work, "01none", How.SETTLED, "Lan (lan)"))
    catalogue.write(lambda work: settle(work, other, How.RETRIED, "Lan (lan)", became="01fresh"))
    with catalogue.reading() as work:
        assert work.rejected.open(None, 10) == []
        settled, again = work.deliveries.by_id(delivery_id), work.deliveries.by_id(other)
        assert (settled.delivery.state, settled.delivery.reason) == (DeliveryState.SETTLED, "too-many-pages")
        assert settled.reason_values[SETTLED]["note"] == "quét lại" and settled.unit == "a1"
        assert (became(settled), became(again)) == ("", "01fresh")
        told = [(one.agent, one.detail["how"]) for one in work.events.rows() if one.delivery_id and "how" in one.detail]
        assert told == [("Lan (lan)", "settled"), ("Lan (lan)", "retried")]
        assert [*work.contradictions.missing_events(), *work.contradictions.repeated_events()] == []
        assert [*work.contradictions.stray_events()] == []
