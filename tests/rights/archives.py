"""A whole archive with its page and its API, over drawn records; clock and ids stand still, so two can be alike."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

import kernel.clock
import kernel.ids
from archive.deliveries import DeliveryRow, HandedIn
from archive.fixity import Checked, Outcome
from archive.records import NewRecord
from archive.unit_of_work import UnitOfWork
from mappings.record import Delivery, DeliverySource, DeliveryState, RecordState
from search_api import linking
from search_api.access import Viewer
from search_api.application import create_application
from search_api.candidates import service as candidates
from search_api.engines.protocol import SearchEngine
from search_api.query import finding, search, suggesting
from search_api.query.search import SearchService
from search_api.saved.alerting import Alerter
from search_api.web import patience
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.records import described, page_of
from tests.rights.drawn import Drawn
from tests.rights.filed import fill
from tests.serving import SearchHouse, at_this_machine, search_house

ASKER = Viewer("reader", ("public", "internal", "unit:office"))
ALL = Viewer("house", (*ASKER.tokens, "unit:other", "unit:vault"))
MOMENT = datetime(2021, 5, 4, 3, 2, 1, tzinfo=UTC)
SAVED = ({"q": "ngân sách"}, {"q": "quyet dinh", "kind": ["Quyết định"]}, {"q": "thanh tra"})


@dataclass(frozen=True, slots=True)
class Archive:
    """One that answers `ASKER`. `searches`: ids of the saved searches."""

    house: SearchHouse
    client: TestClient
    searches: tuple[str, ...]


class _Rows:
    """Reads plain lines: the process that reads lists from outside knows of no record."""

    def rows(self, untrusted_file: bytes, most: int) -> tuple[tuple[str, ...], ...]:
        return tuple((line,) for line in untrusted_file.decode().splitlines())[:most]


class _Numbers:
    """Ids one after another, from the same one on in each archive."""

    last = 0

    def __init__(self) -> None:
        type(self).last += 1
        self._number = self.last

    def __str__(self) -> str:
        return f"01J{self._number:023d}"


class _Clock:
    @staticmethod
    def now(zone: object) -> datetime:
        return MOMENT


def stand_still(patch: pytest.MonkeyPatch) -> None:
    """Stops the clock and counts ids; and lowers what is meant for great archives, so that a small one reaches it."""
    patch.setattr(kernel.clock, "datetime", _Clock)
    patch.setattr(kernel.ids, "ULID", _Numbers)
    patch.setattr(search, "time", SimpleNamespace(perf_counter=lambda: 0.0))
    patch.setattr(finding, "FEW_RECORDS", 3)
    patch.setattr(suggesting, "_LOOKED_AT", 6)
    patch.setattr(linking, "MOST_LINKS", 2)
    patch.setattr(candidates, "NEIGHBOURS", 3)
    # A page leaves out what comes late: on a busy machine that would be told as a difference.
    patch.setattr(patience, "_PATIENCE_SECONDS", 120.0)


@contextmanager
def archive_of(records: Sequence[Drawn], folder: Path, engine: SearchEngine) -> Iterator[Archive]:
    """An archive of these records, in the order of their ids; saved searches were made before the late ones came."""
    with ExitStack() as stack:
        house = stack.enter_context(search_house(folder, engine))
        ordered = sorted(records, key=lambda one: one.id)
        services = replace(house.services, viewer=ASKER, rows=_Rows())
        made = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
        client = stack.enter_context(at_this_machine(made, raise_server_exceptions=False))
        _enter(house, [one for one in ordered if not one.late])
        _Numbers.last = 10**9
        searches = tuple(_saved(client, one) for one in SAVED)
        _enter(house, [one for one in ordered if one.late])
        Alerter(house.catalogue, SearchService(house.catalogue, engine), lambda _: ASKER).step()
        _Numbers.last = 2 * 10**9  # alerts took some, of secret records too
        fill(house, ordered)
        house.index()
        for one in ordered:
            _meet(house, one)
        # Whoever asks for a page to review drops those from the queue that show no doubtful word: in each archive now.
        assert client.post("/api/v1/review/next", json={"mode": "pages"}).status_code in (200, 204)
        yield Archive(house, client, searches)


def _saved(client: TestClient, question: dict[str, Any]) -> str:
    answer = client.post("/api/v1/saved-searches", json={"owner": "Mẫu", "search": question})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _enter(house: SearchHouse, records: Sequence[Drawn]) -> None:
    for one in records:
        house.catalogue.write(lambda work, one=one: _entered(work, one))
        path = house.layout.work / one.id
        path.write_bytes(one.content)
        house.originals.store(path)
        with house.originals.local(one.digest) as stored:
            os.utime(stored, (MOMENT.timestamp(), MOMENT.timestamp()))  # told as Last-Modified
        if one.confirmed:
            wanted = ("issuer", "signer", "position", "symbol")
            house.services.corrections.correct(one.id, {name: one.fields[name] for name in wanted}, ALL)
    house.index()


def _entered(work: UnitOfWork, one: Drawn) -> None:
    # Moments are told by the id, so that what lies between changes none of them.
    came = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=int(one.id[3:]))
    name, size = f"{one.id[-6:]}.pdf", len(one.content)
    record = NewRecord(
        one.id, one.digest, size, "application/pdf", name, came, len(one.pages), one.unit, one.access_class
    )
    work.records.add([record])
    work.pages.await_reading({one.id: len(one.pages)})
    work.pages.save(one.id, [page_of(number, text) for number, text in enumerate(one.pages, 1)])
    fields = described(one.fields)
    doubtful = {name: replace(fields[name], doubtful=True) for name in ("number", "issued_on")}
    work.records.describe(one.id, fields | (doubtful if int(one.fields["number"]) < 4 else {}))
    state = RecordState.PARTLY_SEARCHABLE if None in one.pages else RecordState.SEARCHABLE
    revisions = {one.id: work.records.finish(one.id, state)}
    work.outbox.put(revisions)
    work.alerts.await_news(revisions, newly_read=True)
    delivery_id = f"01d{one.id[3:]}"
    source, came_as = DeliverySource.DROP, DeliveryState.ARCHIVED
    delivery = Delivery(delivery_id, name, source, came_as, came, size, one.digest, one.id)
    again = replace(delivery, id=f"01e{one.id[3:]}", state=DeliveryState.DUPLICATE)
    refused = replace(again, id=f"01f{one.id[3:]}", state=DeliveryState.REJECTED, record_id=None, reason="not-readable")
    # What became no record is anybody's: a secret record's archive has just as many of those as the other.
    rows = [delivery, again] + ([] if one.secret else [refused])
    # Handed in together with whatever came near it, secret or not; of how many is told by neither archive.
    handed = HandedIn(f"01b{int(one.id[3:]) // 10:023d}", 1, "Lan (lan)", "lan")
    work.deliveries.put([DeliveryRow(row, handed=handed) for row in rows])


def _meet(house: SearchHouse, one: Drawn) -> None:
    """What becomes of a record after it was indexed."""
    if one.fate in ("bin", "purge"):
        house.services.disposal.discard(one.id, "Lan", "trùng", ALL)
    if one.fate == "purge":
        house.services.disposal.purge(one.id, "Lan", "Hoa", ALL)
    if one.fate == "untold":
        house.catalogue.write(lambda work: work.outbox.put({one.id: work.records.touch(one.id)}))
    if one.fate == "altered":
        house.catalogue.write(lambda work: work.fixity.note([Checked(one.digest, Outcome.ALTERED, MOMENT)]))
