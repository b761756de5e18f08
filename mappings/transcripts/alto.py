"""ALTO 4.4 (https://www.loc.gov/standards/alto/): where each word of each page lies, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mappings.record import Page, PageState, Record
from mappings.transcripts.arranging import Area, Block, Line, PlacedWord, blocks_of, extent_of
from mappings.transcripts.markup import Markup

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "https://www.loc.gov/standards/alto/v4/alto-4-4.xsd"


def alto(record: Record, pages: Iterable[Page]) -> Iterator[bytes]:
    """One document with a `Page` a page; places in pixels of a page of `WIDTH` x `HEIGHT` (300 dpi)."""
    markup = Markup()
    root = {
        "xmlns": _NAMESPACE,
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": f"{_NAMESPACE} {_SCHEMA}",
        "SCHEMAVERSION": "4.4",
    }
    with markup.element("alto", root):
        _description(markup, record)
        with markup.element("Layout"):
            for page in pages:
                _page(markup, page)
                yield markup.taken()
    yield markup.taken()


def _description(markup: Markup, record: Record) -> None:
    with markup.element("Description"):
        markup.leaf("MeasurementUnit", text="pixel")
        with markup.element("sourceImageInformation"):
            markup.leaf("fileName", text=record.file_name)
            markup.leaf("fileIdentifier", {"fileIdentifierLocation": "tangthu"}, record.id)
            markup.leaf("fileIdentifier", {"fileIdentifierLocation": "sha256"}, record.digest)
        with markup.element("Processing", {"ID": "reading"}):
            markup.leaf("processingCategory", text="contentGeneration")
            with markup.element("processingSoftware"):
                markup.leaf("softwareName", text="tangthu")


def _page(markup: Markup, page: Page) -> None:
    extent = extent_of(page)
    with markup.element("Page", _page_attributes(page, extent)):
        blocks = blocks_of(page)
        if not blocks:
            return
        with markup.element("PrintSpace", _place(extent)):
            line_number = word_number = 0
            for number, block in enumerate(blocks, 1):
                _block(markup, f"p{page.number}", number, block, (line_number, word_number))
                line_number += len(block.lines)
                word_number += sum(len(line.words) for line in block.lines)


def _page_attributes(page: Page, extent: Area) -> dict[str, str]:
    attributes = {"ID": f"p{page.number}", "PHYSICAL_IMG_NR": str(page.number)}
    if extent.width:
        attributes |= {"WIDTH": str(extent.width), "HEIGHT": str(extent.height)}
    if page.state is PageState.BLANK:
        attributes["PAGECLASS"] = "blank"
    if page.reason:
        attributes["QUALITY_DETAIL"] = page.reason
    if page.confidence is not None:
        attributes["PC"] = _share(page.confidence)
    if page.rotation:  # anticlockwise, as seen: how the lines of a page run that was turned to be read
        attributes["ROTATION"] = str(page.rotation)
    return attributes | {"LANG": "vi"}


def _block(markup: Markup, page: str, number: int, block: Block, before: tuple[int, int]) -> None:
    line_number, word_number = before
    with markup.element("TextBlock", {"ID": f"{page}b{number}"} | _place(block.area)):
        for line in block.lines:
            line_number += 1
            with markup.element("TextLine", {"ID": f"{page}l{line_number}"} | _place(line.area)):
                _line(markup, f"{page}w", word_number, line)
            word_number += len(line.words)


def _line(markup: Markup, name: str, before: int, line: Line) -> None:
    for number, placed in enumerate(line.words, 1):
        if number > 1:
            markup.leaf("SP")
        markup.leaf("String", {"ID": f"{name}{before + number}"} | _word(placed))


def _word(placed: PlacedWord) -> dict[str, str]:
    confidence = placed.word.confidence
    sure = {} if confidence is None else {"WC": _share(confidence)}
    return {"CONTENT": placed.word.text} | _place(placed.area) | sure


def _place(area: Area | None) -> dict[str, str]:
    if area is None:
        return {}
    return {"HPOS": str(area.left), "VPOS": str(area.top), "WIDTH": str(area.width), "HEIGHT": str(area.height)}


def _share(confidence: float) -> str:
    return f"{min(1.0, max(0.0, confidence)):.3f}"
