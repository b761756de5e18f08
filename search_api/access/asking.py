"""Who asks, told from a request. The one place to change when people sign in."""

from __future__ import annotations

from fastapi import Request

from search_api.access.viewer import Viewer


def current_viewer(request: Request) -> Viewer:
    """The viewer of this request: for now always the person at this machine."""
    viewer: Viewer = request.app.state.services.viewer
    return viewer
