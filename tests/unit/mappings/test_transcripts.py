"""Transcripts: every word once, at its place, in XML that holds whatever was read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree, html

from kernel.clock import now
from mappings.record import Box, Page, PageState, ReadBy, Record, RecordState, Word
from mappings.transcripts import FORMS, Form, has_places
from mappings.transcripts.arranging import blocks_of
from tests.unit.mappings.alto_rules import check_alto

HOSTILE = ("a<b>&\"'c", "]]>", "\x00\x0b\x1b\x85", "\ud800", "\ufffe", "𠀋", "<!DOCTYPE x>", "Đặng\u200b", "\t\n")
A4 = (595.2, 841.92)  # 2480 x 3508 pixels at 300 dpi

NAME = 'Q"Đ; \\ <123>\n\x00.tif'
RECORD = Record("01m8", 1, "ab" * 32, 1, "image/tiff", NAME, RecordState.SEARCHABLE, 1, now(), 2, "office", "internal")


def page(words: Iterable[Word] = (), number: int = 1, **more: Any) -> Page:
    state = more.pop("state", PageState.SEARCHABLE)
    return Page(number, state, ReadBy.OCR, 0.9, words=tuple(words), width=A4[0], height=A4[1], **more)


def word(text: str, box: Box | None, line: int = 0, block: int = 0, confidence: float | None = 0.87) -> Word:
    return Word(text, 0, box, confidence, line, block)


WORDS = (
    word("Quyết", Box(0.1, 0.1, 0.2, 0.12)),
    word("định", Box(0.21, 0.098, 0.3, 0.12), confidence=0.4),
    word("số", Box(0.1, 0.15, 0.14, 0.17), line=1),
    word("402", Box(0.6, 0.5, 0.65, 0.52), line=2, block=1),
)


def made(form: Form, *pages: Page) -> bytes:
    return b"".join(FORMS[form].write(RECORD, pages))


def hocr_boxes(element: Any) -> list[int]:
    found = re.search(r"bbox (\d+) (\d+) (\d+) (\d+)", element.get("title"))
    assert found, element.get("title")
    return [int(side) for side in found.groups()]


def of_class(root: Any, kind: str) -> list[Any]:
    return list(root.iterfind(f".//{{*}}*[@class='{kind}']"))


def within(inner: list[int], outer: list[int]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def test_hocr_has_each_word_within_its_line_area_and_page_in_pixels() -> None:
    root = etree.fromstring(made(Form.HOCR, page(WORDS)))
    capabilities = root.find(".//{*}meta[@name='ocr-capabilities']").get("content").split()
    assert root.find(".//{*}meta[@name='ocr-system']").get("content")
    (sheet,) = of_class(root, "ocr_page")
    assert "scan_res 300 300" in sheet.get("title")
    assert hocr_boxes(sheet) == [0, 0, 2480, 3508]
    assert {one.get("class") for one in root.iter() if one.get("class")} == set(capabilities)
    assert [len(of_class(area, "ocr_line")) for area in of_class(sheet, "ocr_carea")] == [2, 1]
    for outer_kind, inner_kind in (("ocr_page", "ocr_carea"), ("ocr_carea", "ocr_line"), ("ocr_line", "ocrx_word")):
        for outer in of_class(root, outer_kind):
            inner = of_class(outer, inner_kind)
            assert inner
            assert all(within(hocr_boxes(one), hocr_boxes(outer)) for one in inner)
    words = of_class(root, "ocrx_word")
    assert [(one.text, one.get("title")) for one in words] == [
        ("Quyết", "bbox 248 350 496 421; x_wconf 87"),
        ("định", "bbox 520 343 744 421; x_wconf 40"),
        ("số", "bbox 248 526 348 597; x_wconf 87"),
        ("402", "bbox 1488 1754 1612 1825; x_wconf 87"),
    ]


def test_hocr_is_the_same_to_a_parser_of_html() -> None:
    content = made(Form.HOCR, page(WORDS), page(number=2, state=PageState.BLANK), page(WORDS, number=3))
    assert not re.search(rb"<(div|span)[^>]*/>", content), "HTML takes it for a start tag"
    root = html.fromstring(content)
    pages = root.xpath("//div[@class='ocr_page']")
    assert [one.getparent().tag for one in pages] == ["body"] * 3, "no page lies in another"
    assert [len(one.xpath(".//span[@class='ocrx_word']")) for one in pages] == [4, 0, 4]
    assert [re.search(r"ppageno (\d)", one.get("title"))[1] for one in pages] == ["0", "1", "2"]  # type: ignore[index]


def test_a_hostile_file_name_stays_within_its_quotation_marks() -> None:
    (sheet,) = of_class(etree.fromstring(made(Form.HOCR, page(WORDS))), "ocr_page")
    assert re.match(r'image "[^"\\;]*"; ppageno 0; scan_res 300 300; bbox [0-9 ]+$', sheet.get("title"))


def test_alto_keeps_the_rules_of_its_schema() -> None:
    failed = Page(4, PageState.FAILED, reason="page-timed-out")
    pages = [page(WORDS), page(number=2, state=PageState.BLANK), page(WORDS, number=3, rotation=90), failed]
    root = etree.fromstring(made(Form.ALTO, *pages))
    check_alto(root)
    sheets = root.findall(".//{*}Page")
    assert [(one.get("PHYSICAL_IMG_NR"), one.get("WIDTH"), one.get("HEIGHT")) for one in sheets] == [
        ("1", "2480", "3508"), ("2", "2480", "3508"), ("3", "2480", "3508"), ("4", None, None),
    ]  # fmt: skip
    assert (sheets[1].get("PAGECLASS"), sheets[2].get("ROTATION")) == ("blank", "90")
    assert sheets[3].get("QUALITY_DETAIL") == "page-timed-out"
    strings = sheets[0].findall(".//{*}String")
    names = ("CONTENT", "HPOS", "VPOS", "WIDTH", "HEIGHT", "WC")
    assert [tuple(one.get(name) for name in names) for one in strings[:2]] == [
        ("Quyết", "248", "350", "248", "71", "0.870"),
        ("định", "520", "343", "224", "78", "0.400"),
    ]
    assert [len(one) for one in sheets[0].findall(".//{*}TextBlock")] == [2, 1]


@pytest.mark.parametrize("form", [Form.HOCR, Form.ALTO])
def test_whatever_was_read_is_held_by_xml_and_comes_out_as_it_was(form: Form) -> None:
    box = Box(0.1, 0.1, 0.2, 0.2)
    root = etree.fromstring(made(form, page(word(text, box, line) for line, text in enumerate(HOSTILE))))
    if form is Form.ALTO:
        check_alto(root)
        found = [one.get("CONTENT") for one in root.iterfind(".//{*}String")]
    else:
        found = [one.text or "" for one in of_class(root, "ocrx_word")]
    dropped = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800\ufffe]")
    assert found == [dropped.sub("", text) for text in HOSTILE]
    assert len(list(root.iter())) < 60, "nothing that was read became an element"


@pytest.mark.parametrize("form", [Form.HOCR, Form.ALTO])
def test_words_at_the_edges_and_without_a_place_are_kept(form: Form) -> None:
    words = [
        word("all", Box(0.0, 0.0, 1.0, 1.0)),
        word("dot", Box(0.5, 0.5, 0.50001, 0.50001), line=1),
        word("nowhere", None, line=2, block=1, confidence=None),
        word("again", Box(0.2, 0.2, 0.3, 0.3), line=0, block=0),
    ]
    content = made(form, page(words))
    root = etree.fromstring(content)
    if form is Form.ALTO:
        check_alto(root)
    assert all(text in content.decode() for text in ("all", "dot", "nowhere", "again"))
    areas = [one.area for block in blocks_of(page(words)) for line in block.lines for one in line.words]
    assert areas[2] is None
    assert all(area.width > 0 and area.height > 0 for area in areas if area)
    assert len(blocks_of(page(words))) == 3, "the reading order is kept"


def test_plain_text_is_the_text_of_the_pages() -> None:
    pages = [page(text="Một <dòng>\nHai"), page(text="", number=2), page(text="\ud800", number=3)]
    assert made(Form.TEXT, *pages).decode() == "Một <dòng>\nHai\f\f?"


def test_only_pages_with_an_extent_have_places() -> None:
    text_file = replace(page(WORDS), width=0.0, height=0.0)
    assert has_places([text_file, page(WORDS)])
    assert not has_places([text_file])
    assert not has_places([])


def test_pages_are_taken_one_after_the_other() -> None:
    taken: list[int] = []

    def pages() -> Iterable[Page]:
        for number in (1, 2, 3):
            taken.append(number)
            yield page(WORDS, number=number)

    for form in Form:
        taken.clear()
        pieces = iter(FORMS[form].write(RECORD, pages()))
        next(pieces)
        assert taken == [1]
        assert b"".join(pieces)
        assert taken == [1, 2, 3]
