"""strace on one thread of a process: what it calls, and a fault in its n-th call."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

import pytest

_CREATING = ("openat", "open", "creat")
_WRITING = ("write", "writev", "pwrite64", "pwritev", "fsync", "fdatasync", "ftruncate", "fallocate")
_NAMING = (
    "rename", "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "mkdir", "mkdirat", "rmdir",
    "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown", "utimensat",
    "truncate", "copy_file_range", "sendfile", "flock", "fcntl",
)  # fmt: skip
READING = frozenset({
    "stat", "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat",
    "close", "read", "readv", "pread64", "preadv", "lseek", "getdents64", "ioctl", "mmap", "fadvise64", "chdir",
    "getcwd", "inotify_add_watch", "statfs", "fstatfs", "execve",
})  # fmt: skip
"""Calls that name a file and change nothing of it. (Of what is mapped, only SQLite's shared memory is written.)"""
CALLS = (*_CREATING, *_WRITING, *_NAMING)
_LINE = re.compile(r"^(?:(\d+) +)?(\w+)\((.*)")
_RESUMED = re.compile(r"^(?:(\d+) +)?<\.\.\. (\w+) resumed>")


class Call(NamedTuple):
    """One call that changes something: its name, the how-manieth of this name it is, and all that strace wrote."""

    name: str
    number: int
    line: str


@cache
def require_strace() -> None:
    """Fails with what is missing where processes cannot be traced."""
    if shutil.which("strace") is None:
        pytest.fail("strace is missing: apt-get install strace", pytrace=False)
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(
            "strace may not trace: allow ptrace (sysctl kernel.yama.ptrace_scope=1, in a container "
            f"--cap-add=SYS_PTRACE): {done.stderr.strip()}",
            pytrace=False,
        )


@contextmanager
def traced(thread: int, *options: str, follow: bool = False) -> Iterator[Path]:
    """strace on a thread, and with `follow` on all of its process, until the process ends. Yields its log."""
    require_strace()
    with tempfile.TemporaryDirectory(prefix="tangthu-strace-") as folder:
        log = Path(folder, "log")
        calls = ",".join(f"?{name}" for name in CALLS)
        command = [
            "strace",
            *(["-f"] if follow else []),
            "-y",
            "-s",
            "16",
            "-o",
            str(log),
            "-e",
            f"trace={calls}",
            *options,
        ]
        process = subprocess.Popen([*command, "-p", str(thread)], stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        said = process.stderr.readline()
        assert "attached" in said, said
        try:
            yield log
        finally:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stderr.close()


def calls_in(log: Path) -> list[Call]:
    """The calls in a log of one thread, or of several, each counted by itself, as strace's `when` does."""
    counts: Counter[tuple[str, str]] = Counter()
    found: list[Call] = []
    for line in log.read_text("utf-8", "replace").splitlines():
        match = _LINE.match(line)
        if match and match[2] in CALLS:
            key = (match[1] or "", match[2])
            counts[key] += 1
            if _changes(match[2], match[3]):
                found.append(Call(match[2], counts[key], line))
    return found


def untraced(log: Path, root: Path) -> set[str]:
    """Names of calls, in a log of all calls, that name a file below `root` and are neither traced nor reading."""
    lines = (line for line in log.read_text("utf-8", "replace").splitlines() if str(root) in line)
    return {match[2] for line in lines if (match := _LINE.match(line))} - {*CALLS} - READING


def _changes(name: str, rest: str) -> bool:
    if name in _CREATING:
        return bool(re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", rest))
    if name == "fcntl":
        return "SETLK" in rest
    if name in _WRITING:  # not what the rig itself is told through a pipe
        return bool(re.match(r"\d+</", rest))
    return True


@contextmanager
def troubled(process: int, inject: str, *paths: Path) -> Iterator[None]:
    """A fault, as strace's `inject` has it, in a living process and all that it starts, at these files, while the
    block runs. Afterwards the process goes on untouched."""
    require_strace()
    with tempfile.TemporaryFile("w+") as said:
        at = [word for path in paths for word in ("-P", str(path))]
        command = ["strace", "-f", "-o", "/dev/null", *at, "-e", f"inject={inject}", "-p", str(process)]
        tracer = subprocess.Popen(command, stderr=said)
        try:
            _await_attached(tracer, said)
            yield
        finally:
            tracer.terminate()  # it lets go of what it traces
            tracer.wait()


def _await_attached(tracer: subprocess.Popen[bytes], said: IO[str]) -> None:
    deadline = time.monotonic() + 30
    while True:
        said.seek(0)
        words = said.read()
        if "attached" in words:
            return
        assert tracer.poll() is None, words
        assert time.monotonic() < deadline, words
        time.sleep(0.02)
