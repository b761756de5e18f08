"""Every question that the API and the pages answer, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.rights.drawn import (
    ISSUERS,
    KINDS,
    OPEN_WORDS,
    SECRET_ISSUERS,
    SECRET_SIGNERS,
    SECRET_WORDS,
    SIGNERS,
    SYMBOLS,
    open_records,
    secret_records,
)
from tests.rights.filed import OPEN_DOSSIERS, OPEN_ENTRIES, SECRET_DOSSIER, SECRET_ENTRY

WORLDS = 16
"""Archives with secret records, each of other ones."""

OPEN_IDS = tuple(one.id for one in open_records())
_V1 = "/api/v1"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `{secret}` in its path: the id of a secret record of this world, by `place`."""

    route: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """One request to a world and to the archive without its secret records."""

    world: int
    asked: Asked


_words = st.sampled_from(sorted({*OPEN_WORDS, *SECRET_WORDS}))
_slips = st.tuples(_words, st.integers(0, 5), st.sampled_from("aeiobtnhs ")).map(
    lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + 1 :]
)
_loose = st.one_of(_words, _words, _slips)
_names = st.sampled_from((*ISSUERS, *SECRET_ISSUERS, *SIGNERS, *SECRET_SIGNERS))
_several = st.lists(_loose, min_size=1, max_size=9).map(" ".join)
_language = st.one_of(
    _several,
    _several,
    st.lists(_words, min_size=2, max_size=3).map(lambda found: f'"{" ".join(found)}"'),
    st.tuples(_words, _words).map(lambda two: f"{two[0]} -{two[1]}"),
    st.tuples(_words, _words).map(lambda two: f"{two[0]} OR {two[1]}"),
    st.tuples(_words, _words).map(lambda two: f"{two[0]} NEAR/4 {two[1]}"),
    _words.map(lambda word: word[:3] + "*"),
    st.tuples(st.integers(1, 12), st.sampled_from(SYMBOLS)).map(lambda two: f"{two[0]}/{two[1]}"),
    st.sampled_from(KINDS).map(lambda kind: f'loại:"{kind}"'),
    st.integers(2015, 2020).map(lambda year: f"date:{year}"),
    _names,
    st.just(""),
)
_filters = st.one_of(
    st.just(()),
    st.just(()),
    st.sampled_from(KINDS).map(lambda kind: (("kind", kind),)),
    st.sampled_from((*ISSUERS, *SECRET_ISSUERS)).map(lambda issuer: (("issuer", issuer),)),
    st.sampled_from((*SIGNERS, *SECRET_SIGNERS)).map(lambda signer: (("signer", signer),)),
    st.integers(2015, 2020).map(lambda year: (("year", str(year)),)),
    st.sampled_from(("Khẩn", "Hỏa tốc")).map(lambda urgency: (("urgency", urgency),)),
    st.just((("issued_from", "2017-01-01"),)),
    st.sampled_from(("searchable", "partly_searchable", "received")).map(lambda state: (("state", state),)),
    _words.map(lambda word: (("dossier", f"Hồ sơ {word}"),)),
    st.just((("year", "never"),)),
)
_orders = st.sampled_from((("sort", "newest"), ("sort", "oldest"), ("sort", "relevance")))
_headers = st.sampled_from(({}, {"accept-language": "en"}))


def _asking(route: str, *pairs: st.SearchStrategy[tuple[tuple[str, str], ...]]) -> st.SearchStrategy[Asked]:
    return st.tuples(st.tuples(*pairs), _headers).map(
        lambda drawn: Asked(route, route, tuple(pair for some in drawn[0] for pair in some), headers=drawn[1])
    )


