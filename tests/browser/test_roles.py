"""Days of a reader, an archivist, a leader and administrators in a real browser, with script and without."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Served
from tests.browser.people import arrive, make_first, make_person
from tests.servers.tangthu import wait_until

LEADER, READER, SECOND = "gió mùa đông bắc", "nắng hạ miền trung", "sương mù tháng chạp"
ARCHIVIST = "lúa chín ngoài đồng"
LETTER = "hướng dẫn giao nộp hồ sơ"


def found(page: Page, served: Served, words: str, title: str) -> int:
    """How many records of this title a search shows."""
    page.goto(f"{served.address}/?q={words.replace(' ', '+')}")
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first).to_be_visible()
    return page.locator("article.hit", has_text=title).count()


def share(page: Page, served: Served, record_id: str, people: str) -> None:
    page.goto(f"{served.address}/van-ban/{record_id}")
    page.get_by_role("link", name="Ai được xem").click()
    page.get_by_label("Chỉ những người được chia sẻ").check()
    page.get_by_label(re.compile("Chia sẻ với người dùng")).fill(people)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu quyền xem" if people else "Không còn ai được xem")).to_be_visible()
    served.index()


def test_a_leader_shares_and_withdraws_and_sees_who_saw(page: Page, elsewhere: NewPage, served: Served) -> None:
    make_first(page, served)
    leader_link = make_person(page, served, "Lê Thị Lãnh", "lanh.lt", "leader")
    reader_link = make_person(page, served, "Phạm Văn Đọc", "doc.pv", "reader")
    record = served.records["quet-0002.tif"]
    leader, reader = elsewhere(), elsewhere()
    arrive(leader, served, leader_link, "lanh.lt", LEADER)
    arrive(reader, served, reader_link, "doc.pv", READER)
    expect(leader.get_by_role("link", name="Nộp văn bản")).to_have_count(0)
    expect(leader.get_by_role("link", name="Thùng rác")).to_be_visible()
    assert found(leader, served, LETTER, LETTER) == found(reader, served, LETTER, LETTER) == 1

    share(leader, served, record, "lanh.lt")
    assert found(reader, served, LETTER, LETTER) == 0, "withdrawn from all but the leader"
    gone = reader.goto(f"{served.address}/van-ban/{record}")
    assert gone is not None and gone.status == 404
    assert found(leader, served, LETTER, LETTER) == 1

    share(leader, served, record, "lanh.lt, doc.pv")
    assert found(reader, served, LETTER, LETTER) == 1, "shared with this one"
    reader.get_by_role("link", name=re.compile(LETTER)).first.click()
    expect(reader.get_by_role("heading", name=re.compile("giao nộp hồ sơ")).first).to_be_visible()
    expect(reader.get_by_role("link", name="Ai được xem")).to_have_count(0)
    expect(reader.get_by_role("button", name=re.compile("^Xác nhận"))).to_have_count(0)

    leader.goto(f"{served.address}/ai-da-xem")
    # Written down every two seconds.
    wait_until(lambda: leader.reload() and leader.locator("td", has_text="Phạm Văn Đọc (doc.pv)").count())

    share(leader, served, record, "")
    still = reader.reload()
    assert still is not None and still.status == 200, "nothing is taken from everybody"
    share(leader, served, record, "lanh.lt")
    refused = reader.reload()
    assert refused is not None and refused.status == 404, "what lies open is gone with the next request"
    assert found(reader, served, LETTER, LETTER) == 0


def test_an_archivist_asks_and_a_leader_confirms_a_purge(page: Page, elsewhere: NewPage, served: Served) -> None:
    make_first(page, served)
    archivist_link = make_person(page, served, "Đỗ Thị Lưu", "luu.dt", "archivist")
    leader_link = make_person(page, served, "Lê Thị Lãnh", "lanh.lt", "leader")
    record = served.records["bao-cao-quy-3.tif"]
    archivist, leader = elsewhere(), elsewhere()
    arrive(archivist, served, archivist_link, "luu.dt", ARCHIVIST)
    arrive(leader, served, leader_link, "lanh.lt", LEADER)
    archivist.goto(f"{served.address}/van-ban/{record}")
    expect(leader.get_by_text("Bỏ vào thùng rác")).to_have_count(0)
    archivist.get_by_text("Bỏ vào thùng rác").first.click()
    archivist.get_by_label("Lý do").fill("quét nhầm")
    archivist.get_by_role("button", name="Bỏ vào thùng rác").click()
    expect(archivist.get_by_role("button", name="Bỏ vào thùng rác")).to_have_count(0)
    archivist.goto(f"{served.address}/thung-rac")
    archivist.locator("summary", has_text="Khôi phục").click()
    archivist.get_by_role("button", name="Khôi phục").click()
    expect(archivist.get_by_text("Thùng rác trống.")).to_be_visible()
    served.index()
    assert found(leader, served, "thủ tục hành chính", "thủ tục hành chính") == 1

    archivist.goto(f"{served.address}/van-ban/{record}")
    archivist.get_by_text("Bỏ vào thùng rác").first.click()
    archivist.get_by_label("Lý do").fill("quét nhầm thật")
    archivist.get_by_role("button", name="Bỏ vào thùng rác").click()
    expect(archivist.get_by_role("button", name="Bỏ vào thùng rác")).to_have_count(0)
    archivist.goto(f"{served.address}/thung-rac")
    archivist.locator("summary", has_text="Đề nghị xóa hẳn").click()
    archivist.get_by_role("button", name="Đề nghị xóa hẳn").click()
    expect(archivist.get_by_text("Đỗ Thị Lưu (luu.dt)").first).to_be_visible()

    leader.goto(f"{served.address}/thung-rac")
    expect(leader.get_by_text("Khôi phục")).to_have_count(0)
    leader.locator("summary", has_text="Xác nhận xóa hẳn").click()
    leader.get_by_role("button", name="Xóa hẳn").click()
    expect(leader.get_by_text("Thùng rác trống.")).to_be_visible()
    gone = leader.goto(f"{served.address}/van-ban/{record}")
    assert gone is not None and gone.status == 404


def test_an_administrator_sees_no_records_and_runs_the_house(page: Page, elsewhere: NewPage, served: Served) -> None:
    make_first(page, served)
    link = make_person(page, served, "Bùi Văn Quản", "quan.bv", "administrator", "*")
    second = elsewhere()
    arrive(second, served, link, "quan.bv", SECOND)
    expect(second.get_by_role("heading", name="Người dùng", exact=True)).to_be_visible()
    expect(second.get_by_role("link", name="Tìm văn bản")).to_have_count(0)
    for path in (f"/van-ban/{served.records['quet-0001.tif']}", "/ai-da-xem", "/thung-rac", "/tiep-nhan"):
        refused = second.goto(f"{served.address}{path}")
        assert refused is not None and refused.status == 403, path
        expect(second.get_by_role("link", name="Bùi Văn Quản (quan.bv)")).to_be_visible()

    second.goto(f"{served.address}/don-vi")
    second.get_by_label(re.compile("Mã đơn vị")).fill("dia-chinh")
    second.get_by_label("Tên", exact=True).fill("Địa chính")
    second.get_by_label("Trực thuộc").select_option("office")
    second.get_by_role("button", name="Lưu").click()
    expect(second.get_by_role("rowheader", name="— Địa chính")).to_be_visible()

    link = make_person(second, served, "Phạm Văn Đọc", "doc.pv", "reader", "dia-chinh")
    reader = elsewhere()
    arrive(reader, served, link, "doc.pv", READER)
    assert found(reader, served, LETTER, LETTER) == 1
    assert (answer := reader.goto(f"{served.address}/nop")) and answer.status == 403
    second.goto(f"{served.address}/nguoi-dung")
    second.get_by_role("link", name="Phạm Văn Đọc").click()
    second.get_by_label("Vai trò").select_option("clerk")
    second.get_by_label("Đơn vị").select_option("dia-chinh")
    second.get_by_role("button", name="Giao vai trò").click()
    expect(second.get_by_role("rowheader", name="Văn thư")).to_be_visible()
    assert (answer := reader.goto(f"{served.address}/nop")) and answer.status == 200, "with the next request"
    second.get_by_role("button", name=re.compile("^Rút ?: Văn thư")).click()
    expect(second.get_by_role("rowheader", name="Văn thư")).to_have_count(0)
    assert (answer := reader.goto(f"{served.address}/nop")) and answer.status == 403

    second.get_by_role("button", name="Tạo đường dẫn đặt mật khẩu mới").click()
    fresh = second.locator("#new-link").inner_text()
    reader.goto(fresh)
    arrive(reader, served, fresh, "doc.pv", LEADER)
    used = elsewhere().goto(fresh)
    assert used is not None and used.status == 404, "a link opens once"

    second.goto(f"{served.address}/nguoi-dung")
    second.get_by_role("link", name="Nguyễn Thị Mẫu").first.click()
    second.get_by_role("button", name=re.compile("^Rút ?: Lưu trữ viên")).click()
    expect(second.get_by_role("rowheader", name="Lưu trữ viên")).to_have_count(0)
    refused = page.goto(f"{served.address}/van-ban/{served.records['quet-0001.tif']}")
    assert refused is not None and refused.status == 403, "the first one is administrator alone from now on"

    second.goto(f"{served.address}/nguoi-dung")
    second.get_by_role("table").get_by_role("link", name="Bùi Văn Quản").click()
    expect(second.get_by_text("Không ai tự đổi vai")).to_be_visible()
    expect(second.get_by_role("button", name=re.compile("^Rút"))).to_have_count(0)
    page.goto(f"{served.address}/")
    expect(page.get_by_role("heading", name="Người dùng", exact=True)).to_be_visible()
