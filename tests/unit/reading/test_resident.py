"""The engine's library says of a word what its program says, however many were read before."""

import cv2
import pytest

from ingest.reading import ReadingOptions, alternatives, resident, tesseract
from ingest.reading.tesseract import Deadline
from kernel.errors import PageTimedOut
from tests.unit.reading import pages

LANGUAGES = ReadingOptions().languages


@pytest.fixture(scope="module")
def pieces():
    """The words of a page cut out, blurred: the letters of some could be others too."""
    drawn = pages.draw()
    pixels = cv2.GaussianBlur(pages.np.asarray(drawn.image), (0, 0), 5)
    found = []
    for x0, y0, x1, y1 in list(drawn.boxes.values())[:25]:
        spot = (int(x0 * pages.WIDTH), int(y0 * pages.HEIGHT))
        far = (int(x1 * pages.WIDTH), int(y1 * pages.HEIGHT))
        found.append(alternatives._cut(pixels, (*spot, far[0] - spot[0], far[1] - spot[1])))
    return found


def told(hocr):
    return [alternatives._alone(one) for one in hocr]


def test_the_library_says_what_the_program_says(pieces):
    assert resident.resident(LANGUAGES, (), 8) is not None
    by_program = told(tesseract._read_alone_by_program(pieces, LANGUAGES, Deadline.after(60), None))
    for _ in range(2):
        assert told(tesseract.read_alone(pieces, LANGUAGES, Deadline.after(60), None)) == by_program
    assert any(len(choice) > 1 for alone in by_program for choice in alone.letters)
    assert any(alone.text.strip() for alone in by_program)


def test_without_the_library_the_program_is_run(pieces, monkeypatch):
    monkeypatch.setattr(resident, "LIBRARY", "libtesseract.so.nowhere")
    resident.resident.cache_clear()
    try:
        assert resident.resident(LANGUAGES, (), 8) is None
        assert len(tesseract.read_alone(pieces[:2], LANGUAGES, Deadline.after(60), None)) == 2
    finally:
        resident.resident.cache_clear()


def test_a_language_that_is_not_there_is_left_to_the_program():
    assert resident.resident("xyz", (), 8) is None


def test_words_are_not_read_beyond_the_end_of_their_time(pieces):
    with pytest.raises(PageTimedOut):
        tesseract.read_alone(pieces, LANGUAGES, Deadline.after(-1), None)
