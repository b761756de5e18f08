"""Scanned pages of every kind and damage: what is read, and where its boxes lie."""

import io

import numpy as np
import pytest
from PIL import Image

from ingest.reading import ReadingOptions, draw_page, read_page
from ingest.recognising import JPEG, PNG, TIFF
from kernel.errors import NotFound, PageTimedOut, ToolMissing, TooManyPixels
from mappings.record import PageState, ReadBy
from tests.unit.reading import pages

OPTIONS = ReadingOptions()


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


@pytest.fixture(scope="module")
def drawn():
    return pages.draw()


def read(tmp_path, image, media_type=PNG, number=1, **options):
    path = tmp_path / "page"
    suffix = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF"}[media_type]
    path.write_bytes(pages.encoded(image, suffix, **({"dpi": (300, 300)} | options)))
    return read_page(str(path), media_type, number, OPTIONS)


def assert_words_stand_in_the_text(page):
    assert page.words
    for word in page.words:
        assert page.text[word.start : word.end] == word.text
        assert " " not in word.text
    assert [word.start for word in page.words] == sorted(word.start for word in page.words)


def test_a_clean_page_is_read_with_its_boxes_and_places_in_the_text(tmp_path, drawn):
    page = read(tmp_path, drawn.image)
    assert pages.share_found(page) > 0.97
    assert pages.boxes_off(page, drawn.boxes) == []
    assert_words_stand_in_the_text(page)
    assert (page.state, page.read_by, page.rotation, page.reason) == (PageState.SEARCHABLE, ReadBy.OCR, 0, None)
    assert 0.8 < page.confidence <= 1
    assert (round(page.width), round(page.height)) == (595, 842)
    assert "Số: 123/QĐ-UBND" in page.text.split("\n")


@pytest.mark.each(3)
@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_a_page_that_lies_turned_is_read_and_its_boxes_lie_on_the_page_as_seen(tmp_path, drawn, clockwise):
    page = read(tmp_path, drawn.image.rotate(-clockwise, expand=True))
    assert pages.share_found(page) > 0.97
    assert page.rotation == 360 - clockwise
    upright = {word: pages.turned_box(box, clockwise) for word, box in drawn.boxes.items()}
    covered = [word for word in page.words if word.text in upright]
    assert len(covered) > 20
    for word in covered:
        x0, y0, x1, y1 = upright[word.text]
        assert word.box.x0 < (x0 + x1) / 2 < word.box.x1
        assert word.box.y0 < (y0 + y1) / 2 < word.box.y1


@pytest.mark.each(2)
@pytest.mark.parametrize("degrees", [-5, 2])
def test_a_skewed_page_is_read_and_its_boxes_lie_on_the_skewed_words(tmp_path, drawn, degrees):
    skewed = pages.skewed(drawn, degrees)
    page = read(tmp_path, skewed.image)
    assert pages.share_found(page) > 0.97
    assert pages.boxes_off(page, skewed.boxes) == []


def test_a_red_seal_over_the_text_does_not_hide_it(tmp_path, drawn):
    assert pages.share_found(read(tmp_path, pages.sealed(drawn))) > 0.97


def test_red_words_that_stand_for_themselves_are_read(tmp_path, drawn):
    image = drawn.image.convert("RGB")
    stamp = pages.draw(("HỎA TỐC",), size=90)
    red = Image.composite(
        Image.new("RGB", image.size, "white"), Image.new("RGB", image.size, (220, 20, 30)), stamp.image
    )
    image.paste(red.crop((280, 240, 900, 420)), (1500, 2600))
    assert "TỐC" in read(tmp_path, image).text


def test_a_shadow_over_the_page_does_not_hide_it(tmp_path, drawn):
    assert pages.share_found(read(tmp_path, pages.shaded(drawn))) > 0.97


def test_all_rows_of_a_ruled_table_are_read(tmp_path):
    assert pages.share_found(read(tmp_path, pages.with_table())) > 0.97


