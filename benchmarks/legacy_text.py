"""Text of before Unicode, before and after its repair: `python -m benchmarks.legacy_text`.

The texts of the shipped samples are put into each old encoding and each form of file, and read with our own reading.
Told is the share of words that are right, as they stand in the truth, letter by letter (capitals aside: TCVN3 has none
with tones). Before: the text as it would be taken without a repair.
"""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import old_encodings
from ingest.reading import ReadingOptions, read_page
from ingest.reading.dispatch import count_pages
from ingest.recognising import DOCX, PDF, TXT, XLSX, Limits
from mappings.record import Page, ReadBy
from samples import texts, texts_electronic, texts_guidance
from samples.document import Document

FONTS = {"TCVN3": (".VnTime", "ABCDEF+TT1"), "VNI": ("VNI-Times", "ABCDEF+TT1")}
"""For each encoding a font whose name tells it, and one whose name tells nothing."""
LIMITS = Limits(max_pages=500, max_megapixels=100)


def sample_texts() -> list[str]:
    """The bodies of the sample documents."""
    documents = [
        value
        for module in (texts, texts_electronic, texts_guidance)
        for value in vars(module).values()
        if isinstance(value, Document)
    ]
    found = ["\n".join(_said(document)) for document in documents]
    return [text for text in found if len(text.split()) >= 30]


def _said(document: Document) -> Iterator[str]:
    yield from document.issuer_lines
    yield f"Số: {document.number}/{document.symbol}"
    yield from document.subject_lines
    for part in document.body:
        if isinstance(text := getattr(part, "text", None), str):
            yield text


def right(read: str, truth: str) -> float:
    """The share of the words of `truth` that stand in `read`, in the same order."""
    wanted, got = truth.casefold().split(), read.casefold().split()
    matches = difflib.SequenceMatcher(None, wanted, got, autojunk=False).get_matching_blocks()
    return sum(match.size for match in matches) / len(wanted)


def read_all(content: bytes, media_type: str) -> list[Page]:
    """Every page of a file."""
    with tempfile.NamedTemporaryFile() as stored:
        Path(stored.name).write_bytes(content)
        pages = count_pages(stored.name, media_type, LIMITS)
        return [read_page(stored.name, media_type, number + 1, ReadingOptions()) for number in range(pages)]


def cases(text: str) -> Iterator[tuple[str, str, bytes, str]]:
    """(encoding and form, media type, file, the text as it would be taken without a repair)."""
    for name, encode in old_encodings.ENCODERS.items():
        encoded = encode(text)
        yield f"{name} TXT", TXT, encoded, encoded.decode("cp1252", "replace")
    for name, fonts in FONTS.items():
        encoded = old_encodings.ENCODERS[name](text)
        raw = encoded.decode("cp1252", "replace")
        yield f"{name} saved as UTF-8 TXT", TXT, raw.encode(), raw
        for font, what in zip(fonts, ("by its font's name", "font without a name"), strict=True):
            yield f"{name} PDF {what}", PDF, old_encodings.as_pdf(encoded, font), raw
            yield f"{name} PDF, no encoding told, {what}", PDF, old_encodings.as_pdf(encoded, font, symbolic=True), raw
            yield f"{name} DOCX {what}", DOCX, old_encodings.as_docx(encoded, font), raw
            yield f"{name} XLSX {what}", XLSX, old_encodings.as_xlsx(encoded, font), raw


def main() -> None:
    """Prints the table."""
    rows: dict[str, list[tuple[float, float, bool]]] = {}
    for text in sample_texts():
        for name, media_type, content, raw in cases(text):
            pages = read_all(content, media_type)
            by_ocr = any(page.read_by is ReadBy.OCR for page in pages)
            after = right("\n".join(page.text for page in pages), text)
            rows.setdefault(name, []).append((right(raw, text), after, by_ocr))
    print(f"{'words right, of all words':54}{'texts':>7}{'before':>9}{'after':>9}{'worst':>9}{'by OCR':>8}")
    for name, found in sorted(rows.items()):
        before, after = (sum(row[side] for row in found) / len(found) for side in (0, 1))
        worst, ocr = min(row[1] for row in found), sum(row[2] for row in found)
        print(f"{name:54}{len(found):7}{before:9.3f}{after:9.3f}{worst:9.3f}{ocr:8}")


if __name__ == "__main__":
    main()
