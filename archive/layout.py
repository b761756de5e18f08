"""Where things lie in the data folder. Every path kept anywhere is relative to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The data folder. `originals`, `spool` and `catalogue` are the truth; the rest can be made anew."""

    data: Path

    @property
    def originals(self) -> Path:
        """Originals by digest."""
        return self.data / "originals"

    @property
    def spool(self) -> Path:
        """Uploads that are safe on disk and wait for intake, a folder a delivery."""
        return self.data / "spool"

    @property
    def catalogue(self) -> Path:
        """The SQLite file of the embedded form."""
        return self.data / "catalogue.sqlite"

    @property
    def index(self) -> Path:
        """The embedded search engine's files."""
        return self.data / "index"

    @property
    def owners(self) -> Path:
        """Lock files of living processes."""
        return self.data / "owners"

    @property
    def watchers(self) -> Path:
        """How each process that takes and reads stands, told by itself: a file an owner."""
        return self.data / "watchers"

    @property
    def in_use(self) -> Path:
        """Shared by all who have the archive open; held alone by what makes its catalogue anew or moves it."""
        return self.data / "in-use.lock"

    @property
    def index_lock(self) -> Path:
        """Held by whoever writes the index."""
        return self.data / "index.lock"

    @property
    def chain_heads(self) -> Path:
        """Where the head of the chain of events is put down each day, unless the settings name another folder."""
        return self.data / "chain-heads"

    @property
    def cursor_key(self) -> Path:
        """The key that seals the places at which searches go on; without it they are asked anew."""
        return self.data / "cursor.key"

    @property
    def last_backup(self) -> Path:
        """When and where the archive was last backed up, and how the last try ended."""
        return self.data / "last-backup.json"

    @property
    def fixity_lock(self) -> Path:
        """Held by whoever reads originals again in the background."""
        return self.data / "fixity.lock"

    @property
    def sidecar_lock(self) -> Path:
        """Held by whoever writes sidecars."""
        return self.data / "sidecars.lock"

    @property
    def half_restored(self) -> Path:
        """There while a backup is being put back, and after a restore that did not end."""
        return self.data / "HALF-RESTORED.txt"

    @property
    def images(self) -> Path:
        """Drawn pages, kept to be shown again."""
        return self.data / "cache" / "images"

    @property
    def searchable(self) -> Path:
        """Searchable PDFs, kept to be given again."""
        return self.data / "cache" / "searchable"

    @property
    def fetched(self) -> Path:
        """Local copies of originals that lie on another storage."""
        return self.data / "cache" / "originals"

    @property
    def work(self) -> Path:
        """Temporary files of reading processes."""
        return self.data / "cache" / "work"

    @property
    def dividing(self) -> Path:
        """Parts of scans that are being divided, until they are entered: a folder a scan."""
        return self.data / "cache" / "dividing"

    def prepare(self) -> None:
        """Makes the folders that are not there yet, readable by their owner only."""
        for folder in (self.data, self.originals, self.spool, self.owners, self.watchers, self.images, self.work):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
