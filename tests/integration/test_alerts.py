"""Saved searches and alerts: new records that fit are told of once, whatever is killed, to those who may see them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from archive.catalogue import Catalogue
from archive.disposing import discard, restore
from archive.head_mail import MailServer
from kernel.errors import EngineUnavailable
from search_api.access import LOCAL, Viewer
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from search_api.query.search import SearchService
from search_api.saved.alerting import Alerter
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.integration.house import House
from tests.integration.test_head_mail import mail_server
from tests.records import touch
from tests.serving import SearchHouse, search_house

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


def save(house: SearchHouse, title: str = "", **search: Any) -> str:
    answer = house.client.post(
        "/api/v1/saved-searches", json={"owner": "Lan", "title": title, "search": search, "mail": "lan@coquan.vn"}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def alerter(house: SearchHouse, mail: MailServer | None = None) -> Alerter:
    return Alerter(house.catalogue, SearchService(house.catalogue, house.engine), lambda _: LOCAL, mail)


def told(house: SearchHouse, search_id: str) -> list[str]:
    """The records of a saved search's alerts, the earliest first, after all that is due was asked."""
    house.index()
    asking = alerter(house)
    while asking.step():
        pass
    return [one["record_id"] for one in house.get(f"/saved-searches/{search_id}/alerts")["alerts"]][::-1]


def test_what_comes_in_later_and_fits_is_told_of_once(house: SearchHouse) -> None:
    house.enter("ngân sách cũ")
    house.index()
    search_id = save(house, q="ngan sach")
    assert told(house, search_id) == []
    new = house.enter("dự toán ngân sách mới")
    house.enter("chuyện khác")
    assert told(house, search_id) == [new]
    assert told(house, search_id) == [new]


def test_each_search_has_its_own_with_all_of_its_filters(house: SearchHouse) -> None:
    words = save(house, q='"ngân sách"', kind=["QĐ"])
    dated = save(house, issued_from="2019-01-01", issued_to="2019-12-31")
    decision = house.enter("ngân sách", fields={"kind": "Quyết định", "issued_on": "2020-01-01"})
    letter = house.enter("ngân sách", fields={"kind": "Công văn", "issued_on": "2019-05-05"})
    assert told(house, words) == [decision]
    assert told(house, dated) == [letter]


def test_what_fits_only_in_part_is_no_alert(house: SearchHouse) -> None:
    search_id = save(house, q="ngân sách trường học")
    house.enter("ngân sách")
    assert told(house, search_id) == []


def test_a_correction_of_what_was_there_is_no_news_and_of_what_came_later_is(house: SearchHouse) -> None:
    old = house.enter("cũ", fields={"subject": "ngân sách"})
    house.index()
    search_id = save(house, q="ngân sách")
    new = house.enter("mới")
    assert told(house, search_id) == []
    for record_id in (old, new):
        house.services.corrections.correct(record_id, {"subject": "ngân sách năm nay"}, LOCAL)
    assert told(house, search_id) == [new]


def test_what_the_index_had_not_learned_when_the_first_search_was_saved_is_news(house: SearchHouse) -> None:
    waiting = house.enter("ngân sách")
    search_id = save(house, q="ngân sách")
    assert told(house, search_id) == [waiting]


def test_what_the_index_had_not_learned_when_a_further_search_was_saved_is_news_too(house: SearchHouse) -> None:
    save(house, q="chuyện khác")
    learned = house.enter("ngân sách")
    house.index()
    waiting = house.enter("ngân sách")
    search_id = save(house, q="ngân sách")
    assert told(house, search_id) == [waiting]
    assert learned


def test_an_index_that_is_filled_anew_tells_of_nothing_old(house: SearchHouse) -> None:
    old = house.enter("ngân sách")
    house.index()
    search_id = save(house, q="ngân sách")
    touch(house.catalogue, old)
    further = save(house, q="ngân")
    assert told(house, search_id) == told(house, further) == []


