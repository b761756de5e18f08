"""What the second reading of a stamp may take from the first, and what becomes of the page where it fails."""

import numpy as np
import pytest
from PIL import ImageDraw

from ingest.reading import tesseract
from ingest.reading.inks import Inks
from ingest.reading.judging import Reading
from ingest.reading.looks import Look
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster
from ingest.reading.stamped import marks_and_words
from ingest.reading.tesseract import Deadline
from ingest.reading.words import PlacedWord
from kernel.errors import PageTimedOut, PageUnreadable
from mappings.record import STAMP, Box
from tests.unit.reading import pages
from tests.unit.reading.failing import failing

DPI = 300
WIDTH, HEIGHT = pages.WIDTH, pages.HEIGHT
FRAME = 700, 400, 1300, 800  # of the upper stamp
LOWER = 1000  # pixels from one stamp to the other


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def stamped(*degrees):
    """Framed stamps one below the other, each with its word in its upper half."""
    image = pages.draw((), mode="RGB").image
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = FRAME
    for number, degree in enumerate(degrees):
        down = number * LOWER
        pen.rectangle((left, top + down, right, bottom + down), outline="black", width=6)
        pen.text((800, 450 + down), degree, font=pages.font(110), fill="black")
    return Raster(np.asarray(image, np.uint8), (DPI, DPI))


def word(text, confidence, left, top, right, bottom):
    return PlacedWord(text, Box(left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT), confidence, 0, 0)


def words_of(raster, *first):
    look = Look.at(np.asarray(raster.pixels.mean(axis=2), np.uint8), DPI)
    reading = Reading(list(first), 0)
    marks, words = marks_and_words(raster, look, Inks.of(raster), reading, ReadingOptions(), Deadline.after(60))
    return [mark.kind for mark in marks], [one.text for one in words]


def test_a_doubtful_word_goes_only_where_a_fresh_one_lies_over_it():
    misread = word("KHAN", 0.5, 800, 450, 1200, 600)
    passed_over = word("Thành", 0.5, 800, 690, 1000, 760)
    assert words_of(stamped("KHẨN"), misread, passed_over) == ([STAMP], ["Thành", "KHẨN"])


@pytest.mark.parametrize(("error", "read"), [(PageUnreadable(), ["Điều", "KHẨN"]), (PageTimedOut(seconds=1), ["Điều"])])
def test_a_stamp_that_cannot_be_read_costs_neither_the_page_nor_the_next_stamp(error, read, monkeypatch):
    monkeypatch.setattr(tesseract, "read_words", failing({1: error}))
    kept = word("Điều", 0.9, 300, 3000, 400, 3060)
    assert words_of(stamped("MẬT", "KHẨN"), kept) == ([STAMP, STAMP], read)
