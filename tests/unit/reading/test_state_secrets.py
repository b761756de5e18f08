"""A page that may bear MẬT, TỐI MẬT or TUYỆT MẬT is known when it is read, however the mark came onto it."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from PIL import Image, ImageDraw

from ingest.reading import ReadingOptions
from ingest.recognising import DOCX, PDF, PNG, TXT
from ingest.state_secrets import marked_page, read_and_look, without_mark
from mappings.record import STATE_SECRET, Page
from tests.unit.reading import pages, pdfs

HEAD = ("ỦY BAN NHÂN DÂN HUYỆN SÔNG XANH", "Số: 12/BC-UBND", "", "", "")
BODY = pages.LINES[3:]
RED, BLACK = (200, 20, 30), (20, 20, 20)
DEGREES = ["MẬT", "TỐI MẬT", "TUYỆT MẬT"]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def look(folder: Path, content: bytes, media_type: str, number: int = 1) -> Page:
    path = folder / "page"
    path.write_bytes(content)
    return read_and_look(str(path), media_type, number, ReadingOptions())


def is_marked(page: Page) -> bool:
    return marked_page([page]) == page.number


def scan(
    mark: str = "", *, ink: tuple[int, int, int] = RED, tilt: float = 0, frame: bool = True, size: int = 80
) -> bytes:
    """A page with a mark under its number, on the left, as the regulation has it."""
    image = pages.draw((*HEAD, *BODY), mode="RGB").image
    if mark:
        letters = pages.font(size)
        width = int(letters.getlength(mark)) + 80
        stamp = Image.new("RGBA", (width, size + 70), (255, 255, 255, 0))
        pen = ImageDraw.Draw(stamp)
        if frame:
            pen.rectangle((4, 4, width - 5, size + 65), outline=(*ink, 255), width=7)
        pen.text((40, 20), mark, font=letters, fill=(*ink, 255))
        turned = stamp.rotate(tilt, expand=True, resample=Image.Resampling.BICUBIC)
        image.paste(turned, (420, 500), turned)
    return pages.encoded(image, "PNG", dpi=(300, 300))


@pytest.mark.parametrize("mark", DEGREES)
def test_a_red_stamp(tmp_path: Path, mark: str) -> None:
    assert is_marked(look(tmp_path, scan(mark), PNG))


@pytest.mark.parametrize("tilt", [-6, 4])
def test_a_stamp_that_was_pressed_askew(tmp_path: Path, tilt: float) -> None:
    assert is_marked(look(tmp_path, scan("TỐI MẬT", tilt=tilt), PNG))


def test_a_printed_mark_without_a_frame(tmp_path: Path) -> None:
    assert is_marked(look(tmp_path, scan("MẬT", ink=BLACK, frame=False, size=56), PNG))


def test_a_page_without_a_mark_is_read_as_ever(tmp_path: Path) -> None:
    page = look(tmp_path, scan(), PNG)
    assert not is_marked(page)
    assert "kế hoạch chỉnh lý" in page.text


@pytest.mark.parametrize("mark", DEGREES)
def test_a_mark_in_the_text_layer(tmp_path: Path, mark: str) -> None:
    assert is_marked(look(tmp_path, pdfs.born_digital((*HEAD[:2], mark, *BODY)), PDF))


@pytest.mark.parametrize(
    "line",
    [
        "Về việc bảo vệ bí mật nhà nước trong cơ quan",
        "QUY CHẾ BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "thực hiện chế độ bảo mật thông tin và mật khẩu",
        "tài liệu có độ mật, tối mật, tuyệt mật theo quy định",
        "MẬT ĐỘ DÂN SỐ",
    ],
)
def test_the_word_in_running_text_is_no_mark(tmp_path: Path, line: str) -> None:
    assert not is_marked(look(tmp_path, pdfs.born_digital((*HEAD[:2], *BODY[:2], line, *BODY[2:])), PDF))


@pytest.mark.parametrize("mark", DEGREES)
@pytest.mark.parametrize("place", ["paragraph", "table"])
def test_a_mark_in_a_document(tmp_path: Path, mark: str, place: str) -> None:
    document = docx.Document()
    if place == "table":
        cells = document.add_table(1, 2).rows[0].cells
        cells[0].text, cells[1].text = f"UBND HUYỆN SÔNG XANH\nSố: 12/BC-UBND\n{mark}", "CỘNG HÒA XÃ HỘI"
    else:
        document.add_paragraph(mark)
    for line in BODY:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    assert is_marked(look(tmp_path, stream.getvalue(), DOCX))


def test_a_mark_at_the_foot_of_a_long_text(tmp_path: Path) -> None:
    lines = [*BODY, *BODY, *BODY, "", "TUYỆT MẬT", ""]
    assert is_marked(look(tmp_path, "\n".join(lines).encode(), TXT))


def test_what_was_released_keeps_no_mark(tmp_path: Path) -> None:
    page = look(tmp_path, scan("MẬT"), PNG)
    assert STATE_SECRET not in {mark.kind for mark in without_mark(page).marks}
