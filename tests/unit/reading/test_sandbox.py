"""What happens in a reading process stays there."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest import answers, sandbox
from ingest.answers import MAX_ANSWER_BYTES, MAX_ANSWER_VALUES, MAX_ESCAPED_BYTES, answer_of, outcome_from
from ingest.confining import Confinement
from ingest.handing import HandedFile
from ingest.intake.taking import _Case
from ingest.reading import ReadingOptions, failed_page, read_page
from ingest.recognising import TXT
from ingest.sandbox import ReadingPool
from kernel.errors import EncryptedFile, PageTimedOut, PageUnreadable, ReaderDied, Unavailable
from mappings.record import Box, RecordState, Word
from tests.unit.reading import misdeeds, pages


@pytest.fixture(scope="module", params=list(Confinement), ids=str)
def pool(request):
    with ReadingPool(workers=1, memory_mb=512, page_seconds=20, confined=request.param) as one:
        yield one


@pytest.fixture
def limited():
    """For those that tell the test by a file what they did: shut in, they could not."""
    with ReadingPool(workers=1, memory_mb=512, page_seconds=20, confined=Confinement.LIMITS) as one:
        yield one


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pids_in(file):
    until(lambda: file.exists() and len(file.read_text().split()) == 2)
    return [int(pid) for pid in file.read_text().split()]


def test_after_a_killed_process_the_spare_takes_its_place():
    """Started while the first one worked: nobody waits for its libraries."""
    others = children()
    with ReadingPool(1, memory_mb=512, page_seconds=20, confined=Confinement.LIMITS, spares=True) as pool:
        first = pool.submit(os.getpid).result()
        (spare,) = children() - others - {first}
        with pytest.raises(PageTimedOut):
            pool.submit(time.sleep, 60, seconds=0.2).result()
        assert pool.submit(os.getpid).result() == spare


def test_nobody_waits_until_a_killed_process_is_cleared_away_but_the_pool_itself(monkeypatch):
    may_end, ended, end = threading.Event(), [], sandbox._Process.end

    def held_up(process):
        assert may_end.wait(20)
        end(process)
        ended.append(process._child.pid)

    monkeypatch.setattr(sandbox._Process, "end", held_up)
    with ReadingPool(1, memory_mb=512, page_seconds=20, confined=Confinement.LIMITS, spares=True) as pool:
        first = pool.submit(os.getpid).result()
        with pytest.raises(PageTimedOut):
            pool.submit(time.sleep, 60, seconds=0.2).result(10)
        assert pool.submit(misdeeds.add, 2, 3).result(10) == 5
        assert not ended
        may_end.set()
    assert first in ended
    assert not alive(first)


def test_a_spare_that_was_killed_is_replaced():
    others = children()  # servers of other tests: never ours to kill
    with ReadingPool(1, memory_mb=512, page_seconds=20, confined=Confinement.LIMITS, spares=True) as pool:
        first = pool.submit(os.getpid).result()
        ours = children() - others
        for pid in ours:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in ours))
        assert pool.submit(misdeeds.add, 2, 3).result() == 5
        assert pool.submit(os.getpid).result() != first
    assert not any(alive(pid) for pid in children() - others)


def children():
    """Of any of our threads."""
    told = [(task / "children").read_text().split() for task in Path("/proc/self/task").iterdir()]
    return {int(pid) for pids in told for pid in pids}


def test_two_files_of_one_size_and_one_moment_are_not_taken_for_one_another(pool, tmp_path):
    """They come under the same path, and the parsers keep the last file that they cut into pages."""
    for name in ("ba", "ta"):
        (tmp_path / name).write_text(f"Văn bản {name}", encoding="utf-8")
        os.utime(tmp_path / name, (1_700_000_000, 1_700_000_000))
    texts = [
        pool.submit(read_page, HandedFile(tmp_path / name), TXT, 1, ReadingOptions()).result().text
        for name in ("ba", "ta", "ba")
    ]
    assert texts == ["Văn bản ba", "Văn bản ta", "Văn bản ba"]


def test_a_call_returns_what_the_function_returned(pool):
    assert pool.submit(misdeeds.add, 2, 3).result() == 5


def test_an_error_of_ours_comes_back_as_itself_and_the_process_lives_on(pool):
    before = pool.submit(misdeeds.number_of_process).result()
    with pytest.raises(EncryptedFile):
        pool.submit(misdeeds.refuse).result()
    assert pool.submit(misdeeds.number_of_process).result() == before


def test_any_other_error_makes_the_page_unreadable(pool):
    with pytest.raises(PageUnreadable) as raised:
        pool.submit(misdeeds.fall_over).result()
    assert raised.value.code == "page-unreadable"


def test_a_call_over_its_time_is_killed_and_the_next_one_works(pool):
    with pytest.raises(PageTimedOut):
        pool.submit(misdeeds.hang, seconds=0.3).result()
    assert pool.submit(misdeeds.add, 1, 1).result() == 2


@pytest.mark.parametrize("misdeed", [misdeeds.answer_half, misdeeds.answer_byte_by_byte])
def test_an_answer_that_does_not_end_is_over_its_time_too(pool, misdeed):
    with pytest.raises(PageTimedOut):
        pool.submit(misdeed, seconds=0.5).result(timeout=20)
    assert pool.submit(misdeeds.add, 1, 1).result() == 2


def test_a_process_that_does_not_read_what_it_is_asked_is_killed_too(pool):
    assert pool.submit(misdeeds.answer_and_read_no_more).result() == "answered"
    with pytest.raises(PageTimedOut):
        pool.submit(misdeeds.length_of, bytes(1_000_000), seconds=0.5).result(timeout=20)
    assert pool.submit(misdeeds.length_of, bytes(1_000_000)).result() == 1_000_000


def test_a_crash_is_told_and_the_next_call_works(pool):
    with pytest.raises(ReaderDied):
        pool.submit(misdeeds.crash).result()
    assert pool.submit(misdeeds.add, 1, 1).result() == 2


def test_memory_over_the_limit_is_refused_and_memory_under_it_is_had(pool):
    with pytest.raises(ReaderDied):
        pool.submit(misdeeds.take_memory, 600).result()
    assert pool.submit(misdeeds.take_memory, 300).result() == 300 * 1024 * 1024


def test_what_the_timed_out_process_had_started_is_killed_too(limited, tmp_path):
    with pytest.raises(PageTimedOut):
        limited.submit(misdeeds.hang_with_child, str(tmp_path / "pids"), seconds=3).result()
    until(lambda: not any(alive(pid) for pid in pids_in(tmp_path / "pids")))


def test_an_answer_cannot_run_code_in_the_parent(tmp_path):
    with ReadingPool(workers=1, memory_mb=512, page_seconds=20, confined=Confinement.LIMITS) as pool:
        with pytest.raises(PageUnreadable):
            pool.submit(misdeeds.answer_with_a_trap, str(tmp_path / "escaped")).result()
        assert pool.submit(misdeeds.add, 1, 1).result() == 2
    assert not (tmp_path / "escaped").exists()


def test_an_answer_makes_nothing_but_values_and_changes_no_class():
    values = (failed_page(1, PageTimedOut(seconds=3)), b"\xff", {"a": [1.5, None]}, "\ud800")
    assert outcome_from(answer_of(values)).result == values
    for untrusted in (
        b"\x80\x02cingest.intake.taking\n_Case\nN}X\x04\x00\x00\x00open\x89s\x86b0(NNX\x00\x00\x00\x00t.",
        b'["tuple", ["made", "ingest.intake.taking", "_Case", ["dict", ["claim", 1]]], null, ""]',
        b'["tuple", ["made", "os", "system", ["dict", ["command", "true"]]], null, ""]',
        b'["tuple", ["member", "kernel.errors", "TangthuError", "code"], null, ""]',
        b"[" * 100_000,
    ):
        assert isinstance(outcome_from(untrusted).error, ReaderDied)
    assert isinstance(vars(_Case)["open"], property)


@pytest.mark.parametrize(
    "untrusted",
    [
        b"[" + b"[]," * MAX_ANSWER_VALUES + b"0]",
        b'["' + b"a" * MAX_ESCAPED_BYTES + rb"\ud83d\ude00" + b'"]',
        b'["' + "ă".encode() + b'"]',
    ],
    ids=["lists", "wide", "letters"],
)
def test_an_answer_that_would_grow_in_our_memory_is_not_even_opened(untrusted, monkeypatch):
    monkeypatch.setattr(answers.json, "loads", lambda _: pytest.fail("it was opened"))
    assert isinstance(outcome_from(untrusted).error, ReaderDied)


def test_a_trace_forges_no_line_of_our_log_and_moves_no_cursor():
    trace = outcome_from(answer_of(None, trace="x" * 10_000 + "\nWARNING all is well\x1b[2J")).trace
    assert trace.endswith("\n  | WARNING all is well\\x1b[2J")
    assert len(trace) < 5000


def test_an_answer_over_the_limits_is_an_unreadable_page_and_the_process_lives_on(pool):
    before = pool.submit(misdeeds.number_of_process).result()
    for answered in (misdeeds.answer_values(MAX_ANSWER_VALUES), misdeeds.answer_bytes(MAX_ANSWER_BYTES)):
        with pytest.raises(PageUnreadable) as raised:
            pool.submit(*answered).result()
        assert raised.value.code == "page-unreadable"
    assert pool.submit(misdeeds.number_of_process).result() == before


def test_a_page_of_very_many_words_and_a_picture_of_many_megabytes_come_through(pool):
    assert len(pool.submit(misdeeds.page_of_words, 40_000).result().words) == 40_000
    assert len(pool.submit(*misdeeds.answer_bytes(40_000_000)).result()) == 40_000_000


def test_a_process_writes_to_no_terminal_and_no_log_of_ours(pool):
    assert pool.submit(misdeeds.standard_files).result() == ["/dev/null"] * 3


@pytest.mark.parametrize("confined", list(Confinement), ids=str)
def test_a_process_that_does_not_start_tells_why_in_the_log(monkeypatch, caplog, confined):
    monkeypatch.setattr(sandbox, "import_path", lambda: "/nowhere")
    with (
        ReadingPool(workers=1, memory_mb=512, page_seconds=20, confined=confined) as pool,
        pytest.raises(ReaderDied),
    ):
        pool.submit(misdeeds.add, 1, 1).result()
    assert "did not start" in caplog.text
    assert "No module named" in caplog.text or "ModuleNotFoundError" in caplog.text


def test_a_process_is_held_to_one_thread(pool):
    assert pool.submit(misdeeds.environment, "OMP_THREAD_LIMIT").result() == "1"


def test_the_temp_folder_is_the_process_s_own_and_goes_with_it():
    with ReadingPool(workers=1, memory_mb=512, page_seconds=20) as pool:
        folder = pool.submit(misdeeds.temp_folder).result()
        assert folder != tempfile.gettempdir()
        assert Path(folder, "left-behind").exists()
    assert not Path(folder).exists()


def test_calls_from_many_threads_each_get_their_own_answer(pool):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: pool.submit(misdeeds.add, n, 1000).result(), range(200)))
    assert answers == [n + 1000 for n in range(200)]


def test_closing_cancels_what_waits_and_what_runs(tmp_path):
    pool = ReadingPool(workers=1, memory_mb=512, page_seconds=60, confined=Confinement.LIMITS)
    running = pool.submit(misdeeds.hang_with_child, str(tmp_path / "pids"))
    waiting = pool.submit(misdeeds.add, 1, 1)
    pids = pids_in(tmp_path / "pids")
    pool.close()
    for future in (running, waiting):
        with pytest.raises(CancelledError):
            future.result(timeout=5)
    until(lambda: not any(alive(pid) for pid in pids))
    with pytest.raises(Unavailable):
        pool.submit(misdeeds.add, 1, 1)


OWNER = textwrap.dedent("""
    import signal
    import sys
    from ingest.confining import Confinement
    from ingest.handing import HandedFile
    from ingest.reading import ReadingOptions, read_page
    from ingest.sandbox import ReadingPool
    from tests.unit.reading import misdeeds
    if __name__ == "__main__":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
        confined = None if len(sys.argv) == 3 else Confinement.LIMITS
        pool = ReadingPool(workers=1, memory_mb=512, page_seconds=60, confined=confined)
        if len(sys.argv) == 3:
            future = pool.submit(read_page, HandedFile(sys.argv[2]), "image/png", 1, ReadingOptions())
        else:
            future = pool.submit(misdeeds.hang_with_child, sys.argv[1])
        try:
            future.result()
        except KeyboardInterrupt:
            pool.close()
