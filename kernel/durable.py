"""Bytes that must outlive a power cut: written, flushed and named in an order that holds."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable: a rename is lost with the power before this."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(folder: Path, below: Path, known: set[Path]) -> None:
    """Makes `folder` and its parents up to `below`, each name durable in its parent.

    `known`: those that this process knows to be durable, and adds to. A folder that is merely there may have been
    made by one that was killed before its name was durable.
    """
    if folder == below or (folder in known and folder.is_dir()):
        return
    make_folders(folder.parent, below, known)
    folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(folder.parent)
    known.add(folder)


def copy_hashing(source: Path, writer: BinaryIO) -> tuple[str, int]:
    """Copies a file into an open one, durable when this returns; (SHA-256, bytes) of what was copied."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reader:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            writer.write(chunk)
    writer.flush()
    os.fsync(writer.fileno())
    return digest.hexdigest(), size


def digest_on_disk(path: Path) -> str:
    """The SHA-256 of a file, from the disk where the kernel lets itself be told to forget what it holds of it.

    And that memory is left to others after.
    """
    with path.open("rb") as stream:
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        found = hashlib.file_digest(stream, "sha256").hexdigest()
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return found


def write_file(path: Path, content: bytes) -> None:
    """Puts a whole file at `path` or, at any kill, leaves the former one."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Puts a small file where none is, without a rename: for folders that can only be added to.

    FileExistsError if there is one. A kill may leave it empty, but, written in one call, not a part of it.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    try:
        if os.write(descriptor, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def move_file(path: Path, target: Path) -> None:
    """Renames a file, durably; over file systems it is whole under its new name before the old one goes.

    A kill may then leave it under both. What lies at `target` is replaced. OSError if a disk fails.
    """
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        temporary = target.with_name(f"{target.name}.part")
        with temporary.open("wb") as writer:
            copy_hashing(path, writer)
        temporary.rename(target)
        sync_folder(target.parent)
        path.unlink()
    sync_folder(target.parent)
    sync_folder(path.parent)
