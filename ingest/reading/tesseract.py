"""The OCR engine: one Tesseract run a page, fed by a file, words and their boxes out."""

from __future__ import annotations

import atexit
import functools
import os
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytesseract

from ingest.reading.resident import resident
from ingest.reading.words import clean
from kernel.errors import PageTimedOut, PageUnreadable, ToolMissing

# "A single column of text of variable sizes". On 19 pages of real scans it read the same words as 3 (fully automatic:
# 192 of 194 words of the subjects, 7,108 to 7,109 sound syllables) in a little less processor time.
SEGMENTATION = 4
OSD_TRUST = 5.0
_ONE_WORD = 8
_PAGE = re.compile(r"class='ocr_page'")
_LEAST_MEMORY = 192 * 1024 * 1024  # with less it hardly starts; a page of A4 at 300 dpi needs no more than 200 MB
_MEMORY_NAME = "TANGTHU_OCR_KILOBYTES"
_RULE = "|"  # what a piece of a ruled line beside a word is read as; in the papers of an office it is no letter
_LANGUAGES = re.compile(r"[A-Za-z_]+(\+[A-Za-z_]+)*")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A word as Tesseract saw it: pixels of the image that it was given, confidence 0..1."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float
    line: tuple[int, int, int]

    @property
    def spot(self) -> tuple[int, int, int, int]:
        """Left, top, width, height."""
        return self.left, self.top, self.width, self.height


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of the time that the OCR of one page may take."""

    seconds: float
    end: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The deadline `seconds` from now."""
        return cls(seconds, time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left. Raises PageTimedOut when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise PageTimedOut(seconds=round(self.seconds))
        return left


def read_words(
    pixels: np.ndarray, languages: str, deadline: Deadline, folder: str | None, segmentation: int = SEGMENTATION
) -> list[Glimpse]:
    """The words of a gray image (uint8, height x width) of 300 dpi, in reading order.

    Raises PageTimedOut, ToolMissing (Tesseract or a language is not installed), PageUnreadable.
    """
    if not _LANGUAGES.fullmatch(languages):  # it becomes an argument of a program
        raise ToolMissing(tool=f"tesseract {languages!r}", install="TANGTHU_OCR_LANGUAGES=vie")
    config = f"--psm {segmentation} --dpi 300"
    with _on_disk(pixels, folder) as path, _explained(languages, deadline):
        table: dict[str, list[Any]] = pytesseract.image_to_data(
            path, lang=languages, config=config, timeout=deadline.left(), output_type=pytesseract.Output.DICT
        )
    return list(_glimpses(table))


def read_alone(pieces: Sequence[np.ndarray], languages: str, deadline: Deadline, folder: str | None) -> list[str]:
    """What each small image of one word says, as a piece of hOCR with what each letter could be too.

    By the engine's library, whose model stays loaded; where that is not to be had, by one run of the program for all.
    Raises as `read_words`.
    """
    if engine := resident(languages, (("user_defined_dpi", "300"), ("lstm_choice_mode", "2")), _ONE_WORD):
        return [told for told in engine.hocr(pieces) if deadline.left()]
    return _read_alone_by_program(pieces, languages, deadline, folder)


def _read_alone_by_program(
    pieces: Sequence[np.ndarray], languages: str, deadline: Deadline, folder: str | None
) -> list[str]:
    config = f"--psm {_ONE_WORD} --dpi 300 -c lstm_choice_mode=2"
    with tempfile.TemporaryDirectory(dir=folder) as name, _explained(languages, deadline):
        paths = [Path(name, f"{number}.pgm") for number in range(len(pieces))]
        for path, pixels in zip(paths, pieces, strict=True):
            cv2.imwrite(str(path), pixels)
        listed = Path(name, "list.txt")
        listed.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        hocr = pytesseract.image_to_pdf_or_hocr(
            str(listed), lang=languages, config=config, extension="hocr", timeout=deadline.left()
        )
    return _PAGE.split(hocr.decode("utf-8", "replace"))[1:]


def upright_turn(pixels: np.ndarray, deadline: Deadline, folder: str | None) -> int | None:
    """Degrees clockwise (0, 90, 180, 270) that set the image upright; None if Tesseract cannot tell."""
    with _on_disk(pixels, folder) as path, _explained("osd", deadline):
        try:
            told = pytesseract.image_to_osd(
                path, config="--dpi 300", timeout=deadline.left(), output_type=pytesseract.Output.DICT
            )
        except pytesseract.TesseractError as error:
            if "osd.traineddata" in str(error):
                raise
            return None  # "Too few characters": it says so by failing
    return int(told["rotate"]) % 360 if told["orientation_conf"] >= OSD_TRUST else None


def _glimpses(table: dict[str, list[Any]]) -> Iterator[Glimpse]:
    for n, untrusted_text in enumerate(table["text"]):
        text = clean(str(untrusted_text)).strip(_RULE)
        confidence = float(table["conf"][n]) / 100
        if not text or confidence < 0 or _is_scrap(text, confidence):
            continue
        line = (table["block_num"][n], table["par_num"][n], table["line_num"][n])
        left, top, width, height = (int(table[name][n]) for name in ("left", "top", "width", "height"))
        # A word with a space inside would break "words are joined by a space".
        yield Glimpse("".join(text.split()), left, top, width, height, min(confidence, 1.0), line)


def _is_scrap(text: str, confidence: float) -> bool:
    """Specks and pieces of rules come out as lone signs of which Tesseract itself is not sure."""
    return confidence < 0.5 and not any(character.isalnum() for character in text)


@contextmanager
def _on_disk(pixels: np.ndarray, folder: str | None) -> Iterator[str]:
    """The image as PGM: nothing to compress here, nothing to decompress there."""
    handle, path = tempfile.mkstemp(suffix=".pgm", dir=folder)
    os.close(handle)
    try:
        if not cv2.imwrite(path, pixels):
            raise PageUnreadable
        yield path
    finally:
        Path(path).unlink(missing_ok=True)


@contextmanager
def _explained(languages: str, deadline: Deadline) -> Iterator[None]:
    """Turns what pytesseract raises into errors of ours, and sees to it that Tesseract dies with us."""
    pytesseract.pytesseract.tesseract_cmd = _command()
    os.environ[_MEMORY_NAME] = _memory_left()  # pytesseract hands it on
    try:
        yield
    except pytesseract.TesseractNotFoundError as error:
        raise ToolMissing(tool="tesseract", install="apt install tesseract-ocr tesseract-ocr-vie") from error
    except pytesseract.TesseractError as error:
        if "traineddata" in str(error) or "loading language" in str(error):
            packages = " ".join(f"tesseract-ocr-{language}" for language in languages.split("+"))
            raise ToolMissing(tool=f"tesseract {languages}", install=f"apt install {packages}") from error
        raise PageUnreadable from error
    except RuntimeError as error:  # pytesseract's way to say that the time is over
        raise PageTimedOut(seconds=round(deadline.seconds)) from error


def _memory_left() -> str:
    """Kilobytes of address space that this process may still take, as `ulimit -v` has them."""
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY or sys.platform != "linux":
        return "unlimited"
    mapped = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    return str(max(limit - mapped, _LEAST_MEMORY) // 1024)


@functools.cache
def _command() -> str:
    """Tesseract, started so that the kernel ends it when this process is killed.

    "Die with your parent" does not pass to a child's children, and pytesseract leaves no place to ask for it:
    hence a script of a few lines in the folder of this process. It also holds Tesseract to the memory that this process
    has left, so that both together keep to the limit of one. Without setpriv, Tesseract ends with its page.
    """
    setpriv, program = shutil.which("setpriv"), shutil.which("tesseract")
    if not setpriv or not program or "'" in program + setpriv:
        return program or "tesseract"
    folder = tempfile.mkdtemp(prefix="tesseract-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    script = Path(folder, "dies-with-us")
    limit = f'ulimit -v "${_MEMORY_NAME}"'
    start = f"exec '{setpriv}' --pdeathsig KILL '{program}' \"$@\""
    script.write_text(f"#!/bin/sh\n{limit}\n{start}\n", encoding="ascii")
    script.chmod(0o700)
    # On a disk mounted noexec the script cannot run.
    return str(script) if os.access(script, os.X_OK) else program
