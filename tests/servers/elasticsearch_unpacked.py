"""The programs that a test Elasticsearch needs: a JDK, Maven, and the unpacked server in a cache of ours."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

VERSION = "9.4.3"
OLDEST_JDK = 21
NOBODY = 65534
"""Elasticsearch refuses to run as root, so root becomes this user."""

_POM = Path(__file__).with_name("elasticsearch.pom.xml")


def jdk() -> Path:
    """The home of the newest JDK of version 21 or later."""
    given = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes = [*given, *Path("/usr/lib/jvm").glob("*")]
    newest = max(((_java_version(home), home) for home in homes), default=(0, Path()))
    if newest[0] < OLDEST_JDK:
        pytest.fail(
            f"Elasticsearch for tests: a JDK of version {OLDEST_JDK} or later is missing: apt-get install "
            "openjdk-21-jdk-headless (or set JAVA_HOME, or TANGTHU_TEST_ELASTICSEARCH_URL to a running server)",
            pytrace=False,
        )
    return newest[1]


def _java_version(home: Path) -> int:
    release = home / "release"
    if not (home / "bin/java").exists() or not release.exists():
        return 0
    found = re.search(r'^JAVA_VERSION="([0-9]+)', release.read_text("utf-8"), re.MULTILINE)
    return int(found[1]) if found else 0


def unpacked_server() -> Path:
    """ES_HOME of the pinned version, unpacked at the first call on this machine (a download of about 1 GB)."""
    home = cache() / f"elasticsearch-{VERSION}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _unpack(home)
    return home


def cache() -> Path:
    """A folder of ours that outlives the tests and that the server's user can read."""
    if given := os.environ.get("TANGTHU_CACHE"):
        return Path(given)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    # Root's own folder is closed to the user as whom the server has to run.
    return Path("/var/cache/tangthu") if os.getuid() == 0 and not _open_to_all(caches) else caches / "tangthu"


def _open_to_all(folder: Path) -> bool:
    existing = [parent for parent in (folder, *folder.parents) if parent.exists()]
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in existing)


def _unpack(home: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        pytest.fail(
            "Elasticsearch for tests: Maven is missing: apt-get install maven "
            "(or set TANGTHU_TEST_ELASTICSEARCH_URL to a running server)",
            pytrace=False,
        )
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=home.parent) as temporary:
        command = [maven, "-q", "-B", "-ntp", "-f", str(_POM), f"-Dunpack.folder={temporary}", "generate-resources"]
        done = subprocess.run(
            command, env={**os.environ, "JAVA_HOME": str(jdk())}, capture_output=True, text=True, check=False
        )
        found = list(Path(temporary).glob(f"*/elasticsearch/lib/elasticsearch-{VERSION}.jar"))
        if done.returncode or not found:
            said = (done.stdout + done.stderr)[-800:]
            pytest.fail(f"Elasticsearch for tests: Maven could not unpack version {VERSION}: {said}", pytrace=False)
        unpacked = found[0].parents[1]
        subprocess.run(["chmod", "-R", "a+rX", str(unpacked)], check=True)
        unpacked.rename(home)
