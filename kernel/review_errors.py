"""Errors of reviewing: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Conflict


class NotRead(Conflict):
    """values: id."""

    code = "not-read"
    _title = Bilingual(
        "Văn bản chưa đọc xong, đã tách hoặc bị cách ly", "The record is not read, divided or kept apart"
    )
    _remedy = Bilingual("Chờ đọc xong rồi thử lại", "Wait until it has been read, then try again")


class ShownNoMore(Conflict):
    """What somebody answers stands there no more as it was shown. values: id."""

    code = "shown-no-more"
    _title = Bilingual(
        "Chỗ này vừa được người khác soát hoặc đọc lại", "Somebody reviewed this just now, or it was reread"
    )
    _remedy = Bilingual("Soát chỗ kế tiếp; câu trả lời này không được ghi", "Go on; this answer was not taken")


class NoAnswerToUndo(Conflict):
    """values: none."""

    code = "no-answer-to-undo"
    _title = Bilingual("Không có gì để hoàn tác", "There is nothing to undo")
    _remedy = Bilingual(
        "Chỉ hoàn tác được câu trả lời của mình, khi chỗ ấy chưa ai sửa lại",
        "One takes back one's own answers, while nobody has changed the place since",
    )
