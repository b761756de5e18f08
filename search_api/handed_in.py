"""Which of what came in, and became no record yet or never, somebody may know of."""

from __future__ import annotations

from collections.abc import Sequence

from archive.deliveries import DeliveryRow
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer
from search_api.services import Services


def rows_seen(rows: Sequence[DeliveryRow], viewer: Viewer, services: Services) -> list[DeliveryRow]:
    """Those that became a record, which has rights of its own, and those of units whose intake the viewer watches."""
    office = services.signing.unit
    return [
        row
        for row in rows
        if row.delivery.record_id or row.purged_record or viewer.may(Permission.WATCH_INTAKE, row.unit or office)
    ]
