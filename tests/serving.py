"""The search side of the house over a catalogue, an engine and a client, for tests without a running server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from PIL import Image
from starlette.types import ASGIApp

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.spool import Spool
from mappings.record import Record
from search_api.access import LOCAL, Viewer
from search_api.application import create_application
from search_api.correcting import CorrectionService
from search_api.disposing import DisposalService
from search_api.engines.protocol import SearchEngine
from search_api.indexer import Indexer
from search_api.linking import LinkService
from search_api.page_images import KeptPageImages
from search_api.query.search import SearchService
from search_api.query.suggesting import Suggester
from search_api.services import Services
from search_api.uploading import UploadService
from tests.records import enter


def at_this_machine(application: ASGIApp, **more: Any) -> TestClient:
    """A client of the person at this machine: of an archive without accounts nobody else gets an answer."""
    return TestClient(application, **({"base_url": "http://localhost:8000", "client": ("127.0.0.1", 50000)} | more))


class WhitePages:
    """Draws every page as white paper, and counts how often."""

    def __init__(self) -> None:
        self.drawn: list[tuple[str, int, int]] = []

    def image(self, record: Record, number: int, width: int) -> bytes:
        self.drawn.append((record.id, number, width))
        stream = BytesIO()
        Image.new("L", (width, width * 3 // 2), 255).save(stream, "JPEG")
        return stream.getvalue()


@dataclass(slots=True)
class SearchHouse:
    """Everything that answers, and what tests do to it."""

    layout: Layout
    catalogue: Catalogue
    engine: SearchEngine
    originals: FolderOriginals
    spool: Spool
    drawing: WhitePages
    services: Services
    indexer: Indexer
    client: TestClient

    def enter(self, *pages: str | None, **more: Any) -> str:
        """A record that was read, with its original; not yet in the index."""
        fields = more.pop("fields", {})
        return enter(self.catalogue, pages, fields, originals=self.originals, scratch=self.layout.work, **more)

    def index(self) -> None:
        """Drains the outbox."""
        while self.indexer.step():
            pass

    def get(self, path: str, status: int = 200, **parameters: Any) -> Any:
        """The JSON at a path under /api/v1."""
        answer = self.client.get(f"/api/v1{path}", params=parameters or None)  # {} would take off those of the path
        assert answer.status_code == status, answer.text
        return answer.json()

    def found(self, q: str = "", **parameters: Any) -> list[str]:
        """The ids that a search returns, in order."""
        return [hit["record_id"] for hit in self.get("/search", q=q, **parameters)["hits"]]

    def as_viewer(self, viewer: Viewer) -> None:
        """From now on this one asks."""
        self.client.app.state.services = replace(self.services, viewer=viewer)  # type: ignore[attr-defined]


@contextmanager
def search_house(
    folder: Path, engine: SearchEngine, max_upload_mb: int = 1, hosts: tuple[str, ...] = (), database_url: str = ""
) -> Iterator[SearchHouse]:
    """A house in a folder over this engine."""
    layout = Layout(folder / "data")
    layout.prepare()
    catalogue = Catalogue.at_url(database_url, layout.data) if database_url else Catalogue.sqlite(layout.catalogue)
    originals, spool, drawing = FolderOriginals(layout.originals), Spool(layout.spool), WhitePages()
    images = KeptPageImages(drawing, layout.images)
    services = Services(
        catalogue=catalogue,
        engine=engine,
        search=SearchService(catalogue, engine),
        suggester=Suggester(catalogue, engine),
        corrections=CorrectionService(catalogue),
        links=LinkService(catalogue, engine),
        disposal=DisposalService(catalogue, (originals, images)),
        uploads=UploadService(catalogue, spool, max_upload_mb),
        originals=originals,
        images=images,
        data=layout.data,
        viewer=LOCAL,
    )
    application = create_application(services, hosts=hosts)
    indexer = Indexer(catalogue, engine, layout.index_lock)
    with at_this_machine(application, raise_server_exceptions=False) as client:
        yield SearchHouse(layout, catalogue, engine, originals, spool, drawing, services, indexer, client)
    catalogue.close()
