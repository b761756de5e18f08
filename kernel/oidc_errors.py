"""Errors of signing in by the office's own provider. A branch of the tree in `kernel.errors`.

They tell what a person can do, never why an identity was not taken: that would tell which accounts there are.
"""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import BadRequest, Conflict, Unavailable


class SignInOver(BadRequest):
    """An answer of the provider to no sign-in that this browser has begun: too late, used before, another browser."""

    code = "oidc-over"
    http_status = 403
    _title = Bilingual("Lần đăng nhập này không còn hiệu lực", "This sign-in is over")
    _remedy = Bilingual("Bắt đầu đăng nhập lại từ trang này", "Begin anew from this page")


class ProviderRefused(BadRequest):
    """The provider did not sign the person in, or the person turned back."""

    code = "oidc-refused"
    http_status = 403
    _title = Bilingual("Hệ thống đăng nhập của cơ quan không xác nhận", "The office's sign-in did not say yes")
    _remedy = Bilingual(
        "Thử lại; nếu vẫn không được, báo người quản trị hệ thống đăng nhập của cơ quan",
        "Try again; if it stays, tell whoever runs the office's sign-in",
    )


class NotLinked(BadRequest):
    """Told alike for an identity of nobody here, of a closed account, and of somebody else than was asked for."""

    code = "oidc-not-linked"
    http_status = 403
    _title = Bilingual("Danh tính này không mở được tàng thư", "This identity does not open the archive")
    _remedy = Bilingual(
        "Đề nghị người quản trị tàng thư liên kết danh tính với tài khoản của bạn",
        "Ask the archive's administrator to link it to your account",
    )


class ProviderUntrusted(BadRequest):
    """What the provider answers does not hold what the standard asks for. The log tells what."""

    code = "oidc-untrusted"
    http_status = 502
    _title = Bilingual(
        "Câu trả lời của hệ thống đăng nhập không đáng tin", "What the office's sign-in answers cannot be trusted"
    )
    _remedy = Bilingual(
        "Báo người quản trị tàng thư: lý do nằm trong nhật ký của máy chạy tàng thư",
        "Tell the archive's administrator: the log where tangthu runs says why",
    )


class ProviderAway(Unavailable):
    """The provider does not answer, or not in time."""

    code = "oidc-away"
    _title = Bilingual("Hệ thống đăng nhập của cơ quan không trả lời", "The office's sign-in does not answer")
    _remedy = Bilingual(
        "Đợi một lát rồi thử lại, hoặc đăng nhập bằng mật khẩu của tàng thư",
        "Wait a moment and try again, or sign in with the archive's own password",
    )


class IdentityTaken(Conflict):
    """One identity opens one account."""

    code = "oidc-taken"
    _title = Bilingual("Danh tính này đã được liên kết", "This identity is linked already")
    _remedy = Bilingual(
        "Bỏ liên kết cũ trước, hoặc dùng danh tính khác", "Drop the link that there is first, or use another identity"
    )


class OnlyWayIn(Conflict):
    """Without a password, the last identity is the only way in."""

    code = "oidc-only-way"
    _title = Bilingual("Tài khoản chỉ còn cách đăng nhập này", "The account has no other way in")
    _remedy = Bilingual(
        "Đề nghị người quản trị cấp đường dẫn đặt mật khẩu trước",
        "Ask the administrator for a link to choose a password first",
    )
