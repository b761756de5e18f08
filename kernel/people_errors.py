"""Errors of people: who they are and what they may. A branch of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import BadRequest, BadValue, Conflict


class NotSignedIn(BadRequest):
    """Nobody has signed in, and this is not for everybody."""

    code = "not-signed-in"
    http_status = 401
    _title = Bilingual("Chưa đăng nhập", "Not signed in")
    _remedy = Bilingual(
        "Đăng nhập ở trang /dang-nhap, hoặc gửi khóa API trong tiêu đề Authorization: Bearer",
        "Sign in at /dang-nhap, or send an API key as Authorization: Bearer",
    )


class SetUpFirst(BadRequest):
    """There is no account yet, and whoever asks is not at the machine itself."""

    code = "set-up-first"
    http_status = 401
    _title = Bilingual("Kho lưu trữ chưa có người quản trị", "The archive has no administrator yet")
    _remedy = Bilingual(
        "Mở đường dẫn dùng một lần hiện trong cửa sổ lệnh của máy chạy tàng thư",
        "Open the one-time link that the terminal shows where tangthu runs",
    )


class NotAllowed(BadRequest):
    """The person has no such right here. values: permission."""

    code = "not-allowed"
    http_status = 403
    _title = Bilingual("Không có quyền {permission}", "No right to {permission}")
    _remedy = Bilingual(
        "Đề nghị người quản trị của đơn vị cấp vai trò phù hợp", "Ask the unit's administrator for a fitting role"
    )


class SharedWithNobody(BadValue):
    """What only named people may see is given to none. values: name, value, expected."""

    code = "shared-with-nobody"
    _title = Bilingual("Không còn ai được xem", "Nobody could see it any more")
    _remedy = Bilingual(
        "Ghi ít nhất một tài khoản hoặc đơn vị được chia sẻ", "Name at least one account or unit that it is shared with"
    )


class WrongSignIn(BadRequest):
    """Told alike for an unknown account, a closed one, a wrong password and a wrong code."""

    code = "wrong-sign-in"
    http_status = 403
    _title = Bilingual(
        "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng", "The account, the password or the code is wrong"
    )
    _remedy = Bilingual(
        "Thử lại; nếu quên mật khẩu, đề nghị người quản trị cấp đường dẫn đặt lại",
        "Try again; if you forgot the password, ask the administrator for a link to set a new one",
    )


class TooManyTries(BadRequest):
    """values: minutes."""

    code = "too-many-tries"
    http_status = 429
    _title = Bilingual("Đã thử quá nhiều lần", "Tried too often")
    _remedy = Bilingual("Chờ {minutes} phút rồi thử lại", "Wait {minutes} minutes, then try again")


class WeakPassword(BadRequest):
    """values: fewest."""

    code = "weak-password"
    http_status = 422
    _title = Bilingual("Mật khẩu quá dễ đoán", "The password is too easy to guess")
    _remedy = Bilingual(
        "Chọn mật khẩu ít nhất {fewest} ký tự, không chứa tên đăng nhập và không phải mật khẩu thông dụng",
        "Choose at least {fewest} characters, without the account's name, and none that everybody uses",
    )


class LinkUsed(BadRequest):
    """A one-time link that was used, has ended, or never was."""

    code = "link-used"
    http_status = 404
    _title = Bilingual("Đường dẫn không còn dùng được", "The link opens nothing any more")
    _remedy = Bilingual(
        "Đề nghị người quản trị cấp đường dẫn mới; với người quản trị đầu tiên: khởi động lại tàng thư",
        "Ask the administrator for a new one; for the first administrator: start tangthu again",
    )


class AccountTaken(Conflict):
    """values: account."""

    code = "account-taken"
    _title = Bilingual("Tên đăng nhập {account} đã có", "The account {account} is there already")
    _remedy = Bilingual("Chọn tên đăng nhập khác", "Choose another one")


class OwnRoles(Conflict):
    """Nobody gives themselves rights."""

    code = "own-roles"
    _title = Bilingual("Không ai tự đổi vai trò của mình", "Nobody changes their own roles")
    _remedy = Bilingual("Nhờ một người quản trị khác", "Ask another administrator")
