"""How pages are to be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """`languages`: Tesseract's, joined by +. `page_seconds`: the most that the OCR of one page may take.

    `max_megapixels`: the most pixels of one image or page, in millions. `temp_folder`: where page images
    pass through on their way to the OCR engine; None: the folder of the reading process.
    """

    languages: str = "vie"
    page_seconds: float = 115.0
    max_megapixels: int = 200
    temp_folder: str | None = None
