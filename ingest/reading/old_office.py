"""DOC and XLS of Office 97 to 2003: LibreOffice makes DOCX and XLSX of them, which are read as such.

Their binary forms are too large to be read by code of ours. LibreOffice is a large program that meets hostile bytes,
and may follow links in a file to others: it runs only where the reading process, and it within, is shut in by
bubblewrap, without a network and without sight of any file but this one. Macros do not run in a conversion. Each file
has a profile of its own, so that none leaves anything for the next.
"""

from __future__ import annotations

import functools
import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

from ingest.confining import SHUT_IN
from ingest.handing import identity
from ingest.reading.compound import CompoundFile
from ingest.recognising import DOC, DOCX, XLS, XLSX
from kernel.errors import DamagedFile, EncryptedFile, ReaderDied
from kernel.reading_errors import OldOfficeFile

NEW_FORM = {DOC: DOCX, XLS: XLSX}
_SUFFIX = {DOC: "doc", XLS: "xls", DOCX: "docx", XLSX: "xlsx"}
_MOST_STARTS = 2
_START_ANEW = 81  # what LibreOffice ends with after it has made its profile (EXITHELPER_NORMAL_RESTART)
# [MS-DOC] 2.5.2: the flags of the file information block, of which one says that it is encrypted.
_VERSION_AT, _WORD_97 = 2, 0x00C1
_FLAGS_AT, _ENCRYPTED = 10, 0x0100
_LETTERS_AT = 76  # how many letters the main text has, marks of fields and of cells included
# [MS-XLS] 2.1.4: records of a kind and a length; the FilePass record stands among the first of an encrypted workbook.
_LEAST_SHARE = 0.1  # a text may be fields for the most part, whose codes count and are not shown
_LETTERS_BESIDE = 500
_FILE_PASS, _FIRST_RECORDS = 0x002F, 50


def in_new_form(path: str, media_type: str) -> tuple[str, str]:
    """The path and type that a file is read by: its own, or of what LibreOffice made of it.

    Raises OldOfficeFile, EncryptedFile, TruncatedFile, DamagedFile, ReaderDied (LibreOffice fell over).
    """
    if media_type not in NEW_FORM:
        return path, media_type
    return str(_converted(path, media_type, identity(path))), NEW_FORM[media_type]


@functools.lru_cache(maxsize=1)  # the pages of a file come one after the other
def _converted(path: str, media_type: str, _identity: tuple[int, ...]) -> Path:
    _check(path, media_type)
    program = _program()
    _last_folder.cleanup()
    folder = Path(tempfile.mkdtemp(dir=_last_folder.make()))
    source = folder / f"in.{_SUFFIX[media_type]}"
    shutil.copyfile(path, source)  # LibreOffice is handed none of our descriptors
    made = folder / f"in.{_SUFFIX[NEW_FORM[media_type]]}"
    ended = _run(program, source, made)
    source.unlink()
    if not made.exists():
        raise ReaderDied if ended < 0 else DamagedFile
    if media_type == DOC and _letters_in(made) < _LEAST_SHARE * (_letters_said(path) - _LETTERS_BESIDE):
        raise DamagedFile  # what LibreOffice cannot make out it leaves away
    return made


def _letters_in(made: Path) -> int:
    from ingest.reading.office import docx_text  # noqa: PLC0415 - see there

    return len(docx_text(str(made)))


class _LastFolder:
    """Where the last file that was converted lies; the next one takes its place."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def make(self) -> str:
        self._folder = tempfile.TemporaryDirectory(prefix="office-")
        return self._folder.name

    def cleanup(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()


_last_folder = _LastFolder()


def _check(path: str, media_type: str) -> None:
    """LibreOffice makes something of a file that is cut off too, and tells nobody."""
    file = CompoundFile(Path(path).read_bytes())
    streams = {place[0]: file.read(number) for place, number in file.tree().items() if len(place) == 1}
    try:
        if media_type == DOC:
            (flags,) = struct.unpack_from("<H", streams["WordDocument"], _FLAGS_AT)
            encrypted = bool(flags & _ENCRYPTED)
        else:
            encrypted = _has_file_pass(streams["Workbook"] if "Workbook" in streams else streams["Book"])
    except (KeyError, struct.error) as error:
        raise DamagedFile from error
    if encrypted:
        raise EncryptedFile


def _letters_said(path: str) -> int:
    """Letters of the text as the file itself counts them; 0 of forms before Word 97."""
    file = CompoundFile(Path(path).read_bytes())
    document = file.read(file.tree()["WordDocument",])
    (version,) = struct.unpack_from("<H", document, _VERSION_AT)
    return int(struct.unpack_from("<I", document, _LETTERS_AT)[0]) if version >= _WORD_97 else 0


def _has_file_pass(workbook: bytes) -> bool:
    place = 0
    for _ in range(_FIRST_RECORDS):
        if place + 4 > len(workbook):
            return False
        kind, length = struct.unpack_from("<HH", workbook, place)
        if kind == _FILE_PASS:
            return True
        place += 4 + length
    return False


def _program() -> Path:
    """LibreOffice itself, not what starts it: that would leave it behind when we are killed."""
    starter = shutil.which("soffice")
    program = Path(starter).resolve().with_name("soffice.bin") if starter else None
    if program is None or not program.exists() or SHUT_IN not in os.environ:
        raise OldOfficeFile
    return program


def _run(program: Path, source: Path, made: Path) -> int:
    """Its exit code. It lasts no longer than the call that we answer: our owner ends us all."""
    folder = source.parent
    words = [
        str(program), "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to", made.suffix[1:], "--outdir", str(folder), str(source),
    ]  # fmt: skip
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.environ.get("PATH", "")}
    code = _START_ANEW
    for _ in range(_MOST_STARTS):
        if code == _START_ANEW:
            code = subprocess.run(  # noqa: S603 - the installed program; the file's name is ours
                words,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            ).returncode
    return code
