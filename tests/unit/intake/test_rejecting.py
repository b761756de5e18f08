"""What is not taken lies in rejected/ once, beside its reason, whatever was killed in between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.intake.rejecting import Rejections, refusal
from kernel.clock import now
from kernel.errors import EmptyFile, Refused, TooLarge, TooManyPages, TruncatedFile
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState


def delivery(name: str) -> Delivery:
    return Delivery(new_id(), name, DeliverySource.DROP, DeliveryState.RECEIVED, now(), 0)


@pytest.fixture
def rejections(tmp_path: Path) -> Rejections:
    return Rejections(tmp_path / "rejected", tmp_path / "lock")


def a_file(tmp_path: Path, content: bytes = b"%PDF") -> Path:
    path = tmp_path / new_id()
    path.write_bytes(content)
    return path


def test_the_note_says_why_and_what_to_do_in_both_languages(tmp_path: Path, rejections: Rejections) -> None:
    came = delivery("2019/hop-3/a.pdf")
    put = rejections.put(a_file(tmp_path), "2019/hop-3/a.pdf", came, TooManyPages(pages=7000, limit=5000))
    assert put == tmp_path / "rejected/2019/hop-3/a.pdf"
    assert put.read_bytes() == b"%PDF"
    note = (tmp_path / "rejected/2019/hop-3/a.pdf.txt").read_text("utf-8-sig")
    for said in (
        "Tên tệp: 2019/hop-3/a.pdf",
        "Lý do: Quá nhiều trang (7000, tối đa 5000).",
        "Cách xử lý: Chia thành nhiều tệp nhỏ hơn.",
        "Reason: Too many pages (7000; at most 5000).",
        "What to do: Split it into smaller files.",
        f"{came.received_at.astimezone():%d/%m/%Y}",
        came.id,
    ):
        assert said in note


def test_nothing_there_is_overwritten(tmp_path: Path, rejections: Rejections) -> None:
    names = [
        rejections.put(a_file(tmp_path, b"%d" % number), "a.pdf", delivery("a.pdf"), EmptyFile()) for number in range(3)
    ]
    assert [path.name for path in names] == ["a.pdf", "a (2).pdf", "a (3).pdf"]
    assert [path.read_bytes() for path in names] == [b"0", b"1", b"2"]
    assert len(list((tmp_path / "rejected").iterdir())) == 6


def test_a_rejected_file_never_takes_the_place_of_a_note_nor_the_other_way_round(
    tmp_path: Path, rejections: Rejections
) -> None:
    rejections.put(a_file(tmp_path), "a.pdf", delivery("a.pdf"), EmptyFile())
    second = rejections.put(a_file(tmp_path, b"mine"), "a.pdf.txt", delivery("a.pdf.txt"), EmptyFile())
    third = rejections.put(a_file(tmp_path), "b.txt", delivery("b.txt"), EmptyFile())
    fourth = rejections.put(a_file(tmp_path), "b", delivery("b"), EmptyFile())
    assert (second.name, third.name, fourth.name) == ("a.pdf (2).txt", "b.txt", "b (2)")
    assert second.read_bytes() == b"mine"


def test_repeating_after_a_kill_between_note_and_move_makes_no_second_one(
    tmp_path: Path, rejections: Rejections
) -> None:
    came, path = delivery("a.pdf"), a_file(tmp_path)
    rejections.put(tmp_path / "not-there", "a.pdf", came, EmptyFile())  # as if killed before the move
    assert [entry.name for entry in (tmp_path / "rejected").iterdir()] == ["a.pdf.txt"]
    first = rejections.put(path, "a.pdf", came, EmptyFile())
    second = rejections.put(path, "a.pdf", came, EmptyFile())
    assert first == second and first.read_bytes() == b"%PDF"
    assert len(list((tmp_path / "rejected").iterdir())) == 2


def test_a_file_where_now_a_folder_is_wanted_is_gone_around(tmp_path: Path, rejections: Rejections) -> None:
    rejections.put(a_file(tmp_path), "x", delivery("x"), EmptyFile())
    put = rejections.put(a_file(tmp_path), "x/a.pdf", delivery("x/a.pdf"), EmptyFile())
    assert put == tmp_path / "rejected/x (2)/a.pdf"


@pytest.mark.parametrize("name", [b"b\xe1o c\xe1o.pdf", b"a\nb.pdf", b"-rf", b"\xff" * 255, "ế".encode() * 85])
def test_names_of_any_bytes_are_kept(tmp_path: Path, rejections: Rejections, name: bytes) -> None:
    relative = os.fsdecode(name)
    put = rejections.put(a_file(tmp_path), relative, delivery("x"), EmptyFile())
    assert put.read_bytes() == b"%PDF"
    assert len(name) > 230 or put.name == relative
    assert put.with_name(put.name + ".txt").exists()


def test_a_broken_link_is_moved_as_a_link(tmp_path: Path, rejections: Rejections) -> None:
    path = tmp_path / "link"
    path.symlink_to("nowhere")
    assert rejections.put(path, "link", delivery("link"), Refused()).is_symlink()


def test_a_file_of_another_file_system_is_copied_whole(
    tmp_path: Path, rejections: Rejections, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # ./test itself may lie in memory.
    others = [one for one in (Path("/dev/shm"), Path("/var/tmp"), Path.cwd()) if one.is_dir()]
    elsewhere = next((one for one in others if one.stat().st_dev != tmp_path.stat().st_dev), None)
    if elsewhere is None:
        pytest.fail("/dev/shm is missing: mount a tmpfs there", pytrace=False)
    path = elsewhere / f"tangthu-{new_id()}"
    path.write_bytes(b"x" * 3_000_000)
    try:
        put = rejections.put(path, "a.pdf", delivery("a.pdf"), TruncatedFile())
        assert put.stat().st_size == 3_000_000
        assert sorted(entry.name for entry in put.parent.iterdir()) == ["a.pdf", "a.pdf.txt"]
    finally:
        path.unlink(missing_ok=True)


def test_a_refusal_comes_back_from_what_the_catalogue_keeps() -> None:
    error = TooLarge(megabytes=500)
    kept = refusal(error.code, error.values)
    assert type(kept) is TooLarge and kept.title == error.title
    assert type(refusal("of-an-older-version", {})) is Refused
