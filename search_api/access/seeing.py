"""Records that were found elsewhere, as the catalogue has them now and this viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence

from archive.unit_of_work import UnitOfWork
from mappings.record import RecordView
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer, may_see


def views_seen(
    unit: UnitOfWork,
    record_ids: Sequence[str],
    viewer: Viewer,
    *,
    pages: bool = False,
    discarded: bool = False,
    boxes: bool = True,
) -> dict[str, RecordView]:
    """By id, as `Records.views`; one that is gone, or that the viewer may not see, is left out.

    Asked again though the index has a filter of its own: it may be older than a change of the access class.
    """
    views = unit.records.views(record_ids, pages=pages, discarded=discarded, boxes=boxes)
    return {key: view for key, view in views.items() if may_see(viewer, view.record)}


def views_with_bin(
    unit: UnitOfWork, record_ids: Sequence[str], viewer: Viewer, *, boxes: bool = True
) -> tuple[dict[str, RecordView], frozenset[str]]:
    """As `views_seen`, with those in the bin of units where the viewer may look into it; the ids of all that lie there.

    Of one in the bin that has no view here nothing but that may be told.
    """
    binned = frozenset(unit.bin.among(record_ids)) if record_ids else frozenset[str]()
    views = views_seen(unit, record_ids, viewer, discarded=True, boxes=boxes)
    shown = {
        key: view
        for key, view in views.items()
        if key not in binned or viewer.may(Permission.SEE_BIN, view.record.unit)
    }
    return shown, binned
