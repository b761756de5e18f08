"""A catalogue as the first release left it: its schema (migration 0001) with rows in every table.

The rows are written down as that release wrote them, not made by the code of today, which could not be noticed to
read old rows wrongly if it had made them itself. Do not change what stands here: it lies on people's disks.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, event, insert

import archive

FIRST = "01jd3v8p7m6x1yq2w3e4r5t6y7"
"""Read, described, corrected by a person, delivered twice."""
SECOND = "01jd3v8p7m6x1yq2w3e4r5t6z8"
"""Was being read: one page read, one waiting."""
THIRD = "01jd3v8p7m6x1yq2w3e4r5t700"
"""Partly searchable, of another unit; set aside by the engine."""
DIGESTS = {FIRST: "1" * 64, SECOND: "2" * 64, THIRD: "3" * 64}
AT = datetime(2026, 1, 5, 8, 30, 15, 123456, tzinfo=UTC)

TEXT = "Số: 123/QĐ-UBND\nQUYẾT ĐỊNH"
_WORDS = (
    b"[[0,3,[0.1,0.2,0.15,0.22],0.913,0,0],[4,11,[0.16,0.2,0.4,0.22],0.5,0,0],"
    b"[16,5,null,null,1,2],[22,4,[0.3,0.3,0.4,0.32],1.0,1,2]]"
)
_NO_WORDS = b"[]"
_CORRECTED = {"fields": {"number": {"old": "12", "new": "123"}}}


def rows() -> dict[str, list[dict[str, Any]]]:
    """Table by table, in an order that foreign keys allow."""
    return {
        "original": [{"digest": DIGESTS[one], "size": size, "stored_at": AT} for one, size in _SIZES.items()],
        "record": [
            _record(FIRST, 1, "searchable", 3, "office"),
            _record(SECOND, 2, "reading", 1, "office", reader="01jd3v8p7m6x1yq2w3e4r5t000"),
            _record(THIRD, 5, "partly_searchable", 2, "Phòng Kế toán", access_class="restricted"),
        ],
        "record_access": [
            {"record_id": FIRST, "token": "internal"},
            {"record_id": SECOND, "token": "internal"},
            {"record_id": THIRD, "token": "unit:Phòng Kế toán"},
        ],
        "page": [
            _page(FIRST, 1, "searchable", TEXT, _WORDS, read_by="ocr", confidence=0.91),
            _page(FIRST, 2, "blank", "", _NO_WORDS, read_by="ocr"),
            _page(SECOND, 1, "searchable", TEXT, _WORDS, read_by="text_layer"),
            _page(SECOND, 2, "waiting", "", _NO_WORDS, width=0.0, height=0.0),
            _page(THIRD, 1, "searchable", "Chi thưởng", _NO_WORDS, read_by="file_text", has_image=False),
            _page(THIRD, 2, "failed", "", _NO_WORDS, reason="page-timed-out"),
        ],
        "described_field": [
            _field(FIRST, "number", "123", confirmed=True, boxes=[[0.16, 0.2, 0.2, 0.22]], page=1),
            _field(FIRST, "subject", "Về việc phê duyệt dự toán", confidence=0.7),
            _field(FIRST, "place", "", confidence=0.0, doubtful=True),
        ],
        "delivery": [
            _delivery("01jd3v8p7m6x1yq2w3e4r5t0a0", "quyết định.pdf", "archived", FIRST),
            _delivery("01jd3v8p7m6x1yq2w3e4r5t0a1", "bản sao.pdf", "duplicate", FIRST, source="upload"),
            _delivery("01jd3v8p7m6x1yq2w3e4r5t0a2", "quét.tif", "archived", SECOND),
            _delivery("01jd3v8p7m6x1yq2w3e4r5t0a3", "thưởng.docx", "archived", THIRD, source="command"),
            _delivery(
                "01jd3v8p7m6x1yq2w3e4r5t0a4", "dày.pdf", "rejected", None,
                reason="too-many-pages", reason_values={"pages": 9000, "limit": 5000},
            ),
        ],
        "event": [
            _event(1, "message digest calculation", FIRST, {"algorithm": "sha-256", "digest": DIGESTS[FIRST]}),
            _event(2, "ingestion", FIRST, {"file_name": "quyết định.pdf", "source": "drop"}),
            _event(3, "metadata extraction", FIRST, {"fields": ["subject"], "pages": {"searchable": 1, "blank": 1}}),
            _event(4, "ingestion", FIRST, {"file_name": "bản sao.pdf", "source": "upload"}, outcome="duplicate"),
            _event(5, "metadata modification", FIRST, _CORRECTED, agent="local"),
            _event(8, "validation", None, {"file_name": "dày.pdf", "reason": "too-many-pages"}, outcome="failure"),
        ],
        "outbox": [
            {"record_id": FIRST, "revision": 3, "since": AT, "refusal": None},
            {"record_id": THIRD, "revision": 2, "since": AT, "refusal": "term too long"},
        ],
    }  # fmt: skip


_SIZES = {FIRST: 482_133, SECOND: 5_000_000_000, THIRD: 1}


def _record(record_id: str, sequence: int, state: str, revision: int, unit: str, **more: Any) -> dict[str, Any]:
    usual = {
        "sequence": sequence, "id": record_id, "digest": DIGESTS[record_id], "media_type": "application/pdf",
        "file_name": "quyết định.pdf", "state": state, "revision": revision, "received_at": AT, "page_count": 2,
        "unit": unit, "access_class": "internal", "reader": None,
    }  # fmt: skip
    return usual | more


def _page(record_id: str, number: int, state: str, text: str, words: bytes, **more: Any) -> dict[str, Any]:
    usual = {
        "record_id": record_id, "number": number, "state": state, "read_by": None, "confidence": None, "width": 595.2,
        "height": 841.9, "has_image": True, "rotation": 0, "reason": None, "text": text, "words": zlib.compress(words),
    }  # fmt: skip
    return usual | more


def _field(record_id: str, name: str, value: str, **more: Any) -> dict[str, Any]:
    usual = {
        "record_id": record_id, "name": name, "value": value, "confidence": 1.0, "doubtful": False,
        "confirmed": False, "page": None, "boxes": [],
    }  # fmt: skip
    return usual | more


def _delivery(delivery_id: str, name: str, state: str, record_id: str | None, **more: Any) -> dict[str, Any]:
    usual = {
        "id": delivery_id, "file_name": name, "source": "drop", "state": state, "received_at": AT, "size": 482_133,
        "digest": DIGESTS.get(record_id or ""), "record_id": record_id, "reason": None, "reason_values": {},
    }  # fmt: skip
    return usual | more


def _event(number: int, kind: str, record_id: str | None, detail: dict[str, Any], **more: Any) -> dict[str, Any]:
    usual = {
        "number": number, "at": AT, "type": kind, "outcome": "success", "record_id": record_id, "delivery_id": None,
        "agent": "tangthu", "detail": detail,
    }  # fmt: skip
    return usual | more


def make_first_release(url: str) -> None:
    """Fills an empty database so. For SQLite the file is in WAL mode, as that release made it."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode=WAL"))
    config = Config()
    config.set_main_option("script_location", str(Path(archive.__file__).parent / "migrations"))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for name, values in rows().items():
            connection.execute(insert(tables.tables[name]), values)
        if engine.dialect.name == "postgresql":
            # The next numbers that this release would have given out.
            connection.exec_driver_sql("SELECT setval('record_sequence_seq', 5), setval('event_number_seq', 8)")
    engine.dispose()
