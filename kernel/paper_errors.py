"""Errors of files that hold several records: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import PageUnreadable


class SeparatorUnread(PageUnreadable):
    """A separator sheet whose code cannot be read."""

    code = "separator-unread"
    _title = Bilingual("Không đọc được ô vuông trên tờ phân cách", "The code on a separator sheet cannot be read")
    _remedy = Bilingual(
        "Tệp chưa được tách ở tờ này: in tờ mới, quét lại tập giấy rồi bỏ văn bản này vào thùng rác",
        "The file was not divided here: print a new sheet, scan the stack again, then put this record into the bin",
    )


class NotDivided(PageUnreadable):
    """A scan with separator sheets that cannot be cut."""

    code = "not-divided"
    _title = Bilingual("Không tách được tệp quét thành các văn bản", "The scan could not be divided into records")
    _remedy = Bilingual(
        "Cả tệp được giữ thành một văn bản; hãy quét lại từng văn bản hoặc lưu thành PDF khác",
        "The whole file is kept as one record; scan each record by itself, or save it as another PDF",
    )


class SidesDiffer(NotDivided):
    """values: fronts, backs."""

    code = "sides-differ"
    _title = Bilingual(
        "Có {fronts} mặt trước nhưng {backs} mặt sau: không ghép được hai mặt",
        "There are {fronts} front sides but {backs} back sides: they were not put together",
    )
    _remedy = Bilingual(
        "Cả tệp được giữ thành một văn bản, các trang đúng thứ tự đã quét; quét lại cả tập, đủ hai mặt của mọi tờ",
        "The whole file is kept as one record in the order of the scan; scan the stack again, both sides of each sheet",
    )


class SeveralBacks(NotDivided):
    """More than one sheet says that back sides follow."""

    code = "several-backs"
    _title = Bilingual(
        "Có nhiều tờ “Mặt sau” trong một tệp: không ghép được hai mặt",
        "Several “back sides” sheets lie in one file: the sides were not put together",
    )
    _remedy = Bilingual(
        "Cả tệp được giữ thành một văn bản; mỗi tệp chỉ quét một tập với một tờ “Mặt sau”",
        "The whole file is kept as one record; scan one stack with one “back sides” sheet into a file",
    )


class NotTakenOut(NotDivided):
    """Something attached to a mail that is kept there in no form of a file."""

    code = "not-taken-out"
    _title = Bilingual("Không lấy được tệp đính kèm ra khỏi thư", "An attachment could not be taken out of the mail")
    _remedy = Bilingual(
        "Thư gốc vẫn giữ tệp này: mở bằng chương trình thư, lưu tệp ra rồi nộp riêng",
        "The original mail holds it: open it in a mail program, save the file and hand it in by itself",
    )


class TooManyAttached(NotDivided):
    """values: count, limit."""

    code = "too-many-attached"
    _title = Bilingual(
        "Thư có {count} tệp đính kèm, nhiều hơn {limit}", "The mail has {count} attachments, more than {limit}"
    )
    _remedy = Bilingual(
        "Thư gốc vẫn giữ mọi tệp: mở bằng chương trình thư, lưu các tệp cần giữ rồi nộp riêng",
        "The original mail holds them all: open it in a mail program, save what is needed and hand it in by itself",
    )
