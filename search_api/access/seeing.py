"""Records that were found elsewhere, as the catalogue has them now and this viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence

from archive.unit_of_work import UnitOfWork
from mappings.record import RecordView
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
