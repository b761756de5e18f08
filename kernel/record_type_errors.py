"""The error of record types that an office writes as data files: a branch of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import BadValue


class RecordTypeRefused(BadValue):
    """A record type's data file cannot be used. values: name (of the file), reason."""

    code = "record-type-refused"
    _title = Bilingual("Không dùng được tệp loại hồ sơ {name}: {reason}", "Record type {name} is refused: {reason}")
    _remedy = Bilingual(
        "Sửa tệp theo docs/record-types.md rồi khởi động lại", "Mend the file as docs/record-types.md says and restart"
    )
