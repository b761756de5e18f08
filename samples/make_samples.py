"""Renders the samples: `python -m samples.make_samples [FOLDER]`. The same files each time, but for library versions.

Needs Tinos or Liberation Serif (2.x), fc-match and Chromium.
"""

from __future__ import annotations

import json
import random
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from mappings.record import FIELD_NAMES
from samples import electronic, scanner, texts, texts_electronic, texts_guidance
from samples.document import Document
from samples.layout import Layout
from samples.sheet import HEIGHT_MM, WIDTH_MM, px

HERE = Path(__file__).parent
SKEWS = {texts.NOTICE.file: 3.0}
TURNS = {texts.PLAN.file: 180}
MAIL = "14-thu-hen-giao-nhan.eml"

_TOLD = tuple(name for name in FIELD_NAMES if name != "keywords")
"""What a paper itself says; which words tell what it is about, it does not."""


def scans_of(document: Document) -> list[Image.Image]:
    """The scanned sides of a document."""
    seed = zlib.crc32(document.file.encode())
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    sides = [sheet.image for sheet in Layout(document, rng).printed()]
    if document is texts_guidance.GUIDANCE and len(sides) % 2:
        sides.append(Image.new("RGB", (px(WIDTH_MM), px(HEIGHT_MM)), "white"))  # the empty back of the last sheet
    pages = []
    for side in sides:
        skew = SKEWS.get(document.file, rng.uniform(-0.5, 0.5))
        pages.append(scanner.scanned(side, noise, skew).rotate(TURNS.get(document.file, 0)))
    if len(pages) != document.pages:
        raise ValueError(f"{document.file}: {len(pages)} pages, {document.pages} expected")
    return pages


def save(document: Document, folder: Path) -> None:
    """One scanned document as a file of its type."""
    path = folder / document.file
    pages = scans_of(document)
    if path.suffix == ".pdf":
        scanner.save_pdf(pages, path)
    elif path.suffix == ".jpg":
        scanner.save_jpeg(pages[0], path)
    else:
        scanner.save_tiff(pages, path)


def main(folder: Path) -> None:
    """All samples into the folder, and what is in them beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for document in texts.SCANNED:
        save(document, folder)
    electronic.save_printed_pdf(texts_electronic.RESOLUTION, folder / texts_electronic.RESOLUTION.file)
    electronic.save_docx(texts_electronic.OFFICE_FILE, folder / texts_electronic.OFFICE_FILE.file)
    electronic.save_text(texts_electronic.TELEGRAM, folder / texts_electronic.TELEGRAM.file)
    electronic.save_mail(folder / MAIL)
    (folder.parent / "expected.jsonl").write_text(expected(), encoding="utf-8")


def expected() -> str:
    """What is in the samples, one line of JSON each."""
    documents = (*texts.SCANNED, texts_electronic.RESOLUTION, texts_electronic.OFFICE_FILE, texts_electronic.TELEGRAM)
    rows = [document.expected() for document in documents] + [_of_mail(MAIL)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _of_mail(file: str) -> dict[str, str | int]:
    """A mail has none of the parts of an official document but what it is about and whom it addresses."""
    told = {"subject": electronic.MAIL_SUBJECT, "addressees": "Trung tâm Lưu trữ lịch sử"}
    return {"file": file, **dict.fromkeys(_TOLD, ""), **told, "pages": 1}


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "scans")
