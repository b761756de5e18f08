"""Handing in with script: several at once, folders, a lost connection, a reload, photos; and what was not taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from archive.coming import ComingUploads
from archive.receiving import reject
from archive.rejected_files import RejectedFiles
from ingest.intake.rejecting import Rejections
from ingest.sandbox import ReadingPool
from kernel.clock import now
from kernel.errors import EncryptedFile
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.rejected import RejectedService
from tangthu.photos import SandboxedPhotos
from tests.browser import conftest
from tests.browser.conftest import Served
from tests.servers.line import line_to

DROP = """([zone, files]) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name, { type: "text/plain" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const told = { bubbles: true, cancelable: true, dataTransfer: carried };
    document.querySelector(zone).dispatchEvent(new DragEvent(kind, told));
  }
}"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844}, has_touch=True)
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    made = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(20_000)
    tab = made.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    made.close()
    assert complaints == []


def until(page: Page, happened: Callable[[], bool]) -> None:
    """Waits as the page goes on; for at most a minute."""
    for _ in range(600):
        if happened():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it does not happen")


def handed_in(served: Served) -> list[tuple[str, bytes]]:
    with served.catalogue.reading() as unit:
        names = {row.delivery.id: row.delivery.file_name for row in unit.deliveries.recent(100)}
    return sorted((names[one.delivery_id], one.path.read_bytes()) for one in served.spool.whole())


def test_several_files_dragged_at_once_are_all_taken(desk: Page, served: Served) -> None:
    desk.goto(f"{served.address}/nop")
    desk.get_by_label("Tên đợt nộp").fill("Hộp 7")
    files = [[f"công văn {number}.txt", f"số {number}"] for number in range(7)]
    desk.evaluate(DROP, ["#drop-zone", files])
    expect(desk.locator("#uploads li.done")).to_have_count(7, timeout=30_000)
    expect(desk.locator("#uploads-whole output")).to_contain_text("7/7")
    assert handed_in(served) == [(f"Hộp 7/{name}", text.encode()) for name, text in sorted(files)]
    desk.get_by_role("link", name="Xem kết quả").click()
    expect(desk.locator("tbody tr", has_text="Hộp 7/công văn 3.txt")).to_contain_text("Đã nhận, đang kiểm tra")


def test_files_dropped_together_have_one_receipt_on_which_all_of_them_are(desk: Page, served: Served) -> None:
    desk.goto(f"{served.address}/nop")
    desk.evaluate(DROP, ["#drop-zone", [[f"tờ {number}.txt", f"tờ số {number}"] for number in range(3)]])
    expect(desk.locator("#uploads li.done")).to_have_count(3, timeout=30_000)
    desk.get_by_role("link", name="Biên nhận các tệp này (3)").click()
    expect(desk.locator(".lines-of-receipt tbody tr")).to_have_count(3)
    expect(desk.locator("#receipt-part")).not_to_contain_text("Không ký")
    expect(desk.locator(".sums tfoot").first).to_contain_text("3")


def test_a_folder_keeps_its_folders_names(desk: Page, served: Served, tmp_path: Path) -> None:
    for name in ("2019/hộp 1/a.txt", "2019/hộp 2/a.txt", "2019/b.txt"):
        path = tmp_path / "quét" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    desk.goto(f"{served.address}/nop")
    desk.locator("#folder").set_input_files(tmp_path / "quét")
    expect(desk.locator("#uploads li.done")).to_have_count(3, timeout=30_000)
    assert [name for name, _ in handed_in(served)] == [
        "quét/2019/b.txt",
        "quét/2019/hộp 1/a.txt",
        "quét/2019/hộp 2/a.txt",
    ]


def test_a_lost_connection_goes_on_by_itself_and_a_reload_where_it_was(
    desk: Page, served: Served, tmp_path: Path
) -> None:
    content = bytes(range(256)) * (11 << 12)  # over two pieces
    path = tmp_path / "quét dài.pdf"
    path.write_bytes(content)
    with line_to(served.address) as line:
        desk.goto(f"{line.address}/nop")
        line.breaks_at = line.sent + 6_000_000
        desk.locator("#files").set_input_files(path)
        expect(desk.locator("#uploads li")).to_contain_text("Mất kết nối", timeout=30_000)
        line.breaks_at = line.sent + 4_500_000
        # It goes on by itself, until the line is cut again; then the page is closed, and the same file chosen anew.
        until(desk, lambda: line.broken)
        expect(desk.locator("#uploads li")).to_contain_text("Mất kết nối", timeout=30_000)
        (kept,) = desk.evaluate("Object.keys(localStorage)")
        assert re.fullmatch("tangthu-upload::[0-9a-z]+", kept), "no name of a file stays at a PC that is shared"
        line.breaks_at = None
        desk.on("dialog", lambda dialog: dialog.accept())
        desk.reload()
        line.sent = 0
        desk.locator("#files").set_input_files(path)
        expect(desk.locator("#uploads li.done")).to_have_count(1, timeout=30_000)
        assert line.sent < len(content) - (7 << 20), "what had come is not sent again"
    assert handed_in(served) == [("quét dài.pdf", content)]
    assert desk.evaluate("Object.keys(localStorage)") == []


