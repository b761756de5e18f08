"""What the checker finds: which invariant is broken, what, where, and what a person can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kernel.bilingual import Bilingual


class Invariant(StrEnum):
    """What must hold in every archive at any time."""

    ACCOUNTED = "I1"
    """Each delivered file is in exactly one of: the drop (or claimed, or spooled), the archive, `rejected/`."""
    ONE_RECORD = "I2"
    """One record a digest."""
    BYTES_AND_ROWS = "I3"
    """No row without its bytes, no bytes without a row."""
    INDEX = "I4"
    """The index holds just the records of the catalogue, each in its revision."""
    CHAIN = "I5"
    """The chain of events holds, and so do the heads that were put down."""
    ONCE = "I6"
    """Each step's event is recorded once."""
    NUMBERED = "I7"
    """Numbers that a register has given run on without a gap."""
    SEEN_RIGHTLY = "I8"
    """Who sees a record follows from its unit, class and shares, and from the dossier that it lies in."""


_CALL = Bilingual("Giữ nguyên máy, gọi người quản trị", "Leave the machine as it is and call the administrator")
_RESTORE = Bilingual(
    "Lấy lại bản gốc từ bản sao lưu; đừng xóa gì", "Bring the original back from a backup; delete nothing"
)
_REBUILD = Bilingual("Chạy: ./run reindex", "Run: ./run reindex")
_AGAIN = Bilingual(
    "Khởi động lại tàng thư; nếu vẫn còn, gọi người quản trị", "Restart tangthu; if it stays, call the administrator"
)

