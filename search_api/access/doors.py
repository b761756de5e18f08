"""Every address of the house and what it takes to go through it: the one place.

The gate (`search_api.access.gate`) asks this table before anything else runs. An address that is not in it does not
exist for anybody who has to sign in: a route that somebody forgets to enter stays shut. `tests/rights` holds that
every route has its door, and tries all of them as each role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

from search_api.access import policy

API = "/api/v1"
_P = policy.Permission


class Who(Enum):
    """Who may pass where no permission is named."""

    ANYBODY = "anybody"
    """Nobody has to sign in."""
    NEARBY = "nearby"
    """Nobody has to sign in at this machine itself; others need the permission to watch the house."""
    PERSON = "person"
    """Whoever has signed in."""


@dataclass(frozen=True, slots=True)
class Door:
    """What one method of one address takes. `permission` None: `who` decides.

    With an id of a record in the address the permission must hold in that record's unit, else in any unit.
    `noted`: what passing it is written down as, of that record; empty: as nothing.
    `takes_out`: copies of several records leave the house through it.
    `in_pieces`: one thing that somebody does there comes as many requests, which are counted apart.
    """

    permission: policy.Permission | None = None
    who: Who = Who.PERSON
    noted: str = ""
    takes_out: bool = False
    in_pieces: bool = False


_ANYBODY, _PERSON, _NEARBY = Door(who=Who.ANYBODY), Door(), Door(_P.WATCH_HOUSE, Who.NEARBY)
_READ = Door(_P.READ)
_RECORD = f"{API}/records/{{record_id}}"
_SAVED = f"{API}/saved-searches"

_API_DOORS = {
    f"GET {API}/search": _READ,
    f"GET {API}/suggest": _READ,
    f"GET {API}/search/histogram": _READ,
    f"GET {API}/search.csv": Door(_P.EXPORT, takes_out=True),
    f"GET {API}/search.xlsx": Door(_P.EXPORT, takes_out=True),
    f"GET {API}/search.atom": _READ,
    f"POST {API}/search/list": Door(_P.EXPORT, takes_out=True),
    f"POST {API}/records": Door(_P.ADD),
    f"OPTIONS {API}/uploads": Door(_P.ADD),
    f"GET {API}/uploads": Door(_P.ADD),
    f"POST {API}/uploads": Door(_P.ADD),
    f"POST {API}/uploads/stack": Door(_P.ADD),
    f"HEAD {API}/uploads/{{upload_id}}": Door(_P.ADD),
    f"PATCH {API}/uploads/{{upload_id}}": Door(_P.ADD, in_pieces=True),
    f"DELETE {API}/uploads/{{upload_id}}": Door(_P.ADD),
    # Whose file it was is asked where the delivery is known.
    f"GET {API}/rejected": Door(_P.WATCH_INTAKE),
    f"GET {API}/rejected/{{delivery_id}}/file": Door(_P.ADD),
    f"POST {API}/rejected/{{delivery_id}}/retry": Door(_P.ADD),
    f"POST {API}/rejected/{{delivery_id}}/settle": Door(_P.ADD),
    f"POST {API}/rejected/{{delivery_id}}/replacement": Door(_P.ADD),
    f"GET {API}/deliveries": Door(_P.WATCH_INTAKE),
    f"GET {API}/deliveries/{{delivery_id}}": Door(_P.WATCH_INTAKE),
    f"GET {API}/receipts": Door(_P.WATCH_INTAKE),
    f"GET {API}/receipts/{{batch}}": Door(_P.WATCH_INTAKE),
    f"GET {_RECORD}": Door(_P.READ, noted="opened"),
    f"PATCH {_RECORD}": Door(_P.CORRECT, noted="opened"),
    f"DELETE {_RECORD}": Door(_P.DISCARD),
    f"GET {_RECORD}/original": Door(_P.READ, noted="original"),
    f"GET {_RECORD}/text": Door(_P.READ, noted="text"),
    f"GET {_RECORD}/pages/{{number}}/image": Door(_P.READ, noted="page"),
    f"GET {_RECORD}/pages/{{number}}/words": Door(_P.READ, noted="text"),
    f"GET {_RECORD}/hocr": Door(_P.READ, noted="text"),
    f"GET {_RECORD}/alto": Door(_P.READ, noted="text"),
    f"GET {_RECORD}/searchable-pdf": Door(_P.READ, noted="original"),
    f"GET {_RECORD}/alike": _READ,
    f"GET {_RECORD}/links": _READ,
    f"GET {_RECORD}/candidates": _READ,
    f"GET {_RECORD}/access": _READ,
    f"PUT {_RECORD}/access": Door(_P.SHARE),
    f"GET {API}/bin": Door(_P.SEE_BIN),
    f"POST {API}/bin/{{record_id}}/restore": Door(_P.RESTORE),
    f"POST {API}/bin/{{record_id}}/purge-request": Door(_P.ASK_PURGE),
    f"POST {API}/bin/{{record_id}}/purge-confirmation": Door(_P.PURGE),
    # Both find nothing for whoever is not named for it; to release is to change who may see a record.
    f"GET {API}/quarantine": _READ,
    f"POST {API}/quarantine/{{record_id}}/release": Door(_P.SHARE),
    f"GET {_SAVED}": Door(_P.SAVE_SEARCH),
    f"POST {_SAVED}": Door(_P.SAVE_SEARCH),
    f"DELETE {_SAVED}/{{search_id}}": Door(_P.SAVE_SEARCH),
    f"GET {_SAVED}/{{search_id}}/alerts": Door(_P.SAVE_SEARCH),
    f"POST {_SAVED}/{{search_id}}/seen": Door(_P.SAVE_SEARCH),
    f"GET {_SAVED}/{{search_id}}/feed.atom": Door(_P.SAVE_SEARCH),
    f"GET {API}/record-types": _PERSON,
    f"GET {API}/separators": Door(_P.PRINT),
    f"GET {API}/taught": Door(_P.SEE_LESSONS),
    f"POST {API}/taught": Door(_P.TEACH),
    # Whose records they may correct is asked of each.
    f"GET {API}/review": _READ,
    f"POST {API}/review/next": Door(_P.CORRECT),
    f"POST {API}/review/answers": Door(_P.CORRECT),
    f"POST {API}/review/undo": Door(_P.CORRECT),
    f"GET {API}/me": _PERSON,
    f"GET {API}/status": Door(_P.WATCH_HOUSE),
    f"GET {API}/openapi.json": _PERSON,
    f"GET {API}/health/live": _ANYBODY,
    f"GET {API}/health/ready": _NEARBY,
    f"GET {API}/metrics": _NEARBY,
}

_ROOT_DOORS = {
    "GET /health/live": _ANYBODY,
    "GET /health/ready": _NEARBY,
    "GET /metrics": _NEARBY,
    "GET /docs": _PERSON,
}

_PAGE_DOORS = {
    "POST /quen-tim-kiem": _READ,
    # Whoever may not read finds the home page without its search.
    "GET /": _PERSON,
    "GET /static/{name}": _ANYBODY,
    # They tell how one signs in, and nothing of the house.
    "GET /huong-dan": _ANYBODY,
    "GET /huong-dan/{name}": _ANYBODY,
    "GET /van-ban/{record_id}": Door(_P.READ, noted="opened"),
    # A piece may be as large as the page.
    "GET /van-ban/{record_id}/trang/{number}/manh": Door(_P.READ, noted="page"),
    # A form that is refused comes back with the record's page.
    "POST /van-ban/{record_id}/xac-nhan": Door(_P.CORRECT, noted="opened"),
    "POST /van-ban/{record_id}/xac-nhan-chac": Door(_P.CORRECT, noted="opened"),
    "POST /van-ban/{record_id}/bo": Door(_P.DISCARD, noted="opened"),
    "POST /van-ban/{record_id}/hoan-tac": Door(_P.CORRECT, noted="opened"),
    "GET /van-ban/{record_id}/lich-su": Door(_P.SEE_EVENTS),
    "GET /van-ban/{record_id}/sao": Door(_P.EXPORT),
    "POST /van-ban/{record_id}/sao": Door(_P.EXPORT),
    "GET /van-ban/{record_id}/quyen": Door(_P.SHARE),
    "POST /van-ban/{record_id}/quyen": Door(_P.SHARE),
    "GET /nop": Door(_P.ADD),
    "POST /nop": Door(_P.ADD),
    "GET /tiep-nhan": Door(_P.WATCH_INTAKE),
    "GET /tiep-nhan/dien-bien": Door(_P.WATCH_INTAKE),
    "GET /bien-nhan": Door(_P.WATCH_INTAKE),
    "GET /bien-nhan/{batch}": Door(_P.WATCH_INTAKE),
    "GET /tiep-nhan/khong-nhan": Door(_P.WATCH_INTAKE),
    "POST /tiep-nhan/khong-nhan/{delivery_id}/thay": Door(_P.ADD),
    "POST /tiep-nhan/khong-nhan/{delivery_id}/{step}": Door(_P.ADD),
    "GET /thung-rac": Door(_P.SEE_BIN),
    # What each of its steps takes is asked where the step is known.
    "POST /thung-rac/{record_id}/{step}": Door(_P.SEE_BIN),
    "GET /cach-ly": _READ,
    "POST /cach-ly/{record_id}/thoi": Door(_P.SHARE),
    "GET /da-hoc": Door(_P.SEE_LESSONS),
    "POST /da-hoc": Door(_P.TEACH),
    "GET /soat-lai": Door(_P.CORRECT),
    "POST /soat-lai": Door(_P.CORRECT),
    "GET /soat-lai/so-lieu": _READ,
    "GET /soat-lai/{record_id}/trang/{number}/manh": Door(_P.CORRECT, noted="page"),
    "GET /to-phan-cach": Door(_P.PRINT),
    "GET /to-phan-cach.pdf": Door(_P.PRINT),
    "GET /tra-cuu-danh-sach": Door(_P.EXPORT),
    "POST /tra-cuu-danh-sach": Door(_P.EXPORT, takes_out=True),
    "GET /tim-kiem-da-luu": Door(_P.SAVE_SEARCH),
    "POST /tim-kiem-da-luu": Door(_P.SAVE_SEARCH),
    "GET /tim-kiem-da-luu/{search_id}": Door(_P.SAVE_SEARCH),
    "POST /tim-kiem-da-luu/{search_id}/{step}": Door(_P.SAVE_SEARCH),
}

_PEOPLE_DOORS = {
    "GET /dang-nhap": _ANYBODY,
    "POST /dang-nhap": _ANYBODY,
    "POST /mo-khoa": _ANYBODY,
    "GET /moi/{token}": _ANYBODY,
    "POST /moi/{token}": _ANYBODY,
    "POST /dang-nhap/mot-lan": _ANYBODY,
    "GET /dang-nhap/mot-lan/ve": _ANYBODY,
    "POST /moi/{token}/mot-lan": _ANYBODY,
    "POST /tai-khoan/mot-lan/{step}": _PERSON,
    "POST /nguoi-dung/{person_id}/mot-lan/{step}": Door(_P.MANAGE_PEOPLE),
    "POST /dang-xuat": _PERSON,
    "POST /khoa": _PERSON,
    "GET /tai-khoan": _PERSON,
    "POST /tai-khoan/{step}": _PERSON,
    "GET /nguoi-dung": Door(_P.MANAGE_PEOPLE),
    "POST /nguoi-dung": Door(_P.MANAGE_PEOPLE),
    "GET /nguoi-dung/{person_id}": Door(_P.MANAGE_PEOPLE),
    "POST /nguoi-dung/{person_id}/{step}": Door(_P.MANAGE_PEOPLE),
    "GET /don-vi": Door(_P.MANAGE_UNITS),
    "POST /don-vi": Door(_P.MANAGE_UNITS),
    "GET /vai-tro": _PERSON,
    "GET /ai-da-xem": Door(_P.SEE_EVENTS),
}

_DOSSIER, _ENTRY = f"{API}/dossiers/{{dossier_id}}", f"{API}/registers/entries/{{entry_id}}"
# What is asked in the unit of a dossier or a register, and of records, is asked where these are known.
_FILING_DOORS = {
    f"GET {API}/dossiers": _READ,
    f"POST {API}/dossiers": Door(_P.FILE),
    f"GET {API}/dossiers/names": _READ,
    f"GET {_DOSSIER}": _READ,
    f"PATCH {_DOSSIER}": Door(_P.FILE),
    f"DELETE {_DOSSIER}": Door(_P.FILE),
    f"PUT {_DOSSIER}/access": Door(_P.SHARE),
    f"PUT {_DOSSIER}/rule": Door(_P.FILE),
    f"GET {_DOSSIER}/proposals": _READ,
    f"POST {_DOSSIER}/fill": Door(_P.FILE),
    f"POST {_DOSSIER}/records": Door(_P.FILE),
    f"POST {_DOSSIER}/removals": Door(_P.FILE),
    f"PUT {_DOSSIER}/order": Door(_P.FILE),
    f"GET {_DOSSIER}/changes": _READ,
    f"POST {_DOSSIER}/changes/{{change_id}}/undo": Door(_P.FILE),
    f"GET {_DOSSIER}/contents.xlsx": Door(_P.EXPORT, takes_out=True),
    f"GET {API}/registers": _READ,
    f"GET {API}/registers/{{direction}}/{{year}}": _READ,
    f"GET {API}/registers/{{direction}}/{{year}}/table.xlsx": Door(_P.EXPORT, takes_out=True),
    f"POST {API}/registers/{{direction}}": Door(_P.REGISTER),
    f"PUT {API}/registers/{{direction}}/{{year}}/begin": Door(_P.REGISTER),
    f"PATCH {_ENTRY}": Door(_P.REGISTER),
    f"POST {_ENTRY}/void": Door(_P.REGISTER),
    "GET /ho-so": _READ,
    "POST /ho-so": Door(_P.FILE),
    "GET /ho-so/danh-muc": _READ,
    "GET /ho-so/{dossier_id}": _READ,
    "GET /ho-so/{dossier_id}/muc-luc": _READ,
    "GET /ho-so/{dossier_id}/bia": _READ,
    "GET /ho-so/{dossier_id}/quyen": Door(_P.SHARE),
    "POST /ho-so/{dossier_id}/quyen": Door(_P.SHARE),
    "POST /ho-so/{dossier_id}/{step}": Door(_P.FILE),
    "GET /so": _READ,
    "GET /so/dong/{entry_id}": _READ,
    "POST /so/dong/{entry_id}/{step}": Door(_P.REGISTER),
    "GET /so/{view}/{year}": _READ,
    "POST /so/{view}/{year}": Door(_P.REGISTER),
    "GET /so/{view}/{year}/in": _READ,
    "GET /xep": Door(_P.FILE),
    "POST /xep": Door(_P.FILE),
}

DOORS: dict[str, Door] = _API_DOORS | _ROOT_DOORS | _PAGE_DOORS | _PEOPLE_DOORS | _FILING_DOORS
"""By method and the address's pattern."""


@dataclass(frozen=True, slots=True)
class Found:
    """The door that a request stands before. `record_id`: as it stands in the address, empty if none does."""

    door: Door
    untrusted_record_id: str = ""


def find(method: str, path: str) -> Found | None:
    """The door of a request. None if there is none of this address."""
    for known, pattern, door in _patterns():
        if known == method and (matched := pattern.fullmatch(path)):
            return Found(door, matched.groupdict().get("record_id", ""))
    return None


def methods_of(path: str) -> tuple[str, ...]:
    """The methods that an address has, sorted; none if there is no such address."""
    return tuple(sorted({known for known, pattern, _ in _patterns() if pattern.fullmatch(path)}))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], Door], ...]:
    return tuple(_compiled())


def _compiled() -> Iterator[tuple[str, re.Pattern[str], Door]]:
    # Those without a place first: `/health/live` is meant before `/health/{name}` would be.
    for key in sorted(DOORS, key=lambda one: ("{" in one, one)):
        method, _, path = key.partition(" ")
        parts = re.split(r"\{(\w+)\}", path)
        names = (f"(?P<{part}>[^/]+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
        yield method, re.compile("".join(names)), DOORS[key]
