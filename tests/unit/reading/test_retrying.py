"""A page that is read badly is read again with other settings; the better reading is kept, judged without the truth."""

import numpy as np
import pytest

from ingest.reading import ocr, retrying, tesseract
from ingest.reading.judging import Reading, better
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster
from ingest.reading.words import PlacedWord
from kernel.errors import PageTimedOut, PageUnreadable
from mappings.record import Box
from tests.unit.reading import pages
from tests.unit.reading.failing import failing


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


@pytest.fixture
def faint():
    """Faint print, and the back of the sheet hardly fainter."""
    front = np.asarray(pages.draw().image, np.float32)
    back = np.roll(np.asarray(pages.draw(pages.LINES[::-1]).image, np.float32)[:, ::-1], 40, 0)
    seen = np.minimum(235 - (255 - front) * 0.35, 255 - (255 - back) * 0.25)
    noisy = seen + np.random.default_rng(0).normal(0, 5, seen.shape)
    return Raster(np.clip(noisy, 0, 255).astype(np.uint8), (300, 300))


def read(raster):
    return ocr.read_raster(raster, 1, ReadingOptions())


def test_a_faint_page_is_read_with_other_settings(faint, monkeypatch):
    page = read(faint)
    assert pages.share_found(page) > 0.95
    assert page.confidence > 0.85
    monkeypatch.setattr(retrying, "settings", lambda _sheet: iter(()))
    assert read(faint).confidence < 0.75  # and it is they that do it


def test_a_good_page_is_read_with_no_other_settings(monkeypatch):
    def never(_sheet):
        raise AssertionError("read well, and read again")

    monkeypatch.setattr(retrying, "settings", never)
    assert pages.share_found(read(Raster(np.asarray(pages.draw().image), (300, 300)))) > 0.97


def test_a_setting_that_fails_leaves_the_reading_and_the_next_setting(faint, monkeypatch):
    settings = retrying.settings
    monkeypatch.setattr(retrying, "settings", lambda sheet: (sheet, *settings(sheet)))
    monkeypatch.setattr(tesseract, "read_words", failing({2: PageUnreadable()}))
    assert read(faint).confidence > 0.85


def test_where_all_settings_fail_the_first_reading_stays(faint, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(retrying, "settings", lambda _sheet: iter(()))
        first = read(faint)
    monkeypatch.setattr(tesseract, "read_words", failing(dict.fromkeys(range(2, 9), PageUnreadable())))
    assert read(faint).text == first.text


def test_the_best_setting_stays_where_the_time_ends_in_the_next(faint, monkeypatch):
    monkeypatch.setattr(Reading, "is_poor", property(lambda reading: not reading.retried))
    monkeypatch.setattr(tesseract, "read_words", failing({3: PageTimedOut(seconds=1)}))
    assert read(faint).confidence > 0.85


def reading(text, confidence):
    box = Box(0, 0, 1, 1)
    return Reading([PlacedWord(word, box, confidence, 0, 0) for word in text.split()], 0)


@pytest.mark.parametrize(
    ("worse", "best"),
    [
        (("Căn cứ Luật Tổ chức chính", 0.6), ("Căn cứ Luật Tổ chức chính", 0.9)),
        (("Căn cứ", 0.95), ("Căn cứ Luật Tổ chức chính quyền địa phương", 0.8)),
        (("Cứnh qvjuật Tzxổ chxức chỉwnh qưyềnz đxịa", 0.8), ("Căn cứ Luật Tổ chức chính quyền", 0.8)),
    ],
)
def test_the_better_reading_has_more_sure_letters_in_sound_syllables(worse, best):
    one, other = reading(*worse), reading(*best)
    assert better(one, other) is other
    assert better(other, one) is other
