"""Errors of copies on paper and of what is taken back. A branch of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Conflict


class NothingToUndo(Conflict):
    """values: id."""

    code = "nothing-to-undo"
    _title = Bilingual("Văn bản {id} không có lần sửa nào để hoàn tác", "Record {id} has no change to undo")
    _remedy = Bilingual("Mở lại văn bản và sửa trực tiếp", "Open the record again and correct it in place")


class NotCopiedHere(Conflict):
    """The record bears a mark of secrecy. values: id."""

    code = "not-copied-here"
    _title = Bilingual("Văn bản {id} có dấu chỉ độ mật", "Record {id} bears a mark of secrecy")
    _remedy = Bilingual(
        "Sao tài liệu mật theo pháp luật về bảo vệ bí mật nhà nước; nếu đọc nhầm, sửa mục Độ mật trước",
        "Such copies follow the law on state secrets; if it was misread, correct the field first",
    )
