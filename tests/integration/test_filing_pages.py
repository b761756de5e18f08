"""Dossiers and registers on the page, without script: only by the links and forms that stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from archive.disposing import discard
from search_api.access import LOCAL, Viewer
from search_api.access.policy import Permission
from search_api.access.rights import Rights
from search_api.application import create_application
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.filing.checking import today
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from search_api.web.wording import day
from tests.records import confirm
from tests.serving import SearchHouse, at_this_machine, search_house

YEAR = today().year
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_INPUT = re.compile(r"<input\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_SELECT = re.compile(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.S)
_OPTION = re.compile(r"<option\b([^>]*)>([^<]*)")
_BUTTON = re.compile(r"<button\b([^>]*)>(.*?)</button>", re.S)
_TEXTAREA = re.compile(r'<textarea\b[^>]*name="([^"]+)"[^>]*>([^<]*)')


def attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


@dataclass
class Desk:
    """A person at the page: what it shows, and what is pressed on it."""

    house: SearchHouse
    client: TestClient
    text: str = ""

    def go(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        self.text = answer.text
        return self.text

    def press(self, label: str, status: int = 200, untick: tuple[str, ...] = (), **typed: str | list[str]) -> str:
        """Fills the form that has this button, as it stands, and presses it."""
        for head, body in _FORM.findall(self.text):
            for button, words in _BUTTON.findall(body):
                if unescape(re.sub(r"<[^>]+>", "", words)).strip() == label:
                    return self._send(attributes(head), attributes(button), body, typed, untick, status)
        raise AssertionError(f"no button {label}")

    def _send(
        self,
        form: dict[str, str],
        button: dict[str, str],
        body: str,
        typed: dict[str, str | list[str]],
        untick: tuple[str, ...],
        status: int,
    ) -> str:
        fields: list[tuple[str, str]] = []
        outside = [one for one in _INPUT.findall(self.text) if f'form="{form.get("id", "-")}"' in one]
        for one in map(attributes, [*_INPUT.findall(body), *outside]):
            name, value = one.get("name", ""), one.get("value", "")
            if name in typed or not name:
                continue
            if one.get("type") != "checkbox" or ("checked" in one and value not in untick):
                fields.append((name, value))
        for name, options in _SELECT.findall(body):
            found = [attributes(head) | {"": words} for head, words in _OPTION.findall(options)]
            chosen = next((one for one in found if "selected" in one), found[0])
            if name not in typed:
                fields.append((name, chosen.get("value", chosen[""])))
        fields += [(name, unescape(value)) for name, value in _TEXTAREA.findall(body) if name not in typed]
        for name, value in typed.items():
            fields += [(name, one) for one in (value if isinstance(value, list) else [value])]
        if button.get("name"):
            fields.append((button["name"], button.get("value", "")))
        action = button.get("formaction") or form["action"]
        if form.get("method") == "post":
            sent: dict[str, list[str]] = {}
            for name, value in fields:
                sent.setdefault(name, []).append(value)
            answer = self.client.post(action, data=sent)
        else:
            answer = self.client.get(action, params=fields)
        assert answer.status_code == status, answer.text
        self.text = answer.text
        return self.text

    def follow(self, words: str) -> str:
        """Goes where the first link with these words leads."""
        for href, inside in re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.text, re.S):
            if words in unescape(re.sub(r"<[^>]+>", "", inside)):
                return self.go(unescape(href))
        raise AssertionError(f"no link {words}")

    @property
    def titles(self) -> list[str]:
        """The records of the table, in its order."""
        return [
            unescape(re.sub(r"<[^>]+>", "", one)).strip().splitlines()[0]
            for one in re.findall(r'<th scope="row">(.*?)</th>', self.text, re.S)
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as house:
        for number in (1, 2, 3):
            house.enter(
                "tuyển dụng công chức",
                fields={
                    "number": f"{number}",
                    "symbol": "QĐ-SNV",
                    "issued_on": f"2019-0{number}-05",
                    "subject": f"Việc {number}",
                    "issuer": "SỞ NỘI VỤ",
                },
            )
        house.index()
        services = house.services
        made = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
        yield Desk(house, at_this_machine(made))
    engine.close()


def ids(desk: Desk) -> dict[str, str]:
    """By subject."""
    hits = desk.house.get("/search", q="tuyển dụng")["hits"]
    return {hit["subject"]: hit["record_id"] for hit in hits}


def test_ticked_results_become_a_dossier_with_its_list_of_documents(desk: Desk) -> None:
    known = ids(desk)
    desk.go("/?q=tuyển dụng")
    desk.press("Xếp hồ sơ hoặc vào sổ các văn bản đã đánh dấu", id=[known["Việc 3"], known["Việc 1"]])
    assert "Việc 2" not in desk.text
    desk.press("Xếp các văn bản đã đánh dấu", title="Tuyển dụng 2019", code="01.TCCB")
    assert "Đã xếp văn bản vào hồ sơ." in desk.text
    assert "<h1>01.TCCB Tuyển dụng 2019</h1>" in desk.text
    assert desk.titles == ["1/QĐ-SNV Việc 1", "3/QĐ-SNV Việc 3"]
    desk.press("Lưu thứ tự", **{f"place.{known['Việc 3']}": "1", f"place.{known['Việc 1']}": "2"})
    assert desk.titles == ["3/QĐ-SNV Việc 3", "1/QĐ-SNV Việc 1"]
    desk.follow("In mục lục văn bản")
    assert "MỤC LỤC VĂN BẢN TRONG HỒ SƠ" in desk.text
    assert [one for one in re.findall(r"<td>([^<]*)</td>", desk.text) if "SNV" in one] == ["3/QĐ-SNV", "1/QĐ-SNV"]
    assert "05/03/2019" in desk.text
    desk.follow("Quay lại")
    desk.press("Xếp theo ngày tháng")
    assert desk.titles == ["1/QĐ-SNV Việc 1", "3/QĐ-SNV Việc 3"]
    desk.house.index()
    desk.follow("Tìm trong hồ sơ này")
    assert "2 văn bản" in desk.text


def test_what_was_taken_out_by_mistake_comes_back_with_one_press(desk: Desk) -> None:
    known = ids(desk)
    desk.go(f"/xep?id={known['Việc 1']}&id={known['Việc 2']}")
    desk.press("Xếp các văn bản đã đánh dấu", title="Tuyển dụng 2019")
    desk.press("Lấy văn bản đã đánh dấu ra khỏi hồ sơ", id=[known["Việc 1"]])
    assert desk.titles == ["2/QĐ-SNV Việc 2"]
    desk.press("Hoàn tác")
    assert desk.titles == ["1/QĐ-SNV Việc 1", "2/QĐ-SNV Việc 2"]
    desk.press("Đóng hồ sơ")
    assert "đã đóng" in desk.text
    assert "Lưu thứ tự" not in desk.text
    desk.press("Mở lại hồ sơ")
    assert "Lưu thứ tự" in desk.text
    desk.follow("Việc 1")
    desk.follow("Tuyển dụng 2019")
    assert desk.titles == ["1/QĐ-SNV Việc 1", "2/QĐ-SNV Việc 2"]


def test_a_question_fills_a_dossier(desk: Desk) -> None:
    known = ids(desk)
    desk.go("/?q=tuyển dụng")
    desk.press("Xếp hồ sơ hoặc vào sổ các văn bản đã đánh dấu")
    desk.press("Lấy câu hỏi làm quy tắc của hồ sơ", title="Tuyển dụng 2019")
    assert "Việc 1" in desk.text
    desk.press("Xếp các văn bản đã đánh dấu", untick=(known["Việc 2"],))
    assert desk.titles == ["1/QĐ-SNV Việc 1", "3/QĐ-SNV Việc 3"]
    desk.press("Xếp mọi văn bản chưa có hồ sơ")
    assert len(desk.titles) == 3
    assert "Mọi văn bản đúng quy tắc đều đã nằm trong hồ sơ này." in desk.text
    desk.press("Bỏ quy tắc")
    assert "Theo quy tắc" not in desk.text


def test_a_name_from_a_separator_sheet_is_one_press_from_a_dossier(desk: Desk) -> None:
    desk.house.enter("x", fields={"dossier": "Đất đai <2019>", "subject": "Việc đất"})
    desk.go("/ho-so")
    assert "Đất đai &lt;2019&gt;" in desk.text
    desk.press("Lập hồ sơ: Đất đai <2019>")
    assert desk.titles == ["Việc đất"]
    desk.go("/ho-so")
    assert "chưa lập" not in desk.text
    desk.follow("In danh mục hồ sơ")
    assert "DANH MỤC HỒ SƠ" in desk.text
    assert "Đất đai &lt;2019&gt;" in desk.text


def test_wrong_forms_say_what_is_missing_and_keep_what_was_typed(desk: Desk) -> None:
    known = ids(desk)
    desk.go(f"/xep?id={known['Việc 1']}")
    desk.press("Xếp các văn bản đã đánh dấu", 422)
    assert "Chọn một hồ sơ, hoặc ghi tiêu đề hồ sơ mới." in desk.text
    desk.press("Vào sổ các văn bản đã đánh dấu", 422, day="31/02/2019", book="Sổ riêng")
    assert 'value="31/02/2019"' in desk.text
    assert 'value="Sổ riêng"' in desk.text
    desk.go("/ho-so")
    desk.press("Lập hồ sơ", 422, title="Hồ sơ A", starts_on="hôm qua")
    assert 'value="hôm qua"' in desk.text
    desk.go(f"/so/den/{YEAR}?tu=x", 422)
    desk.go("/so/len/2026", 404)
    desk.go("/ho-so/khong-co", 404)


def test_incoming_records_get_their_numbers_and_the_register_is_printed(desk: Desk) -> None:
    known = ids(desk)
    desk.go(f"/xep?id={known['Việc 2']}&id={known['Việc 1']}")
    desk.press("Vào sổ các văn bản đã đánh dấu")
    assert "Đã vào sổ: 01, 02." in desk.text
    desk.press("Vào sổ các văn bản đã đánh dấu", 409)
    assert "đã vào sổ với số 01" in desk.text
    answer = desk.go("/so")
    assert f"Sổ đăng ký văn bản đến {YEAR}" in answer
    assert desk.titles == ["2/QĐ-SNV Việc 2", "1/QĐ-SNV Việc 1"]
    desk.follow("Sửa 01")
    desk.press("Lưu", handed_to="Phòng Nội vụ", due_on="01/02/2020")
    assert "Đã sửa; nội dung cũ còn trong lịch sử." in desk.text
    assert re.search("đã sửa; [^<:]+: Phòng Nội vụ; Thời hạn giải quyết: 01/02/2020<", desk.text)
    desk.press("Lưu", 422, due_on="mai")
    for one in ("waiting", "overdue", "late"):
        desk.go(f"/so/den/{YEAR}?loc={one}")
        assert desk.titles == ["2/QĐ-SNV Việc 2"]
    desk.follow("In sổ")
    assert "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN" in desk.text
    assert "quá hạn" in desk.text
    desk.go(f"/so/den/{YEAR}")
    desk.follow("In sổ")
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN" in desk.text
    assert re.findall(r"<th scope=\"col\">([^<]*)</th>", desk.text)[:3] == ["Ngày đến", "Số đến", "Tác giả"]
    assert desk.text.count(day(today())) == 2


def test_a_void_number_stays_in_the_register_with_its_reason(desk: Desk) -> None:
    known = ids(desk)
    desk.go(f"/xep?id={known['Việc 1']}")
    desk.press("Vào sổ các văn bản đã đánh dấu")
    desk.go(f"/so/den/{YEAR}")
    desk.follow("Sửa 01")
    desk.press("Hủy số này", why="Vào sổ nhầm")
    assert "đã hủy: Vào sổ nhầm" in desk.text
    assert "Lưu</button>" not in desk.text
    assert re.findall(r"<li>[^,]*, [^<]*?: ([^<]*)</li>", desk.text) == ["đã hủy số; Vào sổ nhầm", "đã vào sổ"]
    desk.go(f"/van-ban/{known['Việc 1']}")
    desk.follow("Xếp hồ sơ, vào sổ")
    desk.press("Vào sổ các văn bản đã đánh dấu")
    desk.go(f"/so/den/{YEAR}")
    assert [one.split(" ")[0] for one in re.findall(r"<strong>(\d\d)</strong>", desk.text)] == ["01", "02"]


def test_a_line_says_that_its_record_is_in_the_bin(desk: Desk) -> None:
    record_id = ids(desk)["Việc 1"]
    desk.go(f"/xep?id={record_id}")
    desk.press("Vào sổ các văn bản đã đánh dấu")
    desk.house.catalogue.write(lambda unit: discard(unit, record_id, "Lan", "nhầm"))
    desk.go(f"/so/den/{YEAR}")
    assert "trong thùng rác" in desk.text
    desk.follow("Sửa 01")
    assert "trong thùng rác" in desk.text
    allowed = frozenset(Permission) - {Permission.SEE_BIN}
    viewer = Viewer("Lan", LOCAL.tokens, "lan", Rights({"office": allowed}, allowed))
    desk.client.app.state.services = replace(desk.house.services, viewer=viewer)  # type: ignore[attr-defined]
    for step in (lambda: desk.go(f"/so/den/{YEAR}"), lambda: desk.follow("Sửa 01")):
        assert "Văn bản đã vào thùng rác." in step()
        assert not [word for word in (record_id, "Việc 1", "SỞ NỘI VỤ", "đã bị xóa hẳn") if word in desk.text]


def test_outgoing_records_stand_under_their_printed_numbers(desk: Desk) -> None:
    known = ids(desk)
    desk.go(f"/xep?id={known['Việc 1']}&id={known['Việc 3']}")
    confirm(desk.house.catalogue, known["Việc 1"], "number", "issued_on")
    confirm(desk.house.catalogue, known["Việc 3"], "number")
    desk.press("Vào sổ các văn bản đã đánh dấu", 409, register="di", numbers="printed")
    assert "Đã vào sổ: 01." in desk.text
    assert (
        f"Không vào sổ được: 3/QĐ-SNV – Văn bản {known['Việc 3']}: số 3 hoặc ngày 2019-03-05 chưa được xác nhận."
        in desk.text
    )
    confirm(desk.house.catalogue, known["Việc 3"], "issued_on")
    desk.press("Vào sổ các văn bản đã đánh dấu", untick=(known["Việc 1"],), register="di", numbers="printed")
    assert "Đã vào sổ: 03." in desk.text
    desk.go("/so/di/2019")
    assert desk.titles == ["1/QĐ-SNV Việc 1", "3/QĐ-SNV Việc 3"]


def test_a_register_that_was_begun_on_paper_goes_on(desk: Desk) -> None:
    known = ids(desk)
    desk.go(f"/so/den/{YEAR}")
    desk.press("Lưu", first="413")
    assert "Số đầu tiên là 413." in desk.text
    desk.go(f"/xep?id={known['Việc 1']}")
    desk.press("Vào sổ các văn bản đã đánh dấu")
    assert "Đã vào sổ: 413." in desk.text


def test_nobody_is_shown_what_he_may_not_see(desk: Desk) -> None:
    hidden = desk.house.enter(
        "mật", fields={"dossier": "Kín", "subject": "Việc kín"}, unit="other", access_class="unit"
    )
    assert "Kín" not in desk.go("/ho-so")
    assert "Việc kín" not in desk.go(f"/xep?id={hidden}")
    answer = desk.client.post("/xep", data={"id": hidden, "do": "file", "title": "A"})
    assert answer.status_code == 404
    answer = desk.client.post("/xep", data={"id": hidden, "do": "register"})
    assert answer.status_code == 404


def test_every_page_is_told_in_english_too(desk: Desk) -> None:
    known = ids(desk)
    desk.go(f"/xep?id={known['Việc 1']}")
    desk.press("Xếp các văn bản đã đánh dấu", title="Tuyển dụng 2019")
    found = re.search(r'action="(/ho-so/[^/"]+)/', desk.text)
    assert found
    for path, words in (
        ("/ho-so", "Make the dossier"),
        (found[1], "Print the list of documents"),
        (f"/so/di/{YEAR}", "Register of outgoing records"),
        ("/xep", "No record is ticked."),
    ):
        assert words in desk.go(f"{path}?lang=en")
