"""An embedding model in ONNX form, run by onnxruntime on the processor of this machine. Nothing is ever downloaded.

Inputs: `input_ids` and, if it has them, `attention_mask` and `token_type_ids`, whole numbers of 64 bits, shape
(texts, tokens). Output: (texts, dimension), or (texts, tokens, dimension), of which the mean over the tokens that are
there is taken, or the first token's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernel.bilingual import Bilingual
from kernel.errors import EngineUnavailable, ToolMissing
from kernel.meaning_errors import MeaningModelRefused
from search_api.meaning.folder import ModelFolder, ModelOptions, read_folder
from search_api.meaning.passages import LONGEST_QUESTION, tidied
from search_api.meaning.protocol import Vector

AT_A_TIME = 16
"""Texts that go through the model together: more would take memory, not less time, on one thread."""

SMALLEST_DIMENSION, LARGEST_DIMENSION = 2, 4096
"""Numbers of a vector; Elasticsearch takes no more."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_TRIED = ("tàng thư", "Về việc phê duyệt kinh phí sửa chữa trường học năm 2019")
_REASON_LENGTH = 200


def open_model(folder: Path, threads: int = 1) -> OnnxEmbedder:
    """The model of a folder, checked and tried once.

    Errors: MeaningModelRefused; ToolMissing where its libraries are not installed.
    """
    found = read_folder(folder)
    with _refusing(folder):
        session, tokenizer = _session(found, threads), _tokenizer(found)
    embedder = OnnxEmbedder(found, session, tokenizer)
    embedder.try_out()
    return embedder


class OnnxEmbedder:
    """As `Embedder`. Safe over threads."""

    def __init__(self, found: ModelFolder, session: Any, tokenizer: Any) -> None:
        self._found = found
        self._options: ModelOptions = found.options
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = _inputs_of(session, found.folder)
        self._output = _output_of(session, found)
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """As `Embedder`."""
        return self._dimension

    @property
    def digest(self) -> str:
        """As `Embedder`."""
        return self._found.digest

    @property
    def least_similarity(self) -> float:
        """As `Embedder`."""
        return self._options.least_similarity

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """As `Embedder`."""
        return self._all([self._options.passage_prefix + text for text in texts])

    def question(self, text: str) -> Vector:
        """As `Embedder`."""
        return self._all([self._options.question_prefix + tidied(text, LONGEST_QUESTION)])[0]

    def try_out(self) -> None:
        """Two texts of different length, alone and together: the form of the output shows only when it runs.

        Errors: MeaningModelRefused.
        """
        folder = self._found.folder
        try:
            shapes = {self._raw(list(texts)).shape[-1] for texts in ((_TRIED[0],), _TRIED)}
        except EngineUnavailable as error:
            reason = error.values["reason"]
            raise _refused(folder, f"chạy thử bị lỗi: {reason}", f"it fails when tried: {reason}") from error
        self._dimension = shapes.pop()
        if shapes or not SMALLEST_DIMENSION <= self._dimension <= LARGEST_DIMENSION:
            bounds = f"{SMALLEST_DIMENSION}–{LARGEST_DIMENSION}"
            raise _refused(
                folder,
                f"véc-tơ phải có số chiều cố định, trong khoảng {bounds}",
                f"its vectors must have one number of dimensions, {bounds}",
            )

    def _all(self, texts: list[str]) -> list[Vector]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), AT_A_TIME):
            raw = self._raw(texts[start : start + AT_A_TIME])
            lengths = np.linalg.norm(raw, axis=1, keepdims=True)
            vectors += list((raw / np.maximum(lengths, 1e-12)).astype(np.float32))
        return vectors

    def _raw(self, texts: list[str]) -> NDArray[np.float32]:
        """Shape (texts, dimension), not yet of length 1. Errors: EngineUnavailable."""
        with _failing():
            encoded = [self._tokenizer.encode(text) for text in texts]
            ids, mask = _padded([one.ids for one in encoded])
            feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            (answer,) = self._session.run([self._output], {name: feeds[name] for name in self._inputs})
            return _pooled(np.asarray(answer, dtype=np.float32), mask, self._options.pooling)


