"""The shapes of the API's answers, with examples. Described fields are null where they are not known."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mappings.record import Box
from search_api.routes.asked_shapes import DidYouMeanShape, NotUnderstoodShape, RenamedShape
from search_api.routes.bin_shapes import DiscardedShape
from search_api.routes.shaping import Shape, example

BoxShape = Annotated[list[float], Field(min_length=4, max_length=4, examples=[[0.12, 0.2, 0.31, 0.22]])]
"""[x0, y0, x1, y1] as fractions of the page, origin top left."""


class SnippetPartShape(Shape):
    """A run of text; marked where it is what was looked for."""

    text: str
    marked: bool


class HitPageShape(Shape):
    """A page that holds what was looked for."""

    model_config = example(
        page=1,
        snippet=[{"text": "Về việc phê duyệt ", "marked": False}, {"text": "ngân sách", "marked": True}],
        boxes=[[0.41, 0.32, 0.47, 0.335], [0.48, 0.32, 0.53, 0.335]],
        has_image=True,
    )

    page: int
    snippet: list[SnippetPartShape]
    boxes: list[BoxShape]
    has_image: bool


class HitShape(Shape):
    """One record found. `doubtful`: names of fields that could well be wrong; issue_number is of number and symbol."""

    model_config = example(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y7",
        issue_number="123/QĐ-UBND",
        issued_on="2019-03-05",
        issuer="Ủy ban nhân dân xã Hoa Sen",
        kind="Quyết định",
        subject="Về việc phê duyệt ngân sách năm 2019",
        subject_parts=[{"text": "Về việc phê duyệt ngân sách năm 2019", "marked": False}],
        page_count=3,
        state="searchable",
        urgency=None,
        secrecy=None,
        signer="Nguyễn Văn Mẫu",
        file_name="quyet-dinh-123.pdf",
        doubtful=["issued_on"],
        pages=[],
        by_meaning=False,
    )

    record_id: str
    issue_number: str | None
    issued_on: str | None
    issuer: str | None
    kind: str | None
    subject: str | None
    subject_parts: list[SnippetPartShape]
    page_count: int
    state: str
    urgency: str | None
    secrecy: str | None
    signer: str | None
    file_name: str
    doubtful: list[str]
    pages: list[HitPageShape]
    by_meaning: bool = Field(
        description="The words do not find it; it is near to the question by the office's model (docs/meaning.md)"
    )


class FacetCountShape(Shape):
    """How many of the found records carry this value."""

    model_config = example(value="Quyết định", count=42)

    value: str
    count: int


class UnsearchableShape(Shape):
    """What a search cannot see into: pages waiting to be read or not readable, and how many records they lie in."""

    model_config = example(records=2, pages=5)

    records: int
    pages: int


class SearchShape(Shape):
    """The answer to a search."""

    total: int = Field(description="Records found; if not `total_is_exact`, at least so many", examples=[42])
    total_is_exact: bool
    took_ms: float = Field(examples=[12.5])
    partial: bool = Field(
        description="Few records or none fit all that was asked; these fit some of it, the nearest first"
    )
    cut: bool = Field(description="The question was too long; only its beginning was looked for")
    sort: str = Field(description="The order used", examples=["relevance"])
    hits: list[HitShape]
    facets: dict[str, list[FacetCountShape]]
    next_cursor: str | None
    unsearchable: UnsearchableShape
    understood: str | None = Field(
        description="What is looked for, in plain words, in the language of Accept-Language; null for an empty q",
        examples=["Văn bản loại Quyết định, ban hành từ 01/01/2019 đến 31/12/2019, có chữ “đất đai”"],
    )
    not_understood: list[NotUnderstoodShape]
    renamed: list[RenamedShape]
    did_you_mean: DidYouMeanShape | None
    by_meaning: int = Field(
        description="Hits of the whole answer that the words do not find: not in `total`, not in `facets`",
        examples=[0],
    )


class SuggestShape(Shape):
    """Completions, the most frequent first."""

    model_config = example(suggestions=["Ủy ban nhân dân xã Hoa Sen", "Ủy ban nhân dân huyện Bình Minh"])

    suggestions: list[str]


class ReasonShape(Shape):
    """Why something did not go well, and what a person can do."""

    model_config = example(code="encrypted", title="Tệp được bảo vệ bằng mật khẩu", remedy="Bỏ mật khẩu rồi gửi lại")

    code: str
    title: str
    remedy: str


class DeliveryShape(Shape):
    """One arrival of one file, and what became of it."""

    model_config = example(
        id="01jd3v8p7m6x1yq2w3e4r5t6y7",
        file_name="quyet-dinh-123.pdf",
        source="upload",
        state="archived",
        received_at="2026-01-05T08:00:00Z",
        size=482133,
        record_id="01jd3v8p7m6x1yq2w3e4r5t6z8",
        record_state="searchable",
        in_bin=False,
        reason=None,
    )

    id: str
    file_name: str
    source: str
    state: str
    received_at: datetime
    size: int
    record_id: str | None
    record_state: str | None
    in_bin: bool = Field(description="Whether the record lies in the bin")
    reason: ReasonShape | None


class DeliveriesShape(Shape):
    """Deliveries, newest first. `next_before` goes on with older ones."""

    deliveries: list[DeliveryShape]
    next_before: str | None = None


class FieldShape(Shape):
    """A described field. `doubtful`: could well be wrong. `confirmed`: a person has said so."""

    model_config = example(
        value="123", confidence=0.93, doubtful=False, confirmed=False, page=1, boxes=[[0.21, 0.14, 0.25, 0.16]]
    )

    value: str | None
    confidence: float | None
    doubtful: bool
    confirmed: bool
    page: int | None
    boxes: list[BoxShape]


class PageShape(Shape):
    """How a page was read. Width and height in points (1/72 inch), 0 where a text file has none."""

    model_config = example(
        page=1,
        state="searchable",
        read_by="ocr",
        confidence=0.91,
        width=595.0,
        height=842.0,
        rotation=0,
        has_image=True,
        reason=None,
    )

    page: int
    state: str
    read_by: str | None
    confidence: float | None
    width: float
    height: float
    rotation: int
    has_image: bool
    reason: ReasonShape | None


class RecordDeliveryShape(Shape):
    """One way in which a record's file came."""

    id: str
    file_name: str
    source: str
    state: str
    received_at: datetime


