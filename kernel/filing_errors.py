"""Errors of dossiers and registers: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Conflict


class DossierNameTaken(Conflict):
    """values: name, as it was typed."""

    code = "dossier-name-taken"
    _title = Bilingual(
        "Trong cơ quan, không đặt được tên hồ sơ “{name}”", "No dossier of the agency can be called “{name}”"
    )
    _remedy = Bilingual(
        "Nếu trong danh mục có hồ sơ ấy thì mở ra dùng; nếu không, chọn tên khác, chẳng hạn ghi thêm năm",
        "If the list shows one of this name, use that; else choose another name, as with the year in it",
    )


class DossierFull(Conflict):
    """values: name, most."""

    code = "dossier-full"
    _title = Bilingual(
        "Hồ sơ “{name}” chỉ chứa được {most} văn bản", "The dossier “{name}” holds {most} records at most"
    )
    _remedy = Bilingual("Chia thành nhiều hồ sơ, mỗi năm một hồ sơ", "Divide it, into one dossier a year as an example")


class DossierClosed(Conflict):
    """values: name."""

    code = "dossier-closed"
    _title = Bilingual("Hồ sơ “{name}” đã đóng", "The dossier “{name}” is closed")
    _remedy = Bilingual("Mở lại hồ sơ trước khi thay đổi", "Open the dossier again before changing it")


class DossierNotEmpty(Conflict):
    """values: name."""

    code = "dossier-not-empty"
    _title = Bilingual("Hồ sơ “{name}” còn văn bản", "The dossier “{name}” still holds records")
    _remedy = Bilingual("Lấy hết văn bản ra trước, kể cả trong thùng rác", "Take all records out, those in the bin too")


class DossierChanged(Conflict):
    """values: name."""

    code = "dossier-changed"
    _title = Bilingual("Hồ sơ “{name}” vừa được thay đổi", "The dossier “{name}” has changed since")
    _remedy = Bilingual("Mở lại hồ sơ rồi làm lại", "Open the dossier again and repeat what you did")


class AlreadyRegistered(Conflict):
    """values: id, number."""

    code = "already-registered"
    _title = Bilingual("Văn bản {id} đã vào sổ với số {number}", "Record {id} has been registered as number {number}")
    _remedy = Bilingual(
        "Sửa dòng ấy trong sổ, hoặc hủy số ấy rồi đăng ký lại",
        "Correct that entry of the register, or make the number void and register again",
    )


class HasNumber(Conflict):
    """values: id, number."""

    code = "has-number"
    _title = Bilingual("Văn bản {id} đã ghi số {number}", "Record {id} has number {number} already")
    _remedy = Bilingual(
        "Vào sổ theo số trên văn bản; nếu số ấy sai thì xóa trường ấy của văn bản trước",
        "Register it as it stands on the record; if the number is wrong, empty the field of the record first",
    )


class NumberTaken(Conflict):
    """values: number, year."""

    code = "number-taken"
    _title = Bilingual("Số {number} năm {year} đã có trong sổ", "Number {number} of {year} is in the register already")
    _remedy = Bilingual(
        "Xem lại số in trên văn bản, hoặc chọn quyển sổ khác",
        "Look at the printed number again, or choose another book",
    )


class NumberNotConfirmed(Conflict):
    """values: id, number, day."""

    code = "number-not-confirmed"
    _title = Bilingual(
        "Văn bản {id}: số {number} hoặc ngày {day} chưa được xác nhận",
        "Record {id}: its number {number} or its day {day} has not been confirmed",
    )
    _remedy = Bilingual(
        "Mở văn bản, đối chiếu với bản gốc, xác nhận cả số và ngày rồi vào sổ lại",
        "Open the record, compare it with the original, confirm both number and day, then register it again",
    )


class EntryVoid(Conflict):
    """values: number."""

    code = "entry-void"
    _title = Bilingual("Số {number} đã hủy", "Number {number} is void")
    _remedy = Bilingual("Số đã hủy giữ nguyên trong sổ; đăng ký lại bằng số mới", "It stays so; register again")


class EntryChanged(Conflict):
    """values: number."""

    code = "entry-changed"
    _title = Bilingual("Dòng số {number} vừa được người khác sửa", "Entry {number} was just changed by somebody else")
    _remedy = Bilingual("Mở lại sổ rồi sửa lại", "Open the register again and repeat the change")


class NumbersBegun(Conflict):
    """values: year."""

    code = "numbers-begun"
    _title = Bilingual("Sổ năm {year} đã cấp số", "The register of {year} has given numbers already")
    _remedy = Bilingual(
        "Số bắt đầu chỉ đặt được trước khi cấp số đầu tiên", "Where it begins is said before the first number is given"
    )
