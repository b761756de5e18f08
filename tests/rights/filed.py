"""Dossiers and registers of the drawn archives: open ones, the same in all, and secret ones beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive import dossier_moves, dossiers
from archive.registers import Wanted, correct, give, make_void
from archive.unit_of_work import UnitOfWork
from mappings.filing import Direction
from tests.rights.drawn import Drawn
from tests.serving import SearchHouse

OPEN_DOSSIERS, SECRET_DOSSIER = (
    ("01d0ssier00000000000000000", "01d0ssier00000000000000001"),
    "01d0ssier0000000000000000x",
)
OPEN_ENTRIES, SECRET_ENTRY = ("01entry000000000000000000a", "01entry000000000000000000b"), "01entry000000000000000000x"
_TODAY = date(2021, 5, 4)


@dataclass(frozen=True, slots=True)
class _Made:
    """A dossier to be made. The first open one passes on what only the unit `other` sees by itself."""

    id: str
    title: str
    unit: str
    access_class: str
    rule: str = ""


_OPEN = (
    _Made(OPEN_DOSSIERS[0], "Hồ sơ ngân sách", "office", "internal", "ngân sách"),
    _Made(OPEN_DOSSIERS[1], "Hồ sơ thanh tra", "office", "unit", "thanh tra"),
)
_SECRET = _Made(SECRET_DOSSIER, "Hồ sơ kín thanh tra", "vault", "unit", "điều tra")


def fill(house: SearchHouse, records: Sequence[Drawn]) -> None:
    """Makes and fills them, open ones first, so that ids and moments are alike in all archives."""
    live = [one for one in records if one.fate not in ("bin", "purge")]
    open_, secret = ([one.id for one in live if one.secret is kept] for kept in (False, True))
    house.catalogue.write(lambda work: _open(work, open_))
    if secret:
        house.catalogue.write(lambda work: _secret(work, secret))


def _open(work: UnitOfWork, ids: list[str]) -> None:
    for number, one in enumerate(_OPEN):
        _make(work, one, ids[number * 6 : number * 6 + 6])
    for entry_id, record_id in zip(OPEN_ENTRIES, ids[12:14], strict=True):
        give(work, Wanted(entry_id, "office", record_id, Direction.IN, _TODAY), _TODAY, "Lan")
    correct(work, OPEN_ENTRIES[0], {"handed_to": "Phòng Nội vụ", "due_on": "2021-05-01"}, "Lan")
    make_void(work, OPEN_ENTRIES[1], "nhầm", "Lan")


def _secret(work: UnitOfWork, ids: list[str]) -> None:
    """Beside the open entries in the same register, and in one of their own; in a dossier of their own."""
    _make(work, _SECRET, ids[: len(ids) // 2 + 1])
    for number, record_id in enumerate(ids):
        unit, direction = (("office", Direction.IN), ("vault", Direction.IN), ("office", Direction.OUT))[number % 3]
        entry_id = SECRET_ENTRY if number == 0 else f"01entry{number:019d}"
        book = "" if number % 2 else "Mật"
        if work.records.fields([record_id], boxes=False)[record_id]["number"].value and direction is Direction.OUT:
            continue
        give(work, Wanted(entry_id, unit, record_id, direction, _TODAY, book), _TODAY, "Hoa")


def _make(work: UnitOfWork, one: _Made, ids: Sequence[str]) -> None:
    said = {"title": one.title, "unit": one.unit, "agency": one.unit, "access_class": one.access_class}
    dossiers.make(work, one.id, said | {"rule": {"q": one.rule}}, "Lan")
    dossier_moves.file(work, one.id, ids, "Lan")
    dossiers.place(work, one.id, ids[::-1][:2], "Lan")
