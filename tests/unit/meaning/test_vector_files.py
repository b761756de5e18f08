"""The vectors of the embedded form outlive kills and damage, and keep nothing of what was taken out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kernel.errors import EngineUnavailable
from search_api.meaning.embedded import EmbeddedVectors
from search_api.meaning.protocol import Vector, Vectored
from search_api.meaning.slots import SLOT

DIMENSION = 32
RANDOM = np.random.default_rng(7)


def unit(vector: Vector) -> Vector:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def row(sequence: int, revision: int = 1, vector: Vector | None = None) -> Vectored:
    made = unit(RANDOM.standard_normal(DIMENSION)) if vector is None else vector
    return Vectored(f"r{sequence}", revision, sequence, ("public",), made)


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[EmbeddedVectors]:
    made = EmbeddedVectors(tmp_path, "digest", DIMENSION)
    yield made
    made.close()


def filled(vectors: EmbeddedVectors, count: int = 50) -> list[Vectored]:
    rows = [row(sequence) for sequence in range(1, count + 1)]
    vectors.put(rows)
    vectors.commit()
    return rows


def files(folder: Path) -> tuple[Path, Path]:
    return folder / "meaning-digest" / "slots", folder / "meaning-digest" / "vectors"


def held(vectors: EmbeddedVectors) -> dict[str, int]:
    return dict(vectors.revisions())


def test_asking_makes_no_file(tmp_path: Path, vectors: EmbeddedVectors) -> None:
    assert vectors.nearest(unit(np.ones(DIMENSION)), 5, tokens=("public",)) == ()
    assert held(vectors) == {}
    assert list(tmp_path.iterdir()) == []


def test_the_nearest_are_those_of_plain_arithmetic(vectors: EmbeddedVectors) -> None:
    rows = filled(vectors, 5000)
    for _ in range(5):
        asked = unit(RANDOM.standard_normal(DIMENSION))
        cosines = np.array([float(one.vector @ asked) for one in rows if one.vector is not None])
        found = vectors.nearest(asked, 20, tokens=())
        # One byte a number: the cosines are off by less than a hundredth, and so is who comes in.
        assert all(abs(one.similarity - cosines[one.sequence - 1]) < 0.01 for one in found)
        assert min(cosines[one.sequence - 1] for one in found) > np.sort(cosines)[-20] - 0.02
        assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)


def test_equals_stand_by_the_later_accession_and_none_is_lost_at_the_edge(vectors: EmbeddedVectors) -> None:
    same = unit(np.arange(1, DIMENSION + 1))
    vectors.put([row(sequence, vector=same) for sequence in (5, 3, 9, 1, 7)])
    vectors.commit()
    assert [one.sequence for one in vectors.nearest(same, 3, tokens=())] == [9, 7, 5]
    assert [one.sequence for one in vectors.nearest(same, 9, tokens=(), among=[1, 3, 4])] == [3, 1]
    assert vectors.nearest(same, 9, tokens=(), among=[]) == ()


def test_a_place_that_was_left_is_zeroed_and_taken_again(tmp_path: Path, vectors: EmbeddedVectors) -> None:
    filled(vectors)
    slots, codes = files(tmp_path)
    sizes = slots.stat().st_size, codes.stat().st_size
    vectors.delete(["r7", "r30", "nobody"])
    vectors.commit()
    assert sum(not any(codes.read_bytes()[at : at + DIMENSION]) for at in range(0, sizes[1], DIMENSION)) == 2
    assert b"r30" not in slots.read_bytes()
    vectors.put([row(51), row(52)])
    vectors.commit()
    assert (slots.stat().st_size, codes.stat().st_size) == sizes
    assert held(vectors) == {f"r{number}": 1 for number in range(1, 53) if number not in (7, 30)}
    vectors.put([row(53), row(51, 2), row(51, 3)])
    assert held(vectors)["r51"] == 3
    assert slots.stat().st_size == sizes[0] + SLOT.itemsize


def test_a_record_without_text_is_held_and_never_near(vectors: EmbeddedVectors) -> None:
    vectors.put([Vectored("r1", 4, 1, ("public",), None), row(2)])
    vectors.commit()
    assert held(vectors) == {"r1": 4, "r2": 1}
    assert [one.id for one in vectors.nearest(unit(np.ones(DIMENSION)), 9, tokens=())] == ["r2"]


@pytest.mark.parametrize("which", [0, 1])
def test_a_torn_tail_is_cut_off(tmp_path: Path, vectors: EmbeddedVectors, which: int) -> None:
    filled(vectors)
    vectors.close()
    torn = files(tmp_path)[which]
    os.truncate(torn, torn.stat().st_size - 5)
    vectors.check()
    assert len(held(vectors)) == 49
    vectors.put([row(99)])
    vectors.commit()
    assert len(held(vectors)) == 50


@pytest.mark.parametrize(("which", "at"), [(0, 64 * 3 + 9), (0, 64 * 3 + 22), (1, DIMENSION * 3 + 4)])
def test_a_flipped_bit_is_seen_and_the_record_let_go(
    tmp_path: Path, vectors: EmbeddedVectors, which: int, at: int
) -> None:
    filled(vectors)
    vectors.close()
    path = files(tmp_path)[which]
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)
    vectors.check()
    assert set(held(vectors)) == {f"r{number}" for number in range(1, 51) if number != 4}


def test_a_second_place_of_the_same_record_is_let_go(tmp_path: Path, vectors: EmbeddedVectors) -> None:
    filled(vectors, 3)
    vectors.close()
    for path, size in zip(files(tmp_path), (SLOT.itemsize, DIMENSION), strict=True):
        path.write_bytes(path.read_bytes() + path.read_bytes()[:size])
    vectors.check()
    assert [one for one, _ in vectors.revisions()] == ["r1", "r2", "r3"]


def test_another_model_leaves_the_place_to_this_one(tmp_path: Path, vectors: EmbeddedVectors) -> None:
    former = EmbeddedVectors(tmp_path, "former", DIMENSION)
    filled(former)
    vectors.check()
    assert [path.name for path in tmp_path.iterdir()] == ["meaning-digest"]
    assert held(vectors) == {}
    # One that still asks the former one goes on with what it sees.
    assert former.nearest(unit(np.ones(DIMENSION)), 3, tokens=()) == ()


def test_another_process_sees_what_was_committed_and_what_went(tmp_path: Path, vectors: EmbeddedVectors) -> None:
    asking = EmbeddedVectors(tmp_path, "digest", DIMENSION)
    filled(vectors, 2)
    assert held(asking) == {"r1": 1, "r2": 1}
    filled(vectors, 40)
    assert len(asking.nearest(unit(np.ones(DIMENSION)), 100, tokens=())) == 40
    vectors.delete(["r1"])
    vectors.commit()
    assert "r1" not in held(asking)
    asking.close()


KILLED = """
import os, sys
from pathlib import Path
import numpy as np
from search_api.meaning.embedded import EmbeddedVectors
from search_api.meaning.protocol import Vectored
vectors = EmbeddedVectors(Path(sys.argv[1]), "digest", 32)
sequence = 0
while True:
    sequence += 1
    vectors.put([Vectored(f"r{n}", sequence, n, (), np.ones(32, np.float32)) for n in range(1, 20)])
    vectors.delete([f"r{sequence % 19 + 1}"])
    vectors.commit()
    if sequence == 20:
        print("going", flush=True)
"""


def test_killed_at_any_moment_it_is_sound_again_after_a_check(tmp_path: Path, vectors: EmbeddedVectors) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)}
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == b"going\n"
    process.kill()
    process.wait()
    process.stdout.close()
    vectors.check()
    assert len(held(vectors)) >= 17
    vectors.put([row(sequence, 7) for sequence in range(1, 20)])
    vectors.commit()
    assert held(vectors) == {f"r{sequence}": 7 for sequence in range(1, 20)}


def test_a_place_that_cannot_be_written_is_told_as_ours(tmp_path: Path) -> None:
    (tmp_path / "meaning-digest").write_text("a file where the folder should be")
    with pytest.raises(EngineUnavailable):
        EmbeddedVectors(tmp_path, "digest", DIMENSION).put([row(1)])