_q = _language.map(lambda text: (("q", text),))
_one_order = _orders.map(lambda order: (order,))
_short = st.sampled_from(
    ((("limit", "3"), ("sort", "newest")), (("limit", "100"),), (("limit", "5"), ("sort", "oldest")))
)
_ids = st.one_of(
    st.sampled_from(OPEN_IDS),
    st.just("{secret}"),
    st.just("{secret}"),
    st.sampled_from(("01h0", "none", "%00", "01h" + "9" * 23)),
)
_OF_RECORD = (
    "", "/original", "/text", "/pages/1/image", "/pages/2/words", "/pages/1/words", "/candidates", "/links", "/alike",
    "/hocr", "/alto", "/searchable-pdf", "/access",
)  # fmt: skip


def _of_record(drawn: tuple[str, str, Mapping[str, str]]) -> Asked:
    record_id, what, headers = drawn
    route = _V1 + "/records/{record_id}" + what.replace("/1/", "/{number}/").replace("/2/", "/{number}/")
    return Asked(route, f"{_V1}/records/{record_id}{what}", headers=headers)


_MATCHING = st.sampled_from(({}, {}, {"if-none-match": "*"}, {"range": "bytes=0-3"}, {"accept-language": "en"}))
_records = st.tuples(_ids, st.sampled_from(_OF_RECORD), _MATCHING).map(_of_record)
_pages = st.tuples(_ids, _language).map(
    lambda drawn: Asked("/van-ban/{record_id}", f"/van-ban/{drawn[0]}", (("q", drawn[1]),))
)
_scraps = _ids.map(
    lambda one: Asked(
        "/van-ban/{record_id}/trang/{number}/manh", f"/van-ban/{one}/trang/1/manh", (("region", "0.1,0.1,0.5,0.5"),)
    )
)
_whose = st.tuples(_ids, st.sampled_from(("quyen", "lich-su", "sao"))).map(
    lambda two: Asked(f"/van-ban/{{record_id}}/{two[1]}", f"/van-ban/{two[0]}/{two[1]}")
)
_pieces = _ids.map(
    lambda one: Asked(
        "/soat-lai/{record_id}/trang/{number}/manh", f"/soat-lai/{one}/trang/1/manh", (("region", "0.1,0.1,0.5,0.5"),)
    )
)
_deliveries = st.tuples(
    st.sampled_from(((), (("state", "archived"),), (("state", "purged"),), (("state", "duplicate"),))),
    st.sampled_from(((), (("limit", "2"),), (("limit", "7"),))),
).map(lambda drawn: Asked(f"{_V1}/deliveries", f"{_V1}/deliveries", (*drawn[0], *drawn[1])))
_delivery = _ids.map(
    lambda one: Asked(
        f"{_V1}/deliveries/{{delivery_id}}",
        f"{_V1}/deliveries/01d" + one[3:] if one != "{secret}" else f"{_V1}/deliveries/{{secret-delivery}}",
    )
)
_bin = st.sampled_from(((), (("limit", "1"),), (("before", OPEN_IDS[20]),))).map(
    lambda query: Asked(f"{_V1}/bin", f"{_V1}/bin", query)
)
_plain = st.sampled_from(
    tuple(
        Asked(route, route)
        for route in (
            f"{_V1}/status", f"{_V1}/taught", f"{_V1}/saved-searches", f"{_V1}/record-types", f"{_V1}/health/ready",
            f"{_V1}/quarantine", f"{_V1}/me", f"{_V1}/uploads", f"{_V1}/rejected", f"{_V1}/review",
            "/tiep-nhan", "/tiep-nhan/dien-bien", "/tiep-nhan/khong-nhan", "/thung-rac", "/cach-ly", "/da-hoc",
            "/ho-so", "/ho-so/danh-muc", "/so", f"{_V1}/dossiers", f"{_V1}/dossiers/names", f"{_V1}/registers",
            "/tim-kiem-da-luu", "/bien-nhan", "/", "/ai-da-xem", "/soat-lai", "/soat-lai/so-lieu",
            "/don-vi", "/vai-tro", "/nguoi-dung", "/tai-khoan",
        )
    )
)  # fmt: skip
_receipts = st.tuples(
    st.sampled_from((f"{_V1}/receipts", "/bien-nhan")),
    st.sampled_from(((), (("folder", "scan"),), (("account", "lan"),))),
    st.integers(1, 3),
).map(lambda drawn: Asked(drawn[0], drawn[0], (("day", f"2019-01-0{drawn[2]}"), *drawn[1])))
_batches = st.tuples(
    st.sampled_from((f"{_V1}/receipts", "/bien-nhan")), st.sampled_from((*OPEN_IDS, "01h" + "9" * 23))
).map(lambda drawn: Asked(drawn[0] + "/{batch}", f"{drawn[0]}/01b{int(drawn[1][3:]) // 10:023d}"))
_searches = st.tuples(st.integers(0, 2), st.sampled_from(("alerts", "feed.atom"))).map(
    lambda two: Asked(
        f"{_V1}/saved-searches/{{search_id}}/{two[1]}", f"{_V1}/saved-searches/{{search-{two[0]}}}/{two[1]}"
    )
)
_dossiers = st.tuples(
    st.sampled_from(("{dossier-0}", "{dossier-1}", "{dossier-1}", "{secret-dossier}", "none")),
    st.sampled_from(
        (
            (f"{_V1}/dossiers", ("", "/proposals", "/changes", "/contents.xlsx")),
            ("/ho-so", ("", "/muc-luc", "/bia", "/quyen")),
        )
    ),
    st.integers(0, 3),
).map(
    lambda drawn: Asked(
        f"{drawn[1][0]}/{{dossier_id}}{drawn[1][1][drawn[2]]}", f"{drawn[1][0]}/{drawn[0]}{drawn[1][1][drawn[2]]}"
    )
)
_words_of_dossiers = _words.map(lambda word: Asked(f"{_V1}/dossiers", f"{_V1}/dossiers", (("words", word),)))
_years = st.sampled_from(("2021", "2020", "2019", "2015"))
_units_asked = st.sampled_from(((), (), (("unit", "other"),), (("unit", "vault"),)))
_registers = st.tuples(_years, st.sampled_from(("in", "out")), st.sampled_from(("", "/table.xlsx")), _units_asked).map(
    lambda drawn: Asked(
        f"{_V1}/registers/{{direction}}/{{year}}{drawn[2]}",
        f"{_V1}/registers/{drawn[1]}/{drawn[0]}{drawn[2]}",
        drawn[3],
    )
)
_register_pages = st.tuples(_years, st.sampled_from(("den", "di")), st.sampled_from(("", "/in")), _units_asked).map(
    lambda drawn: Asked(
        f"/so/{{view}}/{{year}}{drawn[2]}",
        f"/so/{drawn[1]}/{drawn[0]}{drawn[2]}",
        tuple(("don-vi", value) for _, value in drawn[3]),
    )
)
_entries = st.sampled_from(("{entry-0}", "{entry-1}", "{secret-entry}", "{secret-entry}", "none")).map(
    lambda one: Asked("/so/dong/{entry_id}", f"/so/dong/{one}")
)
_ticked = st.lists(_ids, min_size=1, max_size=3).map(
    lambda ids: Asked("/xep", "/xep", tuple(("id", one) for one in ids))
)
_lists = st.lists(_language, min_size=1, max_size=4).map(
    lambda lines: Asked(
        f"{_V1}/search/list", f"{_V1}/search/list", (("hits", "5"),), "POST",
        "\n".join(line.replace("\n", " ") for line in lines).encode(), {"content-type": "text/csv"},
    )
)  # fmt: skip
_writing = st.tuples(
    st.just("{secret}"),
    st.sampled_from(
        (
            ("PATCH", "/records/{}", b'{"fields": {"subject": {"value": "x"}}}'),
            ("PATCH", "/records/{}", b'{"revision": 2, "fields": {"nofield": {"value": "x"}}}'),
            ("DELETE", "/records/{}", b'{"by": "Lan", "why": "x"}'),
            ("DELETE", "/records/{}", b'{"by": "", "why": ""}'),
            ("POST", "/bin/{}/restore", b'{"by": "Lan"}'),
            ("POST", "/bin/{}/purge-request", b'{"by": "Lan"}'),
            ("POST", "/bin/{}/purge-confirmation", b'{"by": "Lan"}'),
            ("PUT", "/records/{}/access", b'{"unit": "office", "access_class": "public"}'),
            ("POST", "/quarantine/{}/release", b'{"by": "Lan", "why": "x"}'),
            ("POST", "/review/answers", b'{"record_id": "{secret}", "kind": "page", "place": "1", "shown": "x"}'),
            ("POST", "/review/answers", b'{"record_id": "{secret}", "kind": "field", "place": "number", "shown": ""}'),
            ("POST", "/review/next", b'{"mode": "all"}'),
            ("POST", "/review/next", b'{"mode": "pages"}'),
        )
    ),
).map(
    lambda drawn: Asked(
        _V1 + drawn[1][1].format("{record_id}"), _V1 + drawn[1][1].format(drawn[0]), (), drawn[1][0], drawn[1][2],
        {"content-type": "application/json"},
    )
)  # fmt: skip

