"""What answers, constructed and wired: the page and the API. Its libraries are as large as all the rest of the house,
and whoever takes in and reads, or types a command, does without them.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from archive.watchers import Watchers
from ingest.confining import confinement
from ingest.sandbox import ReadingPool
from ingest.service import INCOMING
from kernel.errors import BadValue
from mappings.other_names import load_names
from mappings.record import Record
from mappings.record_types import load_types
from search_api.application import Application, create_application
from search_api.correcting import CorrectionService
from search_api.disposing import DisposalService
from search_api.engines.protocol import SearchEngine
from search_api.guarding import allowed_hosts
from search_api.linking import LinkService
from search_api.page_images import KeptPageImages
from search_api.query.sealing import kept_seal
from search_api.query.search import SearchService
from search_api.query.suggesting import Suggester
from search_api.reviewing.options import ReviewOptions
from search_api.services import Services
from search_api.uploading import UploadService
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from search_api.web.services import WebOptions
from tangthu.bootstrap import House, enter_units, open_rows, open_searchable_pdfs, reading_options, removables
from tangthu.meaning import open_joining
from tangthu.page_images import SandboxedPageImages
from tangthu.photos import SandboxedPhotos
from tangthu.rejected import open_rejected
from tangthu.settings import Settings
from tangthu.signing import oidc_provider, signing_options
from tangthu.tools import check_tesseract, check_watching

if TYPE_CHECKING:
    from search_api.meaning.joining import Joining


_LONGEST_HEAD = 256 << 10  # octets of a request's first line and headers


@contextmanager
def make_application(house: House, engine: SearchEngine) -> Iterator[Application]:
    """The page and the API, with a reading process that draws pictures of pages."""
    settings = house.settings
    with open_services(house, engine) as services:
        services.disposal.finish()
        house.catalogue.write(lambda unit: enter_units(unit, settings.unit))
        incoming, can_mail = settings.drop.resolve() / INCOMING, bool(settings.chain_heads_smtp.get_secret_value())
        options = WebOptions(
            settings.language,
            str(incoming),
            settings.max_upload_mb,
            can_mail,
            settings.backup_days,
            settings.page_parts,
        )
        yield create_application(
            services,
            pages=web_router(services, options),
            error_page=error_page_in(settings.language),
            hosts=allowed_hosts(settings.hosts, settings.host),
        )


@contextmanager
def open_services(house: House, engine: SearchEngine) -> Iterator[Services]:
    """What answers, over an open house; the reading process starts when a page is first drawn."""
    settings = house.settings
    with (
        ReadingPool(1, settings.worker_memory_mb, settings.page_seconds) as pool,
        open_searchable_pdfs(house) as searchable_pdfs,
        open_joining(settings, house.layout, engine) as meaning,
        open_rows(house) as rows,  # in a process of its own: pictures of pages need not wait for a hostile list
    ):
        images = SandboxedPageImages(pool, house.originals, reading_options(settings))
        photos = SandboxedPhotos(pool, settings.max_megapixels)
        kept = KeptPageImages(images, house.layout.images, still=lambda record: _is_there(house, record))
        yield replace(
            _services(house, engine, kept, meaning), searchable_pdfs=searchable_pdfs, rows=rows, photos=photos
        )


def _is_there(house: House, record: Record) -> bool:
    with house.catalogue.reading() as unit:
        return unit.records.find(record.id) is not None


def _services(house: House, engine: SearchEngine, images: KeptPageImages, meaning: Joining | None) -> Services:
    catalogue, types = house.catalogue, load_types(house.settings.record_types)
    names = load_names(house.settings.other_names)
    return Services(
        catalogue=catalogue,
        engine=engine,
        search=SearchService(catalogue, engine, names, meaning, seal=kept_seal(house.layout.cursor_key)),
        suggester=Suggester(catalogue, engine),
        corrections=CorrectionService(catalogue, types),
        links=LinkService(catalogue, engine),
        disposal=DisposalService(catalogue, removables(house)),
        uploads=UploadService(catalogue, house.spool, house.settings.max_upload_mb),
        originals=house.originals,
        images=images,
        data=house.layout.data,
        viewer=house.viewer,
        signing=signing_options(house.settings),
        oidc=oidc_provider(house.settings),
        checks={
            "tesseract": lambda: check_tesseract(house.settings.ocr_languages),
            "watching": partial(check_watching, Watchers(house.layout)),
        },
        sandbox=str(confinement()),
        types=types,
        rejected=open_rejected(house.settings, house.layout, catalogue, house.spool),
        reviewing=ReviewOptions(house.settings.review_second_share),
    )


def run(application: Application, listener: socket.socket, settings: Settings) -> None:
    """Serves until it is told to stop. BadValue: a certificate that cannot be used."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
        # A long question in an address that comes in pieces is answered by the house, in the reader's language.
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except OSError as error:
        value = settings.tls_certificate
        raise BadValue(name="TANGTHU_TLS_CERTIFICATE", value=value, expected=str(error)) from error
    # Once stopped in order, the server raises the signal that stopped it again; to us that is a good end, be it
    # Ctrl-C or the SIGTERM of whoever runs services.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
