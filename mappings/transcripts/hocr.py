"""hOCR 1.2 (http://kba.github.io/hocr-spec/1.2/), written as XHTML so that any XML parser reads it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mappings.record import Page, Record, Word
from mappings.transcripts.arranging import DPI, Area, Block, Line, blocks_of, extent_of
from mappings.transcripts.markup import Markup

_META = {
    "ocr-system": "tangthu",
    "ocr-capabilities": "ocr_page ocr_carea ocr_line ocrx_word",
    "ocr-langs": "vi",
}


def hocr(record: Record, pages: Iterable[Page]) -> Iterator[bytes]:
    """An `ocr_page` a page, in it `ocr_carea`, `ocr_line` and `ocrx_word`; boxes in pixels at 300 dpi (`scan_res`)."""
    markup = Markup(short=False)
    markup.doctype_html()
    with markup.element("html", {"xmlns": "http://www.w3.org/1999/xhtml", "lang": "vi", "xml:lang": "vi"}):
        with markup.element("head"):
            markup.leaf("meta", {"charset": "utf-8"})
            markup.leaf("title", text=record.file_name or record.id)
            for name, content in _META.items():
                markup.leaf("meta", {"name": name, "content": content})
        with markup.element("body"):
            markup.text("\n")
            for page in pages:
                _page(markup, record, page)
                yield markup.taken()
    yield markup.taken()


def _page(markup: Markup, record: Record, page: Page) -> None:
    title = [
        f"image {_quoted(record.file_name)}",
        f"ppageno {page.number - 1}",
        f"scan_res {DPI} {DPI}",
        _bbox(extent_of(page)),
    ]
    with markup.element("div", _attributes("ocr_page", f"page_{page.number}", *title)):
        markup.text("\n")
        for number, block in enumerate(blocks_of(page), 1):
            _block(markup, page, number, block)
    markup.text("\n")


def _block(markup: Markup, page: Page, number: int, block: Block) -> None:
    # Anticlockwise, as seen: how the lines run on a page that was turned to be read (section 3.4, textangle).
    angle = f"textangle {page.rotation}" if page.rotation else ""
    with markup.element("div", _attributes("ocr_carea", f"block_{page.number}_{number}", _bbox(block.area), angle)):
        markup.text("\n")
        for line in block.lines:
            _line(markup, line)


def _line(markup: Markup, line: Line) -> None:
    with markup.element("span", _attributes("ocr_line", "", _bbox(line.area))):
        for number, placed in enumerate(line.words):
            if number:
                markup.text(" ")
            attributes = _attributes("ocrx_word", "", _bbox(placed.area), _confidence(placed.word))
            markup.leaf("span", attributes, placed.word.text)
    markup.text("\n")


def _attributes(kind: str, name: str, *title: str) -> dict[str, str]:
    attributes = {"class": kind, "title": "; ".join(part for part in title if part)}
    return {**attributes, "id": name} if name else attributes


def _bbox(area: Area | None) -> str:
    return f"bbox {area.left} {area.top} {area.right} {area.bottom}" if area else ""


def _confidence(word: Word) -> str:
    return f"x_wconf {round(100 * word.confidence)}" if word.confidence is not None else ""


def _quoted(untrusted_name: str) -> str:
    """A file name between quotation marks; the specification tells of no way to write these within it."""
    plain = "".join("_" if letter in '"\\;' or not letter.isprintable() else letter for letter in untrusted_name)
    return f'"{plain}"'
