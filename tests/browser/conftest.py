"""A real server over a small real archive, and Debian's Chromium in front of it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.rejected_files import RejectedFiles
from archive.spool import Spool
from search_api.access import LOCAL
from search_api.application import create_application
from search_api.correcting import CorrectionService
from search_api.disposing import DisposalService
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from search_api.linking import LinkService
from search_api.query.search import SearchService
from search_api.query.suggesting import Suggester
from search_api.rejected import RejectedService
from search_api.services import Services
from search_api.uploading import UploadService
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from search_api.web.services import WebOptions
from tests.browser.house import DECISION, LETTER, REPORT, UNREAD, DrawnPages, refuse, store
from tests.servers.chromium import chromium

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_SECONDS = 30

NewPage = Callable[[], Page]


@dataclass(frozen=True, slots=True)
class Served:
    """A running house: its address, its parts, and the records in it by file name."""

    address: str
    catalogue: Catalogue
    spool: Spool
    indexer: Indexer
    records: dict[str, str]

    def index(self) -> None:
        """Brings the index up to the catalogue."""
        while self.indexer.step():
            pass


@dataclass(frozen=True, slots=True)
class House:
    """An archive that nobody serves yet."""

    services: Services
    spool: Spool
    indexer: Indexer


def open_house(data: Path) -> House:
    """An empty archive with the embedded engine."""
    layout = Layout(data)
    layout.prepare()
    catalogue, originals = Catalogue.sqlite(layout.catalogue), FolderOriginals(layout.originals)
    engine, spool = TantivyEngine(layout.index), Spool(layout.spool)
    services = Services(
        catalogue=catalogue,
        engine=engine,
        search=SearchService(catalogue, engine),
        suggester=Suggester(catalogue, engine),
        corrections=CorrectionService(catalogue),
        links=LinkService(catalogue, engine),
        disposal=DisposalService(catalogue, (originals,)),
        uploads=UploadService(catalogue, spool, 500),
        originals=originals,
        images=DrawnPages(originals),
        data=data,
        viewer=LOCAL,
        rejected=RejectedService(catalogue, spool, RejectedFiles(data / "rejected", data / "rejected.lock")),
    )
    return House(services, spool, Indexer(catalogue, engine, layout.index_lock))


def serve(house: House) -> tuple[uvicorn.Server, threading.Thread, str]:
    """Serves it on a port of its own: the server, its thread, its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # What zooms deep is fetched by ./test; a test that needs it says so.
    parts = os.environ.get("TANGTHU_TEST_PAGE_PARTS")
    pages = web_router(house.services, WebOptions(page_parts=Path(parts) if parts else None))
    application = create_application(house.services, pages=pages, error_page=error_page_in("vi"))
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the server does not start"
        time.sleep(0.02)
    return server, thread, f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def served(base_served: Served) -> Served:
    """The house; a module may lay its own over it."""
    return base_served


@pytest.fixture
def base_served(tmp_path: Path) -> Iterator[Served]:
    """A house with a few records, a refused file and one that is being read."""
    house = open_house(tmp_path / "data")
    services = house.services
    (tmp_path / "work").mkdir()
    records = {
        written.name: store(services.catalogue, services.originals, tmp_path / "work", written)
        for written in (DECISION, LETTER, REPORT, UNREAD)
    }
    refuse(services.catalogue, "mat-khau.pdf")
    server, thread, address = serve(house)
    made = Served(address, services.catalogue, house.spool, house.indexer, records)
    made.index()
    yield made
    server.should_exit = True
    thread.join(_PATIENCE_SECONDS)
    services.engine.close()
    services.catalogue.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that TANGTHU_TEST_CHROMIUM names."""
    program = chromium()
    if not program or not Path(program).is_file():
        pytest.fail("no Chromium: apt-get install chromium, or set TANGTHU_TEST_CHROMIUM to one")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield opened
        opened.close()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser, once with script and once without."""
    made = browser.new_context(
        java_script_enabled=request.param, locale="vi-VN", viewport={"width": 1280, "height": 900}
    )
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, browser: Browser, context: BrowserContext) -> Iterator[NewPage]:
    """Makes pages of browsers at other machines, with script or without as the first one."""
    opened: list[BrowserContext] = []

    def new_page() -> Page:
        with_script = request.node.callspec.params["context"]
        opened.append(browser.new_context(java_script_enabled=with_script, locale="vi-VN"))
        opened[-1].set_default_timeout(15_000)
        return opened[-1].new_page()

    yield new_page
    for one in opened:
        one.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab that remembers what it complained of: a page of ours must give no cause."""
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    assert [one for one in complaints if "status of 4" not in one] == []
