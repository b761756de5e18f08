"""An embedding model of a few words, made on the spot: a table of vectors that the network looks the tokens up in.

Words of one line of `CONCEPTS` mean the same; all other words mean nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CONCEPTS: tuple[tuple[str, ...], ...] = (
    ("xe", "ôtô", "otô", "phương", "tiện"),
    ("trường", "học", "lớp", "giáo", "dục"),
    ("nước", "sông", "hồ", "thủy", "lợi"),
    ("tiền", "kinh", "phí", "ngân", "sách"),
    ("đất", "thửa", "ruộng", "địa", "chính"),
    ("bệnh", "viện", "thuốc", "khám", "chữa"),
    ("cưới", "hôn", "kết", "vợ", "chồng"),
)
DIMENSION = 2 * len(CONCEPTS)
UNKNOWN = "[UNK]"


def make_model(
    folder: Path, *, dimension: int = DIMENSION, options: str = "", concepts: Sequence[Sequence[str]] = CONCEPTS
) -> Path:
    """A whole folder of a model; `options`: what stands in meaning.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [UNKNOWN, *(word for line in concepts for word in line)]
    table = np.zeros((len(words), dimension), np.float32)
    for number, line in enumerate(concepts):
        for place, word in enumerate(line):
            # Not quite the same: the first word of a line is the middle of it.
            table[words.index(word), 2 * number : 2 * number + 2] = 1, 0.02 * place
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(words)), encoding="utf-8")
    save(folder, network(table))
    if options:
        (folder / "meaning.toml").write_text(options, encoding="utf-8")
    return folder


def save(folder: Path, model: onnx.ModelProto) -> None:
    (folder / "model.onnx").write_bytes(model.SerializeToString())


def network(
    table: np.ndarray, *, inputs: Sequence[str] = ("input_ids", "attention_mask"), kind: int = TensorProto.INT64
) -> onnx.ModelProto:
    """Looks tokens up in the table. Output: (texts, tokens, dimension)."""
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", inputs[0]], ["last_hidden_state"])],
        "tiny",
        [helper.make_tensor_value_info(name, kind, ["texts", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", table.shape[1]])],
        [numpy_helper.from_array(table, "table")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def with_table_in(model: onnx.ModelProto, location: str, length: int) -> onnx.ModelProto:
    """The same, but that the numbers of its table stand in a file of this name."""
    table = model.graph.initializer[0]
    table.ClearField("raw_data")
    table.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", str(length))):
        entry = table.external_data.add()
        entry.key, entry.value = key, value
    return model


def tokenizer(words: Sequence[str]) -> dict[str, object]:
    """Words at white space and signs, in small letters."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(words)},
            "unk_token": UNKNOWN,
        },
    }