def test_all_columns_of_a_table_with_a_word_a_cell_are_read(tmp_path):
    image, texts = pages.with_narrow_cells()
    assert pages.share_found(read(tmp_path, image), texts) > 0.85


def test_thick_rules_of_a_table_do_not_hide_the_words_beside_them(tmp_path):
    image, texts = pages.with_heavy_rules()
    assert pages.share_found(read(tmp_path, image), texts) > 0.95


@pytest.mark.each(2)
@pytest.mark.parametrize("dpi", [100, 200, 600])
def test_other_resolutions_are_read_and_placed(tmp_path, drawn, dpi):
    size = pages.WIDTH * dpi // 300, pages.HEIGHT * dpi // 300
    page = read(tmp_path, drawn.image.resize(size, Image.Resampling.LANCZOS), dpi=(dpi, dpi))
    assert pages.share_found(page) > 0.95
    assert pages.boxes_off(page, drawn.boxes) == []
    assert round(page.width) in {594, 595, 596}


def test_a_fax_with_other_dots_across_than_down_is_read_and_drawn_in_shape(tmp_path, drawn):
    fax = (
        drawn.image.resize((1728, 1143), Image.Resampling.LANCZOS).point(lambda level: 255 * (level > 150)).convert("1")
    )
    page = read(tmp_path, fax, TIFF, dpi=(204, 98), compression="group4")
    assert (round(page.width), round(page.height)) == (610, 840)
    assert pages.share_found(page) > 0.6
    assert pages.boxes_off(page, drawn.boxes) == []
    image = Image.open(io.BytesIO(draw_page(str(tmp_path / "page"), TIFF, 1, 610, OPTIONS)))
    assert image.size == (610, 840)


def modes(image):
    gray = np.asarray(image)
    clear = Image.fromarray(np.dstack([np.zeros_like(gray)] * 3 + [255 - gray]))  # black ink on nothing
    return {
        "bilevel": (image.convert("1"), TIFF, {"compression": "group4"}),
        "palette": (image.convert("RGB").quantize(16), TIFF, {}),
        "cmyk": (image.convert("CMYK"), TIFF, {"compression": "tiff_lzw"}),
        "transparent": (clear, PNG, {}),
        "sixteen bits": (Image.fromarray(gray.astype(np.uint16) * 257), PNG, {}),
        "no resolution": (image, TIFF, {"dpi": None}),
        "one dot an inch": (image, TIFF, {"dpi": (1, 1)}),
    }


@pytest.mark.each(4)
@pytest.mark.parametrize(
    "kind", ["bilevel", "palette", "cmyk", "transparent", "sixteen bits", "no resolution", "one dot an inch"]
)
def test_every_kind_of_pixels_is_read(tmp_path, drawn, kind):
    image, media_type, options = modes(drawn.image)[kind]
    path = tmp_path / "page"
    given = {"dpi": (300, 300)} | options
    path.write_bytes(
        pages.encoded(image, "TIFF" if media_type == TIFF else "PNG", **{k: v for k, v in given.items() if v})
    )
    page = read_page(str(path), media_type, 1, OPTIONS)
    assert pages.share_found(page) > 0.97
    assert pages.boxes_off(page, drawn.boxes) == []
    assert 580 < page.width < 610


def test_the_exif_orientation_of_a_photo_is_what_a_person_sees(tmp_path, drawn):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned 90 degrees clockwise to be seen
    page = read(tmp_path, drawn.image.rotate(90, expand=True), JPEG, exif=exif, quality=90)
    assert pages.share_found(page) > 0.97
    assert pages.boxes_off(page, drawn.boxes) == []
    assert (page.rotation, round(page.width)) == (0, 595)
    shown = Image.open(io.BytesIO(draw_page(str(tmp_path / "page"), JPEG, 1, 500, OPTIONS)))
    assert shown.height > shown.width


