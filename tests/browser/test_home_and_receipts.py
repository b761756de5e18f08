"""The home page below the search box and the receipt of a delivery, as people meet them, with script and without."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from archive.deliveries import DeliveryRow, HandedIn
from kernel.clock import now
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.filing.checking import today
from tests.browser.conftest import Served
from tests.browser.house import DECISION


def test_the_search_box_comes_first_and_the_work_below_it(page: Page, served: Served) -> None:
    page.goto(served.address)
    box, work = page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first, page.locator(".at-home")
    expect(box).to_be_focused()
    above, below = box.bounding_box(), work.bounding_box()
    assert above and below and above["y"] + above["height"] < below["y"]
    expect(work).to_contain_text("Việc đang chờ")
    expect(work.get_by_role("img")).to_have_count(2)
    work.get_by_text("Xem số liệu dạng bảng").click()
    expect(work.get_by_role("row", name=f"{now():%Y}").first).to_be_visible()
    work.get_by_role("link", name="tệp không nhận được, chờ xử lý").click()
    expect(page.locator("main")).to_contain_text("mat-khau.pdf")


def test_the_home_page_fits_a_telephone(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(served.address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{served.address}/bien-nhan?day={today():%Y-%m-%d}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_receipt_goes_on_by_itself_and_is_printed_as_a_table(page: Page, served: Served) -> None:
    batch, record_id = new_id(), served.records[DECISION.name]
    handed = HandedIn(batch, 1, "Lan (lan)", "lan")
    delivery = Delivery(batch, "một.pdf", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 5)
    served.catalogue.write(lambda work: work.deliveries.put([DeliveryRow(delivery, handed=handed)]))
    page.goto(f"{served.address}/bien-nhan/{batch}")
    expect(page.locator("#receipt-part")).to_contain_text("biên nhận này chưa phải bản cuối")

    with served.catalogue.reading() as work:
        digest = work.records.by_id(record_id).digest
    taken = Delivery(
        batch, "một.pdf", DeliverySource.UPLOAD, DeliveryState.DUPLICATE, delivery.received_at, 5, digest, record_id
    )
    served.catalogue.write(lambda work: work.deliveries.put([DeliveryRow(taken)]))
    # By the script within seconds, without it by the page's own refresh.
    expect(page.locator("#receipt-part")).to_contain_text("Khớp số liệu", timeout=25_000)
    expect(page.get_by_text("Bên giao")).to_be_visible()

    page.set_viewport_size({"width": 660, "height": 900})
    page.emulate_media(media="print")
    assert (
        page.locator(".lines-of-receipt tbody tr").first.evaluate("row => getComputedStyle(row).display") == "table-row"
    )
    expect(page.locator(".top")).to_be_hidden()