class RecordShape(Shape):
    """A record. `revision` grows with each change; hand it back with a correction to notice another person's."""

    record_id: str
    issue_number: str | None
    state: str
    revision: int
    file_name: str
    media_type: str
    size: int
    digest: str = Field(description="SHA-256 of the original")
    received_at: datetime
    page_count: int
    fields: dict[str, FieldShape]
    pages: list[PageShape]
    deliveries: list[RecordDeliveryShape]
    discarded: DiscardedShape | None = Field(description="Its place in the bin, if it lies there")


class WordShape(Shape):
    """A word as read. `start`: index of its first character in the page's text."""

    model_config = example(text="QUYẾT", start=61, box=[0.42, 0.21, 0.5, 0.225], confidence=0.95, line=4, block=2)

    text: str
    start: int
    box: BoxShape | None
    confidence: float | None
    line: int
    block: int


class WordsShape(Shape):
    """A page's text with each word's place."""

    page: int
    text: str
    words: list[WordShape]


class NewValueShape(BaseModel):
    """A person's word on a field; an empty value says that the record has none."""

    model_config = ConfigDict(extra="forbid")

    value: str = Field(max_length=10_000)


class CorrectionShape(BaseModel):
    """Fields to confirm or correct, by name, and the revision that the person saw."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"fields": {"number": {"value": "123"}}, "revision": 3}]},
    )

    fields: dict[str, NewValueShape]
    revision: int | None = None


class SetAsideShape(Shape):
    """A record that the search engine refused."""

    record_id: str
    revision: int
    reason: str
    since: datetime


class OutboxShape(Shape):
    """What the index must still learn, and what it refused."""

    waiting: int
    set_aside: list[SetAsideShape]


class EngineShape(Shape):
    """Whether the search engine answers, and if not, why."""

    model_config = example(answers=True, reason=None)

    answers: bool
    reason: str | None


class BilingualShape(Shape):
    """One sentence in both languages."""

    model_config = example(vi="Ổ đĩa đã đầy", en="The disk is full")

    vi: str
    en: str


class TroubleShape(Shape):
    """What keeps a part (`intake`, `reading`, `indexing`) from going on, and what a person can do."""

    part: str = Field(examples=["intake"])
    at: datetime
    title: BilingualShape
    remedy: BilingualShape
    detail: str


class HeldFileShape(Shape):
    """A file that could not be taken in so many tries. It is kept and tried again."""

    name: str = Field(examples=["2019/hop-3/cv-12.pdf"])
    tries: int = Field(examples=[4])
    title: BilingualShape


class WatchingShape(Shape):
    """How one process that takes, reads and indexes stands. `blind`: why the drop cannot be watched, only rescanned."""

    at: datetime
    waiting: int
    held_count: int
    held: list[HeldFileShape]
    passed_over_count: int
    passed_over: list[str] = Field(description="Hidden and temporary files that are left alone; the first 20")
    blind: str | None
    troubles: list[TroubleShape]


class HealthShape(Shape):
    """`ok`, or by part what is wrong.

    `sandbox` says what holds the processes that parse bytes from outside: `bubblewrap`, or `limits` (of memory, time
    and file size) alone, where the system allows no more. It is told, and no trouble.
    """

    model_config = example(status="ok", parts={"catalogue": "ok", "engine": "ok", "disk": "ok"}, sandbox="bubblewrap")

    status: str
    parts: dict[str, str]
    sandbox: str = ""


class ProblemShape(Shape):
    """An error (RFC 9457)."""

    model_config = example(
        type="urn:tangthu:problem:not-found",
        title="Không có: 01jd3v8p7m6x1yq2w3e4r5t6y7",
        status=404,
        detail="Không có: 01jd3v8p7m6x1yq2w3e4r5t6y7. Kiểm tra lại mã, hoặc tìm theo nội dung.",
        code="not-found",
        remedy="Kiểm tra lại mã, hoặc tìm theo nội dung",
    )

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str


def edges(box: Box) -> list[float]:
    """A box as the API tells it."""
    return [box.x0, box.y0, box.x1, box.y1]
