"""Errors of deleting for ever and of moving house: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Conflict, Unavailable


class InBin(Conflict):
    """values: id."""

    code = "in-bin"
    _title = Bilingual("Văn bản {id} đang ở trong thùng rác", "Record {id} is in the bin")
    _remedy = Bilingual("Khôi phục văn bản từ thùng rác trước", "Restore it from the bin first")


class NotInBin(Conflict):
    """values: id."""

    code = "not-in-bin"
    _title = Bilingual("Văn bản {id} không ở trong thùng rác", "Record {id} is not in the bin")
    _remedy = Bilingual("Bỏ văn bản vào thùng rác trước, ghi rõ lý do", "Put it into the bin first, saying why")


class PurgeNotAsked(Conflict):
    """values: id."""

    code = "purge-not-asked"
    _title = Bilingual("Chưa ai đề nghị xóa hẳn văn bản {id}", "Nobody has asked for the purge of record {id}")
    _remedy = Bilingual(
        "Một người đề nghị trước, người thứ hai xác nhận sau", "One person asks, then a second confirms"
    )


class DeliveredAgain(Conflict):
    """Somebody wanted the record kept after it was thrown away. values: id."""

    code = "delivered-again"
    _title = Bilingual(
        "Văn bản {id} đã được nộp lại sau khi bỏ vào thùng rác",
        "Record {id} was delivered again after it was discarded",
    )
    _remedy = Bilingual(
        "Khôi phục văn bản; nếu vẫn muốn xóa hẳn thì bỏ vào thùng rác lần nữa",
        "Restore it; if it is to be purged nonetheless, discard it once more",
    )


class SecondPersonNeeded(Conflict):
    """values: name (of the one who asked)."""

    code = "second-person-needed"
    _title = Bilingual(
        "Người đề nghị xóa hẳn ({name}) không thể tự xác nhận", "Who asked for the purge ({name}) cannot confirm it"
    )
    _remedy = Bilingual("Nhờ một người khác xác nhận", "Ask another person to confirm")


class StillRunning(Unavailable):
    """Work goes on in the archive that must rest for what was asked."""

    code = "still-running"
    http_status = 409
    _title = Bilingual("Tàng thư đang chạy", "tangthu is running")
    _remedy = Bilingual("Dừng tàng thư rồi làm lại", "Stop tangthu and do it again")
