"""Every route, good and bad: shapes, uploads, originals, images, problems in two languages, guards, health."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from archive.events import EventType
from archive.receiving import reject
from kernel.clock import now
from kernel.errors import ToolMissing, TooManyPages
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.guarding import allowed_hosts, loopback_hosts
from search_api.uploading import UploadService
from tests.serving import SearchHouse, search_house

FIELDS = {"number": "123", "symbol": "QĐ-UBND", "subject": "Về việc chi ngân sách", "issued_on": "2019-03-05"}
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 40


@pytest.fixture
def record_id(house: SearchHouse) -> str:
    found = house.enter("Trang một về ngân sách", None, fields=FIELDS, content=CONTENT, file_name="Quyết định 123.pdf")
    house.index()
    return found


def test_a_record_tells_all_about_itself(house: SearchHouse, record_id: str) -> None:
    record = house.get(f"/records/{record_id}")
    assert record["issue_number"] == "123/QĐ-UBND"
    assert (record["state"], record["page_count"], record["size"]) == ("partly_searchable", 2, len(CONTENT))
    assert list(record["fields"]) == [
        "number", "symbol", "issued_on", "place", "superior", "issuer", "kind", "subject", "keywords", "urgency",
        "secrecy", "addressees", "references", "recipients", "position", "signer", "arrival_number", "arrived_on",
        "dossier", "sheets", "record_type",
    ]  # fmt: skip
    assert record["fields"]["number"] == {
        "value": "123", "confidence": 0.8, "doubtful": False, "confirmed": False, "page": 1,
        "boxes": [[0.1, 0.1, 0.3, 0.12]],
    }  # fmt: skip
    assert record["fields"]["signer"]["value"] is None
    read, failed = record["pages"]
    assert (read["page"], read["state"], read["read_by"], read["confidence"]) == (1, "searchable", "ocr", 0.9)
    assert (failed["state"], failed["reason"]["code"]) == ("failed", "page-timed-out")
    (delivery,) = record["deliveries"]
    assert (delivery["file_name"], delivery["source"]) == ("Quyết định 123.pdf", "drop")


def test_the_original_is_a_download_of_just_its_bytes(house: SearchHouse, record_id: str) -> None:
    path = f"/api/v1/records/{record_id}/original"
    answer = house.client.get(path)
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''Quy%E1%BA%BFt%20%C4%91")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    tag = answer.headers["etag"]
    assert tag == f'"{house.get(f"/records/{record_id}")["digest"]}"'
    assert house.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    part = house.client.get(path, headers={"Range": "bytes=9-18", "If-Range": tag})
    assert (part.status_code, part.content) == (206, CONTENT[9:19])
    assert house.client.get(path, headers={"Range": "bytes=9-18", "If-Range": '"other"'}).status_code == 200


def test_an_original_that_is_gone_is_a_broken_archive_and_no_404(house: SearchHouse, record_id: str) -> None:
    house.originals.path(house.get(f"/records/{record_id}")["digest"]).unlink()
    assert house.get(f"/records/{record_id}/original", status=500)["code"] == "digest-mismatch"


def test_text_and_words(house: SearchHouse, record_id: str) -> None:
    answer = house.client.get(f"/api/v1/records/{record_id}/text")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == "Trang một về ngân sách\f"
    words = house.get(f"/records/{record_id}/pages/1/words")
    assert [word["text"] for word in words["words"]] == words["text"].split()
    assert all(words["text"][word["start"] :].startswith(word["text"]) for word in words["words"])
    assert house.get(f"/records/{record_id}/pages/3/words", status=404)["code"] == "not-found"
    assert house.get(f"/records/{record_id}/pages/0/words", status=422)["code"] == "bad-value"


def test_a_page_image_is_drawn_once_at_a_width_of_ours(house: SearchHouse, record_id: str) -> None:
    path = f"/api/v1/records/{record_id}/pages/1/image"
    first, second = house.client.get(path, params={"width": 600}), house.client.get(path, params={"width": 640})
    assert first.headers["content-type"] == "image/jpeg"
    assert first.content == second.content
    assert house.drawing.drawn == [(record_id, 1, 640)]
    known = house.client.get(path, params={"width": 600}, headers={"If-None-Match": first.headers["etag"]})
    assert known.status_code == 304
    assert house.get(f"/records/{record_id}/pages/1/image", status=422, width=100_000)["code"] == "bad-value"
    assert house.get(f"/records/{record_id}/pages/9/image", status=404)["code"] == "not-found"


def test_a_page_without_an_image_is_a_404(house: SearchHouse, record_id: str) -> None:
    with house.catalogue.writing() as unit:
        unit.pages.save(record_id, [replace(unit.pages.page(record_id, 1), has_image=False)])
        unit.commit()
    assert house.get(f"/records/{record_id}/pages/1/image", status=404)["code"] == "not-found"
    assert house.drawing.drawn == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"nonsense": {"value": "1"}}, "bad-value"),
        ({"issued_on": {"value": "5/3/2019"}}, "bad-value"),
        ({"issued_on": {"value": "2019-02-30"}}, "bad-value"),
        ({"issued_on": {"value": "20190305"}}, "bad-value"),
        ({"subject": {"value": "x" * 2001}}, "bad-value"),
        ({"subject": {}}, "bad-value"),
        ({"subject": "text"}, "bad-value"),
        ({}, "bad-value"),
    ],
)
def test_a_correction_that_makes_no_sense_changes_nothing(
    house: SearchHouse, record_id: str, fields: object, code: str
) -> None:
    before = house.get(f"/records/{record_id}")
    answer = house.client.patch(f"/api/v1/records/{record_id}", json={"fields": fields})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert house.get(f"/records/{record_id}") == before


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("kind", "quyet dinh", "Quyết định"),
        ("kind", "TTr", "Tờ trình"),
        ("kind", "Thư ngỏ", "Thư ngỏ"),
        ("urgency", "hoa toc", "Hỏa tốc"),
        ("secrecy", "toi mat", "Tối mật"),
        ("arrived_on", "2020-12-31", "2020-12-31"),
        ("number", "  12B ", "12B"),
        ("subject", "Về  việc\nchi\x00tiêu", "Về việc chi tiêu"),
        ("issued_on", "2020-12-31", "2020-12-31"),
        ("number", "", None),
    ],
)
def test_a_correction_is_kept_in_our_form(
    house: SearchHouse, record_id: str, name: str, typed: str, kept: str | None
) -> None:
    body = {"fields": {name: {"value": typed}}}
    answer = house.client.patch(f"/api/v1/records/{record_id}", json=body).json()
    assert (answer["fields"][name]["value"], answer["fields"][name]["confirmed"]) == (kept, True)
    assert house.get(f"/records/{record_id}")["fields"] == answer["fields"]


def test_a_correction_of_what_another_has_changed_is_a_conflict(house: SearchHouse, record_id: str) -> None:
    revision = house.get(f"/records/{record_id}")["revision"]

    def patch(value: str) -> int:
        body = {"fields": {"number": {"value": value}}, "revision": revision}
        return house.client.patch(f"/api/v1/records/{record_id}", json=body).status_code

    assert patch("1") == 200
    assert patch("2") == 409
    assert house.get(f"/records/{record_id}")["fields"]["number"]["value"] == "1"


def test_a_correction_is_an_event_with_old_and_new(house: SearchHouse, record_id: str) -> None:
    house.client.patch(f"/api/v1/records/{record_id}", json={"fields": {"number": {"value": "7"}}})
    with house.catalogue.reading() as unit:
        event = unit.events.of_record(record_id)[-1]
        assert record_id in {entry.record_id for entry in unit.outbox.pending(10)}
    assert (event.type, event.agent) == (EventType.MODIFICATION, "local")
    was = event.detail["fields"]["number"].pop("was")
    assert event.detail == {"fields": {"number": {"old": "123", "new": "7"}}}
    assert was.keys() == {"confidence", "doubtful", "confirmed"} and was["confirmed"] is False


def test_uploads_are_safe_in_the_spool_and_have_an_address(house: SearchHouse) -> None:
    files = [("file", ("Quyết định.pdf", b"eins" * 100)), ("more", ("../../b\\c.txt", b"zwei"))]
    answer = house.client.post("/api/v1/records", files=files, data={"note": "x" * 1000})
    assert answer.status_code == 202
    first, second = answer.json()["deliveries"]
    assert answer.headers["location"] == f"/api/v1/deliveries/{first['id']}"
    assert (first["file_name"], first["size"], first["state"]) == ("Quyết định.pdf", 400, "received")
    assert second["file_name"] == "c.txt"
    spooled = {one.delivery_id: one.path for one in house.spool.whole()}
    assert spooled[first["id"]].read_bytes() == b"eins" * 100
    assert spooled[second["id"]].read_bytes() == b"zwei"
    assert spooled[second["id"]].parent.parent == house.layout.spool
    assert house.get(f"/deliveries/{first['id']}")["state"] == "received"


def test_an_upload_in_many_pieces_is_put_together(house: SearchHouse) -> None:
    body = b"".join(
        [b'--xyz\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n', CONTENT, b"\r\n--xyz--\r\n"]
    )
    pieces = (body[start : start + 7] for start in range(0, len(body), 7))
    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    answer = house.client.post("/api/v1/records", content=pieces, headers=headers)
    assert answer.status_code == 202
    (spooled,) = house.spool.whole()
    assert spooled.path.read_bytes() == CONTENT


def test_a_name_in_the_extended_form_is_understood(house: SearchHouse) -> None:
    disposition = b"form-data; name=\"f\"; filename*=UTF-8''T%E1%BB%9D%20tr%C3%ACnh.pdf"
    body = b"--x\r\nContent-Disposition: " + disposition + b"\r\n\r\nabc\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = house.client.post("/api/v1/records", content=body, headers=headers)
    assert answer.json()["deliveries"][0]["file_name"] == "Tờ trình.pdf"


def test_a_file_over_the_limit_is_refused_with_all_that_came_with_it(house: SearchHouse) -> None:
    files = [("file", ("a.pdf", b"a")), ("file", ("b.pdf", b"b" * (1 << 20) + b"b"))]
    answer = house.client.post("/api/v1/records", files=files)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert list(house.layout.spool.iterdir()) == []
    assert house.get("/deliveries")["deliveries"] == []
    assert house.client.post("/api/v1/records", files=[("file", ("b.pdf", b"b" * (1 << 20)))]).status_code == 202


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ncut',
        ),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data", b"--x--"),
        ("application/json", b"{}"),
    ],
)
def test_a_form_without_a_whole_file_is_refused_and_leaves_nothing(house: SearchHouse, kind: str, body: bytes) -> None:
    answer = house.client.post("/api/v1/records", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert list(house.layout.spool.iterdir()) == []


def test_too_many_files_at_once_are_refused(house: SearchHouse) -> None:
    files = [("file", (f"{number}.txt", b"x")) for number in range(101)]
    assert house.client.post("/api/v1/records", files=files).status_code == 400
    assert list(house.layout.spool.iterdir()) == []


def test_a_rejected_delivery_says_why_in_the_askers_language(house: SearchHouse) -> None:
    delivery = Delivery(new_id(), "dày.pdf", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 5)
    house.catalogue.write(lambda unit: reject(unit, delivery, TooManyPages(pages=9000, limit=5000)))
    vietnamese = house.get(f"/deliveries/{delivery.id}")
    assert (vietnamese["state"], vietnamese["reason"]["code"]) == ("rejected", "too-many-pages")
    assert vietnamese["reason"]["title"] == "Quá nhiều trang (9000, tối đa 5000)"
    english = house.client.get(f"/api/v1/deliveries/{delivery.id}", headers={"Accept-Language": "en"}).json()
    assert english["reason"]["title"] == "Too many pages (9000; at most 5000)"


def test_recent_deliveries_in_pages_and_by_state(house: SearchHouse) -> None:
    ids = []
    for number in range(5):
        ids.append(
            house.client.post("/api/v1/records", files=[("f", (f"{number}", b"x"))]).json()["deliveries"][0]["id"]
        )
    first = house.get("/deliveries", limit=3)
    second = house.get("/deliveries", limit=3, before=first["next_before"])
    assert [one["id"] for one in first["deliveries"] + second["deliveries"]] == ids[::-1]
    assert second["next_before"] is None
    assert house.get("/deliveries", state="rejected")["deliveries"] == []
    assert house.get("/deliveries", status=422, state="lost")["code"] == "bad-value"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/records/nothing", 404, "not-found"),
        ("/api/v1/deliveries/nothing", 404, "not-found"),
        ("/api/v1/nothing", 404, "not-found"),
        ("/nothing", 404, "not-found"),
        ("/api/v1/search?limit=0", 422, "bad-value"),
        ("/api/v1/search?limit=101", 422, "bad-value"),
        ("/api/v1/search?sort=best", 422, "bad-value"),
        ("/api/v1/search?state=lost", 422, "bad-value"),
        ("/api/v1/search?year=19", 422, "bad-value"),
        ("/api/v1/search?issued_from=5/3/2019", 422, "bad-value"),
        ("/api/v1/search?issued_from=2020-01-01&issued_to=2019-01-01", 422, "bad-value"),
        ("/api/v1/search?cursor=abc", 400, "bad-cursor"),
        ("/api/v1/search?cursor=", 400, "bad-cursor"),
    ],
)
def test_what_makes_no_sense_is_a_problem(house: SearchHouse, path: str, status: int, code: str) -> None:
    answer = house.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code", "remedy"}
    assert answer.json()["status"] == status


def test_a_cursor_of_another_question_is_a_problem(house: SearchHouse) -> None:
    for _ in range(3):
        house.enter("giấy")
    house.index()
    cursor = house.get("/search", q="giấy", limit=1)["next_cursor"]
    assert house.get("/search", q="khác", status=400, cursor=cursor)["code"] == "bad-cursor"


def test_a_wrong_method_is_a_problem(house: SearchHouse) -> None:
    answer = house.client.put("/api/v1/search")
    assert (answer.status_code, answer.json()["status"]) == (405, 405)
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "vi"),
        ("en", "en"),
        ("en-GB,vi;q=0.5", "en"),
        ("fr, vi;q=0.2, en;q=0.1", "vi"),
        ("en;q=x", "vi"),
        ("de", "vi"),
    ],
)
def test_problems_are_told_in_the_askers_language(house: SearchHouse, asked: str, language: str) -> None:
    answer = house.client.get("/api/v1/records/nothing", headers={"Accept-Language": asked})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"vi": "Không có: nothing", "en": "Not found: nothing"}[language]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_write(house: SearchHouse, record_id: str, headers: dict[str, str]) -> None:
    body = {"fields": {"number": {"value": "9"}}}
    answer = house.client.patch(f"/api/v1/records/{record_id}", json=body, headers=headers)
    assert answer.status_code == 403
    assert house.client.post("/api/v1/records", files={"f": ("a", b"x")}, headers=headers).status_code == 403
    assert house.get(f"/records/{record_id}")["fields"]["number"]["value"] == "123"
    assert house.client.get("/api/v1/search", headers=headers).status_code == 200


def test_our_own_page_can_write(house: SearchHouse, record_id: str) -> None:
    headers = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}
    body = {"fields": {"number": {"value": "9"}}}
    assert house.client.patch(f"/api/v1/records/{record_id}", json=body, headers=headers).status_code == 200


def test_a_house_of_this_machine_alone_answers_to_no_other_name(tmp_path: Path) -> None:
    with search_house(tmp_path, TantivyEngine(tmp_path / "index"), hosts=loopback_hosts("127.0.0.1")) as house:
        assert house.client.get("/health/live").status_code == 200
        assert house.client.get("/health/live", headers={"Host": "[::1]:8000"}).status_code == 200
        assert house.client.get("/health/live", headers={"Host": "evil.example:8000"}).status_code == 421
    assert loopback_hosts("0.0.0.0") == ()
    assert allowed_hosts("", "127.0.0.1") == loopback_hosts("127.0.0.1")
    assert allowed_hosts(" Kho.example, [::1], ", "0.0.0.0") == ("kho.example", "[::1]")
    assert allowed_hosts("*", "127.0.0.1") == ()


@pytest.mark.parametrize("told", [True, False])
def test_a_body_is_held_to_a_limit_whether_it_tells_its_length_or_not(
    house: SearchHouse, record_id: str, told: bool
) -> None:
    body = b" " * (2 << 20)
    content = body if told else (body[at : at + 65536] for at in range(0, len(body), 65536))
    headers = {"Content-Type": "application/json"}
    answer = house.client.patch(f"/api/v1/records/{record_id}", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "request-too-large")


def test_an_upload_has_a_limit_for_all_its_files_together(house: SearchHouse) -> None:
    files = [("file", (f"{number}.pdf", bytes(1 << 20))) for number in range(9)]
    answer = house.client.post("/api/v1/records", files=files)
    assert (answer.status_code, answer.json()["code"]) == (413, "request-too-large")
    assert list(house.layout.spool.iterdir()) == []


def test_uploads_leave_room_on_the_disk(house: SearchHouse) -> None:
    full = UploadService(house.catalogue, house.spool, 1, leave_free_mb=1 << 40)
    house.client.app.state.services = replace(house.services, uploads=full)  # type: ignore[attr-defined]
    answer = house.client.post("/api/v1/records", files=[("file", ("a.pdf", b"a"))])
    assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")
    assert list(house.layout.spool.iterdir()) == []


def test_an_error_that_nobody_foresaw_has_the_safe_headers_too(house: SearchHouse) -> None:
    house.client.app.state.services = replace(house.services, search=None)  # type: ignore[attr-defined]
    answer = house.client.get("/api/v1/search")
    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_every_answer_has_the_headers_that_keep_browsers_safe(house: SearchHouse) -> None:
    for path in ("/api/v1/search", "/nothing", "/docs", "/health/live"):
        headers = house.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_status_tells_how_the_house_stands(house: SearchHouse, record_id: str) -> None:
    house.enter("chưa vào chỉ mục")
    status = house.get("/status")
    assert status["records"] == {"partly_searchable": 1, "searchable": 1}
    assert status["pages"] == {"searchable": 2, "failed": 1}
    assert status["deliveries"] == {"archived": 2}
    assert status["outbox"] == {"waiting": 1, "set_aside": []}
    assert status["engine"] == {"answers": True, "reason": None}
    assert status["unsearchable"] == {"records": 2, "pages": 1}


def test_ready_says_which_part_is_not_well(house: SearchHouse) -> None:
    assert house.client.get("/health/ready").json() == {
        "status": "ok", "parts": {"catalogue": "ok", "engine": "ok", "disk": "ok"},
        "sandbox": "",
    }  # fmt: skip

    def missing() -> None:
        raise ToolMissing(tool="tesseract", install="apt install tesseract-ocr")

    house.client.app.state.services = replace(house.services, checks={"tesseract": missing})  # type: ignore[attr-defined]
    answer = house.client.get("/api/v1/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["tesseract"] == "The program tesseract is missing"


def test_an_engine_that_is_away_is_a_503_and_the_catalogue_still_answers(tmp_path: Path) -> None:
    away = ElasticsearchEngine(["http://127.0.0.1:1"], "tangthu")
    with search_house(tmp_path, away) as house:
        record_id = house.enter("trang")
        assert house.get("/search", status=503)["code"] == "engine-unavailable"
        assert house.get("/suggest", status=503, q="tr")["code"] == "engine-unavailable"
        assert house.client.get("/health/ready").status_code == 503
        assert house.client.get("/health/live").status_code == 200
        assert not house.get("/status")["engine"]["answers"]
        assert house.get(f"/records/{record_id}")["record_id"] == record_id
        assert "tangthu_engine_up 0.0" in house.client.get("/metrics").text


def test_measures_for_prometheus(house: SearchHouse, record_id: str) -> None:
    house.get("/search")
    house.client.get("/api/v1/records/nothing")
    house.client.get("/no/such/place")
    text = house.client.get("/metrics").text
    assert 'tangthu_requests_total{method="GET",route="/api/v1/search",status="200"} 1.0' in text
    assert 'route="/api/v1/records/{record_id}",status="404"' in text
    assert "/no/such/place" not in text
    assert 'tangthu_records{state="partly_searchable"} 1.0' in text
    assert "tangthu_engine_up 1.0" in text
    assert "tangthu_index_waiting 0.0" in text


def test_the_api_describes_itself_with_examples(house: SearchHouse) -> None:
    described = house.get("/openapi.json")
    assert {path for path in described["paths"] if "{" not in path} == {
        f"/api/v1{path}"
        for path in (
            "/search",
            "/search.csv",
            "/search.xlsx",
            "/search.atom",
            "/search/histogram",
            "/search/list",
            "/saved-searches",
            "/suggest",
            "/records",
            "/bin",
            "/quarantine",
            "/deliveries",
            "/dossiers",
            "/dossiers/names",
            "/registers",
            "/uploads",
            "/uploads/stack",
            "/rejected",
            "/receipts",
            "/review",
            "/review/next",
            "/review/answers",
            "/review/undo",
            "/record-types",
            "/me",
            "/separators",
            "/taught",
            "/status",
            "/health/live",
            "/health/ready",
            "/metrics",
        )
    }
    hit = described["components"]["schemas"]["HitShape"]
    assert hit["examples"][0]["issue_number"] == "123/QĐ-UBND"
    page = house.client.get("/docs").text
    assert "/api/v1/records/{record_id}/original" in page
    assert "<script" not in page
