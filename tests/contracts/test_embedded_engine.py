"""What holds of the embedded engine alone: other processes, kills, damage, paging far down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kernel.errors import EngineUnavailable, IndexOutdated
from search_api.engines.embedded import searching
from search_api.engines.nodes import AllOf, AnyOf, Node
from search_api.engines.protocol import Sort
from search_api.engines.tantivy_engine import TantivyEngine
from tests.contracts.index_documents import document, fill, find, found, ids
from tests.contracts.test_paging_and_generations import pages, word

CHECKOUT = Path(__file__).parents[2]


def in_another_process(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


READ = """
import sys
from pathlib import Path
from search_api.engines.tantivy_engine import TantivyEngine
from tests.contracts.index_documents import found
print(len(found(TantivyEngine(Path(sys.argv[1]), read_only=True))))
"""


def test_another_process_sees_commits_and_switches(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    assert in_another_process(READ, tmp_path / "index") == "0"
    fill(engine, document(1), document(2))
    assert in_another_process(READ, tmp_path / "index") == "2"
    generation = engine.new_generation()
    generation.put([document(3)])
    generation.switch()
    assert in_another_process(READ, tmp_path / "index") == "1"
    engine.close()


WRITE_WITHOUT_COMMIT = """
import os, sys
from pathlib import Path
from search_api.engines.tantivy_engine import TantivyEngine
from tests.contracts.index_documents import document, fill
engine = TantivyEngine(Path(sys.argv[1]))
fill(engine, document(1))
engine.put([document(2)])
generation = engine.new_generation()
generation.put([document(3)])
sys.stdout.write(generation.name)
sys.stdout.flush()
os._exit(0)
"""


def test_a_killed_writer_leaves_what_was_committed_and_its_generation_is_swept(tmp_path: Path) -> None:
    left = in_another_process(WRITE_WITHOUT_COMMIT, tmp_path / "index")
    assert (tmp_path / "index" / left).is_dir()
    engine = TantivyEngine(tmp_path / "index")
    assert found(engine) == {"r1"}
    fill(engine, document(4))
    assert found(engine) == {"r1", "r4"}
    generation = engine.new_generation()
    another = TantivyEngine(tmp_path / "index").new_generation()
    assert not (tmp_path / "index" / left).exists()
    assert (tmp_path / "index" / generation.name).is_dir(), "one that is being filled must not be swept"
    another.discard()
    generation.discard()
    engine.close()


def test_a_second_writer_is_told_that_the_index_is_taken(tmp_path: Path) -> None:
    one, other = TantivyEngine(tmp_path / "index"), TantivyEngine(tmp_path / "index")
    one.put([document(1)])
    with pytest.raises(EngineUnavailable, match="another process writes"):
        other.put([document(2)])
    one.commit()
    fill(other, document(2))
    assert found(one) == {"r1", "r2"}
    one.close()
    other.close()


def test_a_reader_does_not_write(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        TantivyEngine(tmp_path / "index", read_only=True).put([document(1)])
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("content", ["../../etc", "generation-../x", "", "generation-\xe9"])
def test_a_damaged_pointer_is_told_and_mended_by_a_new_generation(tmp_path: Path, content: str) -> None:
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, document(1))
    (tmp_path / "index" / "current").write_text(content, "utf-8")
    with pytest.raises(EngineUnavailable):
        find(engine)
    generation = engine.new_generation()
    generation.put([document(2)])
    generation.switch()
    assert found(engine) == {"r2"}
    engine.close()


def test_an_index_of_an_older_form_is_told_and_mended_by_a_new_generation(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, document(1))
    engine.close()
    (digest,) = (tmp_path / "index").glob("generation-*/schema_digest")
    digest.write_text("0" * 16, "ascii")
    with pytest.raises(IndexOutdated):
        find(engine)
    generation = engine.new_generation()
    generation.put([document(2)])
    generation.switch()
    assert found(engine) == {"r2"}
    engine.close()


@pytest.mark.parametrize("query", [AnyOf((word("chung"), word("n3"))), AllOf((word("chung"),))])
def test_pages_by_relevance_join_beyond_what_is_looked_at_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: Node
) -> None:
    engine = TantivyEngine(tmp_path / "index")
    for start in (1, 150):
        made = (document(n, f"chung n{n % 10} " + "them " * (n % 4)) for n in range(start, start + 149))
        fill(engine, *made)
    whole = ids(find(engine, query, limit=1000))
    assert len(whole) == 298
    monkeypatch.setattr(searching, "DEEPEST_BY_RELEVANCE", 40)
    for limit in (7, 100):
        assert pages(engine, query, Sort.RELEVANCE, limit) == whole
    engine.close()
