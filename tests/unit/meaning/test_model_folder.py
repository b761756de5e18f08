"""A folder of a model is used only when it is whole, of the right form, and asks for nothing outside of it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from kernel.bilingual import Bilingual
from kernel.meaning_errors import MeaningModelRefused
from search_api.meaning.folder import MOST_MODEL_BYTES, read_folder
from search_api.meaning.onnx_model import open_model
from search_api.meaning.outside import NotOnnx, files_asked_for
from tests.tiny_model import DIMENSION, make_model, network, save, with_table_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_model(tmp_path / "model")


def refusal(folder: Path) -> Bilingual:
    with pytest.raises(MeaningModelRefused) as told:
        open_model(folder)
    # It is told the same on the other side of a process border.
    assert pickle.loads(pickle.dumps(told.value)).title == told.value.title
    assert str(folder) in told.value.title.vi
    return told.value.title


def test_a_whole_folder_gives_vectors_of_length_one_that_say_what_means_the_same(folder: Path) -> None:
    model = open_model(folder)
    assert model.dimension == DIMENSION
    assert model._session.get_providers() == ["CPUExecutionProvider"]
    car, school, cars = model.passages(["Mua xe cho huyện", "Sửa lớp học", "các phương tiện"])
    assert np.linalg.norm(car) == pytest.approx(1)
    assert float(model.question("ôtô") @ car) > 0.99
    assert float(car @ cars) > 0.99
    assert float(car @ school) < 0.1


def test_a_text_alone_has_the_vector_that_it_has_among_longer_ones(folder: Path) -> None:
    model = open_model(folder)
    alone = model.passages(["xe"])[0]
    among = model.passages(["xe", "một văn bản dài hơn nhiều về trường học và kinh phí", ""])
    assert np.allclose(alone, among[0])
    assert not among[2].any()


def test_texts_are_cut_at_the_longest_and_prefixed_as_the_options_say(tmp_path: Path) -> None:
    short = open_model(make_model(tmp_path / "short", options='longest = 8\nquestion_prefix = "xe "\n'))
    far = " ".join(["một"] * 20)
    assert not short.passages([f"{far} trường"])[0].any()
    assert float(short.question("một câu") @ short.passages(["xe"])[0]) > 0.99
    first = open_model(make_model(tmp_path / "first", options='pooling = "first"\n'))
    assert float(first.passages(["trường xe xe xe"])[0] @ first.passages(["trường"])[0]) > 0.99


def test_each_thing_that_vectors_depend_on_gives_another_digest(tmp_path: Path) -> None:
    folders = [
        make_model(tmp_path / "one"),
        make_model(tmp_path / "two", dimension=DIMENSION + 2),
        make_model(tmp_path / "three", options='pooling = "first"\n'),
        make_model(tmp_path / "four", concepts=(("xe", "ôtô"), ("đất",))),
    ]
    assert len({read_folder(folder).digest for folder in folders}) == len(folders)
    assert read_folder(folders[0]).digest == read_folder(make_model(tmp_path / "again")).digest


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_or_empty_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    assert f"{name} rỗng" in refusal(folder).vi
    (folder / name).unlink()
    told = refusal(folder)
    assert f"thiếu tệp {name}" in told.vi
    assert f"{name} is missing" in told.en


def test_no_folder_is_told(tmp_path: Path) -> None:
    assert "no such folder" in refusal(tmp_path / "nowhere").en


def test_a_model_that_is_too_big_is_not_read(folder: Path) -> None:
    os.truncate(folder / "model.onnx", MOST_MODEL_BYTES + 1)  # a hole: it takes no room
    assert "lớn hơn" in refusal(folder).vi


@pytest.mark.parametrize("content", [b"no model at all", bytes(1000), b"\x3a\xff\xff\xff\x7f", os.urandom(500)])
def test_what_is_no_onnx_is_refused(folder: Path, content: bytes) -> None:
    (folder / "model.onnx").write_bytes(content)
    refusal(folder)


def test_what_is_no_tokenizer_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").write_text('{"model": 5}')
    assert "cannot be loaded" in refusal(folder).en


@pytest.mark.parametrize(
    "options",
    ["longest = 1", "pooling = 'max'", "what = 1", "least_similarity = 2", "question_prefix = 5", "= =", "\0"],
)
def test_wrong_options_are_refused(folder: Path, options: str) -> None:
    (folder / "meaning.toml").write_text(options)
    assert "meaning.toml sai" in refusal(folder).vi


def test_wrong_inputs_and_outputs_are_told(folder: Path) -> None:
    table = np.ones((40, DIMENSION), np.float32)
    save(folder, network(table, inputs=("pixels",)))
    assert "đầu vào phải là" in refusal(folder).vi
    save(folder, network(table, kind=TensorProto.INT32))
    assert "đầu vào phải là" in refusal(folder).vi
    save(folder, network(table))
    (folder / "meaning.toml").write_text('output = "pooler"')
    assert "no output 'pooler'" in refusal(folder).en


def test_an_output_that_is_no_vector_is_told(folder: Path) -> None:
    save(folder, network(np.ones((40, 1), np.float32)))
    assert "số chiều" in refusal(folder).vi
    model = network(np.full((40, 4), np.nan, np.float32))
    save(folder, model)
    assert "it fails when tried" in refusal(folder).en
    graph = helper.make_graph(
        [helper.make_node("Shape", ["input_ids"], ["sizes"])],
        "shape",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info("sizes", TensorProto.INT64, [2])],
    )
    save(folder, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8))
    assert "it fails when tried" in refusal(folder).en


def test_a_vector_as_long_as_the_text_is_no_vector(folder: Path) -> None:
    graph = helper.make_graph(
        [helper.make_node("Cast", ["input_ids"], ["numbers"], to=TensorProto.FLOAT)],
        "cast",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info("numbers", TensorProto.FLOAT, ["texts", "tokens"])],
    )
    save(folder, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8))
    assert "số chiều cố định" in refusal(folder).vi


# ---- numbers in other files


def test_numbers_in_a_file_of_the_folder_are_read(folder: Path) -> None:
    whole = onnx.load(str(folder / "model.onnx"))
    table = numpy_helper.to_array(whole.graph.initializer[0])
    before = read_folder(folder).digest
    (folder / "table.bin").write_bytes(table.tobytes())
    save(folder, with_table_in(whole, "table.bin", table.nbytes))
    assert float(open_model(folder).question("xe") @ open_model(folder).passages(["ôtô"])[0]) > 0.99
    named = read_folder(folder).digest
    (folder / "table.bin").write_bytes(bytes(table.nbytes))
    assert len({before, named, read_folder(folder).digest}) == 3
    (folder / "table.bin").unlink()
    assert "thiếu tệp table.bin" in refusal(folder).vi


@pytest.mark.parametrize(
    "location", ["/etc/hostname", "../secret.bin", "sub/secret.bin", "..", ".", "", "a\0b", "..\\secret.bin"]
)
def test_numbers_outside_of_the_folder_are_refused(folder: Path, location: str) -> None:
    for place in (folder.parent, folder / "sub"):
        place.mkdir(exist_ok=True)
        (place / "secret.bin").write_bytes(bytes(100_000))
    save(folder, with_table_in(onnx.load(str(folder / "model.onnx")), location, 64))
    assert "ở ngoài thư mục" in refusal(folder).vi


def test_a_link_to_the_outside_is_refused(folder: Path) -> None:
    (folder.parent / "secret.bin").write_bytes(bytes(100_000))
    (folder / "table.bin").symlink_to(folder.parent / "secret.bin")
    save(folder, with_table_in(onnx.load(str(folder / "model.onnx")), "table.bin", 64))
    assert "outside of its folder" in refusal(folder).en


def tensor_elsewhere() -> TensorProto:
    made = with_table_in(network(np.ones((3, 2), np.float32)), "../hidden", 24).graph.initializer[0]
    found = TensorProto()
    found.CopyFrom(made)
    return found


def in_a_constant() -> onnx.GraphProto:
    return helper.make_graph([helper.make_node("Constant", [], ["x"], value=tensor_elsewhere())], "g", [], [])


def in_a_list() -> onnx.GraphProto:
    return helper.make_graph([helper.make_node("Any", [], ["x"], many=[tensor_elsewhere()])], "g", [], [])


def in_a_branch() -> onnx.GraphProto:
    return helper.make_graph([helper.make_node("If", ["c"], ["x"], then_branch=in_a_constant())], "g", [], [])


def in_a_sparse_one() -> onnx.GraphProto:
    graph = helper.make_graph([], "g", [], [])
    graph.sparse_initializer.add().indices.CopyFrom(tensor_elsewhere())
    return graph


@pytest.mark.parametrize("graph", [in_a_constant, in_a_list, in_a_branch, in_a_sparse_one])
def test_wherever_a_tensor_hides_its_file_is_found(graph: Callable[[], onnx.GraphProto]) -> None:
    model = helper.make_model(graph())
    assert files_asked_for(memoryview(model.SerializeToString())) == {"../hidden"}


def test_so_it_is_in_a_function_and_in_training() -> None:
    model = helper.make_model(helper.make_graph([], "g", [], []))
    node = in_a_constant().node
    model.functions.append(helper.make_function("d", "f", [], [], node, [helper.make_opsetid("", 17)]))
    assert files_asked_for(memoryview(model.SerializeToString())) == {"../hidden"}
    model.ClearField("functions")
    model.training_info.add().algorithm.CopyFrom(in_a_constant())
    assert files_asked_for(memoryview(model.SerializeToString())) == {"../hidden"}


def test_graphs_within_graphs_end_somewhere() -> None:
    def within(number: int, message: bytes) -> bytes:
        # A field of this number and its length, in seven bits a byte.
        length, rest = bytearray(), len(message)
        while rest >= 0x80:
            length.append(rest & 0x7F | 0x80)
            rest >>= 7
        return bytes([number << 3 | 2, *length, rest]) + message

    graph = in_a_constant().SerializeToString()
    for _ in range(100):
        graph = within(1, within(5, within(6, graph)))  # node, attribute, graph
    with pytest.raises(NotOnnx):
        files_asked_for(memoryview(within(7, graph)))
