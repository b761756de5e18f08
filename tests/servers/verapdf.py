"""veraPDF, the validator of PDF/A, fetched from Maven Central at the first call on this machine (9 MB)."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.servers.elasticsearch_unpacked import cache, jdk

VERSION = "1.28.1"
_POM, _PARENT = (Path(__file__).with_name(name) for name in ("verapdf.pom.xml", "verapdf-parent.pom.xml"))
_MAIN = "org.verapdf.apps.GreenfieldCliWrapper"


def conforming(paths: Sequence[Path]) -> dict[Path, bool]:
    """Which of these files are PDF/A-2b by veraPDF's word; why one is not stands in the test's output."""
    java = jdk() / "bin/java"
    # The plainest garbage collector and one core: it is one of many on the machine.
    options = ["-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "-Djava.awt.headless=true"]
    asked = ["-f", "2b", "--format", "text", "-v", *map(str, paths)]
    told = subprocess.run([java, *options, "-cp", _jar(), _MAIN, *asked], capture_output=True, text=True, check=False)
    print(told.stdout, told.stderr)
    verdicts = [line.split(" ", 1) for line in told.stdout.splitlines() if line.startswith(("PASS ", "FAIL "))]
    found = {Path(path.rsplit(" ", 1)[0]): verdict == "PASS" for verdict, path in verdicts}
    assert set(found) == set(paths), told.stdout + told.stderr
    return found


def _jar() -> Path:
    jar = cache() / f"verapdf-{VERSION}" / f"greenfield-apps-{VERSION}.jar"
    jar.parent.parent.mkdir(parents=True, exist_ok=True)
    with (jar.parent.parent / "verapdf.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jar.exists():
            _fetch(jar.parent)
    return jar


def _fetch(home: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        pytest.fail("veraPDF for tests: Maven is missing: apt-get install maven", pytrace=False)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=home.parent) as temporary:
        parent = Path(temporary, "parents", "org/verapdf/verapdf-apps", VERSION, f"verapdf-apps-{VERSION}.pom")
        parent.parent.mkdir(parents=True)
        shutil.copy(_PARENT, parent)
        fetched = Path(temporary, "fetched")
        places = [f"-Dparents.url={Path(temporary, 'parents').as_uri()}", f"-Dunpack.folder={fetched}"]
        command = [maven, "-q", "-B", "-ntp", "-f", str(_POM), *places, "generate-resources"]
        environment = {**os.environ, "JAVA_HOME": str(jdk())}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode or not list(fetched.glob("*.jar")):
            said = (done.stdout + done.stderr)[-800:]
            pytest.fail(f"veraPDF for tests: Maven could not fetch version {VERSION}: {said}", pytrace=False)
        fetched.rename(home)
