"""How the house stands, as the API says it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from search_api.routes.shapes import EngineShape, OutboxShape, UnsearchableShape, WatchingShape
from search_api.routes.shaping import Shape


class SidecarsShape(Shape):
    """What lies beside the originals: `waiting` changes are not written down there yet."""

    waiting: int


class PurgedShape(Shape):
    """Purged records: the bytes of `waiting` of them could not be removed yet; it is tried again each minute."""

    waiting: int


class WrongOriginalShape(Shape):
    """An original that was `altered`, `missing` or `unreadable` when it was last read."""

    record_id: str | None
    digest: str
    outcome: str
    checked_at: datetime


class OriginalsShape(Shape):
    """What reading the originals again has found, by the last reading of each. `wrong`: the first hundred."""

    total: int
    checked: int
    last_checked_at: datetime | None
    oldest_checked_at: datetime | None
    wrong_count: int
    wrong: list[WrongOriginalShape]


class StatusShape(Shape):
    """How the house stands. Counts are by state and of the whole archive."""

    records: dict[str, int]
    pages: dict[str, int]
    deliveries: dict[str, int]
    outbox: OutboxShape
    sidecars: SidecarsShape
    purged: PurgedShape
    engine: EngineShape
    unsearchable: UnsearchableShape
    watching: list[WatchingShape] = Field(description="The living processes that take, read and index; none is trouble")
    originals: OriginalsShape
    sandbox: str