def test_each_page_of_a_tiff_is_its_own(tmp_path):
    first, second = (
        pages.draw((text,) * 6).image for text in ("Trang thứ nhất của hồ sơ", "Trang thứ hai của công văn")
    )
    path = tmp_path / "many.tif"
    path.write_bytes(pages.encoded(first, "TIFF", save_all=True, append_images=[second], dpi=(300, 300)))
    assert "công văn" not in read_page(str(path), TIFF, 1, OPTIONS).text
    assert "công văn" in read_page(str(path), TIFF, 2, OPTIONS).text
    with pytest.raises(NotFound):
        read_page(str(path), TIFF, 3, OPTIONS)


def test_a_blank_page_with_dust_and_punched_holes_is_blank(tmp_path):
    sheet = np.full((pages.HEIGHT, pages.WIDTH), 250, np.uint8)
    rng = np.random.default_rng(7)
    sheet[rng.integers(0, pages.HEIGHT, 300), rng.integers(0, pages.WIDTH, 300)] = 0
    y, x = np.ogrid[: pages.HEIGHT, : pages.WIDTH]
    for height in (1200, 2300):
        sheet[(y - height) ** 2 + (x - 120) ** 2 < 40**2] = 20
    page = read(tmp_path, Image.fromarray(sheet))
    assert (page.state, page.words, page.reason) == (PageState.BLANK, (), None)


def test_a_page_with_only_a_number_is_not_blank(tmp_path):
    assert read(tmp_path, pages.draw(("Trang 12",), size=50).image).state is PageState.SEARCHABLE


def test_a_page_with_something_unreadable_on_it_is_failed_and_not_blank(tmp_path):
    sheet = np.full((pages.HEIGHT, pages.WIDTH), 255, np.uint8)
    x = np.arange(600, 1800)
    for thickness in range(8):
        sheet[(1700 + 200 * np.sin(x / 90)).astype(int) + thickness, x] = 0  # a flourish of a pen
    page = read(tmp_path, Image.fromarray(sheet))
    assert (page.state, page.reason) == (PageState.FAILED, "no-words")


def test_pixels_over_the_limit_are_refused_before_they_are_decoded(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(pages.encoded(Image.new("1", (6000, 5000)), "PNG"))
    with pytest.raises(TooManyPixels):
        read_page(str(path), PNG, 1, ReadingOptions(max_megapixels=20))


def test_a_missing_language_names_the_package(tmp_path, drawn):
    path = tmp_path / "page.png"
    path.write_bytes(pages.encoded(drawn.image, "PNG"))
    with pytest.raises(ToolMissing) as raised:
        read_page(str(path), PNG, 1, ReadingOptions(languages="xyz"))
    assert "tesseract-ocr-xyz" in raised.value.remedy.en


def test_languages_cannot_carry_options_to_the_program(tmp_path, drawn):
    path = tmp_path / "page.png"
    path.write_bytes(pages.encoded(drawn.image, "PNG"))
    with pytest.raises(ToolMissing):
        read_page(str(path), PNG, 1, ReadingOptions(languages="vie --user-words /etc/passwd"))


def test_ocr_over_its_time_says_so(tmp_path, drawn):
    path = tmp_path / "page.png"
    path.write_bytes(pages.encoded(drawn.image, "PNG"))
    with pytest.raises(PageTimedOut):
        read_page(str(path), PNG, 1, ReadingOptions(page_seconds=0.05))


@pytest.mark.parametrize(("asked", "given"), [(10, 64), (500, 500), (90_000, 3000)])
def test_a_drawn_page_has_the_asked_width_within_bounds(tmp_path, drawn, asked, given):
    path = tmp_path / "page.png"
    path.write_bytes(pages.encoded(drawn.image, "PNG", dpi=(300, 300)))
    image = Image.open(io.BytesIO(draw_page(str(path), PNG, 1, asked, OPTIONS)))
    assert image.format == "JPEG"
    assert image.width == given
    assert abs(image.height / image.width - 3508 / 2480) < 0.02
