"""The only place that constructs and wires, with `answering`. Everything else is handed what it needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archive.catalogue import Catalogue
from archive.disposing import BytePlaces
from archive.head_mail import HeadMail, MailServer
from archive.keeping import SidecarWriter
from archive.layout import Layout
from archive.originals import FolderOriginals, Originals
from archive.places import Places
from archive.saved_searches import SavedSearch
from archive.sidecars import Sidecars
from archive.spool import Spool
from archive.unit_of_work import UnitOfWork
from archive.upkeep import Upkeep, UpkeepOptions
from archive.verifying import Checkable
from archive.watchers import Watchers
from ingest.older_keywords import OlderKeywords
from ingest.reading import ReadingOptions
from ingest.sandbox import ReadingPool
from ingest.service import CLAIMED, INCOMING, REJECTED, IngestOptions, IngestService
from kernel.disposal_errors import StillRunning
from kernel.keeping_errors import HalfRestored
from kernel.locks import exclusive_if_free, shared_if_free
from mappings.record_types import load_types
from search_api.access.viewer import Viewer, local_viewer, named_keeper
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer, learned_by_nobody
from search_api.kept_files import KeptFiles
from search_api.lists.questions import RowReader
from search_api.people.signing import SignIn
from search_api.query.search import SearchService
from search_api.saved.alerting import Alerter
from search_api.searchable_pdfs import SearchablePdfs
from tangthu.list_rows import SandboxedRows
from tangthu.meaning import open_follower
from tangthu.searchable_pdfs import SandboxedPdfs
from tangthu.settings import Settings
from tangthu.signing import signing_options
from tangthu.telling import Teller

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class House:
    """The archive, open, with the settings that it was opened by."""

    settings: Settings
    layout: Layout
    catalogue: Catalogue
    originals: Originals
    spool: Spool

    @property
    def viewer(self) -> Viewer:
        """The person at this machine."""
        return named_keeper(local_viewer(self.settings.unit), self.settings.quarantine_keepers)


@contextmanager
def open_house(settings: Settings, *, alone: bool = False) -> Iterator[House]:
    """Opens the archive in the data folder, making what is not there yet. HalfRestored if a restore did not end.

    StillRunning if somebody holds it alone, or, where it is wanted `alone`, if anybody has it open.
    """
    layout = Layout(settings.data.resolve())
    if layout.half_restored.exists():
        raise HalfRestored(place=layout.data)
    layout.prepare()
    with (exclusive_if_free if alone else shared_if_free)(layout.in_use) as free:
        if not free:
            raise StillRunning
        with _open_house(settings, layout) as house:
            yield house


@contextmanager
def _open_house(settings: Settings, layout: Layout) -> Iterator[House]:
    with open_catalogue(settings.database_url.get_secret_value(), layout) as catalogue:
        yield House(settings, layout, catalogue, open_originals(settings, layout), Spool(layout.spool))


def open_originals(settings: Settings, layout: Layout) -> Originals:
    """Where the settings say that originals lie."""
    if not settings.originals_url:
        return FolderOriginals(layout.originals)
    from archive.s3_originals import S3Originals  # noqa: PLC0415 - who keeps a folder needs no S3 client
    from archive.s3_storage import S3Account  # noqa: PLC0415

    secret = settings.s3_secret.get_secret_value()
    account = S3Account(settings.s3_endpoint_url, settings.s3_region, settings.s3_key, secret)
    return S3Originals(settings.originals_url, account, layout.fetched, settings.originals_cache_mb << 20)


@contextmanager
def open_catalogue(url: str, layout: Layout) -> Iterator[Catalogue]:
    """The catalogue at a URL; empty: the SQLite file of the data folder."""
    catalogue = Catalogue.at_url(url, layout.data) if url else Catalogue.sqlite(layout.catalogue)
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def open_engine(house: House, *, read_only: bool) -> Iterator[SearchEngine]:
    """The search engine that the settings choose."""
    engine = _make_engine(house.settings, house.layout, read_only)
    try:
        yield engine
    finally:
        engine.close()


def _make_engine(settings: Settings, layout: Layout, read_only: bool) -> SearchEngine:
    if settings.engine == "embedded":
        return TantivyEngine(layout.index, read_only=read_only)
    # Its client takes as long to load as all the rest of the house, which mostly runs without it.
    from search_api.engines.elasticsearch_engine import ElasticsearchEngine  # noqa: PLC0415

    return ElasticsearchEngine(
        tuple(url.strip() for url in settings.elasticsearch_url.split(",") if url.strip()),
        settings.elasticsearch_index,
        username=settings.elasticsearch_username,
        password=settings.elasticsearch_password.get_secret_value(),
        ca=settings.elasticsearch_ca,
        shards=settings.elasticsearch_shards,
        replicas=settings.elasticsearch_replicas,
    )


@contextmanager
def working(house: House, ended: Callable[[], None] = lambda: None) -> Iterator[IngestService]:
    """Intake, reading, describing, indexing and the writing of sidecars go on while the block runs.

    `ended` is called, from any thread, if one of them ends unasked.
    """
    settings, layout = house.settings, house.layout
    drop = settings.drop.resolve()
    with (
        open_engine(house, read_only=False) as engine,
        open_follower(settings, layout, house.catalogue) as follower,
        IngestService(house.catalogue, house.originals, layout, drop, _ingest_options(settings), ended) as ingest,
    ):
        indexer = Indexer(
            house.catalogue, engine, layout.index_lock, learned=follower.tell if follower else learned_by_nobody
        )
        with (
            # Ends last: what the others have done up to their end is written down too.
            _beside("sidecars", _sidecar_writer(house).run, ended),
            _beside("upkeep", _upkeep(house).run, ended),
            _beside("indexer", indexer.run, ended),
            _beside("keywords", OlderKeywords(house.catalogue).run, ended),
            _beside("meaning", follower.run, ended) if follower else nullcontext(),
            _beside("alerts", _alerter(house, engine).run, ended),
        ):
            ingest.start()
            try:
                with Teller(Watchers(layout), ingest, indexer):
                    yield ingest
            finally:
                ingest.close()


@contextmanager
def _beside(name: str, loop: Callable[[threading.Event], None], ended: Callable[[], None]) -> Iterator[None]:
    """Runs a loop in a thread of its own while the block runs, and waits for its end."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(loop, stop, ended), name=name)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def checkable(house: House) -> Checkable:
    """What the checker looks at."""
    drop, spool = house.settings.drop.resolve(), house.layout.spool
    claims = drop / CLAIMED, spool, spool / CLAIMED
    places = Places(drop / INCOMING, *claims, drop / REJECTED, house.layout.dividing)
    return Checkable(house.catalogue, house.originals, house.spool, places, _chain_heads(house))


