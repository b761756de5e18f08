"""The layers hold, the linter would see it if they did not, and no module or function outgrows its reader."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LAYERS = SETTINGS["root_packages"]
CONTRACTS = [contract["name"] for contract in SETTINGS["contracts"]]

INTRUDERS = {
    "kernel": "import subprocess",
    "analyzers": "import archive",
    "mappings": "import sqlalchemy",
    "archive": "import fastapi, pytesseract",
    "ingest": "import tantivy",
    "search_api": "import ingest",
    "tangthu": "import elasticsearch, distributed, onnxruntime",
}
"""What each layer must not import: one breach of every contract."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_contract_is_kept() -> None:
    linted = lint(CHECKOUT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_linter_sees_a_breach_of_every_contract(tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    for layer, breach in INTRUDERS.items():
        (tmp_path / layer).mkdir()
        (tmp_path / layer / "__init__.py").write_text(breach + "\n", encoding="utf-8")
    linted = lint(tmp_path)
    assert linted.returncode == 1, linted.stderr
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in linted.stdout] == []


@pytest.mark.parametrize("upper", LAYERS)
def test_no_layer_may_import_one_above_it(upper: str, tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    for layer in LAYERS:
        (tmp_path / layer).mkdir()
        (tmp_path / layer / "__init__.py").touch()
    below = [layer for layer in LAYERS if LAYERS.index(layer) < LAYERS.index(upper)]
    for layer in below:
        (tmp_path / layer / "intruder.py").write_text(f"import {upper}\n", encoding="utf-8")
    linted = lint(tmp_path)
    assert linted.returncode == (1 if below else 0), linted.stdout + linted.stderr
    assert [layer for layer in below if f"{layer}.intruder -> {upper}" not in linted.stdout] == []


def modules() -> Iterator[Path]:
    for layer in LAYERS:
        yield from (CHECKOUT / layer).rglob("*.py")


def test_no_module_outgrows_400_lines() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {str(path.relative_to(CHECKOUT)): size for path, size in sizes.items() if size > 400} == {}


def test_no_function_outgrows_50_lines() -> None:
    long = {}
    for path in modules():
        if "migrations" in path.parts:
            continue  # a migration is a list of tables, read from top to bottom
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > 50:
                    long[f"{path.relative_to(CHECKOUT)}:{node.name}"] = lines
    assert long == {}