def test_photos_of_one_paper_are_joined_when_the_last_was_taken(
    phone: BrowserContext, served: Served, tmp_path: Path
) -> None:
    page = phone.new_page()
    page.goto(f"{served.address}/nop")
    for colour in ("red", "blue"):
        (tmp_path / colour).mkdir()
        Image.new("RGB", (60, 40), colour).save(tmp_path / colour / "image.jpg")
        page.get_by_label("Máy ảnh").set_input_files(tmp_path / colour / "image.jpg")
    expect(page.locator("#uploads li.done", has_text="chờ gộp")).to_have_count(2, timeout=30_000)
    assert handed_in(served) == []
    page.get_by_role("button", name="Nộp các ảnh thành một văn bản").click()
    expect(page.locator("#uploads li.done", has_text="Đã nhận, an toàn")).to_have_count(2, timeout=30_000)
    ((name, content),) = handed_in(served)
    assert name.startswith("ảnh chụp 20") and name.endswith(".pdf")
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
    # The next ones are a paper of their own, or each for itself.
    page.get_by_label("Mỗi ảnh là một văn bản riêng").check()
    page.get_by_label("Máy ảnh").set_input_files(tmp_path / "red" / "image.jpg")
    expect(page.locator("#uploads li.done", has_text="Đã nhận, an toàn")).to_have_count(3, timeout=30_000)
    assert {name for name, _ in handed_in(served)} == {name, "image.jpg"}


def test_pause_goes_on_and_cancel_leaves_nothing(desk: Page, served: Served, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"x" * (9 << 20))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if route.request.method == "PATCH" else route.continue_()

    desk.route(re.compile("/api/v1/uploads/"), hold)
    desk.goto(f"{served.address}/nop")
    desk.locator("#files").set_input_files([tmp_path / "a.pdf", tmp_path / "b.pdf"])
    until(desk, lambda: len(held) == 2)
    desk.get_by_role("button", name="Tạm dừng gửi: a.pdf").click()
    expect(desk.locator("#uploads li", has_text="a.pdf")).to_contain_text("Tạm dừng")
    with desk.expect_response(lambda answer: answer.request.method == "DELETE") as gone:
        desk.get_by_role("button", name="Hủy: b.pdf").click()
    assert gone.value.status == 204
    desk.unroute_all(behavior="ignoreErrors")
    desk.get_by_role("button", name="Gửi tiếp: a.pdf").click()
    expect(desk.locator("#uploads li.done")).to_have_count(1, timeout=30_000)
    assert [name for name, _ in handed_in(served)] == ["a.pdf"]
    assert [one.announced.name for one in ComingUploads(served.spool).all()] == ["a.pdf"]


def test_what_had_come_when_it_was_cancelled_is_told_as_handed_in(desk: Page, served: Served, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * 99)
    answered: list[Route] = []

    def lose(route: Route) -> None:
        route.fetch()  # it has come, and the page is not told
        answered.append(route)

    desk.route(
        re.compile("/api/v1/uploads/"),
        lambda route: lose(route) if route.request.method == "PATCH" else route.continue_(),
    )
    desk.goto(f"{served.address}/nop")
    desk.locator("#files").set_input_files(tmp_path / "a.pdf")
    until(desk, lambda: len(answered) == 1)
    desk.get_by_role("button", name="Hủy: a.pdf").click()
    expect(desk.locator("#uploads li.done", has_text="a.pdf")).to_have_count(1, timeout=30_000)
    expect(desk.get_by_role("link", name="Biên nhận các tệp này")).to_be_visible()
    assert [name for name, _ in handed_in(served)] == ["a.pdf"]