_WEIGHED: tuple[tuple[int, st.SearchStrategy[Asked]], ...] = (
    (4, _asking(f"{_V1}/search", _q, _filters, _one_order, st.just((("limit", "100"),)))),
    (4, _asking(f"{_V1}/search", _q, _filters, _short)),
    (2, _asking("/", _q, _filters, st.just((("sort", "newest"),)))),
    (2, _asking(f"{_V1}/search/histogram", _q, _filters)),
    (4, _asking(f"{_V1}/suggest", _language.map(lambda text: (("q", text[:12]),)))),
    (2, _asking(f"{_V1}/search.csv", _q, _filters, _one_order)),
    (1, _asking(f"{_V1}/search.xlsx", _q, st.just((("sort", "newest"),)))),
    (2, _asking(f"{_V1}/search.atom", _q, _filters)),
    (8, _records),
    (3, _pages),
    (2, _lists),
    (8, _plain),
    (3, _dossiers),
    (2, _registers),
    *((1, one) for one in (_words_of_dossiers, _register_pages, _entries, _ticked)),
    *(
        (1, one)
        for one in (_scraps, _pieces, _whose, _deliveries, _delivery, _receipts, _batches, _bin, _searches, _writing)
    ),
)
ASKED: st.SearchStrategy[Asked] = st.sampled_from([one for times, one in _WEIGHED for _ in range(times)]).flatmap(
    lambda one: one
)


