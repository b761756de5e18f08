"""Photos of one paper become one PDF with their very bytes, in order, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from ingest.sandbox import ReadingPool
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.resuming import ResumableUploads
from tangthu.photos import SandboxedPhotos
from tests.serving import SearchHouse, search_house
from tests.tus import begin, send, where


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(1, 1024, 60) as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, pool: ReadingPool) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine, max_upload_mb=9) as made:
        made.client.app.state.services = replace(made.services, photos=SandboxedPhotos(pool, 50))  # type: ignore[attr-defined]
        yield made
    engine.close()


def photo(colour: str, turn: int = 1, mode: str = "RGB") -> bytes:
    """A picture of 60 x 40, its left half white and its right half of this colour, told to be turned."""
    picture = Image.new(mode, (60, 40), "white")
    picture.paste(Image.new(mode, (30, 40), colour), (30, 0))
    exif = Image.Exif()
    exif[0x0112] = turn
    made = BytesIO()
    picture.save(made, "JPEG", quality=95, exif=exif)
    return made.getvalue()


def sent(house: SearchHouse, content: bytes, stack: str = "s1") -> str:
    address = begin(house.client, len(content), filename="image.jpg", stack=stack).headers["location"]
    assert "tangthu-delivery" not in send(house.client, address, 0, content).headers
    return str(address).rpartition("/")[2]


def joined(house: SearchHouse, ids: list[str], name: str = "Hộp 3/ảnh chụp") -> Any:
    return house.client.post("/api/v1/uploads/stack", json={"uploads": ids, "name": name})


def test_they_lie_in_it_byte_for_byte_in_their_order_and_upright(house: SearchHouse) -> None:
    photos = [photo("red"), photo("blue", turn=6), photo("black", mode="L"), photo("green", turn=3)]
    answer = joined(house, [sent(house, one) for one in photos])
    assert answer.status_code == 202
    found = house.get(f"/deliveries/{answer.json()['delivery_id']}")
    assert found["file_name"] == "Hộp 3/ảnh chụp.pdf"
    (spooled,) = house.spool.whole()
    assert spooled.path.stat().st_size == found["size"]
    with pikepdf.open(spooled.path) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert [page.Resources.XObject.Photo.read_raw_bytes() for page in pdf.pages] == photos
    drawn = [page.render(scale=0.2).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(spooled.path)]
    assert [one.width > one.height for one in drawn] == [True, False, True, True]
    right, down = (lambda one: (one.width - 8, 8)), (lambda one: (8, one.height - 8))
    for one, where_, colour in zip(drawn, (right, down, right, lambda _: (8, 8)), range(4), strict=True):
        seen = one.getpixel(where_(one))
        expected = ((254, 0, 0), (0, 0, 254), (0, 0, 0), (0, 128, 1))[colour]
        assert all(abs(a - b) < 12 for a, b in zip(seen, expected, strict=True)), (colour, seen)


def test_an_answer_that_was_lost_makes_no_second_record(house: SearchHouse) -> None:
    ids = [sent(house, photo("red")), sent(house, photo("blue"))]
    first = joined(house, ids).json()
    assert joined(house, ids).json() == first
    assert len(list(house.spool.whole())) == 1


def test_killed_while_they_are_joined_it_is_done_once(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [sent(house, photo("red")), sent(house, photo("blue"))]
    for name in ("begin", "note_joined", "append", "finish"):
        with monkeypatch.context() as killed:

            def die(*_: object) -> None:
                raise RuntimeError

            killed.setattr(ResumableUploads, name, die)
            assert joined(house, ids).status_code == 500
    house.services.uploads.in_pieces.look_after()
    assert joined(house, ids).status_code == 202
    assert len(list(house.spool.whole())) == len(house.get("/deliveries")["deliveries"]) == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7 not a photo", os.urandom(5000), photo("red")[:700]])
def test_what_is_no_photo_is_refused_and_stays(house: SearchHouse, content: bytes) -> None:
    ids = [sent(house, photo("red")), sent(house, content)]
    answer = joined(house, ids)
    assert answer.status_code in (415, 422), answer.text
    assert where(house.client, f"/api/v1/uploads/{ids[0]}").status_code == 200
    assert list(house.spool.whole()) == []


def test_what_is_not_whole_or_not_a_sheet_is_not_joined(house: SearchHouse) -> None:
    half = begin(house.client, 10, filename="a.jpg", stack="s").headers["location"].rpartition("/")[2]
    alone = begin(house.client, 10, filename="a.jpg").headers["location"].rpartition("/")[2]
    assert joined(house, [half]).status_code == joined(house, [alone]).status_code == 400
    assert joined(house, [half, half]).status_code == 400
    assert joined(house, []).status_code == 422
    assert joined(house, ["01jd3v8p7m6x1yq2w3e4r5t6y7"]).status_code == 404
