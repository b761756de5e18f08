"""What keeps the way in from going on just now, in words that a person can act on."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import datetime

from ingest.intake.naming import displayable
from kernel.bilingual import Bilingual
from kernel.clock import now
from kernel.errors import TangthuError, Unavailable

_FULL = Bilingual("Ổ đĩa đã đầy", "The disk is full")
_FULL_REMEDY = Bilingual(
    "Giải phóng chỗ trên ổ đĩa; tệp vẫn được giữ và sẽ được nhận lại",
    "Make room on the disk; the files are kept and will be taken again",
)
_DISK = Bilingual("Ổ đĩa hoặc thư mục không dùng được", "The disk or folder cannot be used")
_DISK_REMEDY = Bilingual(
    "Kiểm tra ổ đĩa, kết nối mạng và quyền của thư mục; tệp vẫn được giữ",
    "Check the disk, the network and the rights of the folder; the files are kept",
)
_OTHER = Bilingual("Có lỗi ngoài dự kiến", "Something unforeseen went wrong")
_OTHER_REMEDY = Bilingual(
    "Hệ thống sẽ tự thử lại; nếu vẫn lỗi, báo người quản trị",
    "It is tried again by itself; if it stays, tell the administrator",
)
_FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT)
# What SQLite and PostgreSQL say of the disk below them.
_FULL_WORDS = ("disk is full", "No space left on device")
_DISK_WORDS = ("disk I/O error", "Input/output error")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble: when it was last seen, what it is, what a person can do, and details for the administrator."""

    at: datetime
    title: Bilingual
    remedy: Bilingual
    detail: str


def trouble_of(error: BaseException) -> Trouble:
    """An error as a trouble."""
    if isinstance(error, TangthuError):
        reason = str(error.values.get("reason", error.code))
        if isinstance(error, Unavailable) and any(words in reason for words in _FULL_WORDS):
            return Trouble(now(), _FULL, _FULL_REMEDY, displayable(reason))
        if isinstance(error, Unavailable) and any(words in reason for words in _DISK_WORDS):
            return Trouble(now(), _DISK, _DISK_REMEDY, displayable(reason))
        return Trouble(now(), error.title, error.remedy, displayable(reason))
    detail = displayable(f"{type(error).__name__}: {error}")
    if isinstance(error, OSError):
        if error.errno in _FULL_ERRORS:
            return Trouble(now(), _FULL, _FULL_REMEDY, detail)
        return Trouble(now(), _DISK, _DISK_REMEDY, detail)
    return Trouble(now(), _OTHER, _OTHER_REMEDY, detail)


@dataclass(slots=True)
class Backoff:
    """Longer and longer waits, in seconds: 1, 2, 4 … up to `longest`; back to the first after a success."""

    first: float = 1.0
    longest: float = 60.0
    tries: int = 0

    def next(self) -> float:
        """The wait after one more failure."""
        wait = min(self.longest, self.first * 2.0 ** min(self.tries, 16))
        self.tries += 1
        return wait

    def reset(self) -> None:
        """It works again."""
        self.tries = 0