def test_an_engine_that_is_away_loses_no_alert(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    search_id = save(house, q="ngân sách")
    new = house.enter("ngân sách")
    house.index()
    with monkeypatch.context() as patched, pytest.raises(EngineUnavailable):
        patched.setattr(type(house.engine), "search", _away)
        alerter(house).step()
    assert told(house, search_id) == [new]


def _away(*_: object) -> None:
    raise EngineUnavailable(reason="away")


def test_nothing_is_asked_before_the_index_knows(house: SearchHouse) -> None:
    search_id = save(house, q="ngân sách")
    new = house.enter("ngân sách")
    assert alerter(house).step() == 0
    assert told(house, search_id) == [new]


def test_rights_hold_when_alerts_are_made_and_when_they_are_shown(house: SearchHouse) -> None:
    search_id = save(house, q="ngân sách")
    house.enter("ngân sách", access_class="unit", unit="other")
    internal = house.enter("ngân sách")
    assert told(house, search_id) == [internal]
    house.as_viewer(Viewer("guest", ("public",)))
    assert told(house, search_id) == []
    assert house.get("/saved-searches")["searches"][0]["unseen"] == 0
    assert house.client.get(f"/api/v1/saved-searches/{search_id}/feed.atom").text.count("<entry>") == 0


def test_what_lies_in_the_bin_is_not_shown(house: SearchHouse) -> None:
    search_id = save(house, q="ngân sách")
    new = house.enter("ngân sách")
    assert told(house, search_id) == [new]
    house.services.disposal.discard(new, "Lan", "nhầm", LOCAL)
    assert told(house, search_id) == []
    assert house.get("/saved-searches")["searches"][0]["unseen"] == 0


def test_counts_since_last_seen(house: SearchHouse) -> None:
    search_id = save(house, q="ngân sách")
    for _ in range(2):
        house.enter("ngân sách")
    told(house, search_id)
    shown = house.get(f"/saved-searches/{search_id}/alerts")["alerts"]
    late = house.enter("ngân sách")
    told(house, search_id)
    answer = house.client.post(f"/api/v1/saved-searches/{search_id}/seen", json={"until": shown[0]["number"]})
    assert answer.status_code == 204
    assert house.get("/saved-searches")["searches"][0]["unseen"] == 1
    assert [one["unseen"] for one in house.get(f"/saved-searches/{search_id}/alerts")["alerts"]] == [True, False, False]
    assert house.get(f"/saved-searches/{search_id}/alerts")["alerts"][0]["record_id"] == late


def test_its_feed_is_atom_and_stays_the_same(house: SearchHouse) -> None:
    search_id = save(house, "Ngân sách <xã>", q="ngân sách", kind=["Quyết định"])
    record_id = house.enter("ngân sách", fields={"kind": "Quyết định", "subject": "A & B"})
    told(house, search_id)
    answer = house.client.get(f"/api/v1/saved-searches/{search_id}/feed.atom")
    feed = ET.fromstring(answer.content)
    (entry,) = feed.findall("a:entry", ATOM)
    assert (feed.findtext("a:title", "", ATOM), entry.findtext("a:title", "", ATOM)) == (
        "Tàng thư: Ngân sách <xã>",
        "A & B",
    )
    link = entry.find("a:link", ATOM)
    assert link is not None and link.get("href") == f"http://localhost:8000/van-ban/{record_id}"
    assert house.client.get(f"/api/v1/saved-searches/{search_id}/feed.atom").content == answer.content


def test_removed_is_gone_with_its_alerts(house: SearchHouse) -> None:
    search_id = save(house, q="ngân sách")
    house.enter("ngân sách")
    told(house, search_id)
    assert house.client.delete(f"/api/v1/saved-searches/{search_id}").status_code == 204
    assert house.get("/saved-searches")["searches"] == []
    assert house.get(f"/saved-searches/{search_id}/alerts", status=404)["code"] == "not-found"


@pytest.mark.parametrize(
    "body",
    [
        {"owner": " ", "search": {"q": "x"}},
        {"owner": "Lan", "search": {}},
        {"owner": "Lan", "search": {"q": "x", "year": ["năm"]}},
        {"owner": "Lan", "search": {"q": "x"}, "mail": "a@b.vn\r\nBcc: c@d.vn"},
        {"owner": "Lan", "search": {"q": "x"}, "mail": "không phải thư"},
    ],
)
def test_what_makes_no_sense_is_not_saved(house: SearchHouse, body: dict[str, Any]) -> None:
    answer = house.client.post("/api/v1/saved-searches", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-value")


def test_mail_tells_how_many_and_no_more(house: SearchHouse) -> None:
    search_id = save(house, "Kinh phí", q="ngân sách")
    secret = house.enter("ngân sách mật", fields={"subject": "Chuyện không ai được biết", "number": "777"})
    told(house, search_id)
    with mail_server() as (port, received):
        asking = alerter(house, MailServer.at_url(f"smtp://127.0.0.1:{port}"))
        assert (asking.mail(), asking.mail()) == (1, 0)
        assert alerter(house, MailServer.at_url(f"smtp://127.0.0.1:{port}")).mail() == 0
    ((to, mail),) = received.mails
    assert to == ["lan@coquan.vn"]
    assert mail["Subject"] == "Tàng thư: 1 văn bản mới – Kinh phí"
    assert not any(word in mail.as_string() for word in (secret, "777", "không ai"))


def test_a_mail_server_that_is_away_is_tried_again(house: SearchHouse) -> None:
    search_id = save(house, "Kinh phí", q="ngân sách")
    house.enter("ngân sách")
    told(house, search_id)
    with mail_server() as (port, _):
        url = f"smtp://127.0.0.1:{port}"
    assert alerter(house, MailServer.at_url(url)).mail() == 0
    with mail_server() as (port, received):
        assert alerter(house, MailServer.at_url(f"smtp://127.0.0.1:{port}")).mail() == 1
    assert len(received.mails) == 1


_KILLED = """
import os, signal, sys
from pathlib import Path
from archive.alerts import Alerts
from archive.catalogue import Catalogue
from archive.unit_of_work import UnitOfWork
from search_api.access import LOCAL
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query.search import SearchService
from search_api.saved.alerting import Alerter

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

data, index, point = sys.argv[1:]
catalogue, engine = Catalogue.sqlite(Path(data)), TantivyEngine(Path(index), read_only=True)
if point == "after adding":
    Alerts.done = die
if point == "before the commit":
    UnitOfWork.commit = die
viewer = die if point == "while asking" else lambda _: LOCAL
Alerter(catalogue, SearchService(catalogue, engine), viewer).step()
"""


@pytest.mark.parametrize("point", ["while asking", "after adding", "before the commit"])
def test_a_kill_loses_no_alert_and_writes_none_twice(tmp_path: Path, point: str) -> None:
    embedded = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, embedded) as house:
        search_id = save(house, q="ngân sách")
        new = house.enter("ngân sách")
        house.index()
        script = [sys.executable, "-c", _KILLED, str(house.layout.catalogue), str(tmp_path / "index"), point]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        assert subprocess.run(script, env=environment, check=False).returncode == -signal.SIGKILL
        assert house.get(f"/saved-searches/{search_id}/alerts")["alerts"] == []
        assert told(house, search_id) == [new]
    embedded.close()


def test_a_kill_between_indexing_and_settling_asks_again_and_tells_once(tmp_path: Path) -> None:
    embedded = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, embedded) as house:
        search_id = save(house, q="ngân sách")
        new = house.enter("ngân sách")
        assert told(house, search_id) == [new]
        # As after a kill: the index holds it, the outbox and what is due still name it.
        with house.catalogue.writing() as unit:
            revision = unit.records.by_id(new).revision
            unit.outbox.put({new: revision})
            unit.alerts.await_news({new: revision}, newly_read=True)
            unit.commit()
        assert told(house, search_id) == [new]
    embedded.close()


