"""What looks after files that were not taken, wired."""

from __future__ import annotations

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.rejected_files import RejectedFiles
from archive.spool import Spool
from ingest.service import REJECTED
from search_api.rejected import RejectedService
from tangthu.settings import Settings


def open_rejected(settings: Settings, layout: Layout, catalogue: Catalogue, spool: Spool) -> RejectedService:
    """Over `rejected/` of the drop folder that the settings name."""
    files = RejectedFiles(settings.drop.resolve() / REJECTED, layout.data / "rejected-files.lock")
    return RejectedService(catalogue, spool, files, settings.unit)
