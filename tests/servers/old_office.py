"""Files of old Word and Excel for tests, written by LibreOffice from new ones."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path


@functools.cache
def old(content: bytes, new: str, wanted: str) -> bytes:
    """A file of the form `new` (docx, xlsx, rtf) in the form `wanted` (doc, xls)."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"in.{new}").write_bytes(content)
        words = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
        words += ["--convert-to", wanted, "--outdir", folder, f"{folder}/in.{new}"]
        subprocess.run(words, check=True, capture_output=True, timeout=120)
        return (Path(folder) / f"in.{wanted}").read_bytes()
