"""The Chromium that tests and benchmarks drive."""

from __future__ import annotations

import os
import shutil


def chromium() -> str | None:
    """The one that TANGTHU_TEST_CHROMIUM names, else Debian's, without a window where it is; None: there is none."""
    named = os.environ.get("TANGTHU_TEST_CHROMIUM")
    return named or shutil.which("chromium-headless-shell") or shutil.which("chromium")
