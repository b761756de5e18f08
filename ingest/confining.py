"""How a reading process is shut in: bubblewrap where the system allows it, else resource limits alone.

In bubblewrap (https://github.com/containers/bubblewrap) a reading process has no network, no other processes, no
home, no data folder and no drop folder: only the interpreter, our code and the OCR engine, all read-only, and its own
temp folder. Of the originals it is handed open descriptors, one file at a time (`handing`), opened through a view
of the file system that is read-only: else it could change an original's mode, or open it anew for writing.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

LOG = logging.getLogger(__name__)

_PROGRAM = "bwrap"
_TRY_SECONDS = 20
_ONLY_LIMITS = (
    "Máy này thiếu hoặc không cho phép bubblewrap: tiến trình đọc tệp chỉ bị giới hạn tài nguyên, không được cách ly. "
    "/ bubblewrap is missing or not allowed here: only limits hold the processes that read files."
)
# Libraries that Tesseract is linked with look up the machine's own name at their start: a number needs no asking.
_HOST_NAME = "127.0.0.1"
SHUT_IN = "READER_SHUT_IN"
"""Set in the environment of a reading process that bubblewrap holds."""
_READY = b"ready\n"
# What the loader and the libraries look up; those that are not there are left out.
_SYSTEM = ("/usr", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts", "/etc/libreoffice")
_SYSTEM_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# No password, address or other setting of ours belongs in there.
_KEPT_NAMES = frozenset({"PATH", "LANG", "LANGUAGE", "TZ", "PYTHONUTF8", "PYTHONNOUSERSITE", "TESSDATA_PREFIX"})
_KEPT_STARTS = ("LC_", "LD_LIBRARY_")


class Confinement(StrEnum):
    """What holds a reading process besides its limits of memory, time and file size."""

    BUBBLEWRAP = "bubblewrap"
    LIMITS = "limits"


@functools.cache
def confinement() -> Confinement:
    """What can be had on this machine, found out by trying, once for each process of ours."""
    if sys.platform != "linux" or shutil.which(_PROGRAM) is None:
        LOG.warning("%s (%s)", _ONLY_LIMITS, "no bwrap")
        return Confinement.LIMITS
    try:
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder).resolve()
            words = [*bubblewrapped(own), sys.executable, "-P", "-c", "import kernel.errors"]
            environment = narrow_environment() | {"PYTHONPATH": import_path()}
            subprocess.run(words, env=environment, check=True, capture_output=True, timeout=_TRY_SECONDS)  # noqa: S603
        read_only_view()
    except (OSError, subprocess.SubprocessError) as error:
        told = getattr(error, "stderr", None) or b""
        LOG.warning("%s (%s %r)", _ONLY_LIMITS, error, told[-300:])
        return Confinement.LIMITS
    return Confinement.BUBBLEWRAP


def bubblewrapped(own: Path) -> list[str]:
    """The words before a command that runs it shut in, `own` being the only folder that it can write to."""
    words = [_PROGRAM, "--unshare-user", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    words += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", _HOST_NAME]
    words += ["--dev", "/dev", "--proc", "/proc"]
    for path in _SYSTEM:
        words += ["--ro-bind-try", path, path]
    for link in map(Path, _SYSTEM_LINKS):
        if link.is_symlink():  # of a system whose /bin is /usr/bin
            words += ["--symlink", str(link.readlink()), str(link)]
        elif link.is_dir():
            words += ["--ro-bind", str(link), str(link)]
    for path in _ours():
        words += ["--ro-bind", path, path]
    # LibreOffice makes a socket in there, and has no setting for it.
    words += ["--bind", str(own), "/var/tmp"]  # noqa: S108 - it is the same folder
    words += ["--bind", str(own), str(own), "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", str(own), "--"]
    return words


def narrow_environment() -> dict[str, str]:
    """Our environment without what a reading process has no need of."""
    return {name: value for name, value in os.environ.items() if name in _KEPT_NAMES or name.startswith(_KEPT_STARTS)}


def import_path() -> str:
    """Where a reading process finds modules: where we do."""
    return os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)


def _ours() -> list[str]:
    """The interpreter, its packages, our packages and the OCR engine: the outer ones first, none twice."""
    wanted = {*_interpreter(), *_code(), *_engine()}
    paths = sorted({path for path in wanted if path.exists() and not path.is_relative_to("/usr")})
    return [str(path) for path in paths if not any(other in path.parents for other in paths)]


def _interpreter() -> Iterator[Path]:
    yield from (Path(sys.prefix), Path(sys.base_prefix), Path(sys.prefix).resolve())
    yield Path(sys.executable).resolve().parent


def _code() -> Iterator[Path]:
    """Our packages one by one: the archive itself lies in the same folder by default.

    Of other entries of the path only those that hold no such folder: what was installed.
    """
    root = Path(__file__).resolve().parents[1]
    yield from (package.parent for package in root.glob("*/__init__.py"))
    for entry in sys.path:
        path = Path(entry).resolve()
        if path.name in {"site-packages", "dist-packages", "lib-dynload"}:
            yield path


def _engine() -> Iterator[Path]:
    if program := shutil.which("tesseract"):
        yield Path(program).resolve().parent
    if folder := os.environ.get("TESSDATA_PREFIX"):
        yield Path(folder).resolve()


class ReadOnlyView:
    """All files as we see them, but nothing that is opened by it can be written to, nor its mode be changed.

    It is the root of a process that only waits for us to end. Mounts that are made later can be seen by it too.
    """

    def __init__(self) -> None:
        """Raises OSError where that is not allowed."""
        reader, writer = os.pipe()
        words = [_PROGRAM, "--unshare-user", "--ro-bind", "/", "/", "--info-fd", str(writer), "--", "cat"]
        try:
            self._holder = subprocess.Popen(  # noqa: S603 - no words from outside
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(writer,),
                start_new_session=True,  # Ctrl-C in the terminal is for us
                env=narrow_environment(),
            )
        finally:
            os.close(writer)
        with os.fdopen(reader, "rb") as told:
            self._root = f"/proc/{_child_in(told.read())}/root"
        self._await_ready()

    def _await_ready(self) -> None:
        """Its root is only set up once the program in it answers."""
        if self._holder.stdin is None or self._holder.stdout is None:
            raise AssertionError("both are pipes")
        self._holder.stdin.write(_READY)
        self._holder.stdin.flush()
        if self._holder.stdout.readline() != _READY or not Path(self._root, "proc").is_dir():
            raise OSError("no read-only view")

    @property
    def alive(self) -> bool:
        """Whether it can still be used."""
        return self._holder.poll() is None

    def open(self, path: str) -> int:
        """A descriptor for reading the file at a path. OSError as `os.open`, also for a link."""
        folder, name = os.path.split(path)
        # Without links on the way: they would lead out of the view, into what can be written to.
        real = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118 - a name of any bytes
        return os.open(f"{self._root}{real}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


_views: list[ReadOnlyView] = []
_views_lock = threading.Lock()


def read_only_view() -> ReadOnlyView:
    """The one view of this process, made anew if it was killed. Raises OSError where that is not allowed."""
    with _views_lock:
        if not (_views and _views[0].alive):
            _views[:] = [ReadOnlyView()]
        return _views[0]


def _child_in(told: bytes) -> int:
    """The process number in what bubblewrap tells (`{"child-pid": 123, …}`)."""
    _, _, rest = told.partition(b'"child-pid":')
    number = rest.strip().split(b",")[0].split(b"\n")[0].strip(b" }")
    if not number.isdigit():
        raise OSError("bubblewrap told nothing")
    return int(number)
