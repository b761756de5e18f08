"""The one tree of errors. Each is data: what happened, in two languages, and what a person can do.

TangthuError
├── Refused              a file that cannot be taken; it goes to rejected/ with this reason
│   ├── EmptyFile            0 bytes
│   ├── TruncatedFile        its end is missing
│   ├── EncryptedFile        needs a password
│   ├── DamagedFile          not readable as the type it claims to be
│   ├── UnknownType          none of the accepted types
│   ├── TooManyPages         over the page limit
│   ├── TooManyPixels        an image over the pixel limit
│   └── TooLarge             over the size limit; one more in `reading_errors`
├── BadRequest           a request that makes no sense as asked
│   ├── BadCursor            a paging cursor that we did not write, or of another query
│   ├── BadValue             a filter or field value that cannot be understood
│   ├── ForeignSite          a change asked for by a page of another site
│   └── RequestTooLarge      more bytes than such a request may have
├── NotFound             no such thing, or none that the asker may see
├── Conflict             somebody else changed it first; more below it in `disposal_errors`, `keeping_errors`
├── PageUnreadable       one page could not be read; the record goes on without it
│   ├── PageTimedOut         over the time limit
│   ├── ReaderDied           the reading process died (memory limit, crash)
│   ├── NoWords              something is on it, but no word of it could be read
│   ├── PicturesNotRead      pictures and objects inside a file are kept, but not read
│   └── AttachmentsNotRead   what is attached to a mail is kept, but not read
├── Unavailable          a part of the house does not answer just now; more in these and `elsewhere_errors`
│   ├── Busy                 too many ask for the same part at once
│   ├── DiskFull             no room for more files
│   ├── EngineUnavailable    the search engine
│   │   └── IndexOutdated        its index is damaged or of an older form
│   ├── FileUnreadable       the disk or share does not give a file
│   ├── NobodyWatching       no process takes, reads and indexes
│   ├── ToolMissing          a program is not installed
│   ├── AddressTaken         another program listens there already
├── EngineRefused        the engine answers, but refuses this one document
└── Broken               the archive is not as it must be; more in `keeping_errors`
    └── DigestMismatch       the bytes are not those that were stored
"""

from __future__ import annotations

from typing import ClassVar

from kernel.bilingual import Bilingual


