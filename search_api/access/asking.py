"""Who asks, told from a request."""

from __future__ import annotations

from fastapi import Request

from search_api.access.gate import entered
from search_api.access.rights import Rights
from search_api.access.viewer import Viewer

_NOBODY = Viewer("", (), rights=Rights({}))


def current_viewer(request: Request) -> Viewer:
    """The viewer of this request: who has signed in, or the person at the machine of an archive without accounts.

    Anybody else, where a door is open to anybody, sees nothing.
    """
    known = entered(request)
    if known.signed_in is not None:
        return known.signed_in.viewer
    if not known.local:
        return _NOBODY
    viewer: Viewer = request.app.state.services.viewer
    return viewer


def signing_name(viewer: Viewer, untrusted_name: str) -> str:
    """Whose word it is: of one who has signed in their signature, else the name as typed, which nothing proves."""
    return viewer.name if viewer.account else untrusted_name
