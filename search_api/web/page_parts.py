"""Scripts by others that single pages load: fetched at set-up (`parts/package-lock.json`), served as our own files are.

Without them every page does its work all the same.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from search_api.web.packing import packed
from search_api.web.static_files import StaticFile

LOG = logging.getLogger(__name__)

DEEP_ZOOM = "openseadragon.js"
_PLACES = {DEEP_ZOOM: "openseadragon/build/openseadragon/openseadragon.min.js"}
"""By the name that a page asks for: where it lies below the folder of packages."""


@cache
def page_parts(folder: Path | None) -> Mapping[str, StaticFile]:
    """The scripts that are there, by name; none without a folder."""
    if folder is None:
        return {}
    found = {name: _read(folder / place) for name, place in _PLACES.items() if (folder / place).is_file()}
    if len(found) < len(_PLACES):
        LOG.warning("parts of the page are missing in %s: scans are shown as plain images", folder)
    return found


def part_address(parts: Mapping[str, StaticFile], name: str) -> str:
    """Where a page loads it from; empty where it is not there."""
    return f"/static/{name}?v={parts[name].mark}" if name in parts else ""


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, packed(content), "text/javascript", hashlib.sha256(content).hexdigest()[:12])
