"""Errors of backup, restore, rebuild and export: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Broken, Conflict, Unavailable


class NotEmpty(Conflict):
    """values: place."""

    code = "not-empty"
    _title = Bilingual("{place} không trống", "{place} is not empty")
    _remedy = Bilingual(
        "Chọn một nơi còn trống; không có gì bị ghi đè", "Choose an empty place; nothing has been overwritten"
    )


class NotKept(Unavailable):
    """values: reason."""

    code = "not-kept"
    _title = Bilingual("Chưa làm xong: {reason}", "It could not be finished: {reason}")
    _remedy = Bilingual(
        "Kiểm tra ổ đĩa và chỗ trống rồi chạy lại; bản sao lưu trước (nếu có) vẫn dùng được",
        "Check the disk and its room, then run it again; the backup before it, if any, still holds",
    )


class HalfRestored(Unavailable):
    """values: place."""

    code = "half-restored"
    _title = Bilingual("Lần phục hồi vào {place} chưa kết thúc", "A restore into {place} did not end")
    _remedy = Bilingual(
        "Xóa thư mục đó (và những gì lần phục hồi ấy đã ghi vào cơ sở dữ liệu và kho S3) rồi chạy lại lệnh restore",
        "Remove that folder (and what that restore put into the database and the S3 storage), then run restore again",
    )


class SidecarDamaged(Broken):
    """values: name, reason."""

    code = "sidecar-damaged"
    _title = Bilingual(
        "Tệp mô tả {name} không còn nguyên vẹn ({reason})", "Sidecar {name} is not as it was written ({reason})"
    )


class BackupDamaged(Broken):
    """values: place, what."""

    code = "backup-damaged"
    _title = Bilingual(
        "Bản sao lưu {place} hỏng hoặc chưa xong: {what}", "Backup {place} is damaged or unfinished: {what}"
    )
    _remedy = Bilingual(
        "Dùng bản sao lưu khác; nếu không có, dùng --despite-damage để lấy phần còn tốt",
        "Use another backup; if there is none, take what is still good by --despite-damage",
    )
