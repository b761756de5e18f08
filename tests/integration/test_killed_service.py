"""kill -9 of the service in the middle of its work, and everything is there once when it is back."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

ROOT = Path(__file__).parents[2]


def _drawn_page(number: int) -> Image.Image:
    page = Image.new("L", (1240, 1754), 255)
    font = ImageFont.truetype("DejaVuSans.ttf", 30)
    words = f"Báo cáo số {number} về công tác lưu trữ\n" + "Nội dung kiểm tra hồ sơ lưu trữ của đơn vị\n" * 25
    ImageDraw.Draw(page).multiline_text((100, 150), words, fill=0, font=font, spacing=12)
    return page


def _drop_scans(server: TangthuServer, count: int) -> None:
    incoming = server.drop / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        _drawn_page(2 * number).save(
            incoming / f"quét {number}.tif", save_all=True, append_images=[_drawn_page(2 * number + 1)]
        )


@pytest.mark.long  # ./test kills a service amid an upload and before its originals are lost
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("scans", "kills"), [(4, (2,)), (12, (2, 8, 16))])
def test_kills_among_scans_lose_and_double_none(tmp_path: Path, scans: int, kills: tuple[int, ...]) -> None:
    with tangthu_server(tmp_path) as server:
        _drop_scans(server, scans)
        for pages in kills:

            def so_many_pages_read(wanted: int = pages) -> bool:
                return bool(server.get("/api/v1/status")["pages"].get("searchable", 0) >= wanted)

            wait_until(so_many_pages_read)
            server.kill()
            server.start()
        wait_until(lambda: server.all_read(scans), 300)
        found = server.get("/api/v1/search?q=bao%20cao%20luu%20tru&limit=50")
        assert found["total"] == scans
        assert len({hit["record_id"] for hit in found["hits"]}) == scans
        status = server.get("/api/v1/status")
        assert status["pages"] == {"searchable": 2 * scans}
        assert sum(status["deliveries"].values()) == scans
        assert not [path for path in (server.drop / "incoming").rglob("*") if path.is_file()]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_everything_cleanly(tmp_path: Path, by: signal.Signals) -> None:
    server = TangthuServer(tmp_path).start()
    assert server.stop(by) == 0
    assert "Traceback" not in server.log.read_text(errors="replace")
    # Nobody holds the archive any more: no process of it is left.
    wait_until(lambda: not list((server.data / "owners").glob("*.lock")), 30)
