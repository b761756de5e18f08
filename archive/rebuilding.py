"""The catalogue made anew from what lies beside the originals, when the catalogue itself is lost.

Everything comes back as it was: ids, accession numbers, revisions, fields, what people have confirmed, pages, words,
deliveries, events with their numbers. Three things do not: who was reading a record (it is read again by whoever
comes), what the index still had to learn (the index is built anew afterwards), and when each original was last read
again: that is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from archive.catalogue import Catalogue
from archive.fixity import Checked, Outcome
from archive.fixity_check import check, record_checks
from archive.journal import Journal, Kept
from archive.layout import Layout
from archive.originals import Originals
from archive.refiling import file_again
from archive.sidecar_marks import MarkKind
from archive.sidecars import Sidecar, Sidecars
from archive.spool import Spool
from archive.unit_of_work import UnitOfWork
from kernel.errors import DigestMismatch
from kernel.keeping_errors import NotEmpty, SidecarDamaged
from kernel.progress import Progress, silent
from mappings.access import access_tokens

_PAGES_AT_ONCE = 50
_CHUNK = 1 << 20


@dataclass(slots=True)
class Restored:
    """What came back, and what did not.

    `reread`: record ids whose pages were damaged and are read again. `handed_in`: digests of originals without a
    usable sidecar, handed in anew. `missing`, `damaged`: digests of originals that are gone, or are not the bytes that
    were stored. `sidecars_damaged`: names of files. `journal_lines`: lines of the journal that could not be read.
    """

    records: int = 0
    pages: int = 0
    deliveries: int = 0
    events: int = 0
    reread: list[str] = field(default_factory=list)
    handed_in: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    sidecars_damaged: list[str] = field(default_factory=list)
    journal_lines: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was missing or damaged."""
        return not (self.reread or self.missing or self.damaged or self.sidecars_damaged)


def rebuild_catalogue(
    catalogue: Catalogue, originals: Originals, layout: Layout, progress: Progress = silent
) -> Restored:
    """Fills an empty catalogue from originals, sidecars and journal, in one transaction: all of it or nothing.

    Every original is read and its digest compared. NotEmpty if there is anything in the catalogue already.
    """
    with catalogue.reading() as unit:
        if not unit.kept_rows.is_empty():
            raise NotEmpty(place="catalogue")
    work = _Rebuilding(originals)
    with catalogue.writing() as unit:
        work.fill(unit, progress)
        _hand_in(originals, layout, work.done)
        unit.commit()
    return work.done


