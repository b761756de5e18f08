"""What a reading process does to files and networks, as the kernel sees it: strace attached to it and all it starts."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from tests.hostile.measuring import readers_below

# Whatever makes, opens, changes or removes files, and whatever speaks to others.
_CALLS = (
    "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
    "unlink,unlinkat,rmdir,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,utimensat,"
    "setxattr,fsetxattr,lsetxattr,mount,umount2,pivot_root,chroot,setns,write,pwrite64,writev,pwritev,pwritev2,"
    "sendfile,copy_file_range,splice,fallocate,io_uring_setup,"
    "socket,connect,bind,listen,accept,accept4,sendto,sendmsg,sendmmsg,ptrace,kill,tkill,tgkill"
)
_LINE = re.compile(r"(?:\[pid +)?(?P<pid>\d+)?\]? *(?P<call>\w+)\((?P<words>.*)\) += (?P<result>-?\d+|\?)")
_OPENS = frozenset({"open", "openat", "openat2"})
_WRITES = frozenset(
    {"write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "splice", "ftruncate", "fallocate"}
)
_SPEAKS = frozenset({"socket", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"})
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
_DESCRIPTOR = re.compile(r"\d+<(?P<path>[^>]*)>")
_FOLDER = re.compile(r"(?:AT_FDCWD|\d+)<(?P<path>[^>]*)>, ")
_TEXT = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"')
# Not places of anybody: what is written there is gone, or goes to us through the pipe of the answer.
_OURS = ("/dev/null", "pipe:", "/dev/tty", "anon_inode:")


class Trace:
    """What strace sees of one reading process, from `__enter__` to `__exit__`."""

    def __init__(self, number: int, file: Path) -> None:
        self.number, self._file = number, file

    def __enter__(self) -> Trace:
        # -y tells the path of each descriptor.
        words = ["strace", "-f", "-y", "-s", "4096", "-e", f"trace={_CALLS}", "-o", str(self._file)]
        self._strace = subprocess.Popen(
            [*words, "-p", str(self.number)], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        assert self._strace.stderr is not None
        told = self._strace.stderr.readline()
        assert "attached" in told, told
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._strace.send_signal(signal.SIGINT)
        self._strace.communicate(timeout=60)

    @property
    def going_on(self) -> bool:
        """Whether the process is still there."""
        return self._strace.poll() is None

    def lines(self) -> list[str]:
        """What was seen, a system call a line, those that were interrupted put together."""
        begun: dict[str, str] = {}
        whole = []
        for line in self._file.read_text(errors="replace").splitlines():
            number, _, rest = line.partition(" ")
            if rest.endswith("<unfinished ...>"):
                begun[number] = rest.removesuffix("<unfinished ...>").rstrip()
            elif "resumed>" in rest:
                whole.append(f"{number} {begun.pop(number, '')}{rest.partition('resumed>')[2]}")
            else:
                whole.append(line)
        return whole


def reader_of(root: int, seconds: float = 30) -> int:
    """The number of the only reading process below a process."""
    end = time.monotonic() + seconds
    while len(found := readers_below(root)) != 1:
        assert time.monotonic() < end, f"{len(found)} reading processes"
        time.sleep(0.02)
    return found[0].number


def outside(lines: list[str], own: str) -> list[str]:
    """The calls that made, opened for writing, wrote to, changed or removed something not below `own`."""
    return [
        line
        for line in lines
        if (call := _LINE.match(line)) and _changes(call["call"], call["words"], own, call["result"])
    ]


def speaking(lines: list[str]) -> list[str]:
    """The calls that spoke to anybody, or tried to."""
    return [line for line in lines if (call := _LINE.match(line)) and call["call"] in _SPEAKS]


def _changes(call: str, words: str, own: str, result: str) -> bool:
    if result.startswith("-") or call in _SPEAKS:
        return False  # the kernel refused
    if call in {"kill", "tkill", "tgkill"}:
        return False  # of what it can see: itself and the engine that it started
    if call in _OPENS and not _WRITING.search(words):
        return False
    if call in _OPENS and _OURS[0] in words:
        return False
    return any(not _is_own(path, own) for path in _places(call, words))


def _is_own(path: str, own: str) -> bool:
    return path == own or path.startswith((f"{own}/", *_OURS))


def _places(call: str, words: str) -> list[str]:
    """The paths that a call changes, as far as it names them; "?" where it names none."""
    if call in _WRITES or call.startswith("f") or call == "copy_file_range":
        return [match["path"] for match in _DESCRIPTOR.finditer(_TEXT.sub("", words))][:1] or ["?"]
    folder = _FOLDER.search(words)
    texts = [match["text"] for match in _TEXT.finditer(words)]
    if call.startswith("symlink"):
        texts = texts[1:]  # the first is what it points to
    places = [text if text.startswith("/") else f"{folder['path'] if folder else '?'}/{text}" for text in texts]
    return places or ["?"]
