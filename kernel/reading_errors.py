"""Errors of files that need another program to be read: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Refused


class OldOfficeFile(Refused):
    """Only LibreOffice reads it, which is not there or may not be shut in on this machine. values: none."""

    code = "old-office-file"
    _title = Bilingual(
        "Tệp Word, Excel kiểu cũ (.doc, .xls): máy này không có LibreOffice để đọc",
        "A file of old Word or Excel (.doc, .xls): this machine has no LibreOffice to read it",
    )
    _remedy = Bilingual(
        "Lưu lại thành .docx, .xlsx hoặc PDF rồi nộp; hoặc cài libreoffice-writer-nogui, libreoffice-calc-nogui và "
        "bubblewrap rồi nộp lại",
        "Save it as .docx, .xlsx or PDF and hand that in; or install libreoffice-writer-nogui, libreoffice-calc-nogui "
        "and bubblewrap and hand it in again",
    )
