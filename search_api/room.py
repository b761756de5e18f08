"""Room on the disk that must stay free whatever is handed in: the catalogue and the index must go on."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel.errors import DiskFull, TangthuError, Unavailable

LEAVE_FREE_MB = 512
"""Megabytes of the disk that uploads leave free."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def expect_room(folder: Path, needed: int, leave_free_mb: int) -> None:
    """DiskFull if so many bytes more would leave less than these megabytes free."""
    if shutil.disk_usage(folder).free - needed < leave_free_mb << 20:
        raise DiskFull(megabytes=leave_free_mb)


def disk_trouble(error: OSError, leave_free_mb: int) -> TangthuError:
    """What the disk says as DiskFull or Unavailable: nothing was taken, and the sender keeps the file."""
    return DiskFull(megabytes=leave_free_mb) if error.errno in _NO_ROOM else Unavailable()


@contextmanager
def telling_of_the_disk(leave_free_mb: int) -> Iterator[None]:
    """What the disk says while the block runs, as `disk_trouble`."""
    try:
        yield
    except OSError as error:
        raise disk_trouble(error, leave_free_mb) from error
