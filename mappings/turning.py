"""Places on pages that were scanned on their side or upside down."""

from __future__ import annotations

from mappings.record import Box


def turned(box: Box, degrees: int) -> Box:
    """The box after the page is turned clockwise by 0, 90, 180 or 270 degrees."""
    if degrees == 90:
        return Box(1 - box.y1, box.x0, 1 - box.y0, box.x1)
    if degrees == 180:
        return Box(1 - box.x1, 1 - box.y1, 1 - box.x0, 1 - box.y0)
    if degrees == 270:
        return Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0)
    return box
