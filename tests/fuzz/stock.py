"""A real house whose archive always has what is asked for: records of every access class, in the bin, kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from archive.catalogue import Catalogue
from archive.disposing import ask_purge, discard
from archive.dossiers import make
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.quarantining import quarantine
from archive.registers import Wanted, give
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.ids import new_id
from mappings.filing import Direction
from mappings.record import RecordState
from search_api.access import Viewer
from search_api.access.policy import Permission
from search_api.people.options import SigningOptions
from search_api.people.own import OwnAccount, WantedKey
from search_api.people.signing import SignIn
from search_api.query.answers import SearchQuery
from search_api.saved.service import SavedSearchService
from tests.hostile.making import plain_pdf
from tests.records import enter
from tests.rights.offices import ACTORS, KINDS, PASSWORD, enter_people
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

ASKERS = ("nobody", *ACTORS, "narrow key")
"""The last: an archivist's key for reading and saved searches alone."""

WORDS = ("cầu", "đường", "trường học", "ngân sách", "đất đai")
_BINNED, _APART = 3, 2
_DAY = date(2026, 1, 5)


@dataclass(slots=True)
class Stock:
    """The house, how each asker is known to it, and the ids of what lies there now."""

    server: TangthuServer
    catalogue: Catalogue
    originals: FolderOriginals
    scratch: Path
    credentials: dict[str, dict[str, str]] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    binned: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    searches: dict[str, list[str]] = field(default_factory=dict)
    dossiers: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    made: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def headers(self, asker: str) -> dict[str, str]:
        """What makes a request one of this asker's, from a page of the house."""
        return self.credentials.get(asker, {}) | {"Origin": self.address}

    def fill(self) -> None:
        """Makes good what the questions so far have changed or taken away."""
        for kind, access in KINDS.items():
            if not self._as_it_was(self.kept.get(kind, ""), access):
                self.kept[kind] = self.enter(access)
        self.binned = [one for one in self.binned if self._lies_in_bin(one)]
        while len(self.binned) < _BINNED:
            self.binned.append(self.enter({"unit": "a1", "access_class": "unit"}))
            self.catalogue.write(lambda unit: discard(unit, self.binned[-1], "Lan", "quét nhầm"))
            self.catalogue.write(lambda unit: ask_purge(unit, self.binned[-1], "Lan"))
        self.apart = [one for one in self.apart if self._state(one) is RecordState.QUARANTINED]
        while len(self.apart) < _APART:
            self.apart.append(self.enter({"unit": "a1", "access_class": "unit"}))
            self.catalogue.write(lambda unit: quarantine(unit, self.apart[-1], 1))
        self._save_searches()
        self.catalogue.write(self._file)
        self._learn_ids()

    def _file(self, unit: UnitOfWork) -> None:
        """A dossier of a unit with two records in it, and a number in its register of incoming documents."""
        self.dossiers = [one for one in self.dossiers if unit.dossiers.among([one])]
        if not self.dossiers:
            made = new_id()
            said = {"title": f"Hồ sơ {made}", "unit": "a1", "agency": "a", "access_class": "internal"}
            make(unit, made, said, "Lan")
            self.dossiers.append(made)
        if not self.entries:
            wanted = Wanted(new_id(), "a1", self.kept["of the unit"], Direction.IN, _DAY)
            self.entries.append(give(unit, wanted, _DAY, "Lan").id)

    def _save_searches(self) -> None:
        service = SavedSearchService(self.catalogue)
        with self.catalogue.reading() as unit:
            without = [account for account in ACTORS if not unit.saved_searches.all(account)]
        for account in without:
            service.save("", "Cầu", SearchQuery(q="cầu"), "", Viewer(account, (), account))

    def enter(self, access: dict[str, str]) -> str:
        """A record as it is once it was read, with a real original."""
        self.made += 1
        word = WORDS[self.made % len(WORDS)]
        text = f"SỞ NỘI VỤ\nSố: {self.made}/QĐ-SNV\nQUYẾT ĐỊNH\nVề {word} số {self.made}"
        fields = {
            "number": str(self.made),
            "symbol": "QĐ-SNV",
            "kind": "Quyết định",
            "issuer": "Sở Nội vụ",
            "issued_on": f"20{10 + self.made % 10}-03-05",
            "subject": f"Về {word} số {self.made}",
            "signer": "Nguyễn Văn Mẫu",
        }
        content = plain_pdf(f"record {self.made}")
        return enter(
            self.catalogue, (text,), fields, content=content, originals=self.originals, scratch=self.scratch,
            file_name=f"quet-{self.made}.pdf", **access,
        )  # fmt: skip

    def _state(self, record_id: str) -> RecordState | None:
        with self.catalogue.reading() as unit:
            found = unit.records.views([record_id], discarded=True).get(record_id)
        return found.record.state if found else None

    def _as_it_was(self, record_id: str, access: dict[str, str]) -> bool:
        with self.catalogue.reading() as unit:
            found = unit.records.views([record_id]).get(record_id) if record_id else None
        if found is None:
            return False
        record = found.record
        now_is = {"unit": record.unit, "access_class": record.access_class, "shared": "\n".join(record.shared)}
        return now_is == {"shared": ""} | access

    def _lies_in_bin(self, record_id: str) -> bool:
        with self.catalogue.reading() as unit:
            return record_id in unit.bin.among([record_id])

    def _learn_ids(self) -> None:
        with self.catalogue.reading() as unit:
            deliveries = [row.delivery.id for row in unit.deliveries.recent(30, None, None, None)]
            changes = [one.id for key in self.dossiers for one in unit.dossiers.changes(key)]
            searches = {account: [one.id for one in unit.saved_searches.all(account)] for account in ACTORS}
        self.searches = searches
        self.ids = {
            "record_id": [*self.kept.values(), *self.kept.values(), *self.binned, *self.apart],
            "bin": self.binned,
            "quarantine": self.apart,
            "delivery_id": deliveries,
            "dossier_id": self.dossiers,
            "change_id": changes,
            "entry_id": self.entries,
        }


@contextmanager
def stocked(folder: Path) -> Iterator[Stock]:
    """The house, filled, with everybody signed in."""
    layout = Layout(folder / "data")
    layout.prepare()
    catalogue = Catalogue.sqlite(layout.catalogue)
    catalogue.write(enter_people)
    told = {
        "sign_in": "always",
        "requests_per_minute": 0,
        "unit": "a1",
        "quarantine_keepers": "archivist",
        "workers": 1,
    }
    with tangthu_server(folder, **told) as server:
        stock = Stock(server, catalogue, FolderOriginals(layout.originals), layout.work)
        stock.credentials = _credentials(catalogue)
        stock.fill()
        wait_until(lambda: _all_indexed(catalogue), 60)
        yield stock
    catalogue.close()


def _all_indexed(catalogue: Catalogue) -> bool:
    with catalogue.reading() as unit:
        return unit.outbox.waiting() == 0


def _credentials(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    sign_in = SignIn(catalogue, SigningOptions())
    tokens = {actor: sign_in.sign_in(actor, PASSWORD, "", "127.0.0.1", "a test") for actor in ACTORS}
    made = {actor: {"Cookie": f"tangthu_session={token}"} for actor, token in tokens.items()}
    archivist = sign_in.of_session(tokens["archivist"])
    scopes = [Permission.READ.value, Permission.SAVE_SEARCH.value]
    key = OwnAccount(catalogue, sign_in).make_key(archivist, WantedKey(f"hẹp {now().year}", scopes, "30"), PASSWORD, "")
    return made | {"narrow key": {"Authorization": f"Bearer {key}"}}