def _padded(tokens: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(ids, mask), both of shape (texts, most tokens); a text without tokens has one, of number 0."""
    longest = max(1, *(len(one) for one in tokens))
    ids, mask = np.zeros((2, len(tokens), longest), dtype=np.int64)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : max(1, len(one))] = 1
    return ids, mask


def _pooled(answer: NDArray[np.float32], mask: NDArray[np.int64], pooling: str) -> NDArray[np.float32]:
    if answer.ndim not in (2, 3) or answer.shape[0] != mask.shape[0]:
        raise ValueError(f"an output of shape {answer.shape} for {mask.shape[0]} texts")
    if answer.ndim == 3:
        if pooling == "first":
            answer = answer[:, 0]
        else:
            if answer.shape[1] != mask.shape[1]:
                raise ValueError(f"an output of shape {answer.shape} for {mask.shape[1]} tokens")
            weights = mask[:, :, None].astype(np.float32)
            answer = (answer * weights).sum(axis=1) / weights.sum(axis=1)
    if not np.isfinite(answer).all():
        raise ValueError("numbers that are none")
    return answer


def _session(found: ModelFolder, threads: int) -> Any:
    try:
        import onnxruntime  # noqa: PLC0415 - who names no model has no need of it, and may not have it
    except ImportError as error:
        raise _missing("onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # A thread that waits for work by turning round would take the core from those who read pages.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(found.model), options, providers=["CPUExecutionProvider"])


def _tokenizer(found: ModelFolder) -> Any:
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415 - as onnxruntime
    except ImportError as error:
        raise _missing("tokenizers") from error
    tokenizer = Tokenizer.from_file(str(found.tokenizer))
    tokenizer.enable_truncation(max_length=found.options.longest)
    tokenizer.no_padding()
    return tokenizer


def _inputs_of(session: Any, folder: Path) -> tuple[str, ...]:
    inputs = {one.name: one.type for one in session.get_inputs()}
    fits = "input_ids" in inputs and set(inputs) <= set(_INPUTS) and set(inputs.values()) == {"tensor(int64)"}
    if not fits:
        told = ", ".join(f"{name}: {kind}" for name, kind in inputs.items())[:_REASON_LENGTH]
        wanted = ", ".join(_INPUTS)
        raise _refused(
            folder, f"đầu vào phải là {wanted} (int64), không phải {told}", f"its inputs must be {wanted}, not {told}"
        )
    return tuple(inputs)


def _output_of(session: Any, found: ModelFolder) -> str:
    """The output to take: the one that the options name, `sentence_embedding`, or the first."""
    names = [one.name for one in session.get_outputs()]
    wanted = found.options.output
    if wanted and wanted not in names:
        raise _refused(found.folder, f"không có đầu ra {wanted!r}", f"it has no output {wanted!r}")
    return wanted or ("sentence_embedding" if "sentence_embedding" in names else names[0])


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ToolMissing, MeaningModelRefused):
        raise
    except BaseException as error:
        if not _is_of_the_libraries(error):
            raise
        reason = _told(error)
        raise _refused(folder, f"không nạp được: {reason}", f"it cannot be loaded: {reason}") from error


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if not _is_of_the_libraries(error):
            raise
        raise EngineUnavailable(reason=f"the model of meaning: {_told(error)}") from error


def _is_of_the_libraries(error: BaseException) -> bool:
    """Both raise classes of their own that cannot be imported; a panic of Rust is no Exception."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def _told(error: BaseException) -> str:
    return " ".join(str(error).split())[:_REASON_LENGTH] or type(error).__name__


def _missing(library: str) -> ToolMissing:
    return ToolMissing(tool=library, install="pip install --require-hashes -r requirements-meaning.lock (./run)")


def _refused(folder: Path, vi: str, en: str) -> MeaningModelRefused:
    return MeaningModelRefused(name=str(folder), reason=Bilingual(vi, en))