class TangthuError(Exception):
    """The root. `values` fill the `{name}` places of `title` and `remedy`.

    `code` is stable and machine-readable; `http_status` and `exit_code` say how the API and
    the command line answer.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    _title: ClassVar[Bilingual] = Bilingual("Có lỗi xảy ra", "Something went wrong")
    _remedy: ClassVar[Bilingual] = Bilingual(
        "Xin thử lại; nếu vẫn lỗi, báo người quản trị", "Try again; if it stays, tell the administrator"
    )

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.title.en)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        # Exceptions with keyword arguments do not cross process borders by themselves.
        return _rebuild, (type(self), self.values)

    @property
    def title(self) -> Bilingual:
        """What happened."""
        return self._title.filled(**self.values)

    @property
    def remedy(self) -> Bilingual:
        """What a person can do."""
        return self._remedy.filled(**self.values)


def _rebuild(kind: type[TangthuError], values: dict[str, object]) -> TangthuError:
    return kind(**values)


class Refused(TangthuError):
    """A file that cannot be taken."""

    code = "refused"
    http_status = 422
    exit_code = 3


class EmptyFile(Refused):
    """0 bytes."""

    code = "empty"
    _title = Bilingual("Tệp rỗng (0 byte)", "The file is empty (0 bytes)")
    _remedy = Bilingual("Quét lại văn bản rồi đặt vào thư mục nhận", "Scan the document again and drop it in")


class TruncatedFile(Refused):
    """Its end is missing: half a copy."""

    code = "truncated"
    _title = Bilingual("Tệp bị cụt, thiếu phần cuối", "The file is cut off: its end is missing")
    _remedy = Bilingual("Chép lại tệp gốc, hoặc quét lại", "Copy the original again, or scan it again")


class EncryptedFile(Refused):
    """Needs a password to open."""

    code = "encrypted"
    _title = Bilingual("Tệp được bảo vệ bằng mật khẩu", "The file is protected by a password")
    _remedy = Bilingual("Bỏ mật khẩu rồi gửi lại", "Remove the password and send it again")


class DamagedFile(Refused):
    """Not readable as the type that it claims to be."""

    code = "damaged"
    _title = Bilingual("Tệp hỏng, không mở được", "The file is damaged and cannot be opened")
    _remedy = Bilingual("Chép lại tệp gốc, hoặc quét lại", "Copy the original again, or scan it again")


class UnknownType(Refused):
    """None of the types that we take."""

    code = "unknown-type"
    http_status = 415
    _title = Bilingual("Không nhận ra loại tệp", "The type of the file is not known")
    _remedy = Bilingual(
        "Xin chuyển sang PDF, TIFF, JPEG, PNG, WebP, DOCX, XLSX, PPTX, ODT, RTF, HTML, TXT, EML hoặc MSG",
        "Convert it to PDF, TIFF, JPEG, PNG, WebP, DOCX, XLSX, PPTX, ODT, RTF, HTML, TXT, EML or MSG",
    )


class TooManyPages(Refused):
    """values: pages, limit."""

    code = "too-many-pages"
    _title = Bilingual("Quá nhiều trang ({pages}, tối đa {limit})", "Too many pages ({pages}; at most {limit})")
    _remedy = Bilingual("Chia thành nhiều tệp nhỏ hơn", "Split it into smaller files")


class TooManyPixels(Refused):
    """values: megapixels, limit."""

    code = "too-many-pixels"
    _title = Bilingual(
        "Ảnh quá lớn ({megapixels} triệu điểm ảnh, tối đa {limit})",
        "The image is too large ({megapixels} megapixels; at most {limit})",
    )
    _remedy = Bilingual("Quét lại ở 300 dpi", "Scan it again at 300 dpi")


class TooLarge(Refused):
    """values: megabytes (the limit)."""

    code = "too-large"
    http_status = 413
    _title = Bilingual("Tệp quá lớn (tối đa {megabytes} MB)", "The file is too large (at most {megabytes} MB)")
    _remedy = Bilingual("Chia thành nhiều tệp nhỏ hơn", "Split it into smaller files")


class BadRequest(TangthuError):
    """values: what (Bilingual is not needed: a name as typed)."""

    code = "bad-request"
    http_status = 400
    exit_code = 2
    _title = Bilingual("Không hiểu yêu cầu: {what}", "The request is not understood: {what}")
    _remedy = Bilingual("Xem lại địa chỉ hoặc nội dung gửi", "Check the address or what was sent")


class BadCursor(BadRequest):
    """values: none."""

    code = "bad-cursor"
    _title = Bilingual("Dấu trang không dùng được cho câu hỏi này", "The cursor does not fit this query")
    _remedy = Bilingual("Tìm lại từ trang đầu", "Search again from the first page")


class BadValue(BadRequest):
    """values: name, value, expected."""

    code = "bad-value"
    http_status = 422
    _title = Bilingual("Giá trị không hợp lệ cho {name}: {value}", "Not a valid value for {name}: {value}")
    _remedy = Bilingual("Cần: {expected}", "Expected: {expected}")


class ForeignSite(BadRequest):
    """values: what (the site, as told by the browser)."""

    code = "foreign-site"
    http_status = 403
    _title = Bilingual("Yêu cầu đến từ một trang khác: {what}", "The request comes from another site: {what}")
    _remedy = Bilingual("Mở trang của tàng thư rồi làm lại", "Open the page of tangthu and do it there")


class RequestTooLarge(BadRequest):
    """values: megabytes (the limit)."""

    code = "request-too-large"
    http_status = 413
    _title = Bilingual(
        "Gửi quá nhiều trong một lần (tối đa {megabytes} MB)",
        "Too much is sent at once (at most {megabytes} MB)",
    )
    _remedy = Bilingual("Chia ra gửi làm nhiều lần", "Send it in several parts")


class NotFound(TangthuError):
    """values: id. Said alike for what is not there and for what the asker may not see."""

    code = "not-found"
    http_status = 404
    exit_code = 4
    _title = Bilingual("Không có: {id}", "Not found: {id}")
    _remedy = Bilingual("Kiểm tra lại mã, hoặc tìm theo nội dung", "Check the id, or search by content")


class Conflict(TangthuError):
    """values: id."""

    code = "conflict"
    http_status = 409
    exit_code = 5
    _title = Bilingual("Văn bản {id} vừa được người khác sửa", "Record {id} was just changed by somebody else")
    _remedy = Bilingual("Mở lại văn bản rồi sửa lại", "Open the record again and repeat the change")


class PageUnreadable(TangthuError):
    """One page could not be read. values: none needed."""

    code = "page-unreadable"
    exit_code = 6
    _title = Bilingual("Không đọc được trang", "The page could not be read")
    _remedy = Bilingual("Xem ảnh trang; quét lại nếu cần", "Look at the page image; scan it again if need be")


class PageTimedOut(PageUnreadable):
    """values: seconds."""

    code = "page-timed-out"
    _title = Bilingual("Đọc trang quá {seconds} giây", "Reading the page took over {seconds} seconds")


class ReaderDied(PageUnreadable):
    """The process that read the page died."""

    code = "reader-died"
    _title = Bilingual("Tiến trình đọc trang bị ngắt", "The process reading the page died")


class NoWords(PageUnreadable):
    """Something is on the page, but no word of it could be read."""

    code = "no-words"
    _title = Bilingual("Không nhận ra chữ nào trên trang", "No word on the page could be read")


class PicturesNotRead(PageUnreadable):
    """Stands as a page of its own: pictures and objects inside an office file are kept, but not read."""

    code = "pictures-not-read"
    _title = Bilingual("Hình ảnh, tệp nhúng bên trong chưa được đọc", "Pictures and files inside are not read")
    _remedy = Bilingual(
        "Mở bản gốc để xem; muốn tìm được chữ trong hình, xuất tệp ra PDF rồi nộp bản PDF đó",
        "Open the original to see them; to find their words, save the file as PDF and hand that in",
    )


class AttachmentsNotRead(PageUnreadable):
    """Stands as a page of its own: what is attached to a mail is kept, but not read."""

    code = "attachments-not-read"
    _title = Bilingual("Trong thư có tệp đính kèm chưa được đọc", "Something attached to this mail is not read")
    _remedy = Bilingual(
        "Mở bản gốc, lưu riêng từng tệp đính kèm rồi nộp các tệp đó",
        "Open the original, save each attachment and hand those in",
    )


class Unavailable(TangthuError):
    """A part of the house does not answer just now."""

    code = "unavailable"
    http_status = 503
    exit_code = 7
    _title = Bilingual("Hệ thống chưa sẵn sàng", "The service is not ready")
    _remedy = Bilingual("Đợi một lát rồi thử lại", "Wait a moment and try again")


class Busy(Unavailable):
    """Too many ask for the same part of the house at once."""

    code = "busy"
    _title = Bilingual("Đang có quá nhiều yêu cầu cùng lúc", "Too much is asked for at once")


class DiskFull(Unavailable):
    """values: megabytes (that must stay free)."""

    code = "disk-full"
    http_status = 507
    _title = Bilingual(
        "Ổ đĩa của kho sắp hết chỗ (phải còn trống ít nhất {megabytes} MB)",
        "The disk of the archive is nearly full (at least {megabytes} MB must stay free)",
    )
    _remedy = Bilingual(
        "Chưa nhận tệp nào; báo người quản trị dọn ổ đĩa rồi gửi lại",
        "No file was taken; have the administrator make room, then send them again",
    )


class EngineUnavailable(Unavailable):
    """values: reason."""

    code = "engine-unavailable"
    _title = Bilingual("Máy tìm kiếm chưa trả lời ({reason})", "The search engine does not answer ({reason})")
    _remedy = Bilingual(
        "Văn bản vẫn được nhận và giữ; tìm kiếm sẽ trở lại khi máy tìm kiếm chạy",
        "Records are still taken and kept; search returns when the engine runs",
    )


class IndexOutdated(EngineUnavailable):
    """The engine's index is damaged or of an older form; the indexer builds it anew by itself. values: reason."""

    code = "index-outdated"
    _remedy = Bilingual(
        "Chỉ mục đang được lập lại; nếu lâu không xong, chạy: ./run reindex",
        "The index is being built anew; if that does not end, run: ./run reindex",
    )


