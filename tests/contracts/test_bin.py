"""The bin's promises, held on SQLite and on PostgreSQL: out of sight, back as it was, or gone by two persons' word."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from archive import leaving as leaving_module
from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard, person, reason, remove_bytes, restore, same_person
from archive.originals import FolderOriginals
from archive.receiving import announce
from kernel.clock import now
from kernel.disposal_errors import DeliveredAgain, InBin, NotInBin, PurgeNotAsked, SecondPersonNeeded
from kernel.errors import BadValue, NotFound, Unavailable
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState, DescribedField, PageState, RecordState
from tests.contracts.test_catalogue import arrival, catalogue, take  # noqa: F401 - a fixture among them

FIELD = {"subject": DescribedField("subject", "Về việc riêng", 0.9)}


def entered(catalogue: Catalogue, digest: str = "a" * 64) -> str:  # noqa: F811
    (delivery,) = take(catalogue, arrival(digest))
    record_id = str(delivery.record_id)
    catalogue.write(lambda work: work.records.describe(record_id, FIELD))
    return record_id


def put_in(catalogue: Catalogue, record_id: str) -> None:  # noqa: F811
    catalogue.write(lambda work: discard(work, record_id, "Nguyễn Văn Mẫu", "Quét nhầm"))


def purge(catalogue: Catalogue, record_id: str) -> None:  # noqa: F811
    catalogue.write(lambda work: ask_purge(work, record_id, "Nguyễn Văn Mẫu"))
    catalogue.write(lambda work: confirm_purge(work, record_id, "Trần Thị Ví"))


def test_what_lies_in_the_bin_is_counted_and_read_and_indexed_nowhere(catalogue: Catalogue) -> None:  # noqa: F811
    binned, other = entered(catalogue), entered(catalogue, "b" * 64)
    put_in(catalogue, binned)
    with catalogue.reading() as work:
        assert work.records.counts() == {RecordState.RECEIVED: 1}
        assert work.pages.counts() == {PageState.WAITING: 2}
        assert work.pages.unsearchable(["internal"]) == (1, 2)
        assert [record_id for record_id, _ in work.records.all_revisions()] == [other]
        assert list(work.records.views([binned, other])) == [other]
        assert work.records.standing(binned) == 0 < work.records.standing(other)
        assert [one.record_id for one in work.bin.content(["internal"], 10)] == [binned]
        assert work.bin.content(["public"], 10) == ()
        assert work.records.view(binned).value("subject") == "Về việc riêng"
        assert len(work.bin.leaving(("public",))) == 1
    claimed = catalogue.write(lambda work: work.records.claim("me", lambda: ["me"], 5))
    assert [record.id for record in claimed] == [other]


def test_a_state_in_which_only_the_bin_stands_is_counted_nowhere(catalogue: Catalogue) -> None:  # noqa: F811
    ids = [entered(catalogue, letter * 64) for letter in "ab"]
    catalogue.write(lambda work: work.records.finish(ids[0], RecordState.SEARCHABLE))
    for record_id in ids:
        put_in(catalogue, record_id)
        with catalogue.reading() as work:
            assert work.records.counts() == ({RecordState.RECEIVED: 1} if record_id == ids[0] else {})
            assert work.pages.counts() == ({PageState.WAITING: 2} if record_id == ids[0] else {})


def test_of_very_many_that_leave_the_index_fewer_are_shown_and_never_more(
    catalogue: Catalogue,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [entered(catalogue, letter * 64) for letter in "abcdef"]
    with catalogue.reading() as work:
        at = [work.records.by_id(one).sequence for one in ids]
    for number in (0, 1, 3, 5):
        put_in(catalogue, ids[number])

    def leaving() -> tuple[tuple[int, int], ...]:
        with catalogue.reading() as work:
            return work.bin.leaving(("public", "internal"))

    assert leaving() == ((at[5], at[5]), (at[3], at[3]), (at[0], at[1]))
    purge(catalogue, ids[3])
    assert leaving() == ((at[5], at[5]), (at[3], at[3]), (at[0], at[1]))
    monkeypatch.setattr(leaving_module, "MOST_SPANS", 2)
    assert leaving() == ((at[3], at[5]), (at[0], at[1])), "those nearest to each other are made one"
    monkeypatch.setattr(leaving_module, "MOST_LEAVING", 1)
    assert leaving()[-1] == (0, at[3]), "of more than are looked up all that came in before are left out"


def test_a_restored_record_is_just_as_it_was_and_the_index_learns_of_it(catalogue: Catalogue) -> None:  # noqa: F811
    record_id = entered(catalogue)
    with catalogue.reading() as work:
        before = work.records.view(record_id)
    put_in(catalogue, record_id)
    catalogue.write(lambda work: restore(work, record_id, "Trần Thị Ví"))
    with catalogue.reading() as work:
        after = work.records.view(record_id)
        assert replace(after, record=replace(after.record, revision=before.record.revision)) == before
        assert [entry.revision for entry in work.outbox.pending(5)] == [after.record.revision] == [3]
        assert work.bin.content(["internal"], 10) == ()
        events = [(event.type.value, event.agent, event.detail) for event in work.events.of_record(record_id)[-2:]]
    assert events == [
        ("deaccession", "Nguyễn Văn Mẫu", {"why": "Quét nhầm"}),
        ("accession", "Trần Thị Ví", {"from": "bin"}),
    ]


def test_each_step_needs_the_one_before(catalogue: Catalogue) -> None:  # noqa: F811
    record_id = entered(catalogue)
    for step in (restore, ask_purge, confirm_purge):
        with pytest.raises(NotInBin):
            catalogue.write(lambda work, step=step: step(work, record_id, "A"))  # type: ignore[misc]
    put_in(catalogue, record_id)
    with pytest.raises(InBin):
        put_in(catalogue, record_id)
    with pytest.raises(PurgeNotAsked):
        catalogue.write(lambda work: confirm_purge(work, record_id, "A"))
    for step in (restore, ask_purge, confirm_purge):
        with pytest.raises((NotFound, NotInBin)):
            catalogue.write(lambda work, step=step: step(work, "nothing", "A"))  # type: ignore[misc]
    with catalogue.reading() as work:
        assert work.records.view(record_id).record.revision == 2, "a refused step leaves no trace"


def test_nobody_is_the_second_person_to_himself(catalogue: Catalogue) -> None:  # noqa: F811
    record_id = entered(catalogue)
    put_in(catalogue, record_id)
    catalogue.write(lambda work: ask_purge(work, record_id, person("Nguyễn Văn Mẫu")))
    for untrusted in ("Nguyễn Văn Mẫu", "NGUYỄN  văn mẫu ", unicodedata.normalize("NFD", "nguyễn Văn MẪU")):
        with pytest.raises(SecondPersonNeeded):
            catalogue.write(lambda work, name=untrusted: confirm_purge(work, record_id, person(name)))  # type: ignore[misc]
    asked_again = catalogue.write(lambda work: ask_purge(work, record_id, "Kẻ Khác"))
    assert asked_again.purge_asked_by == "Nguyễn Văn Mẫu", "asking again does not make one the first person"
    with catalogue.reading() as work:
        assert work.records.find(record_id) is not None


def test_names_and_reasons_are_plain_and_there() -> None:
    assert same_person("ĐÀO", "đào")
    assert not same_person("Đào", "Đao")
    assert person("  Nguyễn\u0000 Văn\nMẫu ") == "Nguyễn Văn Mẫu"
    for untrusted in ("", " \n\u200b", "a" * 101):
        with pytest.raises(BadValue):
            person(untrusted)
    with pytest.raises(BadValue):
        reason("\t")


def test_a_purge_leaves_the_event_and_the_tombstone_and_nothing_else(catalogue: Catalogue) -> None:  # noqa: F811
    record_id = entered(catalogue)
    put_in(catalogue, record_id)
    purge(catalogue, record_id)
    with catalogue.reading() as work:
        assert work.records.find(record_id) is None
        assert work.pages.counts() == {}
        assert work.records.ids_by_digest(["a" * 64]) == {}
        stone = work.bin.tombstones([record_id])[record_id]
        assert (stone.digest, stone.why, stone.purge_asked_by, stone.purge_confirmed_by) == (
            "a" * 64, "Quét nhầm", "Nguyễn Văn Mẫu", "Trần Thị Ví",
        )  # fmt: skip
        (delivery,) = work.deliveries.recent(5)
        assert (delivery.delivery.state, delivery.purged_record) == (DeliveryState.PURGED, record_id)
        last = work.events.of_record(record_id)[-1]
        assert (last.type.value, last.agent, last.detail["digest"]) == ("deletion", "Trần Thị Ví", "a" * 64)
        assert len(work.bin.leaving(("public",))) == 1, "the index must still let go of it"


def test_two_who_confirm_at_once_purge_once(catalogue: Catalogue) -> None:  # noqa: F811
    record_id = entered(catalogue)
    put_in(catalogue, record_id)
    catalogue.write(lambda work: ask_purge(work, record_id, "A"))
    ends: list[str] = []

    def confirm(name: str) -> None:
        try:
            catalogue.write(lambda work: confirm_purge(work, record_id, name))
            ends.append("purged")
        except (NotFound, NotInBin):
            ends.append("gone")

    threads = [threading.Thread(target=confirm, args=(f"B{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["gone"] * 5 + ["purged"]
    with catalogue.reading() as work:
        assert [event.type.value for event in work.events.of_record(record_id)].count("deletion") == 1


@pytest.fixture
def originals(tmp_path: Path) -> FolderOriginals:
    return FolderOriginals(tmp_path / "originals")


def stored(originals: FolderOriginals, tmp_path: Path) -> str:
    (tmp_path / "scan").write_bytes(b"bytes")
    return originals.store(tmp_path / "scan").digest


def test_bytes_go_after_the_rows_and_a_new_delivery_of_them_is_a_new_record(
    catalogue: Catalogue,  # noqa: F811
    originals: FolderOriginals,
    tmp_path: Path,
) -> None:
    digest = stored(originals, tmp_path)
    first = entered(catalogue, digest)
    put_in(catalogue, first)
    assert remove_bytes(catalogue, originals) == 0
    purge(catalogue, first)
    assert originals.path(digest).is_file(), "rows first: no row is ever without its bytes"
    assert remove_bytes(catalogue, originals) == 1
    assert not originals.path(digest).exists()
    assert remove_bytes(catalogue, originals) == 0
    stored(originals, tmp_path)
    second = entered(catalogue, digest)
    assert second != first
    put_in(catalogue, second)
    purge(catalogue, second)
    assert remove_bytes(catalogue, originals) == 1
    with catalogue.reading() as work:
        assert {stone.bytes for stone in work.bin.tombstones([first, second]).values()} == {"removed"}
        assert work.bin.purged_digests([digest, "b" * 64]) == {digest}


def test_bytes_delivered_again_before_they_were_removed_stay(
    catalogue: Catalogue,  # noqa: F811
    originals: FolderOriginals,
    tmp_path: Path,
) -> None:
    digest = stored(originals, tmp_path)
    first = entered(catalogue, digest)
    put_in(catalogue, first)
    purge(catalogue, first)
    second = entered(catalogue, digest)
    assert remove_bytes(catalogue, originals) == 0
    originals.verify(digest)
    with catalogue.reading() as work:
        assert work.bin.tombstones([first])[first].bytes == "kept"
        assert work.bin.waiting() == ()
        assert work.records.by_id(second).digest == digest


class Waits:
    """A place that stands still while bytes are being removed from it."""

    def __init__(self) -> None:
        self.at_it, self.go = threading.Event(), threading.Event()

    def size(self, digest: str) -> int:
        return 1

    def remove(self, digest: str) -> None:
        self.at_it.set()
        assert self.go.wait(60)


def test_nobody_enters_bytes_while_they_are_being_removed(catalogue: Catalogue) -> None:  # noqa: F811
    first = entered(catalogue)
    put_in(catalogue, first)
    purge(catalogue, first)
    place, order = Waits(), []

    def remove() -> None:
        remove_bytes(catalogue, place)

    def deliver() -> None:
        take(catalogue, arrival())
        order.append("entered")

    removing, delivering = threading.Thread(target=remove), threading.Thread(target=deliver)
    removing.start()
    assert place.at_it.wait(60)
    delivering.start()
    delivering.join(0.5)
    order.append("removed")
    place.go.set()
    removing.join(60)
    delivering.join(60)
    assert order == ["removed", "entered"]
    with catalogue.reading() as work:
        assert work.records.counts() == {RecordState.RECEIVED: 1}
        assert work.bin.tombstones([first])[first].bytes == "removed"


def test_a_disk_that_fails_amid_a_purge_is_tried_again(catalogue: Catalogue) -> None:  # noqa: F811
    class Failing:
        failing = True

        def size(self, digest: str) -> int:
            return 1

        def remove(self, digest: str) -> None:
            if self.failing:
                raise OSError(5, "EIO")

    record_id, place = entered(catalogue), Failing()
    put_in(catalogue, record_id)
    purge(catalogue, record_id)
    with pytest.raises(OSError, match="EIO"):
        remove_bytes(catalogue, place)
    with catalogue.reading() as work:
        assert [stone.record_id for stone in work.bin.waiting()] == [record_id]
    place.failing = False
    assert remove_bytes(catalogue, place) == 1


def test_a_storage_that_is_away_is_not_waited_for_while_others_must_wait(catalogue: Catalogue) -> None:  # noqa: F811
    class Away:
        def size(self, digest: str) -> int:
            take(catalogue, arrival())  # a writer comes in between
            raise Unavailable(reason="away")

        def remove(self, digest: str) -> None:
            pytest.fail("asked to remove while it is away")

    record_id = entered(catalogue)
    put_in(catalogue, record_id)
    purge(catalogue, record_id)
    with pytest.raises(Unavailable):
        remove_bytes(catalogue, Away())
    with catalogue.reading() as work:
        assert [stone.record_id for stone in work.bin.waiting()] == [record_id]


def test_what_was_delivered_again_since_it_was_thrown_away_is_not_purged(catalogue: Catalogue) -> None:  # noqa: F811
    """Whoever scanned it once more wants it: he heard that it is in the archive, and may throw the paper away."""
    record_id = entered(catalogue)
    put_in(catalogue, record_id)
    catalogue.write(lambda work: ask_purge(work, record_id, "Nguyễn Văn Mẫu"))
    take(catalogue, arrival())
    with pytest.raises(DeliveredAgain):
        catalogue.write(lambda work: confirm_purge(work, record_id, "Trần Thị Ví"))
    with pytest.raises(DeliveredAgain):
        catalogue.write(lambda work: ask_purge(work, record_id, "Nguyễn Văn Mẫu"))
    catalogue.write(lambda work: restore(work, record_id, "Nguyễn Văn Mẫu"))
    put_in(catalogue, record_id)
    purge(catalogue, record_id)


def test_an_upload_announced_by_two_at_once_keeps_the_later_word(catalogue: Catalogue) -> None:  # noqa: F811
    came = Delivery(new_id(), "a.pdf", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 5)
    taken = replace(arrival(), delivery_id=came.id)
    take(catalogue, taken)
    threads = [threading.Thread(target=lambda: catalogue.write(lambda work: announce(work, [came]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalogue.reading() as work:
        assert work.deliveries.by_id(came.id).delivery.state is DeliveryState.ARCHIVED


def test_a_reading_unit_sees_one_state_of_the_catalogue(catalogue: Catalogue) -> None:  # noqa: F811
    first = entered(catalogue)
    with catalogue.reading() as work:
        assert work.records.counts() == {RecordState.RECEIVED: 1}
        entered(catalogue, "b" * 64)
        put_in(catalogue, first)
        assert work.records.counts() == {RecordState.RECEIVED: 1}
        assert work.bin.among([first]) == {}


def test_a_nul_finds_nothing_and_is_kept_as_a_space(catalogue: Catalogue) -> None:  # noqa: F811
    record_id = entered(catalogue)
    field = DescribedField("place", "Hà\x00Nội", 0.5)
    catalogue.write(lambda work: work.records.set_field(record_id, field))
    with catalogue.reading() as work:
        assert work.records.view(record_id).value("place") == "Hà Nội"
        assert work.records.find(f"{record_id}\x00") is None
        assert work.deliveries.find("\x00") is None
        assert len(work.deliveries.recent(5, before="\x00")) <= 1


def test_an_older_revision_does_not_take_the_place_of_a_newer_one(catalogue: Catalogue) -> None:  # noqa: F811
    record_id = entered(catalogue)
    catalogue.write(lambda work: work.outbox.put({record_id: 5}))
    catalogue.write(lambda work: work.outbox.put({record_id: 4}))
    with catalogue.reading() as work:
        assert [entry.revision for entry in work.outbox.pending(5)] == [5]
