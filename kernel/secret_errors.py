"""Errors of what may be a state secret: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Conflict, PageUnreadable


class StateSecretMark(PageUnreadable):
    """A page may bear the mark MẬT, TỐI MẬT or TUYỆT MẬT: nothing of the record is read, indexed or shown."""

    code = "state-secret-mark"
    _title = Bilingual(
        "Có dấu hiệu chỉ độ mật (MẬT, TỐI MẬT hoặc TUYỆT MẬT): văn bản được cách ly, không đọc tiếp, không lập chỉ mục",
        "There may be the mark of a state secret (MẬT, TỐI MẬT, TUYỆT MẬT): the record is kept apart, neither read nor "
        "indexed",
    )
    _remedy = Bilingual(
        "Luật Bảo vệ bí mật nhà nước (số 117/2025/QH15) chỉ cho giữ bí mật nhà nước trên hệ thống tách biệt hoặc được "
        "bảo vệ bằng mật mã. Nếu đúng: không sao chép, báo người phụ trách bảo vệ bí mật nhà nước của cơ quan, "
        "chuyển tài liệu sang nơi giữ đúng quy định, rồi xóa hẳn khỏi đây (cả bản sao lưu). Nếu không phải: người lưu "
        "trữ được chỉ định cho thôi cách ly, việc này được ghi lại",
        "The law on the protection of state secrets (117/2025/QH15) allows them only on isolated systems or under "
        "cipher protection. If it is one: make no copies, tell the person responsible for state secrets, move it to "
        "where it may be kept, then purge it here (backups too). If it is none: the archivist named for it releases "
        "it, which is put down",
    )


class NotKeptApart(Conflict):
    """values: id."""

    code = "not-kept-apart"
    _title = Bilingual("Văn bản không bị cách ly", "The record is not kept apart")
    _remedy = Bilingual("Không cần làm gì", "Nothing needs to be done")
