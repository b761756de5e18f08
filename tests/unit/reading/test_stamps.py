"""Seals and stamps of several inks, at several angles: seals are found and are no text, stamps are read alone."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from ingest.describing import describe
from ingest.reading.inks import Inks
from ingest.reading.looks import Look
from ingest.reading.ocr import read_raster
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster
from ingest.reading.stamps import stamps
from mappings.record import SEAL, STAMP, PageState
from tests.unit.reading import pages

DPI = 300
RED, BLUE, VIOLET, BLACK = (205, 35, 45), (40, 60, 190), (120, 40, 160), (25, 25, 25)
HEAD = ("ỦY BAN NHÂN DÂN HUYỆN SÔNG XANH", "Số: 123/QĐ-UBND", "", "", "", "", "QUYẾT ĐỊNH", *pages.LINES[4:])


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def paper(lines=HEAD):
    return pages.draw(lines, mode="RGB").image


def put(page, stamp, middle, angle):
    """A stamp (RGBA) inked onto the page, turned by so many degrees anticlockwise."""
    turned = stamp.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
    left, top = middle[0] - turned.width // 2, middle[1] - turned.height // 2
    under = page.crop((left, top, left + turned.width, top + turned.height))
    inked = np.minimum(
        np.asarray(under), 255 - (255 - np.asarray(turned.convert("RGB"))) * (np.asarray(turned)[:, :, 3:] / 255)
    )
    page.paste(Image.fromarray(inked.astype(np.uint8)), (left, top))


def inscription(text, ink, *, framed=True, size=64):
    letters = pages.font(size)
    rows = text.split("\n")
    across = round(max(letters.getlength(row) for row in rows)) + 80
    stamp = Image.new("RGBA", (across, round(size * 1.35 * len(rows)) + 60), (*ink, 0))
    pen = ImageDraw.Draw(stamp)
    for number, row in enumerate(rows):
        pen.text((40, 20 + number * size * 1.35), row, font=letters, fill=(*ink, 255))
    if framed:
        pen.rectangle((4, 4, stamp.width - 5, stamp.height - 5), outline=(*ink, 255), width=6)
    return stamp


def seal(ink=RED, radius=220):
    stamp = Image.new("RGBA", (2 * radius + 20,) * 2, (*ink, 0))
    pen, middle = ImageDraw.Draw(stamp), radius + 10
    for reach, width in ((radius, 12), (radius - 22, 4), (radius - 100, 4)):
        pen.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), outline=(*ink, 255), width=width)
    letters = pages.font(52)
    for number, letter in enumerate("U.B.N.D HUYỆN SÔNG XANH TỈNH"):
        angle = number * 2 * np.pi / 28
        x, y = middle + (radius - 60) * np.cos(angle), middle + (radius - 60) * np.sin(angle)
        pen.text((x, y), letter, font=letters, fill=(*ink, 255), anchor="mm")
    return stamp


def read(image):
    image = image.filter(ImageFilter.GaussianBlur(0.8))
    return read_raster(Raster(np.asarray(image, np.uint8), (DPI, DPI)), 1, ReadingOptions())


def found_on(page):
    page = page.filter(ImageFilter.GaussianBlur(0.8))
    inks = Inks.of(Raster(np.asarray(page, np.uint8), (DPI, DPI)))
    return stamps(Look.at(np.asarray(page.convert("L")), DPI).ink, inks.coloured, inks.red)


def overlap(box, left, top, right, bottom):
    across = min(box.x1, right) - max(box.x0, left)
    down = min(box.y1, bottom) - max(box.y0, top)
    shared = max(0.0, across) * max(0.0, down)
    return shared / ((box.x1 - box.x0) * (box.y1 - box.y0) + (right - left) * (bottom - top) - shared)


@pytest.mark.each(3)
@pytest.mark.parametrize("ink", [RED, (225, 70, 95), (170, 20, 30)])
def test_a_seal_over_the_text_is_found_with_its_size_and_the_text_is_read(ink):
    page = paper()
    put(page, seal(ink), (1700, 1500), 25)
    found = read(page)
    (mark,) = [mark for mark in found.marks if mark.kind == SEAL]
    sides = (1700 - 220) / 2480, (1500 - 220) / 3508, (1700 + 220) / 2480, (1500 + 220) / 3508
    assert overlap(mark.box, *sides) > 0.85
    assert pages.share_found(found, HEAD) > 0.95


def test_a_seal_of_which_half_is_printed_is_found():
    page, stamp = paper(), seal()
    stamp.paste((0, 0, 0, 0), (300, 0, stamp.width, stamp.height))
    put(page, stamp, (1700, 2900), 0)
    assert [mark.kind for mark in read(page).marks] == [SEAL]


def test_a_page_without_seal_or_stamp_has_no_marks():
    page = paper()
    ImageDraw.Draw(page).line((500, 2500, 900, 2700, 700, 2800, 1100, 2600), fill=BLUE, width=6)  # a signature
    assert read(page).marks == ()


def test_a_seal_printed_off_on_the_back_among_dust_is_a_blank_page():
    page = Image.new("RGB", (2480, 3508), "white")
    put(page, seal((230, 120, 130)), (1200, 2500), 0)
    pen = ImageDraw.Draw(page)
    for place in range(40):
        pen.point((place * 60, place * 80), fill=(90, 90, 90))
    assert read(page).state is PageState.BLANK


def test_a_seal_over_one_word_is_no_blank_page():
    page = Image.new("RGB", (2480, 3508), "white")
    ImageDraw.Draw(page).text((1100, 2470), "Trần Văn Bình", font=pages.font(56), fill="black")
    put(page, seal(), (1200, 2500), 0)
    assert read(page).state is not PageState.BLANK


@pytest.mark.each(5)  # of 24, so that each ink, angle and degree is among them
@pytest.mark.parametrize("ink", [RED, BLACK, VIOLET])
@pytest.mark.parametrize("angle", [0, 14, -23, 40])
@pytest.mark.parametrize("degree", ["HỎA TỐC", "THƯỢNG KHẨN"])
def test_an_urgency_stamp_is_read_at_any_angle(ink, angle, degree):
    page = paper()
    put(page, inscription(degree, ink, size=80), (1100, 650), angle)
    found = read(page)
    assert [mark.kind for mark in found.marks] == [STAMP]
    assert set(degree.split()) <= set(pages.words(found.text))
    assert describe([found])["urgency"].value.upper() == degree


def test_a_stamp_in_an_arrow_is_read():
    page, stamp = paper(), Image.new("RGBA", (560, 240), (*RED, 0))
    pen = ImageDraw.Draw(stamp)
    corners = ((30, 40), (90, 120), (30, 200), (130, 200), (160, 165), (380, 165), (380, 210), (540, 120), (380, 30))
    pen.line((*corners, (380, 75), (160, 75), (130, 40), (30, 40)), fill=(*RED, 255), width=7, joint="curve")
    pen.text((130, 82), "HỎA TỐC", font=pages.font(60), fill=(*RED, 255))
    put(page, stamp, (1100, 650), 36)
    assert describe([read(page)])["urgency"].value.upper() == "HỎA TỐC"


def test_red_letters_without_a_frame_are_read_aslant():
    page = paper()
    put(page, inscription("HỎA TỐC", RED, framed=False, size=90), (700, 700), 18)
    assert describe([read(page)])["urgency"].value.upper() == "HỎA TỐC"


def test_a_stamp_over_print_in_another_ink_is_read_and_the_print_too():
    page = paper()
    put(page, inscription("KHẨN", RED, size=110), (900, 1010), 12)
    found = read(page)
    assert describe([found])["urgency"].value.upper() == "KHẨN"
    assert pages.share_found(found, HEAD) > 0.93


@pytest.mark.each(2)
@pytest.mark.parametrize("ink", [RED, BLUE, VIOLET])
@pytest.mark.parametrize("angle", [0, 4])
def test_a_level_stamp_over_print_is_read_without_the_print(ink, angle):
    page = paper()
    put(page, inscription("KHẨN", ink, size=110), (900, 1010), angle)
    found = read(page)
    assert describe([found])["urgency"].value.upper() == "KHẨN"
    assert pages.share_found(found, HEAD) > 0.93


@pytest.mark.each(2)
@pytest.mark.parametrize("ink", [RED, BLUE, VIOLET])
def test_a_stamp_in_another_ink_than_print_is_found_in_its_own_ink(ink):
    page = paper()
    put(page, inscription("HỎA TỐC", ink, size=90), (1000, 800), 0)
    assert [stamp.inked for stamp in found_on(page)] == [True]


def test_the_black_boxes_of_a_form_do_not_crowd_out_a_stamp_below_them():
    page = paper(())
    pen = ImageDraw.Draw(page)
    for number in range(6):
        pen.rectangle((300, 200 + 300 * number, 800, 350 + 300 * number), outline="black", width=5)
    put(page, inscription("HỎA TỐC", VIOLET, size=90), (1500, 2900), 0)
    found = found_on(page)
    assert [stamp.inked for stamp in found] == [False, False, False, True]
    heights = [stamp.middle[1] for stamp in found]
    assert heights == sorted(heights)


@pytest.mark.each(2)
@pytest.mark.parametrize(("ink", "angle"), [(RED, 0), (BLUE, 7), (VIOLET, -12), (BLACK, 9)])
def test_an_arrival_stamp_is_read(ink, angle):
    page = paper()
    put(page, inscription("CÔNG VĂN ĐẾN\nSố: 2352\nNgày: 21/03/2018", ink, size=52), (620, 700), angle)
    found = read(page)
    fields = describe([found])
    assert (fields["arrival_number"].value, fields["arrived_on"].value) == ("2352", "2018-03-21")
    (mark,) = [mark for mark in found.marks if mark.kind == STAMP]
    (place,) = fields["arrival_number"].boxes
    assert mark.box.x0 <= place.x0 <= place.x1 <= mark.box.x1


@pytest.mark.each(2)
@pytest.mark.parametrize("frame", [(700, 690, 1780, 1000), (950, 700, 1530, 810), (740, 810, 1740, 990)])
def test_a_title_or_a_subject_in_a_box_is_read_as_without_it(frame):
    page = paper((*HEAD[:2], *[""] * 7, *pages.LINES[6:]))
    pen = ImageDraw.Draw(page)
    rows = "QUYẾT ĐỊNH", "Phê duyệt kế hoạch chỉnh lý", "tài liệu lưu trữ của huyện"
    for row, down in zip(rows, (760, 860, 940), strict=True):
        pen.text((1240, down), row, font=pages.font(54), fill="black", anchor="mm")
    pen.rectangle(frame, outline="black", width=6)
    fields = describe([read(page)])
    assert fields["kind"].value == "Quyết định"
    assert fields["subject"].value == "Phê duyệt kế hoạch chỉnh lý tài liệu lưu trữ của huyện"


def test_a_stamp_that_cannot_be_read_is_asked_for_as_one_of_arrival():
    page, stamp = paper(), inscription("CÔNG VĂN ĐẾN\nSố: 2352\nNgày: 21/03/2018", VIOLET, size=52)
    pen, rng = ImageDraw.Draw(stamp), np.random.default_rng(1)
    for _ in range(120):  # smeared
        x, y = rng.integers(20, stamp.width - 80), rng.integers(20, stamp.height - 30)
        pen.line((x, y, x + 60, y + rng.integers(-14, 14)), fill=(*VIOLET, 255), width=7)
    put(page, stamp, (1100, 650), 5)
    fields = describe([read(page)])
    for name in ("arrival_number", "arrived_on"):
        assert (fields[name].value, fields[name].doubtful) == ("", True)
        assert overlap(fields[name].boxes[0], 0.33, 0.15, 0.55, 0.22) > 0.4


def test_a_stamp_on_a_page_that_lies_turned_is_read_and_lies_on_the_page_as_seen():
    page = paper()
    put(page, inscription("HỎA TỐC", RED, size=80), (700, 700), 14)
    found = read(page.transpose(Image.Transpose.ROTATE_90))
    assert {"HỎA", "TỐC"} <= set(found.text.split())
    word = next(word for word in found.words if word.text == "HỎA")
    assert overlap(word.box, 0.14, 0.7, 0.26, 0.82) > 0.05  # at the left, where the top of the page is