""")


def owner(tmp_path, *arguments, **options):
    script = tmp_path / "owner.py"
    script.write_text(OWNER)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    return subprocess.Popen([sys.executable, script, tmp_path / "pids", *arguments], env=environment, **options)


def test_the_reading_process_dies_when_its_owner_is_killed(tmp_path):
    process = owner(tmp_path)
    reader, child = pids_in(tmp_path / "pids")
    process.kill()
    process.wait()
    try:
        until(lambda: not alive(reader))
    finally:
        os.kill(child, signal.SIGKILL)  # it ignores all this; Tesseract is started so that it does not


def test_tesseract_dies_when_its_owner_s_owner_is_killed(tmp_path):
    page = tmp_path / "page.png"
    noise = np.random.default_rng(1).integers(0, 255, (3000, 2200)).astype(np.uint8)  # takes it very long
    page.write_bytes(pages.encoded(Image.fromarray(noise), "PNG"))
    process = owner(tmp_path, page)
    until(lambda: engines_reading(tmp_path))
    process.kill()
    process.wait()
    until(lambda: not engines_reading(tmp_path), seconds=5)


def engines_reading(folder):
    """The Tesseract processes whose arguments lie in the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"tesseract" in arguments[0] and any(str(folder).encode() in argument for argument in arguments[1:]):
                found.append(int(entry.name))
    return found