class _Rebuilding:
    """One rebuild on its way."""

    def __init__(self, originals: Originals) -> None:
        self._sidecars = Sidecars(originals.beside)
        self._originals = originals
        self._journal = Journal(originals.beside)
        self.done = Restored()
        self._deliveries: set[str] = set()
        self._events: set[int] = set()
        self._checks: list[Checked] = []

    def fill(self, unit: UnitOfWork, progress: Progress) -> None:
        kept = self._journal.read()
        self.done.journal_lines = kept.unreadable
        gone = {subject for kind, subject in kept.entries if kind is MarkKind.RECORD}
        stones = (stone for entry in kept.entries.values() for stone in entry.tombstones)
        leaving = {stone["digest"] for stone in stones if stone["bytes"] == "waiting"}
        files = list(self._sidecars.files())
        for number, (digest, has_original, has_sidecar) in enumerate(files, 1):
            sidecar = self._sidecar(digest) if has_sidecar else None
            if sidecar is not None and sidecar.record_id not in gone:
                self._check(digest)
                self._enter(unit, sidecar)
            elif has_original and (sidecar is None or digest not in leaving):
                # A purge whose bytes are there, though no purge is under way, is not the last word on them.
                self.done.handed_in.append(digest)
            progress(number, len(files))
        self._enter_journal(unit, kept)
        file_again(unit)
        unit.kept_rows.continue_numbers()
        unit.review_queue.refresh()
        # What was found just now is newer than what the sidecars tell of earlier readings.
        record_checks(unit, self._checks)

    def _sidecar(self, digest: str) -> Sidecar | None:
        try:
            return self._sidecars.find(digest)
        except SidecarDamaged as error:
            self.done.sidecars_damaged.append(str(error.values["name"]))
            return None

    def _check(self, digest: str) -> None:
        checked = check(self._originals, digest)
        self._checks.append(checked)
        if checked.outcome is Outcome.MISSING:
            self.done.missing.append(digest)
        elif checked.outcome is not Outcome.INTACT:
            self.done.damaged.append(digest)

    def _enter(self, unit: UnitOfWork, sidecar: Sidecar) -> None:
        rows, put = sidecar.rows, unit.kept_rows.put
        put("original", [rows["original"]])
        put("record", [rows["record"]])
        put("record_access", _access_rows(rows))
        put("described_field", rows["fields"])
        put("page_correction", rows["corrections"])
        put("discarded", rows["discarded"])
        self._enter_deliveries(unit, rows["deliveries"])
        self._enter_events(unit, rows["events"])
        self.done.records += 1
        if sidecar.pages is None:
            unit.pages.await_reading({sidecar.record_id: rows["record"]["page_count"]})
            self.done.pages += rows["record"]["page_count"]
        else:
            self._enter_pages(unit, sidecar)

    def _enter_pages(self, unit: UnitOfWork, sidecar: Sidecar) -> None:
        try:
            # Checked as a whole before the first page goes in.
            for pages in _parts(sidecar.read_pages(), _PAGES_AT_ONCE):
                unit.kept_rows.put("page", pages)
                self.done.pages += len(pages)
        except SidecarDamaged as error:
            self.done.sidecars_damaged.append(str(error.values["name"]))
            self.done.reread.append(sidecar.record_id)
            unit.records.read_again(sidecar.record_id)
            unit.pages.await_reading({sidecar.record_id: sidecar.rows["record"]["page_count"]})

    def _enter_journal(self, unit: UnitOfWork, kept: Kept) -> None:
        """What a sidecar has told already is told there last."""
        for entry in kept.entries.values():
            self._enter_deliveries(unit, entry.deliveries)
            self._enter_events(unit, entry.events)
            unit.kept_rows.put("tombstone", entry.tombstones)
        self._enter_events(unit, kept.events.values())

    def _enter_deliveries(self, unit: UnitOfWork, rows: Iterable[dict[str, Any]]) -> None:
        new = [row for row in rows if row["id"] not in self._deliveries]
        unit.kept_rows.put("delivery", new)
        self._deliveries.update(row["id"] for row in new)
        self.done.deliveries += len(new)

    def _enter_events(self, unit: UnitOfWork, rows: Iterable[dict[str, Any]]) -> None:
        new = [row for row in rows if row["number"] not in self._events]
        unit.kept_rows.put("event", new)
        self._events.update(row["number"] for row in new)
        self.done.events += len(new)


def _access_rows(rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Told anew from the record: a sidecar of an earlier release lacks tokens that came since."""
    record = rows["record"]
    shared = [token for token in record.get("shared", "").split("\n") if token]
    tokens = access_tokens(record["unit"], record["access_class"], shared)
    return [{"record_id": record["id"], "token": token} for token in tokens]


def _parts(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _hand_in(originals: Originals, layout: Layout, done: Restored) -> None:
    """Originals that nothing is known of come in like any file; their bytes are there, so they are stored only once.

    Those that are not the bytes that were stored are told, and stay where they are. Before the commit: killed between
    the two, the next rebuild finds in the spool what was handed in already.
    """
    spool = Spool(layout.spool)
    there = {spooled.path.name for spooled in spool.whole()}
    for digest in list(done.handed_in):
        name = f"khôi phục {digest[:12]}"
        if name in there:
            continue
        try:
            originals.verify(digest)
        except DigestMismatch:
            done.handed_in.remove(digest)
            done.damaged.append(digest)
            continue
        with spool.add(name) as writer, originals.open(digest) as source:
            while chunk := source.read(_CHUNK):
                writer.write(chunk)
            writer.finish()
