"""The error of other names that an office writes as data files: a branch of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import BadValue


class OtherNamesRefused(BadValue):
    """A data file of other names cannot be used. values: name (of the file), reason."""

    code = "other-names-refused"
    _title = Bilingual("Không dùng được tệp tên gọi khác {name}: {reason}", "Other names {name} are refused: {reason}")
    _remedy = Bilingual(
        "Sửa tệp theo docs/asking.md rồi khởi động lại", "Mend the file as docs/asking.md says and restart"
    )
