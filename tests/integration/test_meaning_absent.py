"""Without a model nothing of finding by meaning is imported or made; with a bad one, that is told at the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archive.catalogue import Catalogue
from archive.layout import Layout
from tests.integration.house import until
from tests.records import enter
from tests.tiny_model import make_model

STARTED = """
import json, sys, threading
from pathlib import Path
from search_api.query.answers import SearchQuery
from tangthu.answering import make_application
from tangthu.bootstrap import open_engine, open_house, working
from tangthu.settings import read_settings
with open_house(read_settings()) as house, open_engine(house, read_only=True) as engine:
    with working(house), make_application(house, engine) as application:
        answer = application.state.services.search.search(SearchQuery(q="mua xe"), house.viewer)
        running = [one.name for one in threading.enumerate()]
print(json.dumps({"modules": sorted(sys.modules), "threads": running, "hits": len(answer.hits)}))
"""
OURS = ("onnxruntime", "tokenizers", "huggingface_hub", "search_api.meaning", "search_api.engines.elasticsearch")


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TANGTHU_")}
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)
    places = {"TANGTHU_DATA": str(tmp_path / "data"), "TANGTHU_DROP": str(tmp_path / "drop"), "TANGTHU_WORKERS": "1"}
    return plain | {"PYTHONPATH": path} | places | more


def started(tmp_path: Path, **more: str) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", STARTED], env=environment(tmp_path, **more), capture_output=True, text=True, check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_without_a_model_nothing_is_imported_run_or_made(tmp_path: Path) -> None:
    found = started(tmp_path)
    assert [name for name in found["modules"] if name.startswith(OURS)] == []
    assert "meaning" not in found["threads"]
    assert list((tmp_path / "data").rglob("*meaning*")) == []


def test_with_a_model_it_is(tmp_path: Path) -> None:
    """So that the test before can fail."""
    found = started(tmp_path, TANGTHU_MEANING_MODEL=str(make_model(tmp_path / "model")))
    assert {"onnxruntime", "tokenizers", "search_api.meaning.joining"} <= set(found["modules"])
    assert "meaning" in found["threads"]


def command(tmp_path: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tangthu", *words],
        env=environment(tmp_path, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        pytest.param(("watch",), marks=pytest.mark.long),
        pytest.param(("search", "mua xe"), marks=pytest.mark.long),
    ],
)
def test_a_model_that_cannot_be_used_is_told_at_the_start_in_both_languages(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = command(tmp_path, *words, TANGTHU_MEANING_MODEL=str(tmp_path / "nowhere"), TANGTHU_PORT="18433")
    assert done.returncode == 2 or 0 < done.returncode < 64
    assert "Không dùng được mô hình tìm theo nghĩa" in done.stderr
    assert "no such folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_running_service_makes_the_vectors_and_the_command_line_finds_by_them(tmp_path: Path) -> None:
    model = str(make_model(tmp_path / "model"))
    layout = Layout(tmp_path / "data")
    layout.prepare()
    catalogue = Catalogue.sqlite(layout.catalogue)
    record = enter(catalogue, ["Quy định về ôtô của xã"])
    catalogue.close()
    watching = subprocess.Popen(
        [sys.executable, "-m", "tangthu", "watch"], env=environment(tmp_path, TANGTHU_MEANING_MODEL=model)
    )
    try:

        def answered() -> dict[str, Any]:
            done = command(tmp_path, "search", "mua xe", "--json", TANGTHU_MEANING_MODEL=model)
            found: dict[str, Any] = json.loads(done.stdout)
            return found

        # Before there is an index that is told as trouble.
        until(lambda: answered().get("hits"))
        answer = answered()
        assert [(hit["record_id"], hit["by_meaning"]) for hit in answer["hits"]] == [(record, True)]
        assert answer["by_meaning"] == 1
        shown = command(tmp_path, "search", "mua xe", TANGTHU_MEANING_MODEL=model)
        assert "gần nghĩa" in shown.stdout
    finally:
        watching.terminate()
        watching.wait(60)
