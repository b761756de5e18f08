"""What a hostile file may do to the process that reads it; importable there."""

import ctypes
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from operator import mul
from pathlib import Path

from ingest import answers, messages
from kernel.errors import EncryptedFile
from mappings.record import Box, Page, PageState, ReadBy, Word


def add(a, b):
    return a + b


def environment(name):
    return os.environ.get(name)


def number_of_process():
    return os.getpid()


def temp_folder():
    Path(tempfile.gettempdir(), "left-behind").write_text("x")
    return tempfile.gettempdir()


def hang():
    while True:
        time.sleep(1)


def answer_half():
    os.write(pipe_to_our_parent(), struct.pack("!I", 1000) + b"half")
    hang()


def answer_byte_by_byte():
    os.write(pipe_to_our_parent(), struct.pack("!I", 1_000_000))
    while True:
        os.write(pipe_to_our_parent(), b" ")
        time.sleep(0.01)


def answer_and_read_no_more():
    messages.send(pipe_to_our_parent(), answers.answer_of("answered"))
    hang()


def answer_values(count):
    return mul, (None,), count


def answer_bytes(count):
    return bytes, count


def page_of_words(count):
    box = Box(0.123456789012345, 0.223456789012345, 0.323456789012345, 0.423456789012345)
    words = tuple(Word("trường", 7 * number, box, 0.912345678) for number in range(count))
    return Page(1, PageState.SEARCHABLE, ReadBy.OCR, 0.9, "trường " * count, words)


def pipe_to_our_parent():
    return int(sys.argv[2])


def standard_files():
    return [str(Path(f"/proc/self/fd/{number}").readlink()) for number in (0, 1, 2)]


def length_of(told):
    return len(told)


def hang_with_child(where):
    child = subprocess.Popen(["sleep", "1000"])
    Path(where).write_text(f"{os.getpid()} {child.pid}")
    child.wait()


def crash():
    ctypes.string_at(0)


def take_memory(megabytes):
    return len(bytearray(megabytes * 1024 * 1024))


def refuse():
    raise EncryptedFile


def fall_over():
    raise ValueError("a library fell over")


class Escape:
    def __init__(self, where):
        self.where = where

    def __reduce__(self):
        return os.system, (f"touch {self.where}",)


def answer_with_a_trap(where):
    return Escape(where)


def read(path):
    return Path(path).read_bytes()


def which_exist(paths):
    return [Path(path).is_file() for path in paths]


def write_to(path):
    with Path(path).open("r+b") as stream:
        stream.write(b"forged")


def change_mode_of(path):
    with Path(path).open("rb") as stream:
        os.fchmod(stream.fileno(), 0o777)


def truncate(path):
    os.truncate(path, 0)


def connect(port):
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def look_around(paths):
    return {
        "there": [path for path in paths if Path(path).is_file() or any(Path(path).glob("*"))],
        "processes": [path.name for path in Path("/proc").iterdir() if path.name.isdecimal()],
        "environment": list(os.environ),
    }


def writable(folders):
    """Those of the folders in which a file can be made."""
    found = []
    for folder in folders:
        try:
            Path(folder, "made").write_bytes(b"x")
        except OSError:
            continue
        found.append(folder)
    return found