def test_a_folder_left_by_a_killed_owner_is_swept_by_the_next(tmp_path, monkeypatch):
    process = owner(tmp_path)
    _, child = pids_in(tmp_path / "pids")
    process.kill()
    process.wait()
    os.kill(child, signal.SIGKILL)
    assert list(tmp_path.glob("tangthu-reading-*"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ReadingPool(workers=1, memory_mb=512, page_seconds=20).close()
    assert not list(tmp_path.glob("tangthu-reading-*"))


def test_ctrl_c_spills_no_traceback_from_the_children(tmp_path):
    process = owner(tmp_path, stderr=subprocess.PIPE, start_new_session=True)
    pids_in(tmp_path / "pids")
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=30)[1] == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    "value",
    [
        (Word("a", 0), Word("b", 2, Box(0, 0, 1, 1), 0.5)),
        [Word("a", 0, Box(0, 0, 1, 1)), Word("b", 2, Box(0, 0, 1, 1), 0.5, 1, 2)],
        (Word("a", 0), Box(0, 0, 1, 1)),
        [],
        ((), ("a", ["b", None, 1.5, True])),
        (RecordState.READING, RecordState.READING),
        {"a": (Word("a", 0), Word("b", 1)), 2: b"\x00"},
    ],
    ids=range(7),
)
def test_what_comes_out_is_what_was_put_in(value):
    assert repr(outcome_from(answer_of(value)).result) == repr(value)


@pytest.mark.parametrize(
    "columns",
    [
        [["plain", "list", "a"]],
        [["plain", "list", "a"], ["plain", "list", 0, 1]],
        [["plain", "list", ["made", "kernel.errors", "NotFound", ["dict"]]]],
        [],
    ],
    ids=["too few", "of two lengths", "not plain", "none"],
)
def test_a_table_that_we_do_not_write_is_not_opened(columns):
    answer = ["tuple", ["table", "tuple", "mappings.record", "Word", *columns], None, ""]
    assert isinstance(outcome_from(json.dumps(answer).encode()).error, ReaderDied)
