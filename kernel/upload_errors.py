"""Errors of uploads that come in pieces, and of files that were not taken: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import BadRequest, Conflict


class UploadMoved(Conflict):
    """The upload does not stand where the sender goes on from: another connection was faster, or it is gone."""

    code = "upload-moved"
    _title = Bilingual("Lần gửi này đã đi tiếp ở chỗ khác", "This upload has gone on from another place")
    _remedy = Bilingual("Hỏi lại vị trí (HEAD) rồi gửi tiếp từ đó", "Ask for the offset (HEAD) and go on from there")


class WrongChecksum(BadRequest):
    """What came is not what was sent; nothing of it is kept. values: none."""

    code = "wrong-checksum"
    http_status = 460  # of the tus protocol
    _title = Bilingual("Dữ liệu đến không khớp mã kiểm tra", "What came does not fit its checksum")
    _remedy = Bilingual("Gửi lại đoạn này", "Send this piece again")


class TooManyUploads(BadRequest):
    """values: limit."""

    code = "too-many-uploads"
    http_status = 429
    _title = Bilingual(
        "Bạn đang có quá nhiều lần gửi dở dang (tối đa {limit})", "Too many of your uploads are open (at most {limit})"
    )
    _remedy = Bilingual(
        "Gửi nốt hoặc hủy các tệp đang dở ở trang nộp rồi thử lại",
        "Finish or cancel those on the page for handing in, then try again",
    )


class OtherProtocol(BadRequest):
    """values: what."""

    code = "other-protocol"
    http_status = 412
    _title = Bilingual("Không hỗ trợ phiên bản giao thức: {what}", "This version of the protocol is not spoken: {what}")
    _remedy = Bilingual("Gửi Tus-Resumable: 1.0.0", "Send Tus-Resumable: 1.0.0")


class RejectedFileGone(Conflict):
    """values: id."""

    code = "rejected-file-gone"
    _title = Bilingual("Tệp không còn nằm trong rejected/", "The file does not lie in rejected/ any more")
    _remedy = Bilingual(
        "Nộp tệp khác thay thế, hoặc đánh dấu đã xử lý", "Hand in another file instead, or mark it as settled"
    )


class AlreadySettled(Conflict):
    """values: id."""

    code = "already-settled"
    _title = Bilingual("Tệp này đã được người khác xử lý", "Somebody else has settled this file")
    _remedy = Bilingual("Mở lại danh sách tệp không nhận", "Open the list of files not taken again")
