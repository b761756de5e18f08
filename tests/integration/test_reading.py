"""Reading through the pool of reading processes."""

import pytest

from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, draw_page, read_page
from ingest.recognising import JPEG, PDF, PNG, Limits, inspect
from ingest.sandbox import ReadingPool
from kernel.errors import DamagedFile, FileUnreadable, NotFound, PageTimedOut
from mappings.record import PageState, ReadBy
from tests.unit.reading import pages, pdfs

LIMITS = Limits(max_pages=5000, max_megapixels=200)
OPTIONS = ReadingOptions()


@pytest.fixture(scope="module")
def pool():
    with ReadingPool(workers=2, memory_mb=1024, page_seconds=120) as one:
        yield one


def test_a_file_goes_from_bytes_to_words_and_picture_in_the_pool(pool, tmp_path):
    drawn = pages.draw()
    path = tmp_path / "original"
    path.write_bytes(pdfs.joined(pdfs.born_digital(), pdfs.scanned(drawn.image)))
    found = pool.submit(inspect, HandedFile(path), "quyet-dinh.pdf", LIMITS).result()
    assert (found.media_type, found.page_count) == (PDF, 2)
    futures = [pool.submit(read_page, HandedFile(path), PDF, number, OPTIONS) for number in (1, 2)]
    layer, ocr = (future.result() for future in futures)
    assert (layer.read_by, ocr.read_by) == (ReadBy.TEXT_LAYER, ReadBy.OCR)
    for page in (layer, ocr):
        assert pages.share_found(page) > 0.97
        assert pages.boxes_off(page, drawn.boxes) == []
    assert pool.submit(draw_page, HandedFile(path), PDF, 2, 400).result().startswith(b"\xff\xd8\xff")


def test_errors_come_out_of_the_pool_as_what_they_are(pool, tmp_path):
    path = tmp_path / "original"
    path.write_bytes(pages.encoded(pages.draw().image, "PNG"))
    path.with_name("broken").write_bytes(b"\xff\xd8\xff broken")
    with pytest.raises(FileUnreadable):
        pool.submit(read_page, HandedFile(path.with_name("gone")), JPEG, 1, OPTIONS).result()
    with pytest.raises(DamagedFile):
        pool.submit(read_page, HandedFile(path.with_name("broken")), JPEG, 1, OPTIONS).result()
    with pytest.raises(NotFound):
        pool.submit(read_page, HandedFile(path), PNG, 2, OPTIONS).result()
    with pytest.raises(PageTimedOut):
        pool.submit(read_page, HandedFile(path), PNG, 1, OPTIONS, seconds=0.2).result()
    assert pool.submit(read_page, HandedFile(path), PNG, 1, OPTIONS).result().state is PageState.SEARCHABLE
