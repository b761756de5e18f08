"""The scrap beside a hit holds the words, lies on the page and is cut where it says."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kernel.errors import BadValue, PageUnreadable
from mappings.record import Box
from search_api.web import scraps

edges = st.floats(0, 0.99)
sizes = st.floats(0.001, 1)
boxes = st.builds(lambda x, y, w, h: Box(x, y, min(1.0, x + w), min(1.0, y + h)), edges, edges, sizes, sizes)


@given(st.lists(boxes, min_size=1, max_size=8))
def test_a_region_lies_on_the_page_and_holds_a_word(found: list[Box]) -> None:
    place = scraps.region(found)
    assert place is not None
    assert 0 <= place.x0 < place.x1 <= 1 + 1e-9
    assert 0 <= place.y0 < place.y1 <= 1 + 1e-9
    assert any(scraps._holds(place, box) for box in found)
    assert scraps.read(scraps.written(place))


def test_the_region_is_where_most_of_the_words_stand() -> None:
    lone = Box(0.1, 0.1, 0.2, 0.12)
    together = [Box(0.3, 0.6, 0.4, 0.62), Box(0.45, 0.6, 0.5, 0.62), Box(0.3, 0.63, 0.4, 0.65)]
    place = scraps.region([lone, *together])
    assert place is not None
    assert place.y0 > 0.5
    assert all(scraps._holds(place, box) for box in together)


def test_without_words_there_is_no_scrap() -> None:
    assert scraps.region([]) is None


@pytest.mark.parametrize(
    "untrusted",
    [
        "",
        "1,2",
        "a,b,c,d",
        "0,0,0,0",
        "0.5,0,0.4,1",
        "-0.1,0,1,1",
        "0,0,2,1",
        "nan,nan,nan,nan",
        "0,0,inf,1",
        "0,0,1,1,1",
    ],
)
def test_a_region_that_makes_no_sense_is_refused(untrusted: str) -> None:
    with pytest.raises(BadValue):
        scraps.read(untrusted)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_the_piece_is_cut_out_of_the_page(mode: str) -> None:
    page = Image.new("L", (1000, 1400), 255)
    page.paste(0, (200, 700, 600, 840))
    drawn = BytesIO()
    page.convert(mode).save(drawn, "JPEG")
    with Image.open(BytesIO(scraps.cut(drawn.getvalue(), Box(0.2, 0.5, 0.6, 0.6), 640))) as piece:
        assert piece.format == "WEBP"
        assert piece.size == (400, 140)
        assert max(piece.convert("L").tobytes()) < 40


@pytest.mark.parametrize(("asked", "made"), [(0, 384), (384, 384), (640, 640), (5000, 384)])
def test_a_piece_is_as_wide_as_it_is_shown(asked: int, made: int) -> None:
    drawn = BytesIO()
    Image.new("L", (1280, 1800), 255).save(drawn, "JPEG")
    with Image.open(BytesIO(scraps.cut(drawn.getvalue(), Box(0, 0, 1, 0.1), asked))) as piece:
        assert piece.size == (made, round(180 * made / 1280))


@pytest.mark.parametrize(("kind", "size"), [("PNG", (100, 100)), ("TIFF", (100, 100)), ("JPEG", (20_000, 2_000))])
def test_nothing_but_a_jpeg_of_a_size_that_we_draw_is_opened(kind: str, size: tuple[int, int]) -> None:
    drawn = BytesIO()
    Image.new("L", size).save(drawn, kind)
    for untrusted in (drawn.getvalue(), b"", b"\xff\xd8\xff\xd9"):
        with pytest.raises(PageUnreadable):
            scraps.cut(untrusted, Box(0, 0, 1, 1))
