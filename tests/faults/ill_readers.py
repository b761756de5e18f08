"""A reader that does what the last line of the file says on page 2, called in real reading processes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from ingest.reading import ReadingOptions
from mappings.record import Page, PageState, ReadBy, Word

LOOP, MEMORY, KILLED, WELL = b"%loop\n", b"%memory\n", b"%killed\n", b"%well\n"


def reads_or_not(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    content = Path(path).read_bytes()
    if number == 2 and content.endswith(LOOP):
        while True:
            pass
    if number == 2 and content.endswith(MEMORY):
        hoard: list[bytearray] = []
        while True:
            hoard.append(bytearray(64 << 20))
    if number == 2 and content.endswith(KILLED):  # as the kernel does when the machine's memory is used up
        os.kill(os.getpid(), signal.SIGKILL)
    said = f"trang {number}"
    return Page(number, PageState.SEARCHABLE, ReadBy.FILE_TEXT, None, said, (Word(said, 0),), has_image=False)
