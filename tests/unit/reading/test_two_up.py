"""Two pages on one image are read left before right; tables, maps and columns under a heading are not cut."""

import random

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from ingest.reading import retrying, tesseract
from ingest.reading.judging import Reading
from ingest.reading.looks import Look
from ingest.reading.ocr import read_raster
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster
from ingest.reading.two_up import gutter
from kernel.errors import PageTimedOut, PageUnreadable
from mappings.record import PageState
from tests.unit.reading import pages
from tests.unit.reading.failing import failing

DPI = 300
WIDTH, HEIGHT = 3508, 2480  # A4 across
RIGHT_LINES = (
    "Điều 4. Kinh phí thực hiện được trích từ nguồn sự nghiệp",
    "năm nay và các nguồn huy động hợp pháp khác của đơn vị.",
    "Điều 5. Các thôn, khu phố tổ chức họp dân, lấy ý kiến về",
    "phương án đền bù, hỗ trợ và tái định cư cho từng hộ dân.",
    "Điều 6. Đơn vị nào chưa gửi báo cáo thì phải giải trình",
    "bằng văn bản với lãnh đạo cơ quan trước khi hết quý này.",
    "Hội đồng kiểm tra đã xem xét hiện trường, đối chiếu sổ gốc",
    "và thống nhất với số liệu do phòng chuyên môn cung cấp.",
)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def side_by_side(left, right):
    sheet = Image.new("L", (WIDTH, HEIGHT), 255)
    for place, page in enumerate((left, right)):
        sheet.paste(page.resize((WIDTH // 2, HEIGHT), Image.Resampling.LANCZOS), (place * (WIDTH // 2), 0))
    return sheet


@pytest.fixture(scope="module")
def book():
    left, right = pages.draw(), pages.draw(RIGHT_LINES)
    return side_by_side(left.image, right.image), left, right


def look(image):
    return Look.at(np.asarray(image, np.uint8), DPI)


def read(image):
    return read_raster(Raster(np.asarray(image, np.uint8), (DPI, DPI)), 1, ReadingOptions())


def in_half(box, place):
    return (box[0] + place) / 2, box[1], (box[2] + place) / 2, box[3]


def assert_left_before_right(page, left, right):
    assert pages.share_found(page, pages.LINES) > 0.95
    assert pages.share_found(page, RIGHT_LINES) > 0.95
    first_of_right = next(number for number, word in enumerate(page.words) if word.text == "Kinh")
    sides = [(word.box.x0 + word.box.x1) / 2 < 0.5 for word in page.words]
    assert sides == sorted(sides, reverse=True)
    assert page.words[first_of_right].box.x0 > 0.5
    both = {word: in_half(box, 0) for word, box in left.boxes.items()}
    both |= {word: in_half(box, 1) for word, box in right.boxes.items()}
    written = " ".join(pages.LINES + RIGHT_LINES).split()
    once = {word: box for word, box in both.items() if written.count(word) == 1}
    assert pages.boxes_off(page, once) == []
    for word in page.words:
        assert page.text[word.start : word.end] == word.text


def test_two_pages_side_by_side_are_read_left_before_right_with_boxes_on_the_whole_image(book):
    image, left, right = book
    assert_left_before_right(read(image), left, right)


def test_the_dark_valley_of_an_open_book_does_not_join_its_pages(book):
    image, left, right = book
    across = np.abs(np.linspace(-1, 1, WIDTH))
    shade = np.clip(0.25 + across * 9, 0, 1)[None, :]
    dark = np.asarray(image, np.float32) * shade
    dark[:, WIDTH // 2 - 4 : WIDTH // 2 + 4] = 10
    assert_left_before_right(read(dark.astype(np.uint8)), left, right)


def test_an_open_book_that_lies_turned_is_read_left_before_right(book):
    image, _, _ = book
    page = read(image.rotate(90, expand=True))
    assert page.rotation == 90
    assert pages.share_found(page, pages.LINES) > 0.95
    words = [word.text for word in page.words]
    assert max(words.index("Độc"), words.index("kho")) < words.index("Kinh")


def test_a_page_with_the_end_of_a_paper_is_parted_from_the_page_before(book):
    _, left, _ = book
    end = pages.draw((RIGHT_LINES[0], RIGHT_LINES[1], "", "", "      CHỦ TỊCH", "", "", "      Trần Văn Bình"))
    assert 0.45 < gutter(look(side_by_side(left.image, end.image)).ink) < 0.6


@pytest.mark.parametrize("error", [PageTimedOut(seconds=1), PageUnreadable()])
@pytest.mark.parametrize(("run", "read_lines", "lost"), [(1, RIGHT_LINES, pages.LINES), (2, pages.LINES, RIGHT_LINES)])
def test_a_half_that_cannot_be_read_leaves_the_other_and_is_told_of(book, error, run, read_lines, lost, monkeypatch):
    monkeypatch.setattr(tesseract, "read_words", failing({run: error}))
    page = read(book[0])
    assert (page.state, page.reason) == (PageState.FAILED, error.code)
    assert pages.share_found(page, read_lines) > 0.95
    assert pages.share_found(page, lost) < 0.5


def test_a_setting_that_loses_a_half_takes_nothing_from_a_reading_of_both(book, monkeypatch):
    monkeypatch.setattr(Reading, "is_poor", property(lambda reading: not reading.retried))
    monkeypatch.setattr(retrying, "settings", lambda sheet: iter([sheet]))
    monkeypatch.setattr(Reading, "worth", property(lambda reading: 2.0 if reading.lost else 1.0))
    monkeypatch.setattr(tesseract, "read_words", failing({3: PageUnreadable()}))
    page = read(book[0])
    assert page.state is PageState.SEARCHABLE
    assert pages.share_found(page, pages.LINES) > 0.95


def test_where_neither_half_can_be_read_the_page_is_not_read(book, monkeypatch):
    monkeypatch.setattr(tesseract, "read_words", failing(dict.fromkeys((1, 2), PageUnreadable())))
    with pytest.raises(PageUnreadable):
        read(book[0])


def ruled_table(image, *, rules=True):
    pen, letters = ImageDraw.Draw(image), pages.font(44)
    edges = (200, 400, 1200, 1700, 1820, 2700, 3300)
    cells = ("12", "Nguyễn Thị Hường Giang", "xã Phước Thuận", "", "Thửa đất số mười hai", "1.250.000")
    for row in range(22):
        top = 200 + row * 90
        if rules:
            pen.line((edges[0], top, edges[-1], top), fill=0, width=3)
        for left, cell in zip(edges, cells, strict=False):
            pen.text((left + 12, top + 14), cell, font=letters, fill=0)
    if rules:
        for edge in edges:
            pen.line((edge, 200, edge, 200 + 21 * 90), fill=0, width=3)
    return image


def wide_text(image):
    pen, letters = ImageDraw.Draw(image), pages.font(52)
    for row in range(20):
        pen.text(
            (250, 200 + row * 100), (pages.LINES[6] + " " + pages.LINES[9] + " " + pages.LINES[11])[:118], font=letters
        )
    return image


def columns_under_a_heading(image):
    pen, letters = ImageDraw.Draw(image), pages.font(46)
    pen.text((700, 150), "BÁO CÁO KẾT QUẢ CÔNG TÁC VĂN THƯ LƯU TRỮ NĂM HAI NGHÌN", font=pages.font(64), fill=0)
    for row in range(20):
        for left in (200, 1900):
            pen.text((left, 400 + row * 80), pages.LINES[9], font=letters, fill=0)
    return image


def a_map(image):
    pen, rng = ImageDraw.Draw(image), random.Random(1)
    for _ in range(60):
        points = [(rng.randrange(WIDTH), rng.randrange(HEIGHT)) for _ in range(3)]
        pen.line(points, fill=0, width=3, joint="curve")
        pen.text(points[0], "Thửa số 12", font=pages.font(40), fill=0)
    return image


@pytest.mark.parametrize(
    "draw", [ruled_table, lambda image: ruled_table(image, rules=False), wide_text, columns_under_a_heading, a_map]
)
def test_a_page_that_lies_across_is_not_cut(draw):
    image = draw(Image.new("L", (WIDTH, HEIGHT), 255))
    assert gutter(look(image).ink) is None


def test_an_upright_page_with_two_columns_is_not_cut():
    image = columns_under_a_heading(Image.new("L", (WIDTH, HEIGHT), 255)).resize((HEIGHT, WIDTH))
    assert gutter(look(image).ink) is None


def test_specks_in_the_gutter_do_not_join_the_pages(book):
    image = np.array(book[0])
    rng = np.random.default_rng(0)
    for x, y in zip(rng.integers(WIDTH // 2 - 200, WIDTH // 2 + 200, 60), rng.integers(0, HEIGHT, 60), strict=True):
        cv2.circle(image, (int(x), int(y)), 2, 0, -1)
    assert gutter(look(Image.fromarray(image).filter(ImageFilter.GaussianBlur(0.7))).ink) is not None
