"""A list of questions in, a table of answers out: through the real reading process, whatever is in the list."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ingest.sandbox import ReadingPool
from kernel.errors import Busy, EngineUnavailable
from search_api.access import Viewer
from search_api.engines.protocol import EngineResults, SearchRequest
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.lists import questions
from search_api.query.search import SearchService
from tangthu.list_rows import MOST_WAITING, SandboxedRows
from tests.serving import SearchHouse, search_house


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(1, 512, 30) as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, pool: ReadingPool) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        made.services = replace(made.services, rows=SandboxedRows(pool, made.layout.work))
        made.client.app.state.services = made.services  # type: ignore[attr-defined]
        budget = {"number": "123", "symbol": "QĐ-UBND", "issued_on": "2019-03-05", "subject": "Về việc ngân sách"}
        made.enter("mở đầu", "dự toán ngân sách năm 2019", fields=budget)
        made.enter("Căn cứ Quyết định số 123/QĐ-UBND về ngân sách", fields={"subject": "=cmd()"})
        made.enter("bí mật nhà nước", access_class="unit", unit="other")
        made.index()
        yield made
    engine.close()


def ask(house: SearchHouse, content: bytes, status: int = 200, **asked: object) -> list[dict[str, str]]:
    answer = house.client.post("/api/v1/search/list", params=asked, content=content)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.text
    if status != 200:
        return [answer.json()]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_each_question_is_answered_in_its_row(house: SearchHouse) -> None:
    rows = ask(house, "123/QĐ-UBND\n\nkhôngcóđâu\n du toan ngan sach\nngân sách trường học".encode())
    told = [(row["Dòng"], row["Mức khớp"], row["Số văn bản tìm thấy"]) for row in rows]
    assert told == [
        ("1", "Đúng số, ký hiệu", "2"),
        ("2", "Dòng trống", ""),
        ("3", "Không tìm thấy", "0"),
        ("4", "Duy nhất", "1"),
        ("5", "Chỉ khớp một phần", "2"),
    ]
    assert (rows[0]["Số, ký hiệu"], rows[0]["Ngày ban hành"]) == ("123/QĐ-UBND", "2019-03-05")
    assert rows[3]["Trang"] == "2"
    assert rows[3]["Xem tại"].startswith("http://localhost:8000/van-ban/")


def test_several_hits_are_several_rows_and_no_formula(house: SearchHouse) -> None:
    rows = ask(house, "ngân sách".encode(), hits=3)
    assert [(row["Dòng"], row["Thứ tự"], row["Mức khớp"]) for row in rows] == [
        ("1", "1", "Một trong nhiều"),
        ("1", "2", "Một trong nhiều"),
    ]
    assert {row["Trích yếu"] for row in rows} == {"Về việc ngân sách", "'=cmd()"}


@pytest.mark.parametrize(
    "content",
    [
        "STT;Số ký hiệu;Trích yếu\n1;123/QĐ-UBND;x\n".encode(),
        "STT\tCÂU HỎI\n1\t123/QĐ-UBND\n".encode("utf-16"),
        "\ufeffQuestion\r\n123/QD-UBND\r\n".encode(),
        workbook(("STT", "Số, ký hiệu"), (1, "123/QĐ-UBND")),
    ],
    ids=["semicolons", "utf-16", "one column", "workbook"],
)
def test_the_headed_column_is_asked_in_any_usual_form(house: SearchHouse, content: bytes) -> None:
    (row,) = ask(house, content)
    assert (row["Dòng"], row["Mức khớp"]) == ("2", "Đúng số, ký hiệu")


@pytest.mark.parametrize("content", ["ngân sách, dự toán", "ngân sách, dự toán\nkế hoạch\n"], ids=["one", "two lines"])
def test_a_comma_in_a_question_parts_no_cells(house: SearchHouse, content: str) -> None:
    assert ask(house, content.encode())[0]["Câu hỏi"] == "ngân sách, dự toán"


def test_answers_as_a_workbook_in_english(house: SearchHouse) -> None:
    answer = house.client.post(
        "/api/v1/search/list", params={"form": "xlsx", "lang": "en"}, content="123/QĐ-UBND".encode()
    )
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("Row", "Question", "How sure")
    assert rows[1][:3] == (1, "123/QĐ-UBND", "Bears the number asked for")


def test_rights_hold_for_each_row(house: SearchHouse) -> None:
    assert ask(house, "bí mật nhà nước".encode())[0]["Mức khớp"] == "Không tìm thấy"
    house.as_viewer(Viewer("insider", ("unit:other",)))
    assert ask(house, "bí mật nhà nước".encode())[0]["Mức khớp"] == "Duy nhất"


def test_the_rest_of_a_long_list_is_named(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_QUESTIONS", 2)
    rows = ask(house, b"mot\nhai\nba\n")
    assert [row["Dòng"] for row in rows] == ["1", "2", ""]
    assert rows[-1]["Mức khớp"].startswith("Chỉ tra")


class _FailsOn:
    """An engine that is away for some of the questions."""

    def __init__(self, engine: TantivyEngine, failing: range) -> None:
        self._engine, self._failing, self.asked = engine, failing, 0

    def search(self, request: SearchRequest) -> EngineResults:
        self.asked += 1
        if self.asked in self._failing:
            raise EngineUnavailable(reason="away")
        return self._engine.search(request)

    def count(self) -> int | None:
        return self._engine.count()


@pytest.mark.parametrize(("failing", "answered", "asked"), [(range(2, 4), 3, 5), (range(1, 9), 0, 3)])
def test_an_engine_that_is_away_ends_no_list(house: SearchHouse, failing: range, answered: int, asked: int) -> None:
    engine = _FailsOn(house.engine, failing)  # type: ignore[arg-type]
    search = SearchService(house.catalogue, engine)  # type: ignore[arg-type]
    house.client.app.state.services = replace(house.services, search=search)  # type: ignore[attr-defined]
    rows = ask(house, "ngân\nngân\nngân\nngân\nngân".encode())
    assert [row["Dòng"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert sum(row["Mức khớp"] == "Một trong nhiều" for row in rows) == answered
    assert sum(row["Mức khớp"].startswith("Chưa tra") for row in rows) == 5 - answered
    assert engine.asked == asked


def bomb(size: int) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(("a",)))) as made,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for entry in made.infolist():
            content = made.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<sheetData>", b"<sheetData>" + b" " * size)
            out.writestr(entry.filename, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + b"x" * 100, "damaged"),
        (bomb(160 << 20), "too-large"),
        (workbook(("a",))[:-200], "damaged"),
    ],
    ids=["no zip", "bomb", "half"],
)
def test_a_hostile_workbook_is_refused_and_the_next_list_is_answered(
    house: SearchHouse, content: bytes, code: str
) -> None:
    status = 413 if code == "too-large" else 422
    assert ask(house, content, status)[0]["code"] == code
    assert len(ask(house, b"123")) == 1


def test_a_list_over_a_megabyte_is_refused(house: SearchHouse) -> None:
    assert ask(house, b"a\n" * (600 << 10), 413)[0]["code"] == "request-too-large"


def test_a_quote_that_never_ends_is_one_row(house: SearchHouse) -> None:
    assert len(ask(house, b'"abc\n' * 1000)) >= 1


@pytest.mark.long
def test_lists_that_take_long_do_not_hold_all_threads(tmp_path: Path, pool: ReadingPool) -> None:
    reader = SandboxedRows(pool, tmp_path)
    # One row of very many cells: the parser goes through all of them, though only the first ones are kept.
    cells = '<c t="inlineStr"><is><t>a</t></is></c>' * 150_000
    slow = _with_sheet(workbook(("đất đai",)), f"<row>{cells}</row>")
    with ThreadPoolExecutor(MOST_WAITING + 4) as threads:
        asked = [threads.submit(reader.rows, slow, 10) for _ in range(MOST_WAITING + 4)]
        refused = [one for one in as_completed(asked) if isinstance(one.exception(), Busy)]
    assert len(refused) == 3
    assert reader.rows("đất đai".encode(), 10) == (("đất đai",),)


def _with_sheet(book: bytes, rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return stream.getvalue()