def examples(worlds: int = WORLDS) -> st.SearchStrategy[Example]:
    """Requests to the first so many archives with secret records."""
    return st.builds(Example, st.integers(1, worlds), ASKED)


def filled_body(asked: Asked, world: int) -> bytes:
    """The body, with the id of a secret record of that world for its name."""
    some = secret_records(world)
    return asked.body.replace(b"{secret}", some[0].id.encode() if some else b"01hsecret")


def filled(asked: Asked, world: int, searches: tuple[str, ...]) -> str:
    """The path with ids for names: a secret record of that world, guessed right, and its delivery."""
    some = secret_records(world)
    secret = some[len(asked.path + str(asked.query)) % len(some)].id if some else "01hsecret"
    path = asked.path.replace("{secret}", secret).replace("{secret-delivery}", "01d" + secret[3:])
    named = {"secret-dossier": SECRET_DOSSIER, "secret-entry": SECRET_ENTRY}
    named |= {f"dossier-{number}": one for number, one in enumerate(OPEN_DOSSIERS)}
    named |= {f"entry-{number}": one for number, one in enumerate(OPEN_ENTRIES)}
    for name, one in named.items():
        path = path.replace(f"{{{name}}}", one)
    for number, search_id in enumerate(searches):
        path = path.replace(f"{{search-{number}}}", search_id)
    return path
