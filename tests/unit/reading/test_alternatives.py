"""What a doubtful word could be too is kept with it, through the sandbox's answer and the catalogue's check."""

import numpy as np
import pytest
from PIL import ImageDraw

from ingest.answers import answer_of, outcome_from
from ingest.checking import checked_page
from ingest.reading.alternatives import LOW
from ingest.reading.ocr import read_raster
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster
from mappings.record import Box, Page, PageState, ReadBy, Word
from tests.unit.reading import pages

SCRATCHED = ("Phê", "duyệt", "thôn", "dựng", "Giao", "khảo")
LINES = ("Phê duyệt phương án xây dựng đường liên thôn năm nay", "Giao phòng chuyên môn khảo sát và báo cáo kết quả")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def read(image):
    return read_raster(Raster(np.asarray(image, np.uint8), (300, 300)), 1, ReadingOptions())


@pytest.fixture(scope="module")
def scratched():
    """A page on which stripes of paper and of ink lie over some words, each so that a person still reads it."""
    drawn = pages.draw(LINES * 3 + pages.LINES)
    image = drawn.image.copy()
    pen, letters = ImageDraw.Draw(image), pages.font(56)
    rng = np.random.default_rng(3)
    for row, line in enumerate(LINES * 3):
        y, x = 260 + row * int(56 * 1.9), 300.0
        for word in line.split():
            if word in SCRATCHED:
                left, top, right, bottom = pen.textbbox((x, y), word, font=letters)
                for place in rng.integers(top, bottom, 4):
                    pen.line((left, int(place), right, int(place)), fill=255, width=3)
            x += pen.textlength(word + " ", font=letters)
    return read(image)


def test_doubtful_words_say_what_they_could_be_too(scratched):
    with_others = [word for word in scratched.words if word.others]
    assert with_others
    for word in with_others:
        assert word.confidence < LOW
        others = word.others.split(" ")
        assert 1 <= len(others) <= 3
        assert word.text not in others
        assert len({other.lower() for other in others}) == len(others)


def test_what_was_meant_is_among_what_it_could_be(scratched):
    meant = {word.lower() for line in LINES + pages.LINES for word in pages.words(line)}
    wrong = [word for word in scratched.words if word.others and word.text.lower() not in meant]
    assert any(set(word.others.lower().split()) & meant for word in wrong)


def test_sure_words_have_no_others():
    page = read(pages.draw().image)
    assert all(not word.others for word in page.words if word.confidence >= LOW)
    assert pages.share_found(page) > 0.97


def page_of(others):
    word = Word("bỗ", 0, Box(0.1, 0.1, 0.2, 0.2), 0.5, 0, 0, others)
    return Page(
        1, PageState.SEARCHABLE, ReadBy.OCR, 0.5, "bỗ sung", (word, Word("sung", 3, Box(0.2, 0.1, 0.3, 0.2), 0.9))
    )


def test_others_come_out_of_the_reading_process():
    assert outcome_from(answer_of(page_of("bổ bộ"))).result == page_of("bổ bộ")


@pytest.mark.parametrize(("told", "kept"), [(["bổ"], ""), ("b\ud800", "b\ufffd"), ("ổ" * 5000, "ổ" * 200)])
def test_hostile_others_are_made_harmless(told, kept):
    assert checked_page(page_of(told), 1).words[0].others == kept
