"""Reading on other machines, with a real scheduler and real workers: nothing is lost with them, nothing done twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.elsewhere import DaskPool
from kernel.elsewhere_errors import NobodyReads, NoScheduler
from kernel.errors import EncryptedFile, PageTimedOut, ReaderDied, Unavailable
from tests.servers.reading_elsewhere import Cluster, cluster
from tests.servers.tangthu import TangthuServer, free_port, tangthu_server, wait_until
from tests.unit.reading import misdeeds

PAGES = 3


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("elsewhere"), 1) as made:
        yield made


@pytest.fixture
def pool(one_worker: Cluster) -> Iterator[DaskPool]:
    made = DaskPool(one_worker.address)
    wait_until(lambda: _answers(made))
    yield made
    made.close()


def _answers(pool: DaskPool) -> bool:
    try:
        return bool(pool.submit(misdeeds.add, 1, 0).result())
    except Unavailable:
        return False


def test_a_call_is_answered_by_a_reading_process_elsewhere(pool: DaskPool) -> None:
    assert pool.submit(misdeeds.add, 2, 3).result() == 5
    assert pool.workers == 1


def test_an_error_there_is_the_error_here(pool: DaskPool) -> None:
    with pytest.raises(EncryptedFile):
        pool.submit(misdeeds.refuse).result()
    with pytest.raises(PageTimedOut):
        pool.submit(misdeeds.hang, seconds=0.5).result()
    with pytest.raises(ReaderDied):
        pool.submit(misdeeds.crash).result()
    assert pool.submit(misdeeds.add, 2, 3).result() == 5


def test_what_is_wanted_no_more_keeps_no_worker_busy(pool: DaskPool) -> None:
    running, waiting = pool.submit(misdeeds.hang, seconds=2), pool.submit(misdeeds.hang, seconds=60)
    assert waiting.cancel()
    with pytest.raises(PageTimedOut):
        running.result()
    assert pool.submit(misdeeds.add, 2, 3).result(30) == 5


def test_closing_ends_what_waits(one_worker: Cluster) -> None:
    pool = DaskPool(one_worker.address)
    waiting = pool.submit(misdeeds.hang, seconds=2)
    pool.close()
    with pytest.raises(CancelledError):
        waiting.result()
    with pytest.raises(Unavailable):
        pool.submit(misdeeds.add, 2, 3)
    pool.close()


@pytest.mark.long
def test_no_scheduler_and_no_worker_are_told(tmp_path: Path) -> None:
    away = DaskPool(f"dask://127.0.0.1:{free_port()}")
    with pytest.raises(NoScheduler):
        away.submit(misdeeds.add, 2, 3)
    away.close()
    with cluster(tmp_path, 0) as empty:
        pool = DaskPool(empty.address)
        with pytest.raises(NobodyReads):
            pool.submit(misdeeds.add, 2, 3)
        pool.close()


@pytest.mark.long
def test_calls_whose_last_worker_is_lost_end_and_another_worker_does_them(tmp_path: Path) -> None:
    with cluster(tmp_path, 1) as made:
        pool = DaskPool(made.address)
        wait_until(lambda: _answers(pool))
        call = pool.submit(misdeeds.hang, seconds=100)
        made.workers[0].send_signal(signal.SIGKILL)
        with pytest.raises(NobodyReads):
            call.result(60)
        made.add_worker()
        wait_until(lambda: _answers(pool))
        pool.close()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_worker_and_the_scheduler_are_killed_and_no_page_is_lost_and_none_is_there_twice(tmp_path: Path) -> None:
    with cluster(tmp_path, 2) as made, tangthu_server(tmp_path, workers=made.address) as server:
        _drop(server, range(6))
        wait_until(lambda: _pages_read(server) >= 2)
        made.workers[0].send_signal(signal.SIGKILL)
        wait_until(lambda: _pages_read(server) >= 7)
        made.kill_scheduler()
        made.start()
        made.add_worker()
        wait_until(lambda: server.all_read(6), 300)
        assert server.get("/api/v1/status")["pages"] == {"searchable": 6 * PAGES}
        assert server.command("verify", "--originals").returncode == 0


@pytest.mark.timeout(600)
def test_an_archive_whose_workers_are_away_takes_in_and_says_what_it_waits_for(tmp_path: Path) -> None:
    with cluster(tmp_path, 0) as made, tangthu_server(tmp_path, workers=made.address) as server:
        _drop(server, range(1))
        trouble = wait_until(lambda: _trouble(server))
        assert trouble == NobodyReads(address=made.address).title.vi
        made.add_worker()
        wait_until(lambda: server.all_read(1), 120)
        wait_until(lambda: not _trouble(server))


def _drop(server: TangthuServer, numbers: range) -> None:
    incoming = server.drop / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        first, *others = (_drawn(PAGES * number + page) for page in range(PAGES))
        first.save(incoming / f"quét {number}.tif", save_all=True, append_images=others)


def _drawn(number: int) -> Image.Image:
    page = Image.new("L", (1240, 1754), 255)
    font = ImageFont.truetype("DejaVuSans.ttf", 30)
    words = f"Báo cáo số {number} về công tác lưu trữ\n" + "Nội dung kiểm tra hồ sơ lưu trữ của đơn vị\n" * 12
    ImageDraw.Draw(page).multiline_text((100, 150), words, fill=0, font=font, spacing=12)
    return page


def _pages_read(server: TangthuServer) -> int:
    return int(server.get("/api/v1/status")["pages"].get("searchable", 0))


def _trouble(server: TangthuServer) -> str:
    watching = server.get("/api/v1/status")["watching"]
    return "; ".join(trouble["title"]["vi"] for one in watching for trouble in one["troubles"])