def _chain_heads(house: House) -> Path:
    chosen = house.settings.chain_heads
    return chosen.resolve() if chosen else house.layout.chain_heads


def removables(house: House) -> BytePlaces:
    """Everywhere that bytes made from an original lie under its digest."""
    pictures, pdfs = KeptFiles(house.layout.images), KeptFiles(house.layout.searchable)
    return house.originals, pictures, pdfs, Sidecars(house.originals.beside)


def _sidecar_writer(house: House) -> SidecarWriter:
    layout = house.layout
    return SidecarWriter(house.catalogue, house.originals.beside, layout.sidecar_lock, layout.work)


def _head_mail(settings: Settings) -> HeadMail | None:
    url = settings.chain_heads_smtp.get_secret_value()
    if not url:
        return None
    to = (address.strip() for address in settings.chain_heads_to.split(","))
    return HeadMail(MailServer.at_url(url), tuple(address for address in to if address))


def _alerter(house: House, engine: SearchEngine) -> Alerter:
    url = house.settings.chain_heads_smtp.get_secret_value()
    mail = MailServer.at_url(url) if url else None
    return Alerter(house.catalogue, SearchService(house.catalogue, engine), partial(_owner_of, house), mail)


def _owner_of(house: House, saved: SavedSearch) -> Viewer:
    """Whose rights a saved search has: its owner's as they are now, else those of the person at this machine.

    One that was saved before there were accounts sees nothing once there are: nothing proves whose it is.
    """
    sign_in = SignIn(house.catalogue, signing_options(house.settings))
    if saved.account is not None:
        return sign_in.of_account(saved.account)
    return Viewer("", ()) if sign_in.anyone() else house.viewer


def _upkeep(house: House) -> Upkeep:
    settings, heads, lock = house.settings, _chain_heads(house), house.layout.fixity_lock
    options = UpkeepOptions(heads, lock, settings.fixity_days, mail=_head_mail(settings), places=removables(house))
    return Upkeep(house.catalogue, house.originals, options)


def _run(loop: Callable[[threading.Event], None], stop: threading.Event, ended: Callable[[], None]) -> None:
    try:
        loop(stop)
    finally:
        if not stop.is_set():
            ended()


def enter_units(unit: UnitOfWork, office: str, *, always: bool = False) -> None:
    """Where there are accounts, units that only stand in records or settings come into the tree, to be given rights."""
    if always or unit.people.anyone():
        unit.people.enter_units_of_records(office)


@contextmanager
def open_rows(house: House) -> Iterator[RowReader]:
    """Reads lists of questions, in a reading process of its own."""
    settings = house.settings
    with ReadingPool(1, settings.worker_memory_mb, settings.page_seconds) as pool:
        yield SandboxedRows(pool, house.layout.work)


@contextmanager
def open_searchable_pdfs(house: House) -> Iterator[SearchablePdfs]:
    """Makes searchable PDFs, in a reading process of their own: pictures of pages need not wait for one."""
    settings = house.settings
    with ReadingPool(1, settings.worker_memory_mb, settings.page_seconds) as pool:
        source = SandboxedPdfs(pool, house.originals, reading_options(settings))
        yield SearchablePdfs(house.catalogue, source, house.layout.searchable)


def reading_options(settings: Settings) -> ReadingOptions:
    """How pages are read and drawn."""
    return ReadingOptions(settings.ocr_languages, settings.page_seconds, settings.max_megapixels)


def _ingest_options(settings: Settings) -> IngestOptions:
    return IngestOptions(
        workers=settings.workers,
        memory_mb=settings.worker_memory_mb,
        page_seconds=settings.page_seconds,
        max_bytes=settings.max_upload_mb << 20,
        max_pages=settings.max_pages,
        max_megapixels=settings.max_megapixels,
        settle_seconds=settings.settle_seconds,
        rescan_seconds=settings.rescan_seconds,
        unit=settings.unit,
        reading=reading_options(settings),
        types=load_types(settings.record_types),
    )
