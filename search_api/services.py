"""What the routes need of the house, constructed by whoever starts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive.catalogue import Catalogue
from archive.originals import Originals
from mappings.record_types import RecordTypes, builtin_types
from search_api.access import Viewer
from search_api.correcting import CorrectionService
from search_api.disposing import DisposalService
from search_api.engines.protocol import SearchEngine
from search_api.linking import LinkService
from search_api.lists.questions import RowReader
from search_api.page_images import PageImages
from search_api.people.options import SigningOptions
from search_api.photos import PhotoMeasuring
from search_api.query.search import SearchService
from search_api.query.suggesting import Suggester
from search_api.rejected import RejectedService
from search_api.reviewing.options import ReviewOptions
from search_api.searchable_pdfs import SearchablePdfs
from search_api.uploading import UploadService

if TYPE_CHECKING:  # its libraries are loaded where there is a provider
    from search_api.oidc.provider import Provider

Check = Callable[[], None]
"""Returns if a part of the house is well, else raises (a TangthuError says what to do)."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that answers. `viewer`: who asks at this machine, until there are accounts.

    `signing`: how people sign in; `oidc`: the office's own provider to sign in by, None without one.
    `sandbox`: what holds the processes that parse bytes from outside, for people to know.
    `searchable_pdfs`: None where none are made. `rows`: None where no lists of questions are read.
    `rejected`: None where nobody looks after files that were not taken. `photos`: None where no photos are joined.
    `checks`: further parts that must be well for the house to be ready, by name (a program that is installed, …).
    """

    catalogue: Catalogue
    engine: SearchEngine
    search: SearchService
    suggester: Suggester
    corrections: CorrectionService
    links: LinkService
    disposal: DisposalService
    uploads: UploadService
    originals: Originals
    images: PageImages
    data: Path
    viewer: Viewer
    checks: Mapping[str, Check] = field(default_factory=dict)
    sandbox: str = ""
    searchable_pdfs: SearchablePdfs | None = None
    rows: RowReader | None = None
    types: RecordTypes = field(default_factory=builtin_types)
    signing: SigningOptions = field(default_factory=SigningOptions)
    oidc: Provider | None = None
    rejected: RejectedService | None = None
    photos: PhotoMeasuring | None = None
    reviewing: ReviewOptions = field(default_factory=ReviewOptions)
