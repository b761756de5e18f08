"""Owners live exactly as long as their process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from kernel.locks import Owner, is_held

_CHILD = """
import sys
from pathlib import Path
from kernel.locks import Owner
owner = Owner(Path(sys.argv[1]))
print(owner.id, flush=True)
sys.stdin.read()
"""


def test_another_process_is_alive_until_it_is_killed(tmp_path: Path) -> None:
    mine = Owner(tmp_path)
    command = [sys.executable, "-c", _CHILD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        other = child.stdout.readline().strip()
        assert mine.alive() == {mine.id, other}
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert mine.alive() == {mine.id}
        assert not (tmp_path / f"{other}.lock").exists()
    mine.close()


def test_a_closed_owner_is_gone(tmp_path: Path) -> None:
    mine, other = Owner(tmp_path), Owner(tmp_path)
    assert mine.alive() == {mine.id, other.id}
    other.close()
    assert mine.alive() == {mine.id}
    assert not is_held(tmp_path / f"{other.id}.lock")


def test_no_owner_is_ever_seen_dead_while_others_look_for_dead_ones(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LOOKER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as looker:
        assert looker.stdout and looker.stdin
        looker.stdout.readline()
        owners = [Owner(tmp_path) for _ in range(300)]
        assert owners[0].alive() == {owner.id for owner in owners}
        looker.stdin.close()
    for owner in owners:
        owner.close()


_LOOKER = """
import sys, threading
from pathlib import Path
from kernel.locks import others_alive, is_held
threading.Thread(target=lambda: (sys.stdin.read(), __import__("os")._exit(0)), daemon=True).start()
print("looking", flush=True)
while True:
    for path in list(Path(sys.argv[1]).glob("*.lock")):
        is_held(path)
"""
