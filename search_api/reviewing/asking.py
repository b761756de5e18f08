"""Whose queue it is: what somebody may correct, of what they may see."""

from __future__ import annotations

from collections.abc import Collection

from archive.review_queue import Asker
from search_api.access import Viewer
from search_api.access.policy import Permission


def asker_of(viewer: Viewer, permission: Permission = Permission.CORRECT) -> Asker:
    """The records that a viewer sees, of units where they have this permission."""
    return Asker(name_of(viewer), viewer.tokens, _units(viewer, permission))


def name_of(viewer: Viewer) -> str:
    """By what a person is known among others: the account, or the name of one without."""
    return viewer.account or viewer.name[:40]


def _units(viewer: Viewer, permission: Permission) -> Collection[str] | None:
    if viewer.rights is None or permission in viewer.rights.everywhere:
        return None
    return viewer.rights.units(permission)