def test_what_is_cancelled_while_it_is_announced_leaves_nothing(desk: Page, served: Served, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * 99)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if route.request.method == "POST" else route.continue_()

    desk.route(re.compile("/api/v1/uploads"), hold)
    desk.goto(f"{served.address}/nop")
    desk.locator("#files").set_input_files(tmp_path / "a.pdf")
    until(desk, lambda: len(held) == 1)
    desk.get_by_role("button", name="Hủy: a.pdf").click()
    with desk.expect_response(lambda answer: answer.request.method == "DELETE") as gone:
        held[0].continue_()
    assert gone.value.status == 204
    assert (handed_in(served), list(ComingUploads(served.spool).all())) == ([], [])


def test_on_a_phone_there_is_a_camera_and_nothing_scrolls_sideways(phone: BrowserContext, served: Served) -> None:
    page = phone.new_page()
    page.goto(f"{served.address}/nop")
    expect(page.get_by_label("Máy ảnh")).to_be_visible()
    assert page.get_by_label("Máy ảnh").get_attribute("capture") == "environment"
    page.evaluate(DROP, ["#drop-zone", [["một tên tệp rất dài không có chỗ ngắt " + "x" * 80 + ".txt", "a"]]])
    expect(page.locator("#uploads li.done")).to_have_count(1, timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{served.address}/tiep-nhan/khong-nhan")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_desk_shows_no_camera(desk: Page, served: Served) -> None:
    desk.goto(f"{served.address}/nop")
    expect(desk.get_by_label("Máy ảnh")).to_be_hidden()


@pytest.fixture
def measuring() -> Iterator[ReadingPool]:
    with ReadingPool(1, 1024, 60) as made:
        yield made


@pytest.fixture
def served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, measuring: ReadingPool, request: pytest.FixtureRequest
) -> Served:
    """The house of all journeys, which measures photos and looks after `rejected/` too."""
    opened = conftest.open_house

    def whole(data: Path) -> conftest.House:
        house = opened(data)
        files = RejectedFiles(tmp_path / "rejected", tmp_path / "files.lock")
        rejected = RejectedService(house.services.catalogue, house.spool, files)
        photos = SandboxedPhotos(measuring, 50)
        return replace(house, services=replace(house.services, rejected=rejected, photos=photos))

    monkeypatch.setattr(conftest, "open_house", whole)
    made: Served = request.getfixturevalue("base_served")
    return made


@pytest.fixture
def rejecting(served: Served, tmp_path: Path) -> Served:
    """With one protected PDF in `rejected/`."""
    delivery = Delivery(new_id(), "có mật khẩu.pdf", DeliverySource.DROP, DeliveryState.RECEIVED, now(), 9)
    served.catalogue.write(lambda unit: reject(unit, delivery, EncryptedFile()))
    path = tmp_path / "came.pdf"
    path.write_bytes(b"%PDF-1.7 ")
    rejections = Rejections(tmp_path / "rejected", tmp_path / "rejecting.lock")
    rejections.put(path, "có mật khẩu.pdf", delivery, EncryptedFile())
    return served


def test_what_was_not_taken_is_mended_settled_and_tried_again(page: Page, rejecting: Served, tmp_path: Path) -> None:
    page.goto(f"{rejecting.address}/tiep-nhan")
    page.get_by_role("link", name=re.compile("tệp không nhận được: xem lý do")).click()
    row = page.locator(".rejected li", has_text="có mật khẩu.pdf")
    expect(row).to_contain_text("Tệp được bảo vệ bằng mật khẩu")
    expect(row).to_contain_text("lưu một bản không có mật khẩu")
    with page.expect_download() as saved:
        row.get_by_role("link", name="Tải tệp về").click()
    assert Path(saved.value.path()).read_bytes() == b"%PDF-1.7 "
    mended = tmp_path / "không mật khẩu.pdf"
    mended.write_bytes(b"%PDF-1.7 open")
    row.get_by_label("Tệp đã sửa").set_input_files(mended)
    row.get_by_role("button", name="Nộp thay").click()
    expect(page.get_by_role("status")).to_contain_text("Đã nhận tệp nộp thay")
    expect(page.locator(".rejected li", has_text="có mật khẩu.pdf")).to_have_count(0)
    assert ("không mật khẩu.pdf", b"%PDF-1.7 open") in handed_in(rejecting)
    # Of the other the bytes are gone; it can be settled.
    other = page.locator(".rejected li", has_text="mat-khau.pdf")
    expect(other).to_contain_text("không còn nằm trong rejected/")
    other.get_by_text("Đã xử lý", exact=True).click()
    other.get_by_label("Đã xử lý thế nào").fill("người gửi đã gửi bản khác")
    other.get_by_role("button", name="Đánh dấu đã xử lý").click()
    expect(page.get_by_text("Không có tệp nào chờ xử lý")).to_be_visible()
