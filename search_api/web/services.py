"""What the page needs of the house: the very services of the API, so that the two can never do different things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel.bilingual import Language
from search_api.access import Viewer
from search_api.services import Services


@dataclass(frozen=True, slots=True)
class WebOptions:
    """`language`: before a person chooses. `drop_folder`: as a person at this machine would open it.

    `can_mail`: whether alerts go out by mail. `backup_days`: an older backup is told of; 0: none is.
    `page_parts`: folder of scripts by others (`web.page_parts`).
    """

    language: Language = "vi"
    drop_folder: str = "scanner_drop/incoming"
    max_upload_mb: int = 500
    can_mail: bool = False
    backup_days: int = 7
    page_parts: Path | None = None


@dataclass(frozen=True, slots=True)
class WebServices:
    """The house and the options of its page."""

    house: Services
    options: WebOptions

    def drawn_page(self, record_id: str, number: int, width: int, viewer: Viewer) -> bytes:
        """A page as an image. NotFound if there is none that this viewer may see, PageUnreadable."""
        with self.house.catalogue.reading() as unit:
            record = unit.records.by_id(record_id, viewer.tokens)
        return self.house.images.image(record, number, width)
