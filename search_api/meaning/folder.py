"""The folder of a model: `model.onnx`, `tokenizer.json`, and, if the office wants, `meaning.toml`. Checked, not run."""

from __future__ import annotations

import hashlib
import mmap
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kernel.bilingual import Bilingual
from kernel.meaning_errors import MeaningModelRefused
from mappings.untrusted_toml import read_toml
from search_api.meaning.outside import NotOnnx, files_asked_for
from search_api.meaning.passages import PASSAGE_VERSION

MODEL, TOKENIZER, OPTIONS = "model.onnx", "tokenizer.json", "meaning.toml"

MOST_MODEL_BYTES = 4 << 30
"""Of the model with the files that it names: a weak PC has no room for more."""

_MOST_TOKENIZER_BYTES = 100 << 20
_MOST_OPTION_BYTES = 10_000
_LONGEST_PREFIX = 500
_KEYS = {"question_prefix", "passage_prefix", "pooling", "longest", "least_similarity", "output"}


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """`meaning.toml`. `longest`: tokens of a text at the most. `output`: its name; empty: told from the outputs."""

    question_prefix: str = ""
    passage_prefix: str = ""
    pooling: Literal["mean", "first"] = "mean"
    longest: int = 256
    least_similarity: float = 0.0
    output: str = ""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files are there, small enough, and name no others outside of it."""

    folder: Path
    options: ModelOptions
    digest: str

    @property
    def model(self) -> Path:
        """The network."""
        return self.folder / MODEL

    @property
    def tokenizer(self) -> Path:
        """Text into tokens."""
        return self.folder / TOKENIZER


def read_folder(folder: Path) -> ModelFolder:
    """Looks at the files without running anything. MeaningModelRefused says what is wrong."""
    if not folder.is_dir():
        raise _refused(folder, "không có thư mục này", "no such folder")
    model_bytes = _size(folder, MODEL, MOST_MODEL_BYTES)
    _size(folder, TOKENIZER, _MOST_TOKENIZER_BYTES)
    options, written = _options(folder)
    outside = sorted(_outside(folder))
    for name in outside:
        model_bytes += _size_of_named(folder, name)
    if model_bytes > MOST_MODEL_BYTES:
        raise _too_big(folder, MODEL, MOST_MODEL_BYTES)
    return ModelFolder(folder, options, _digest(folder, [MODEL, TOKENIZER, *outside], written))


def _size(folder: Path, name: str, most: int) -> int:
    try:
        status = (folder / name).stat()
    except OSError as error:
        raise _refused(folder, f"thiếu tệp {name}", f"the file {name} is missing") from error
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        raise _refused(folder, f"{name} rỗng hoặc không phải tệp", f"{name} is empty or no file")
    if status.st_size > most:
        raise _too_big(folder, name, most)
    return status.st_size


def _size_of_named(folder: Path, untrusted_name: str) -> int:
    """Of a file that the model names. It lies in the folder itself, also where a link should lead elsewhere."""
    plain = untrusted_name not in ("", ".", "..") and not set(untrusted_name) & set("/\\\0")
    if not plain or (folder / untrusted_name).resolve().parent != folder.resolve():
        shown = untrusted_name[:100]
        raise _refused(
            folder,
            f"mô hình đòi tệp ở ngoài thư mục: {shown!r}",
            f"the model asks for a file outside of its folder: {shown!r}",
        )
    return _size(folder, untrusted_name, MOST_MODEL_BYTES)


def _outside(folder: Path) -> set[str]:
    try:
        with (folder / MODEL).open("rb") as stream:
            # Let go of with its last view: the error of a bad file still holds some.
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return files_asked_for(memoryview(mapped))
    except OSError as error:
        raise _refused(folder, f"không đọc được {MODEL}: {error}", f"{MODEL} cannot be read: {error}") from error
    except NotOnnx as error:
        raise _refused(folder, f"{MODEL} không phải tệp ONNX", f"{MODEL} is no ONNX file: {error}") from error


def _options(folder: Path) -> tuple[ModelOptions, bytes]:
    path = folder / OPTIONS
    if not path.exists():
        return ModelOptions(), b""
    try:
        with path.open("rb") as stream:
            written = stream.read(_MOST_OPTION_BYTES + 1)
        return _checked(read_toml(written, _MOST_OPTION_BYTES)), written
    except (OSError, ValueError, RecursionError) as error:  # of TOML, of UTF-8, of ours
        reason = str(error)[:200] or type(error).__name__
        raise _refused(folder, f"{OPTIONS} sai: {reason}", f"{OPTIONS} is wrong: {reason}") from error


def _checked(untrusted: dict[str, Any]) -> ModelOptions:
    if unknown := set(untrusted) - _KEYS:
        raise ValueError(f"no such key: {sorted(unknown)[0]!r}")
    for name in ("question_prefix", "passage_prefix", "output"):
        value = untrusted.get(name, "")
        if not isinstance(value, str) or len(value) > _LONGEST_PREFIX:
            raise ValueError(f"{name} is a text of at most {_LONGEST_PREFIX} letters")
    if untrusted.get("pooling", "mean") not in ("mean", "first"):
        raise ValueError('pooling is "mean" or "first"')
    longest, least = untrusted.get("longest", 256), untrusted.get("least_similarity", 0.0)
    if type(longest) is not int or not 8 <= longest <= 8192:
        raise ValueError("longest is a whole number from 8 to 8192")
    if type(least) not in (int, float) or not -1 <= least <= 1:
        raise ValueError("least_similarity is a number from -1 to 1")
    return ModelOptions(**untrusted)


def _digest(folder: Path, names: list[str], options: bytes) -> str:
    whole = hashlib.sha256(f"passages {PASSAGE_VERSION}\n".encode() + hashlib.sha256(options).digest())
    for name in names:
        try:
            with (folder / name).open("rb") as stream:
                whole.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise _refused(folder, f"không đọc được {name}: {error}", f"{name} cannot be read: {error}") from error
    return whole.hexdigest()[:16]


def _too_big(folder: Path, name: str, most: int) -> MeaningModelRefused:
    return _refused(folder, f"{name} lớn hơn {most >> 20} MB", f"{name} is larger than {most >> 20} MB")


def _refused(folder: Path, vi: str, en: str) -> MeaningModelRefused:
    return MeaningModelRefused(name=str(folder), reason=Bilingual(vi, en))
