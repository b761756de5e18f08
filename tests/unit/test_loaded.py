"""What is large is loaded by those alone that use it: a start, a command and a reading process stay quick and small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
SELDOM = {"alembic", "authlib", "boto3", "distributed", "elasticsearch", "joserfc", "onnxruntime", "openpyxl"}
SELDOM |= {"pyvi", "segno"}
OF_THE_PAGE = {"fastapi", "jinja2", "starlette", "uvicorn"}
OF_READING = {"docx", "pdfplumber", "pikepdf", "pypdfium2", "pytesseract"}


@pytest.mark.parametrize(
    ("entry", "needless"),
    [
        ("tangthu.cli", SELDOM | OF_READING | OF_THE_PAGE),
        ("tangthu.answering", SELDOM | OF_READING),
        ("ingest.reading.dispatch", SELDOM | OF_THE_PAGE | {"docx", "sqlalchemy", "pydantic"}),
    ],
    ids=["a command, and the process that takes in", "the process that answers", "a reading process"],
)
def test_what_is_needless_is_not_loaded(entry: str, needless: set[str]) -> None:
    code = f"import sys, {entry}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert entry.partition(".")[0] in loaded
    assert loaded & needless == set()
