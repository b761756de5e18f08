"""`tangthu scheduler` and `tangthu worker`: other machines read for one archive."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ingest.sandbox import ReadingPool
from kernel.errors import AddressTaken, BadValue
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import is_scheduler, read_settings
from tangthu.tools import check_tesseract

Address = Annotated[str, typer.Argument(help="dask://HOST:PORT, dask+tls://HOST:PORT")]


def scheduler(
    address: Address = "dask://127.0.0.1:8786",
    as_json: JsonOption = False,
) -> None:
    """Chia việc đọc cho các máy khác. / Gives the reading out to other machines."""
    _check(address)
    from ingest.elsewhere_worker import schedule  # noqa: PLC0415 - other commands need no Dask

    if as_json:
        print_json({"scheduler": address})
    else:
        tell(f"Đang chia việc tại {address}; dừng bằng Ctrl-C.", f"Giving out work at {address}; Ctrl-C stops it.")
    try:
        schedule(address)
    except OSError as error:
        raise AddressTaken(address=address, reason=error.strerror or error) from error


def worker(
    address: Address,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đọc trang cho kho ở máy khác. / Reads pages for an archive on another machine."""
    _check(address)
    settings = read_settings(data)
    check_tesseract(settings.ocr_languages)
    from ingest.elsewhere_worker import work  # noqa: PLC0415 - other commands need no Dask

    count = settings.workers if isinstance(settings.workers, int) else os.cpu_count() or 1
    if as_json:
        print_json({"worker": address, "processes": count})
    else:
        tell(
            f"Đang đọc cho {address} bằng {count} tiến trình; dừng bằng Ctrl-C.",
            f"Reading for {address} with {count} processes; Ctrl-C stops it.",
        )
    with ReadingPool(count, settings.worker_memory_mb, settings.page_seconds) as reading:
        work(address, reading, count)


def _check(untrusted_address: str) -> None:
    if not is_scheduler(untrusted_address):
        raise BadValue(name="ADDRESS", value=untrusted_address, expected="dask://HOST:PORT")
