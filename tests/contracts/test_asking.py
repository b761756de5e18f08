"""Near words, terms alike, and the language of questions find the same in both engines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mappings.index_document import IndexDocument, index_document
from mappings.record import Record, RecordState, RecordView
from search_api.engines.nodes import AllOf, Boosted, Fuzzy, Near, Node, Term
from search_api.engines.protocol import SearchEngine
from search_api.query.parsing import parse
from search_api.query.planning import plan
from tests.contracts.index_documents import PUBLIC, document, fill, find, found
from tests.records import described, page_of


def near(first: str, second: str, between: int) -> Near:
    return Near("text_folded", first, second, between)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (near("dat", "rung", 0), {"r1", "r2"}),
        (near("rung", "dat", 0), {"r1", "r2"}),
        (near("dat", "rung", 1), {"r1", "r2"}),
        (near("dat", "rung", 2), {"r1", "r2", "r3"}),
        (near("rung", "dat", 3), {"r1", "r2", "r3", "r4"}),
        (near("dat", "bien", 9), set()),
        (near("dat", "dat", 1), {"r1", "r2", "r3", "r4"}),
        (near("dat", "", 1), set()),
        (Fuzzy("text_folded", "rung"), {"r1", "r2", "r3", "r4", "r5"}),
        (Fuzzy("text_folded", "rugn"), {"r1", "r2", "r3", "r4"}),
        (Fuzzy("text_folded", "ung"), {"r1", "r2", "r3", "r4"}),
        (Fuzzy("text_folded", "run"), {"r1", "r2", "r3", "r4", "r5"}),
        (Fuzzy("text_folded", "rungx"), {"r1", "r2", "r3", "r4"}),
        (Fuzzy("text_folded", "xrugn"), set()),
        (Fuzzy("text_folded", ""), set()),
    ],
)
def test_near_and_alike(engine: SearchEngine, node: Node, expected: set[str]) -> None:
    texts = ("cua dat rung nha", "rung dat", "dat mot hai rung", "rung mot hai ba dat", "runh")
    fill(engine, *(document(number, text) for number, text in enumerate(texts, 1)))
    assert found(engine, node) == expected
    assert all(hit.position.score == 1.0 for hit in find(engine, node).hits)


def test_terms_alike_are_all_found_however_many(engine: SearchEngine) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = [f"{letter}{other}" for letter in letters for other in "xy"]
    fill(engine, *(document(number, f"{word}nhieu") for number, word in enumerate(words, 1)))
    assert len(found(engine, Fuzzy("text_folded", "axnhieu"))) == len(letters) + 1
    assert find(engine, AllOf((Boosted(Near("text_folded", "a", "b", 1), 3.0), Term("access", "public")))).total == 0


FIELDS = {
    1: {"number": "05", "symbol": "QĐ-UBND", "issued_on": "2019-03-05", "kind": "Quyết định", "issuer": "Sở Nội vụ",
        "subject": "Về việc cải cách hành chính", "signer": "Nguyễn Văn An", "urgency": "Khẩn", "dossier": "01.TCCB"},
    2: {"number": "6", "symbol": "TB-UBND", "issued_on": "2020-06-30", "kind": "Thông báo", "issuer": "Sở Y tế",
        "subject": "Về việc đất đai", "signer": "Trần An", "recipients": "Sở Nội vụ; Lưu", "arrival_number": "2352"},
    3: {"number": "7", "symbol": "HDANN", "issued_on": "2020-07-01", "kind": "Hợp đồng", "issuer": "Ban Quản lý"},
}  # fmt: skip
TEXTS = {
    1: "Cải cách hành chính và đất đai của tỉnh",
    2: "Khiếu nại về đất đai; kĩ thuật thủy lợi; cải cách sau này của hành chính",
    3: "Giải quyết đất rừng",
}


def indexed(number: int) -> IndexDocument:
    record = Record(
        id=f"r{number}",
        sequence=number,
        digest=f"{number:064x}",
        size=1,
        media_type="application/pdf",
        file_name="a.pdf",
        state=RecordState.SEARCHABLE,
        revision=1,
        received_at=datetime(2021, 1, number, tzinfo=UTC),
        page_count=1,
        unit="office",
        access_class="public",
    )
    view = RecordView(record, described(FIELDS[number]), (page_of(1, TEXTS[number]),))
    return index_document(view)


QUESTIONS = {
    "số:5": {1},
    "số: 5, 6": {1, 2},
    "ký hiệu:QĐ-UBND": {1},
    "ký hiệu:qd": {1},
    "loại:QĐ": {1},
    "loại:QĐ,TB": {1, 2},
    "-loại:QĐ": {2, 3},
    "cơ quan:Sở": {1, 2},
    "co quan: noi vu so": {1},
    'cơ quan:"Nội vụ Sở"': set(),
    "ngày:2019": {1},
    "ngày:01/2019..06/2020": {1, 2},
    "ngày:sau 06/2020": {3},
    "trích yếu: đất": {2},
    "trích yếu:cải cách": {1},
    "người ký:An": {1, 2},
    'người ký:"Trần An"': {2},
    "độ khẩn:khẩn": {1},
    "hồ sơ:01.tccb": {1},
    "nơi nhận: nội vụ": {2},
    "số đến:2352": {2},
    "đất đai": {1, 2},
    "đất hoặc hợp": {1, 2, 3},
    "thủy hoặc rừng": {2, 3},
    "loại:TB (thủy hoặc rừng)": {2},
    '"cải cách" gần/0 "hành chính"': {1},
    '"cải cách" gần/3 "hành chính"': {1, 2},
    "hành chính GẦN cải cách": {1, 2},
    "thủ* -kĩ": set(),
    "giải*": {3},
    "kỹ thuật": {2},
    "ky thuat": {2},
    '"kỹ thuật"': {2},
    "QĐ-UBND 2019": {1},
    "qd ubnd 2020": set(),
    "05/QĐ-UB": {1},
    "O5/QD-U8ND": {1},
    "7/HĐ-NN": {3},
    "7/HDANN": {3},
    "đất -khiếu": {1, 3},
}


def test_questions_find_what_they_say(engine: SearchEngine) -> None:
    fill(engine, *map(indexed, FIELDS))
    for question, expected in QUESTIONS.items():
        node = plan(parse(question)).strict
        assert found(engine, node, access=PUBLIC) == {f"r{number}" for number in expected}, question


def test_both_engines_order_and_score_alike(both_engines: tuple[SearchEngine, SearchEngine]) -> None:
    for engine in both_engines:
        fill(engine, *map(indexed, FIELDS))
    for question in QUESTIONS:
        planned = plan(parse(question))
        for node in (planned.strict, planned.loose or planned.strict):
            one, other = (find(engine, node) for engine in both_engines)
            assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits], question
            scores = [[hit.position.score for hit in results.hits] for results in (one, other)]
            assert scores[0] == pytest.approx(scores[1], rel=1e-4), question
