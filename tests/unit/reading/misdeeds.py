"""What a hostile file may do to the process that reads it; importable there."""

import ctypes
import os
import subprocess
import tempfile
import time
from pathlib import Path

from kernel.errors import EncryptedFile


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
