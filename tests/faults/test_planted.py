"""Everything that can be wrong with an archive, done on purpose: the checker names each, and nothing that is whole."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import orjson
import pytest

from archive.accounting import misplaced
from archive.chain import ORIGIN, hash_of
from archive.registers import Wanted, give
from archive.verifying import verify, verify_originals
from archive.violations import _KINDS, Violation
from kernel.ids import new_id
from mappings.filing import Direction
from search_api import batches
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from search_api.verifying import unindexed
from tests.faults.conftest import Told
from tests.integration import test_verifying as spoiling
from tests.integration.checking import checkable
from tests.integration.house import House
from tests.integration.test_verifying import healthy, house  # noqa: F401 - fixtures
from tests.planted_originals import plant, take_many

Found = Iterator[Violation]
Planting = Callable[[House], Found]


def by_checker(spoil: Callable[[House], object]) -> Planting:
    def planted(house: House) -> Found:  # noqa: F811
        spoil(house)
        yield from verify(checkable(house), at_rest=True)
        yield from verify_originals(checkable(house))

    return planted


def flip(house: House) -> None:  # noqa: F811
    path = spoiling.an_original(house)
    spoiling.overwrite(path, b"X" + path.read_bytes()[1:])


def break_sector(house: House) -> None:  # noqa: F811
    path = spoiling.an_original(house)
    path.unlink()
    path.symlink_to("/proc/self/mem")  # opens, but gives EIO


def lose_number(lost: int, house: House) -> None:  # noqa: F811
    """A register of three numbers without one of them."""
    with closing(sqlite3.connect(house.layout.catalogue)) as connection:
        ids = [one for (one,) in connection.execute("SELECT id FROM record WHERE state = 'searchable' LIMIT 3")]
    day = date(2026, 5, 20)
    for record_id in ids:
        wanted = Wanted(new_id(), "office", record_id, Direction.IN, day)
        house.catalogue.write(lambda unit, wanted=wanted: give(unit, wanted, day, "Lan"))  # type: ignore[misc]
    spoiling.execute(house, f"DELETE FROM register_entry WHERE number = {lost}")


def show_to_all(house: House) -> None:  # noqa: F811
    spoiling.execute(house, "INSERT INTO record_access SELECT id, 'person:an' FROM record LIMIT 1")


def lay_nowhere(house: House) -> None:  # noqa: F811
    """A record that says it lies in a dossier that there is none of."""
    spoiling.execute(house, "UPDATE record SET dossier_id = 'x' WHERE sequence = (SELECT max(sequence) FROM record)")


def divide_untold(house: House) -> None:  # noqa: F811
    """A scan that is said to be divided, of whose pages nothing says where they are."""
    one = "SELECT id FROM record WHERE state = 'searchable' ORDER BY id LIMIT 1"
    spoiling.execute(house, f"UPDATE record SET state = 'divided' WHERE id = ({one})")


def write_chain_anew(house: House) -> None:  # noqa: F811
    """As somebody does who can write to the database and knows how the chain is made."""
    spoiling.execute(house, "UPDATE event SET agent = 'người khác' WHERE number = 2")
    previous, statements = ORIGIN, []
    with house.catalogue.reading() as unit:
        for row in unit.events.rows():
            made = hash_of(row._asdict(), previous)
            statements.append(f"UPDATE event SET previous = '{previous}', hash = '{made}' WHERE number = {row.number}")
            previous = made
    spoiling.execute(house, *statements)


def handed_in(times: int) -> Planting:
    def planted(house: House) -> Found:  # noqa: F811
        digest = hashlib.sha256(spoiling.CONTENTS["văn bản 5.txt"]).hexdigest()
        archive = checkable(house)
        yield from misplaced(house.catalogue, house.originals, archive.places, {digest: ("văn bản 5.txt", times)})

    return planted


@contextmanager
def indexed(house: House) -> Iterator[tuple[SearchEngine, str]]:  # noqa: F811
    """An index that is as it must be, and the id of one record in it."""
    with closing(TantivyEngine(house.layout.index)) as engine:
        indexer = Indexer(house.catalogue, engine, house.layout.index_lock)
        while indexer.step():
            pass
        assert not list(unindexed(house.catalogue, engine))
        yield engine, next(key for key, _ in engine.revisions())


def taken_out_of_index(house: House) -> Found:  # noqa: F811
    with indexed(house) as (engine, record_id):
        engine.delete([record_id])
        engine.commit()
        yield from unindexed(house.catalogue, engine)


def put_into_index(house: House, **otherwise: object) -> Found:  # noqa: F811
    with indexed(house) as (engine, record_id):
        (batch,) = batches.batches(house.catalogue, [record_id])
        engine.put([replace(batch.documents[0], **otherwise)])  # type: ignore[arg-type]
        engine.commit()
        yield from unindexed(house.catalogue, engine)


def index_away(house: House) -> Found:  # noqa: F811
    with closing(ElasticsearchEngine(["http://127.0.0.1:9"], "tangthu")) as engine:
        yield from unindexed(house.catalogue, engine)


PLANTED: dict[str, Planting] = {
    "delivery-lost": by_checker(spoiling.forget_upload),
    "delivery-without-record": by_checker(spoiling.lose_record),
    "delivery-of-other-bytes": by_checker(spoiling.point_elsewhere),
    "rejected-without-reason": by_checker(spoiling.lose_reason),
    "rejected-file-gone": by_checker(spoiling.lose_rejected),
    "pages-unaccounted": by_checker(divide_untold),
    "left-behind": by_checker(spoiling.leave_claim),
    "delivered-nowhere": handed_in(2),
    "delivered-twice": handed_in(0),
    "recorded-twice": by_checker(spoiling.record_twice),
    "original-missing": by_checker(spoiling.lose_original),
    "original-size": by_checker(spoiling.shorten_original),
    "original-altered": by_checker(flip),
    "original-unreadable": by_checker(break_sector),
    "bytes-without-row": by_checker(spoiling.add_original),
    "original-without-record": by_checker(spoiling.lose_record),
    "record-without-original": by_checker(spoiling.lose_original_row),
    "temporary-left": by_checker(spoiling.leave_temporary),
    "index-lacks": taken_out_of_index,
    "index-stale": partial(put_into_index, revision=99),
    "index-extra": partial(put_into_index, id="0" * 26, sequence=999),
    "index-unreachable": index_away,
    "event-altered": by_checker(spoiling.alter_event),
    "chain-broken": by_checker(spoiling.lose_event),
    "chain-cut": by_checker(spoiling.cut_chain),
    "chain-rewritten": by_checker(write_chain_anew),
    "head-unreadable": by_checker(spoiling.spoil_head),
    "register-gap": by_checker(partial(lose_number, 2)),
    "register-count": by_checker(partial(lose_number, 3)),
    "rights-wrong": by_checker(show_to_all),
    "dossier-wrong": by_checker(lay_nowhere),
    "event-missing": by_checker(spoiling.lose_event),
    "event-repeated": by_checker(spoiling.repeat_step("ingestion")),
    "event-stray": by_checker(spoiling.lose_delivery),
}


def test_no_kind_of_violation_is_left_unplanted() -> None:
    assert set(PLANTED) == set(_KINDS)


@pytest.mark.parametrize("code", sorted(_KINDS))
def test_each_kind_of_violation_is_named_when_it_is_planted(house: House, code: str, told: Told) -> None:  # noqa: F811
    assert not list(verify(checkable(house), at_rest=True))
    found = {one.code for one in PLANTED[code](house)}
    told("each kind of violation planted and named", 1, [] if code in found else [f"{code} is not in {sorted(found)}"])


@pytest.mark.long
def test_a_thousand_spoiled_originals_are_found_by_the_command_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    with House(tmp_path) as house:  # noqa: F811
        digests = take_many(house, 4000)
        code, said = spoiling.tangthu(house, monkeypatch, "verify", "--originals", "--json")
        alarms = [one for one in orjson.loads(said)["violations"] if one["invariant"] != "I4"]
        lines = [f"false alarm: {one}" for one in alarms]
        planted = plant(house, digests, 1000, random.Random(7))
        code, said = spoiling.tangthu(house, monkeypatch, "verify", "--originals", "--json")
    named = {Path(one["where"]).name for one in orjson.loads(said)["violations"] if one["invariant"] != "I4"}
    lines += [f"missed: {digest}" for digest in sorted(planted - named)]
    lines += [f"false alarm: {digest}" for digest in sorted(named - planted)]
    assert code
    told("originals flipped, missing, extra, swapped", len(planted), lines)
