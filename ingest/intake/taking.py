"""From claimed files to deliveries in the catalogue, a batch at a time.

The order for each batch: inspect, store the originals durably, commit all rows in one transaction,
and only then remove the claimed files. Killed anywhere, the claims remain and are taken again; a
delivery that was committed already is only cleared away, after a look that its original is there.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

from archive.catalogue import Catalogue
from archive.deliveries import DeliveryRow
from archive.originals import Original, Originals
from archive.receiving import Arrival, receive, reject
from ingest.handing import HandedFile
from ingest.intake.claiming import Claim, anew, forget
from ingest.intake.inspecting import Inspector, Untold
from ingest.intake.naming import displayable
from ingest.intake.rejecting import Rejections, refusal
from ingest.intake.settling import Fingerprint, fingerprint
from ingest.recognising import Inspection
from kernel.clock import now
from kernel.errors import DigestMismatch, EmptyFile, Refused, TooLarge, Unavailable, UnknownType
from mappings.record import Delivery, DeliverySource, DeliveryState

LOG = logging.getLogger(__name__)

# Each store waits for the disk three times; the kernel writes waits of several threads together.
_STORING_THREADS = 64
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TakingOptions:
    """`max_bytes` of one file; `unit` and `access_class` of new records."""

    max_bytes: int
    unit: str
    access_class: str


@dataclass(slots=True)
class Taken:
    """What became of a batch. `kept`: claims that stay, each with the trouble; to be tried again later.

    `slow`: claims that stay because they are still being inspected; nothing is wrong.
    """

    archived: int = 0
    duplicates: int = 0
    rejected: int = 0
    kept: list[tuple[Claim, BaseException]] = field(default_factory=list)
    anew: list[Claim] = field(default_factory=list)
    slow: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class _Case:
    """One claim on its way through a batch."""

    claim: Claim
    row: DeliveryRow | None = None
    seen: Fingerprint | None = None
    device: int = 0
    inspection: Inspection | None = None
    original: Original | None = None
    delivery: Delivery | None = None
    error: BaseException | None = None
    gone: bool = False
    slow: bool = False

    @property
    def open(self) -> bool:
        """Whether it is still on its way."""
        return self.error is None and self.delivery is None and not (self.gone or self.slow)

    @property
    def name(self) -> str:
        """The name for people and the catalogue."""
        return self.row.delivery.file_name if self.row else displayable(self.claim.relative)

    @property
    def source(self) -> DeliverySource:
        """The door it came through."""
        return self.row.delivery.source if self.row else self.claim.source

    @property
    def received_at(self) -> datetime:
        """When its delivery was first heard of."""
        return self.row.delivery.received_at if self.row else now()

    def as_delivery(self) -> Delivery:
        """The delivery of a file that is not taken."""
        size = self.seen.size if self.seen else 0
        state = DeliveryState.RECEIVED
        return Delivery(self.claim.delivery_id, self.name, self.source, state, self.received_at, size)


class Taker:
    """Takes batches of claims into one archive. For one thread; `close` ends its helpers."""

    def __init__(
        self,
        catalogue: Catalogue,
        originals: Originals,
        rejections: Rejections,
        inspector: Inspector,
        options: TakingOptions,
    ) -> None:
        self._catalogue = catalogue
        self._originals = originals
        self._rejections = rejections
        self._inspector = inspector
        self._options = options
        self._threads = ThreadPoolExecutor(_STORING_THREADS, "storing")

    def close(self) -> None:
        """Waits for what is being stored."""
        self._threads.shutdown()

    def take(self, claims: Sequence[Claim]) -> Taken:
        """Takes a batch. Every claim ends archived, rejected, or in `kept`.

        Raises whatever the catalogue does if it cannot even be asked; then all claims stay as they are.
        """
        cases = [_Case(claim) for claim in claims]
        self._remember(cases)
        for case in _open(cases):
            _guarded(case, self._measure)
        self._inspect(cases)
        list(self._threads.map(lambda case: _guarded(case, self._store), _open(cases)))
        self._enter(cases)
        self._look_after_purges(cases)
        self._enter_refused(cases)
        return _clear(cases)

    def _remember(self, cases: Iterable[_Case]) -> None:
        """What the catalogue knows of deliveries that were begun before."""
        former = [case for case in cases if not case.claim.fresh]
        if not former:
            return
        with self._catalogue.reading() as work:
            for case in former:
                case.row = work.deliveries.find(case.claim.delivery_id)

    def _measure(self, case: _Case) -> None:
        try:
            status = case.claim.path.lstat()
        except FileNotFoundError:
            case.gone = True
            return
        case.seen, case.device = fingerprint(status), status.st_dev
        if self._ended_before(case):
            return
        if not stat.S_ISREG(status.st_mode):
            raise UnknownType
        if status.st_size == 0:
            raise EmptyFile
        if status.st_size > self._options.max_bytes:
            raise TooLarge(megabytes=self._options.max_bytes // _MEGABYTE)

    def _ended_before(self, case: _Case) -> bool:
        """Whether its row was committed before a kill, so that only clearing away remains."""
        if case.row is None or case.row.delivery.state is DeliveryState.RECEIVED:
            return False
        delivery = case.row.delivery
        if delivery.state in (DeliveryState.REJECTED, DeliveryState.SETTLED):
            raise refusal(delivery.reason or "", case.row.reason_values)
        if delivery.state is not DeliveryState.PURGED:
            self._ensure_original(case, delivery)
        case.delivery = delivery
        return True

    def _ensure_original(self, case: _Case, delivery: Delivery) -> None:
        """The row has its bytes; if not, they are still in the claim and are stored again."""
        if self._originals.holds(str(delivery.digest), delivery.size):
            return
        LOG.warning("original %s was not there after a commit; storing it again", delivery.digest)
        if self._originals.store(case.claim.path).digest != delivery.digest:
            raise DigestMismatch(digest=delivery.digest)

    def _inspect(self, cases: Sequence[_Case]) -> None:
        asked = _open(cases)
        try:
            findings = self._inspector.findings(
                [Untold(HandedFile(case.claim.path), case.name, case.device) for case in asked]
            )
        except Unavailable as error:
            for case in asked:
                case.error = error
            return
        for case, finding in zip(asked, findings, strict=True):
            if isinstance(finding, Inspection):
                case.inspection = finding
            else:
                case.error, case.slow = finding, finding is None

    def _store(self, case: _Case) -> None:
        case.original = self._originals.store(case.claim.path, lambda: _still(case))

    def _enter(self, cases: Sequence[_Case]) -> None:
        """One transaction for all that is stored."""
        ready = _open(cases)
        arrivals = [self._arrival(case) for case in ready]
        if not arrivals:
            return
        unit, access_class = self._options.unit, self._options.access_class
        try:
            deliveries = self._catalogue.write(lambda work: receive(work, arrivals, unit, access_class))
        except Exception as error:  # whatever the database has: nothing is lost, and it is tried again
            for case in ready:
                case.error = error
            return
        for case, delivery in zip(ready, deliveries, strict=True):
            case.delivery = delivery

    def _look_after_purges(self, cases: Sequence[_Case]) -> None:
        """Bytes that were there when they were stored may have been removed by a purge before their row was committed.

        From the commit on no purge touches them (`archive.disposing`), so that one look afterwards is enough.
        """
        entered = {str(case.delivery.digest): case for case in cases if case.delivery and case.original}
        if not entered:
            return
        try:
            with self._catalogue.reading() as work:
                purged = work.bin.purged_digests(list(entered))
        except Unavailable as error:  # the claims stay, and the look is taken when they are taken up again
            for case in entered.values():
                case.error = error
            return
        for digest in purged:
            case = entered[digest]
            _guarded(case, lambda one: self._ensure_original(one, one.delivery) if one.delivery else None)

    def _arrival(self, case: _Case) -> Arrival:
        if case.original is None or case.inspection is None:
            raise AssertionError("an open case is inspected and stored")
        return Arrival(
            delivery_id=case.claim.delivery_id,
            file_name=case.name,
            source=case.source,
            received_at=case.received_at,
            digest=case.original.digest,
            size=case.original.size,
            media_type=case.inspection.media_type,
            page_count=case.inspection.page_count,
        )

    def _enter_refused(self, cases: Sequence[_Case]) -> None:
        """The catalogue first, then the move: see `rejecting`."""
        refused = [(case, case.error) for case in cases if isinstance(case.error, Refused)]
        new = [(case, error) for case, error in refused if not _is_rejected(case)]
        try:
            if new:
                self._catalogue.write(lambda work: [reject(work, case.as_delivery(), error) for case, error in new])
        except Exception as error:  # as in _enter
            for case, _ in new:
                case.error = error
        for case, refusal_ in refused:
            if case.error is refusal_:
                self._put_aside(case, refusal_)

    def _put_aside(self, case: _Case, error: Refused) -> None:
        try:
            self._rejections.put(case.claim.path, case.claim.relative, case.as_delivery(), error)
        except OSError as trouble:
            case.error = trouble


def _clear(cases: Sequence[_Case]) -> Taken:
    """Removes what is safe elsewhere, and counts."""
    taken = Taken()
    for case in cases:
        try:
            _clear_one(case, taken)
        except OSError as error:
            taken.kept.append((replace(case.claim, fresh=False), error))
    return taken


def _clear_one(case: _Case, taken: Taken) -> None:
    if case.slow:
        taken.slow.append(replace(case.claim, fresh=False))
        return
    if case.error is not None and not isinstance(case.error, Refused):
        taken.kept.append((replace(case.claim, fresh=False), case.error))
        return
    if case.delivery and not _is_as_seen(case):
        taken.anew.append(anew(case.claim))
    else:
        forget(case.claim)
    if case.error is not None:
        taken.rejected += 1
    elif case.delivery and case.delivery.state is DeliveryState.DUPLICATE:
        taken.duplicates += 1
    elif case.delivery:
        taken.archived += 1


def _open(cases: Iterable[_Case]) -> list[_Case]:
    return [case for case in cases if case.open]


def _guarded(case: _Case, step: Callable[[_Case], None]) -> None:
    """A step whose failure concerns this case alone."""
    try:
        step(case)
    except (Refused, DigestMismatch, Unavailable, OSError) as error:
        case.error = error


def _still(case: _Case) -> None:
    if fingerprint(case.claim.path.lstat()) != case.seen:
        # Somebody goes on writing through a handle from before: what was inspected is not what would be stored.
        raise Unavailable(reason="still being written")


def _is_rejected(case: _Case) -> bool:
    return case.row is not None and case.row.delivery.state is DeliveryState.REJECTED


def _is_as_seen(case: _Case) -> bool:
    try:
        return fingerprint(case.claim.path.lstat()) == case.seen
    except FileNotFoundError:
        return True
