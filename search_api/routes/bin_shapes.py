"""The shapes of the bin."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from search_api.routes.shaping import Shape, example


class DiscardedShape(Shape):
    """A record's place in the bin, and who has asked for its purge."""

    model_config = example(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6z8",
        file_name="quyet-dinh-123.pdf",
        issue_number="123/QĐ-UBND",
        subject="Về việc phê duyệt dự toán",
        at="2026-01-05T08:00:00Z",
        by="Nguyễn Văn Mẫu",
        why="Quét nhầm",
        purge_asked_by=None,
        purge_asked_at=None,
    )

    record_id: str
    file_name: str
    issue_number: str | None
    subject: str | None
    at: datetime
    by: str
    why: str
    purge_asked_by: str | None
    purge_asked_at: datetime | None


class BinShape(Shape):
    """What lies in the bin, the latest records first. `next_before` goes on with older ones."""

    records: list[DiscardedShape]
    next_before: str | None = None


class DiscardingShape(BaseModel):
    """Who puts a record into the bin (left out by those who sign in), and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"by": "Nguyễn Văn Mẫu", "why": "Quét nhầm văn bản riêng"}]}
    )

    by: str = ""
    why: str


class PersonShape(BaseModel):
    """Whose word this is; left out by those who sign in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"by": "Trần Thị Ví"}]})

    by: str = ""


class TombstoneShape(Shape):
    """What stays known of a purged record. `bytes`: waiting (to be removed), removed, kept (delivered again)."""

    record_id: str
    digest: str
    size: int
    file_name: str
    received_at: datetime
    discarded_at: datetime
    discarded_by: str
    why: str
    purge_asked_by: str
    purge_confirmed_by: str
    purged_at: datetime
    bytes: str