def test_what_the_intake_reads_is_asked_about(tmp_path: Path) -> None:
    embedded = TantivyEngine(tmp_path / "index")
    with House(tmp_path) as house:
        search = SearchService(house.catalogue, embedded)
        with house.catalogue.writing() as unit:
            saved = unit.saved_searches.add("Lan", "Ngân sách", {"q": "ngân sách"})
            unit.commit()
        house.drop("a.txt", "Dự toán ngân sách")
        with house.service() as service:
            assert service.drain(60)
        indexer = Indexer(house.catalogue, embedded, house.layout.index_lock)
        while indexer.step():
            pass
        assert Alerter(house.catalogue, search, lambda _: LOCAL).step() == 1
        assert _alert_count(house.catalogue, saved.id) == 1
    embedded.close()


def _alert_count(catalogue: Catalogue, search_id: str) -> int:
    with catalogue.reading() as unit:
        return len(unit.alerts.of_search(search_id, LOCAL.tokens, 10))


def test_a_name_holds_nothing_that_cannot_be_seen(house: SearchHouse) -> None:
    save(house, "Ngân\0sách\u202e\nnăm", q="ngân sách")
    (one,) = house.get("/saved-searches")["searches"]
    assert one["title"] == "Ngân sách năm"


def test_what_was_asked_about_in_the_bin_is_told_of_when_it_comes_back(house: SearchHouse) -> None:
    search_id = save(house, q="ngân sách")
    new = house.enter("ngân sách")
    house.catalogue.write(lambda unit: discard(unit, new, "Lan", "nhầm"))
    assert told(house, search_id) == []
    house.catalogue.write(lambda unit: restore(unit, new, "Lan"))
    assert told(house, search_id) == [new]
    assert told(house, search_id) == [new]


def test_no_saved_search_has_so_many_values_that_an_engine_refuses_it_and_all_alerts_wait(house: SearchHouse) -> None:
    for name, value in (("state", "searchable"), ("kind", "QĐ"), ("year", "2019")):
        answer = house.client.post("/api/v1/saved-searches", json={"owner": "Lan", "search": {name: [value] * 5000}})
        assert answer.status_code == 422, name
