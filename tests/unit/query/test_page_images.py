"""Pictures of pages are kept until room runs out; then those drawn longest ago go."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from kernel.clock import now
from mappings.record import Record, RecordState
from search_api.page_images import WIDTHS, KeptPageImages, image_type


def record(digest: str = "ab" * 32) -> Record:
    return Record(
        "id", 1, digest, 1, "application/pdf", "a.pdf", RecordState.SEARCHABLE, 1, now(), 3, "office", "public"
    )


class Drawing:
    def __init__(self) -> None:
        self.drawn: list[tuple[int, int]] = []

    def image(self, record: Record, number: int, width: int) -> bytes:
        self.drawn.append((number, width))
        return b"\xff\xd8" + bytes(998)


def test_asked_for_at_once_by_many_a_page_is_drawn_once(tmp_path: Path) -> None:
    drawing = Drawing()
    kept = KeptPageImages(drawing, tmp_path)
    threads = [threading.Thread(target=kept.image, args=(record(), 1, 500)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawing.drawn == [(1, 640)]
    assert kept.image(record(), 1, 99_999).read_bytes().startswith(b"\xff\xd8")
    assert drawing.drawn[-1] == (1, WIDTHS[-1])


def test_what_was_drawn_longest_ago_goes_when_room_runs_out(tmp_path: Path) -> None:
    kept = KeptPageImages(Drawing(), tmp_path, most_bytes=4000)
    paths = [kept.image(record(), number, 160) for number in range(1, 7)]
    for age, path in enumerate(reversed(paths)):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    kept.prune()
    assert [path.exists() for path in paths] == [False, False, False, True, True, True]
    assert kept.image(record(), 1, 160).exists()


def test_the_type_is_told_by_the_first_bytes() -> None:
    assert image_type(b"\xff\xd8\xff") == "image/jpeg"
    assert image_type(b"\x89PNG\r\n") == "image/png"
    assert image_type(b"RIFF1234WEBP") == "image/webp"
    assert image_type(b"<svg") == "application/octet-stream"
