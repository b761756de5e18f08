"""What people said of what they were shown, and which of it somebody else looks at too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Float, Row, Select, and_, case, cast, delete, func, insert, not_, or_, select, update

from archive import tables
from archive.review_queue import Asker, may_be_handed
from archive.review_tables import TABLES, review, review_sample
from mappings.rewording.correcting import Verdict

SECOND, THIRD, SETTLED, LAPSED = "second", "third", "settled", "lapsed"


@dataclass(frozen=True, slots=True)
class Review:
    """One look at one thing. `account`: whose it is; `look`: 1, 2 or 3, the latter two `of` a first one."""

    id: str
    record_id: str
    kind: str
    place: str
    shown: str
    given: str
    verdict: str
    by: str
    account: str
    at: datetime
    seconds: float
    look: int = 1
    of: str | None = None
    agrees: bool | None = None
    correction_id: str | None = None
    before: dict[str, Any] | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayOfWork:
    """What somebody looked at on a day. `seconds`: in all."""

    by: str
    day: date
    looked: int
    corrected: int
    seconds: float


_NAMES = tuple(field.name for field in fields(Review))


class Reviews:
    """Those of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: Review) -> None:
        """Writes it down."""
        self._connection.execute(insert(review).values(asdict(one)))

    def find(self, review_id: str) -> Review | None:
        """One of them."""
        row = self._connection.execute(select(review).where(review.c.id == review_id)).one_or_none()
        return _read(row) if row else None

    def last_of(self, account: str) -> Review | None:
        """Somebody's latest word that was not taken back."""
        said = review.c.verdict != Verdict.SKIPPED.value
        query = select(review).where(review.c.account == account, review.c.undone_at.is_(None), said)
        row = self._connection.execute(query.order_by(review.c.at.desc(), review.c.id.desc()).limit(1)).one_or_none()
        return _read(row) if row else None

    def undo(self, review_id: str, at: datetime) -> None:
        """It was taken back."""
        self._connection.execute(update(review).where(review.c.id == review_id).values(undone_at=at))

    def passed_over(self, account: str, since: datetime) -> frozenset[tuple[str, str, str, str]]:
        """(record, kind, place, what was shown) that somebody skipped since then."""
        names = (review.c.record_id, review.c.kind, review.c.place, review.c.shown)
        query = select(*names).where(
            review.c.account == account, review.c.at >= since, review.c.verdict == Verdict.SKIPPED.value
        )
        return frozenset((row[0], row[1], row[2], row[3]) for row in self._connection.execute(query))

    def looks_of(self, review_id: str) -> tuple[Review, ...]:
        """The second and third look at the same, in order, without those taken back."""
        query = select(review).where(review.c.of == review_id, review.c.undone_at.is_(None))
        return tuple(_read(row) for row in self._connection.execute(query.order_by(review.c.look, review.c.at)))

    # -- second readings -----------------------------------------------------------------------------------

    def sample(self, one: Review) -> None:
        """Somebody else shall look at the same."""
        row = {"review_id": one.id, "record_id": one.record_id, "state": SECOND}
        self._connection.execute(insert(review_sample).values(row))

    def sampled(self, asker: Asker, moment: datetime, limit: int) -> tuple[tuple[str, Review], ...]:
        """(state, first review) of what this asker may look at as the second or third person, those in dispute first.

        Nobody looks twice at the same; what somebody else has been handed is left out.
        """
        table, other = review_sample, review.alias("other")
        record = tables.record
        looked = select(other.c.id).where(
            or_(other.c.id == table.c.review_id, other.c.of == table.c.review_id),
            other.c.account == asker.name,
            other.c.undone_at.is_(None),
        )
        free = or_(table.c.claimed_by.is_(None), table.c.claimed_by == asker.name, table.c.claimed_until < moment)
        query = select(table.c.state, review).select_from(
            table.join(review, review.c.id == table.c.review_id).join(record, record.c.id == table.c.record_id)
        )
        query = query.where(
            table.c.state.in_([SECOND, THIRD]), free, not_(looked.exists()), may_be_handed(
                table.c.record_id, asker.access, asker.units
            )
        )  # fmt: skip
        rows = self._connection.execute(query.order_by(table.c.state.desc(), table.c.review_id).limit(limit))
        return tuple((row.state, _read(row)) for row in rows)

    def claim(self, review_id: str, name: str, moment: datetime, until: datetime) -> bool:
        """Whether the second or third look is theirs until then."""
        table = review_sample
        free = or_(table.c.claimed_by.is_(None), table.c.claimed_by == name, table.c.claimed_until < moment)
        change = update(table).where(table.c.review_id == review_id, free)
        return self._connection.execute(change.values(claimed_by=name, claimed_until=until)).rowcount == 1

    def sample_state(self, review_id: str) -> str | None:
        """Who must look at it; None if nobody else is to."""
        query = select(review_sample.c.state).where(review_sample.c.review_id == review_id)
        return self._connection.execute(query).scalar_one_or_none()

    def move_sample(self, review_id: str, state: str) -> None:
        """Who must look at it next, or that nobody must."""
        change = update(review_sample).where(review_sample.c.review_id == review_id)
        self._connection.execute(change.values(state=state, claimed_by=None, claimed_until=None))

    def drop_sample(self, review_id: str) -> None:
        """Nobody else is to look at it."""
        self._connection.execute(delete(review_sample).where(review_sample.c.review_id == review_id))

    # -- figures -------------------------------------------------------------------------------------------

    def days(self, asker: Asker, since: datetime, account: str | None = None) -> tuple[DayOfWork, ...]:
        """Who looked at how much each day, the latest first; of one person if named.

        Only of records that the asker may see, in `asker.units`.
        """
        day = func.date(review.c.at)
        corrected = func.sum(case((review.c.verdict == Verdict.CORRECTED.value, 1), else_=0))
        seconds = func.sum(cast(review.c.seconds, Float))
        query = select(review.c.by, day.label("day"), func.count(), corrected, seconds)
        query = _counted(query, asker, account).where(review.c.at >= since)
        rows = self._connection.execute(query.group_by(review.c.by, day).order_by(day.desc(), review.c.by))
        return tuple(
            DayOfWork(by, date.fromisoformat(str(on)), int(looked), int(right), float(took))
            for by, on, looked, right, took in rows
        )

    def second_readings(self, asker: Asker, account: str | None = None) -> tuple[int, int]:
        """(second readings, those that disagree); of what one person said first, if named."""
        first = review.alias("first")
        wrong = func.sum(case((review.c.agrees.is_(False), 1), else_=0))
        figures: list[Any] = [func.count(), wrong]
        query = _counted(select(*figures), asker, None).where(review.c.look == 2)
        if account is not None:
            mine = select(first.c.id).where(first.c.account == account)
            query = query.where(review.c.of.in_(mine))
        count, disagree = self._connection.execute(query).one()
        return int(count), int(disagree or 0)

    def forget(self, record_ids: Collection[str]) -> None:
        """Nothing of what was said of these records is kept: they are purged, or kept apart."""
        for table in TABLES:
            self._connection.execute(delete(table).where(table.c.record_id.in_(sorted(record_ids))))


def _counted(query: Select[Any], asker: Asker, account: str | None) -> Select[Any]:
    record = tables.record
    query = query.select_from(review.join(record, record.c.id == review.c.record_id))
    counts = and_(review.c.undone_at.is_(None), review.c.verdict != Verdict.SKIPPED.value)
    query = query.where(counts, may_be_handed(review.c.record_id, asker.access, asker.units))
    return query if account is None else query.where(review.c.account == account)


def _read(row: Row[Any]) -> Review:
    values: Sequence[Any] = [getattr(row, name) for name in _NAMES]
    return Review(**dict(zip(_NAMES, values, strict=True)))