_I = Invariant
_KINDS: dict[str, tuple[Invariant, Bilingual, Bilingual]] = {
    "delivery-lost": (
        _I.ACCOUNTED,
        Bilingual("Tệp {name} đã nhận nhưng không còn ở đâu cả", "File {name} was received but is nowhere any more"),
        Bilingual("Nộp lại tệp này", "Hand this file in again"),
    ),
    "delivery-without-record": (
        _I.ACCOUNTED,
        Bilingual(
            "Tệp {name} ghi là đã lưu nhưng không có văn bản", "File {name} counts as archived but has no record"
        ),
        _CALL,
    ),
    "delivery-of-other-bytes": (
        _I.ACCOUNTED,
        Bilingual("Tệp {name} không phải là bản gốc của văn bản", "File {name} is not the original of its record"),
        _CALL,
    ),
    "rejected-without-reason": (
        _I.ACCOUNTED,
        Bilingual("Tệp trong rejected/ không kèm lý do", "A file in rejected/ lies there without its reason"),
        Bilingual(
            "Xem tệp rồi nộp lại, hoặc lấy ra nếu tự đặt vào",
            "Look at it and hand it in again, or take it out if you put it there",
        ),
    ),
    "rejected-file-gone": (
        _I.ACCOUNTED,
        Bilingual(
            "Tệp {name} bị từ chối nhưng không nằm trong rejected/", "File {name} was rejected but is not in rejected/"
        ),
        Bilingual("Nộp lại tệp này", "Hand this file in again"),
    ),
    "left-behind": (
        _I.ACCOUNTED,
        Bilingual("Tệp đã giữ chỗ nhưng chưa được nhận xong", "A claimed or spooled file was not seen through"),
        _AGAIN,
    ),
    "delivered-nowhere": (
        _I.ACCOUNTED,
        Bilingual("Tệp {name} đã nộp nhưng không thấy ở đâu", "File {name} was handed in and is found nowhere"),
        Bilingual("Nộp lại tệp này", "Hand this file in again"),
    ),
    "delivered-twice": (
        _I.ACCOUNTED,
        Bilingual("Tệp {name} nằm ở {places} nơi cùng lúc", "File {name} is in {places} places at once"),
        _AGAIN,
    ),
    "pages-unaccounted": (
        _I.ACCOUNTED,
        Bilingual(
            "Tệp quét đã tách: trang {pages} không thuộc đúng một văn bản hay tờ phân cách",
            "A scan that was divided: pages {pages} are not in just one record or separator sheet",
        ),
        _CALL,
    ),
    "recorded-twice": (
        _I.ONE_RECORD,
        Bilingual("Một bản gốc có nhiều văn bản: {records}", "Several records have the same original: {records}"),
        _CALL,
    ),
    "original-missing": (
        _I.BYTES_AND_ROWS,
        Bilingual("Mất tệp gốc", "An original is missing"),
        _RESTORE,
    ),
    "original-size": (
        _I.BYTES_AND_ROWS,
        Bilingual("Tệp gốc dài {found} byte thay vì {expected}", "An original has {found} bytes instead of {expected}"),
        _RESTORE,
    ),
    "original-altered": (
        _I.BYTES_AND_ROWS,
        Bilingual("Tệp gốc không còn nguyên vẹn", "An original is not as it was stored"),
        _RESTORE,
    ),
    "original-unreadable": (
        _I.BYTES_AND_ROWS,
        Bilingual("Không đọc được tệp gốc: {reason}", "An original cannot be read: {reason}"),
        Bilingual("Kiểm tra ổ đĩa và quyền của thư mục", "Check the disk and the rights of the folder"),
    ),
    "bytes-without-row": (
        _I.BYTES_AND_ROWS,
        Bilingual(
            "Tệp nằm trong kho gốc nhưng không thuộc văn bản nào", "A file lies among the originals but is no record's"
        ),
        Bilingual(
            "Chép ra, nộp lại rồi báo người quản trị", "Copy it out, hand it in again and tell the administrator"
        ),
    ),
    "original-without-record": (
        _I.BYTES_AND_ROWS,
        Bilingual("Danh mục có bản gốc không thuộc văn bản nào", "The catalogue has an original that is no record's"),
        _CALL,
    ),
    "record-without-original": (
        _I.BYTES_AND_ROWS,
        Bilingual("Văn bản {record} không có dòng bản gốc", "Record {record} has no row of its original"),
        _CALL,
    ),
    "temporary-left": (
        _I.BYTES_AND_ROWS,
        Bilingual("Còn tệp tạm của tiến trình đã tắt", "A temporary file of a dead process is left"),
        Bilingual("Khởi động lại tàng thư, tệp sẽ được dọn", "Restart tangthu; it is swept away"),
    ),
    "index-lacks": (
        _I.INDEX,
        Bilingual("Văn bản {record} không có trong chỉ mục", "Record {record} is not in the index"),
        _REBUILD,
    ),
    "index-stale": (
        _I.INDEX,
        Bilingual(
            "Chỉ mục có bản {found} của văn bản {record} thay vì bản {expected}",
            "The index holds revision {found} of record {record} instead of {expected}",
        ),
        _REBUILD,
    ),
    "index-extra": (
        _I.INDEX,
        Bilingual("Chỉ mục có {record} không phải văn bản nào", "The index holds {record}, which is no record"),
        _REBUILD,
    ),
    "index-unreachable": (
        _I.INDEX,
        Bilingual("Không so được chỉ mục: {reason}", "The index cannot be compared: {reason}"),
        Bilingual("Chạy lại khi máy tìm kiếm trả lời", "Run this again when the search engine answers"),
    ),
    "event-altered": (
        _I.CHAIN,
        Bilingual("Sự kiện số {number} đã bị sửa", "Event {number} was altered"),
        _CALL,
    ),
    "chain-broken": (
        _I.CHAIN,
        Bilingual(
            "Trước sự kiện số {number} đã mất hoặc chen sự kiện", "Before event {number} an event is lost or was put in"
        ),
        _CALL,
    ),
    "chain-cut": (
        _I.CHAIN,
        Bilingual(
            "Chuỗi sự kiện bị cắt: mất sự kiện số {number}", "The chain of events was cut: event {number} is gone"
        ),
        _CALL,
    ),
    "chain-rewritten": (
        _I.CHAIN,
        Bilingual(
            "Chuỗi sự kiện đã bị viết lại ở số {number}", "The chain of events was written anew at event {number}"
        ),
        _CALL,
    ),
    "head-unreadable": (
        _I.CHAIN,
        Bilingual("Không đọc được mốc chuỗi sự kiện", "A head of the chain of events cannot be read"),
        Bilingual("Lấy lại tệp này từ bản sao", "Bring this file back from a copy"),
    ),
    "event-missing": (
        _I.ONCE,
        Bilingual("Thiếu sự kiện “{event}”", "The event “{event}” is not recorded"),
        _CALL,
    ),
    "event-repeated": (
        _I.ONCE,
        Bilingual("Sự kiện “{event}” được ghi nhiều lần", "The event “{event}” is recorded more than once"),
        _CALL,
    ),
    "register-gap": (
        _I.NUMBERED,
        Bilingual("Sổ đăng ký thiếu số {number}", "Number {number} of a register is gone"),
        _CALL,
    ),
    "register-count": (
        _I.NUMBERED,
        Bilingual(
            "Sổ đăng ký đếm đến số {expected} nhưng số lớn nhất là {found}",
            "A register counts to {expected}, but its highest number is {found}",
        ),
        _CALL,
    ),
    "rights-wrong": (
        _I.SEEN_RIGHTLY,
        Bilingual(
            "Người được xem văn bản không khớp với đơn vị, mức truy cập và hồ sơ của văn bản",
            "Who sees a record is not what its unit, its class, its shares and its dossier say",
        ),
        _CALL,
    ),
    "dossier-wrong": (
        _I.SEEN_RIGHTLY,
        Bilingual(
            "Văn bản ghi một hồ sơ nhưng nằm trong hồ sơ khác, hoặc hồ sơ ấy không còn",
            "A record says one dossier and lies in another, or in none that there is",
        ),
        _CALL,
    ),
    "event-stray": (
        _I.ONCE,
        Bilingual(
            "Sự kiện số {number} nói về thứ không có trong danh mục",
            "Event {number} tells of something that the catalogue does not have",
        ),
        _CALL,
    ),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is not as it must be. `code`: stable. `where`: a path, a digest or an id, as far as it helps."""

    code: str
    invariant: Invariant
    what: Bilingual
    where: str
    remedy: Bilingual


def violation(code: str, where: object, **values: Any) -> Violation:
    """A violation of this kind; `values` fill the places of its sentence."""
    invariant, what, remedy = _KINDS[code]
    return Violation(code, invariant, what.filled(**values), str(where), remedy)
