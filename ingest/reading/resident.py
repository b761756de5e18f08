"""Tesseract's library in this process, for many small images: its model is loaded once, and not once a page.

Most of what a run of the program took for the doubtful words of a page was its start and the model. Whole pages stay
with the program: it can be stopped and held to memory without this process ending.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
from collections.abc import Iterator, Sequence

import numpy as np

from ingest.reading.sheet import Pixels

LIBRARY = "libtesseract.so.5"
_HANDLE, _TEXT, _NUMBER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
# Of tesseract/capi.h, version 5: what each function takes and gives.
_FUNCTIONS = {
    "TessBaseAPICreate": ((), _HANDLE),
    "TessBaseAPIDelete": ((_HANDLE,), None),
    "TessBaseAPIInit3": ((_HANDLE, _TEXT, _TEXT), _NUMBER),
    "TessBaseAPISetVariable": ((_HANDLE, _TEXT, _TEXT), _NUMBER),
    "TessBaseAPISetPageSegMode": ((_HANDLE, _NUMBER), None),
    "TessBaseAPISetImage": ((_HANDLE, _TEXT, _NUMBER, _NUMBER, _NUMBER, _NUMBER), None),
    "TessBaseAPIGetHOCRText": ((_HANDLE, _NUMBER), _HANDLE),
    "TessBaseAPIClear": ((_HANDLE,), None),
    "TessDeleteText": ((_HANDLE,), None),
}


class Resident:
    """An engine with its model. Not thread-safe; a reading process has one thread."""

    def __init__(self, languages: str, variables: Sequence[tuple[str, str]], segmentation: int) -> None:
        """Raises OSError where there is no such library or no such language."""
        self._library = _library()
        self._handle = self._library.TessBaseAPICreate()
        atexit.register(self._library.TessBaseAPIDelete, self._handle)
        self._set("debug_file", "/dev/null")
        if self._library.TessBaseAPIInit3(self._handle, None, languages.encode()):
            raise OSError(languages)
        for name, value in variables:
            self._set(name, value)
        self._library.TessBaseAPISetPageSegMode(self._handle, segmentation)

    def _set(self, name: str, value: str) -> None:
        self._library.TessBaseAPISetVariable(self._handle, name.encode(), value.encode())

    def hocr(self, pieces: Sequence[Pixels]) -> Iterator[str]:
        """What each gray image (uint8, height x width) says, as hOCR."""
        for pixels in pieces:
            height, width = pixels.shape
            image = np.ascontiguousarray(pixels, np.uint8).tobytes()
            self._library.TessBaseAPISetImage(self._handle, image, width, height, 1, width)
            told = self._library.TessBaseAPIGetHOCRText(self._handle, 0)
            try:
                yield ctypes.string_at(told).decode("utf-8", "replace") if told else ""
            finally:
                self._library.TessDeleteText(told)
                self._library.TessBaseAPIClear(self._handle)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY)
    for name, (takes, gives) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = takes, gives
    return library


@functools.lru_cache(maxsize=1)
def resident(languages: str, variables: tuple[tuple[str, str], ...], segmentation: int) -> Resident | None:
    """The engine for these languages, the same as before; None where it cannot be had."""
    try:
        return Resident(languages, variables, segmentation)
    except (OSError, AttributeError):
        return None
