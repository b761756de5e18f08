"""Saved searches and alerts in the catalogue, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from archive import alerts
from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard, restore
from kernel.errors import NotFound
from mappings.record import RecordState
from search_api.saved.alerting import is_news
from tests.contracts.test_catalogue import arrival, catalogue, take  # noqa: F401 - a fixture

SEEN = ("internal",)


def save(catalogue: Catalogue) -> str:  # noqa: F811
    return catalogue.write(lambda unit: unit.saved_searches.add("Lan", "Ngân sách", {"q": "ngân sách"})).id


def enter(catalogue: Catalogue, *digests: str) -> list[str]:  # noqa: F811
    return [str(one.record_id) for one in take(catalogue, *(arrival(digest * 64) for digest in digests))]


def alerted(catalogue: Catalogue, search_id: str, access: tuple[str, ...] = SEEN) -> list[str]:  # noqa: F811
    with catalogue.reading() as unit:
        return [one.record_id for one in unit.alerts.of_search(search_id, access, 10)]


def learn(catalogue: Catalogue) -> None:  # noqa: F811
    """As the indexer does when the index has everything."""
    catalogue.write(lambda unit: unit.outbox.done(unit.outbox.pending(100)))


def test_nothing_is_due_while_nobody_has_saved_a_search(catalogue: Catalogue) -> None:  # noqa: F811
    (one,) = enter(catalogue, "a")
    catalogue.write(lambda unit: unit.alerts.await_news({one: 1}, newly_read=True))
    learn(catalogue)
    with catalogue.reading() as unit:
        assert unit.alerts.due(10) == ()


def test_a_record_is_due_once_the_index_knows_it_until_it_is_done(catalogue: Catalogue) -> None:  # noqa: F811
    save(catalogue)
    (one,) = enter(catalogue, "a")
    revision = catalogue.write(lambda unit: unit.records.finish(one, RecordState.SEARCHABLE))
    catalogue.write(lambda unit: unit.outbox.put({one: revision}))
    catalogue.write(lambda unit: unit.alerts.await_news({one: revision}, newly_read=True))
    catalogue.write(lambda unit: unit.alerts.await_news({one: revision + 1}, newly_read=False))
    with catalogue.reading() as unit:
        assert unit.alerts.due(10) == ()
    learn(catalogue)
    with catalogue.reading() as unit:
        (due,) = unit.alerts.due(10)
    assert (due.record_id, due.sequence, due.revision, due.newly_read) == (one, 1, revision + 1, True)
    catalogue.write(lambda unit: unit.alerts.await_news({one: revision + 2}, newly_read=False))
    catalogue.write(lambda unit: unit.alerts.done([due]))
    with catalogue.reading() as unit:
        (later,) = unit.alerts.due(10)
    catalogue.write(lambda unit: unit.alerts.done([later]))
    with catalogue.reading() as unit:
        assert unit.alerts.due(10) == ()


def test_what_waits_when_a_search_is_saved_is_due(catalogue: Catalogue) -> None:  # noqa: F811
    (one,) = enter(catalogue, "a")
    save(catalogue)
    learn(catalogue)
    with catalogue.reading() as unit:
        assert [due.record_id for due in unit.alerts.due(10)] == [one]


def test_an_alert_is_written_once_and_of_no_search_that_is_gone(catalogue: Catalogue) -> None:  # noqa: F811
    search_id = save(catalogue)
    one, two = enter(catalogue, "a", "b")
    for _ in range(2):
        catalogue.write(lambda unit: unit.alerts.add([(search_id, one), (search_id, two), ("gone", one)]))
    assert alerted(catalogue, search_id) == [two, one]
    with catalogue.reading() as unit:
        assert unit.saved_searches.unseen(SEEN) == {search_id: 2}
    catalogue.write(lambda unit: unit.saved_searches.remove(search_id))
    assert alerted(catalogue, search_id) == []
    with pytest.raises(NotFound):
        catalogue.write(lambda unit: unit.saved_searches.see(search_id, 1))


def test_alerts_are_seen_with_rights_and_not_in_the_bin(catalogue: Catalogue) -> None:  # noqa: F811
    search_id = save(catalogue)
    one, two = enter(catalogue, "a", "b")
    catalogue.write(lambda unit: unit.alerts.add([(search_id, one), (search_id, two)]))
    assert alerted(catalogue, search_id, ("public",)) == []
    catalogue.write(lambda unit: discard(unit, one, "A", "nhầm"))
    assert alerted(catalogue, search_id) == [two]
    with catalogue.reading() as unit:
        assert unit.saved_searches.unseen(SEEN) == {search_id: 1}
        assert unit.saved_searches.unseen(("public",)) == {}
    catalogue.write(lambda unit: ask_purge(unit, one, "A"))
    catalogue.write(lambda unit: confirm_purge(unit, one, "B"))
    assert alerted(catalogue, search_id) == [two]


def test_the_oldest_of_very_many_give_way(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(alerts, "MOST_ALERTS", 2)
    search_id = save(catalogue)
    ids = enter(catalogue, "a", "b", "c")
    catalogue.write(lambda unit: unit.alerts.add([(search_id, one) for one in ids]))
    assert alerted(catalogue, search_id) == ids[:0:-1]


def test_what_was_seen_or_mailed_stays_so(catalogue: Catalogue) -> None:  # noqa: F811
    search_id = save(catalogue)
    one, two = enter(catalogue, "a", "b")
    catalogue.write(lambda unit: unit.alerts.add([(search_id, one)]))
    with catalogue.reading() as unit:
        count, last = unit.alerts.unmailed(search_id, SEEN)
    assert count == 1
    catalogue.write(lambda unit: unit.alerts.mailed(search_id, last))
    catalogue.write(lambda unit: unit.saved_searches.see(search_id, last))
    catalogue.write(lambda unit: unit.saved_searches.see(search_id, 0))
    catalogue.write(lambda unit: unit.alerts.add([(search_id, one), (search_id, two)]))
    with catalogue.reading() as unit:
        assert unit.alerts.unmailed(search_id, SEEN)[0] == 1
        assert unit.saved_searches.unseen(SEEN) == {search_id: 1}


def test_what_is_still_to_come_was_not_looked_at(catalogue: Catalogue) -> None:  # noqa: F811
    search_id = save(catalogue)
    one, two = enter(catalogue, "a", "b")
    catalogue.write(lambda unit: unit.alerts.add([(search_id, one)]))
    catalogue.write(lambda unit: unit.saved_searches.see(search_id, 2**53))
    with catalogue.reading() as unit:
        assert unit.saved_searches.unseen(SEEN) == {}
    catalogue.write(lambda unit: unit.alerts.add([(search_id, two)]))
    with catalogue.reading() as unit:
        assert unit.saved_searches.unseen(SEEN) == {search_id: 1}


def test_what_comes_back_from_the_bin_is_asked_about_by_those_who_waited_for_it(catalogue: Catalogue) -> None:  # noqa: F811
    (old,) = enter(catalogue, "a")
    search_id = save(catalogue)
    (new,) = enter(catalogue, "b")
    for one in (old, new):
        catalogue.write(lambda unit, one=one: discard(unit, one, "A", "nhầm"))
    learn(catalogue)
    with catalogue.reading() as unit:
        waiting = unit.alerts.due(10)
    catalogue.write(lambda unit: unit.alerts.done(waiting))
    for one in (old, new):
        catalogue.write(lambda unit, one=one: restore(unit, one, "A"))
    learn(catalogue)
    with catalogue.reading() as unit:
        (saved,) = (one for one in unit.saved_searches.all() if one.id == search_id)
        due = unit.alerts.due(10)
    assert {one.record_id for one in due} == {old, new}
    assert [one.record_id for one in due if is_news(one, saved)] == [new]