class FileUnreadable(Unavailable):
    """The disk or share does not give a file just now. values: reason."""

    code = "file-unreadable"
    _title = Bilingual("Không mở được tệp ({reason})", "The file cannot be opened ({reason})")
    _remedy = Bilingual(
        "Kiểm tra quyền đọc của tệp, ổ đĩa và kết nối mạng; tệp vẫn được giữ và sẽ tự thử lại",
        "Check the rights of the file, the disk and the network; the file is kept and tried again by itself",
    )


class NobodyWatching(Unavailable):
    """No process takes, reads and indexes."""

    code = "nobody-watching"
    _title = Bilingual("Không có tiến trình nào đang nhận và đọc tệp", "No process is taking and reading files")
    _remedy = Bilingual(
        "Tệp vẫn an toàn; chạy lại ./run (hoặc tangthu watch); nếu vẫn lỗi, báo người quản trị",
        "The files are safe; start ./run (or tangthu watch) again; if it stays, tell the administrator",
    )


class ToolMissing(Unavailable):
    """values: tool, install."""

    code = "tool-missing"
    _title = Bilingual("Thiếu chương trình {tool}", "The program {tool} is missing")
    _remedy = Bilingual("Cài bằng: {install}", "Install it by: {install}")


class AddressTaken(Unavailable):
    """values: address, reason."""

    code = "address-taken"
    _title = Bilingual(
        "Không mở được địa chỉ {address} ({reason})", "The address {address} cannot be opened ({reason})"
    )
    _remedy = Bilingual(
        "Tàng thư có thể đang chạy sẵn; nếu không, chọn cổng khác: TANGTHU_PORT=8001 ./run",
        "tangthu may be running already; if not, choose another port: TANGTHU_PORT=8001 ./run",
    )


class EngineRefused(TangthuError):
    """The engine answers, but refuses this one document. values: id, reason."""

    code = "engine-refused"
    _title = Bilingual("Máy tìm kiếm không nhận văn bản {id}: {reason}", "The engine refuses record {id}: {reason}")


class Broken(TangthuError):
    """The archive is not as it must be."""

    code = "broken"
    exit_code = 8
    _remedy = Bilingual("Giữ nguyên máy, gọi người quản trị", "Leave the machine as it is and call the administrator")


class DigestMismatch(Broken):
    """values: digest."""

    code = "digest-mismatch"
    _title = Bilingual("Bản gốc {digest} không còn nguyên vẹn", "Original {digest} is not as it was stored")
