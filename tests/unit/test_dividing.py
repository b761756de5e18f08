"""Which pages go where, and that cutting changes nothing in what is cut."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageSequence

from ingest.dividing import cut_piece
from ingest.dividing.planning import Plan, planned
from ingest.dividing.sheet_fields import fields_with_sheet
from ingest.recognising import PDF, TIFF
from kernel.errors import TangthuError
from kernel.paper_errors import NotDivided, SeveralBacks, SidesDiffer
from mappings.record import DescribedField, Page, PageState
from mappings.separators import SeparatorSheet, SheetKind, payload_of
from tests.stacks import BLANK, START, Side, pdf, tiff

_STATES = {"S": PageState.SEPARATOR, "B": PageState.SEPARATOR, "_": PageState.BLANK, "?": PageState.FAILED}
_PAYLOADS = {"S": payload_of(START), "B": payload_of(SeparatorSheet(SheetKind.BACKS))}
SIDES: list[Side] = ["Một", START, "Hai", BLANK, "Ba"]


def plan(stack: str) -> Plan:
    """The plan for a stack in letters: S, B (sheets), _ (blank), ? (failed), others are pages."""
    return planned(
        [
            Page(number, _STATES.get(letter, PageState.SEARCHABLE), text=_PAYLOADS.get(letter, ""))
            for number, letter in enumerate(stack, 1)
        ]
    )


def parts(stack: str) -> list[tuple[int, ...]]:
    return [part.numbers for part in plan(stack).parts]


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ("SabSc", [(2, 3), (5,)]),
        ("abSc", [(1, 2), (4,)]),
        ("SSa", [(3,)]),
        ("SaS", [(2,)]),
        ("S", []),
        ("S_a", [(2, 3)]),  # one side scanned: the blank page may be the record's
        ("S_abS_c_", [(3, 4), (7, 8)]),  # both sides scanned: behind each sheet lies its own back
        ("S_abSc_d", [(2, 3, 4), (6, 7, 8)]),  # not behind each: nothing is guessed
        ("S?", [(2,)]),
        ("abBdc", [(1, 5, 2, 4)]),  # the back of b was scanned first
        ("SaBc_", [(2, 4)]),
        ("SaBcd", [(5, 2, 4)]),  # the sheet has something on its back: kept
    ],
)
def test_pages_go_with_the_sheet_before_them(stack: str, expected: list[tuple[int, ...]]) -> None:
    assert parts(stack) == expected


@pytest.mark.parametrize("length", [1, 4, 7])
def test_no_stack_loses_a_page_or_tells_of_one_twice(length: int) -> None:
    for letters in itertools.product("SB_a", repeat=length):
        stack = "".join(letters)
        try:
            made = plan(stack)
        except (SeveralBacks, SidesDiffer):
            continue
        told = [*made.separators, *(number for part in made.parts for number in part.numbers)]
        assert sorted(told) == list(range(1, length + 1)), stack


def test_back_sides_that_do_not_match_the_fronts_are_refused_with_both_counts() -> None:
    with pytest.raises(SidesDiffer) as refused:
        plan("SabBcd")
    assert refused.value.values == {"fronts": 3, "backs": 2}
    with pytest.raises(SeveralBacks):
        plan("aBbaBb")


def cut(path: Path, media_type: str, count: int, *numbers: int) -> bytes:
    return cut_piece(str(path), media_type, count, numbers, 0).content


def written(folder: Path, content: bytes) -> Path:
    path = folder / "scan"
    path.write_bytes(content)
    return path


def test_pages_of_a_pdf_are_cut_out_as_they_are_and_always_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, pdf(SIDES))
    content = cut(path, PDF, 5, 3, 5)
    with pikepdf.open(path) as before, pikepdf.open(io.BytesIO(content)) as after:
        streams = [
            [bytes(image.read_raw_bytes()) for image in page.get_images().values()]
            for page in [*before.pages, *after.pages]
        ]
    assert streams[5:] == [streams[2], streams[4]]
    cut(path, PDF, 5, 1)
    assert cut(path, PDF, 5, 3, 5) == content


def test_a_part_has_nothing_of_the_other_pages(tmp_path: Path) -> None:
    """Pages that share their resources, and links and fields that lead to each other."""
    with pikepdf.new() as made:
        images = {f"/Im{n}": pikepdf.Stream(made, bytes([n]) * 50_000) for n in range(4)}
        for image in images.values():
            image.stream_dict = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=250, Height=200, BitsPerComponent=8,
                ColorSpace=pikepdf.Name.DeviceGray,
            )  # fmt: skip
        shared = made.make_indirect(pikepdf.Dictionary(XObject=pikepdf.Dictionary(images)))
        for n in range(4):
            made.add_blank_page(page_size=(200, 200))
            page = made.pages[-1].obj
            page.Resources, page.Contents = shared, made.make_stream(f"/Im{n} Do".encode())
        for one, other in itertools.permutations(made.pages, 2):
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=[0, 0, 9, 9],
                Dest=[other.obj, pikepdf.Name.Fit],
            )
            one.obj.Annots = pikepdf.Array([link])
        buffer = io.BytesIO()
        made.save(buffer, compress_streams=False)
    part = cut(written(tmp_path, buffer.getvalue()), PDF, 4, 2)
    assert bytes([1]) * 50_000 in part
    assert all(bytes([n]) * 50_000 not in part for n in (0, 2, 3))
    with pikepdf.open(io.BytesIO(part)) as opened:
        assert len(opened.pages) == 1


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg", "tiff_adobe_deflate", "raw"])
@pytest.mark.parametrize("big", [False, True])
def test_pages_of_a_tiff_look_the_same_when_they_are_cut_out(tmp_path: Path, compression: str, big: bool) -> None:
    content = tiff(SIDES, compression, big=big)
    made = cut(written(tmp_path, content), TIFF, 5, 5, 3)
    before = [page.copy() for page in ImageSequence.Iterator(Image.open(io.BytesIO(content)))]
    after = [page.copy() for page in ImageSequence.Iterator(Image.open(io.BytesIO(made)))]
    assert [page.tobytes() for page in after] == [before[4].tobytes(), before[2].tobytes()]
    assert [page.info["dpi"] for page in after] == [before[4].info["dpi"], before[2].info["dpi"]]
    assert len(made) < len(content)


@pytest.mark.parametrize(("made", "media_type"), [(pdf, PDF), (tiff, TIFF)])
def test_damaged_files_are_not_divided_and_nothing_else_happens(tmp_path: Path, made: object, media_type: str) -> None:
    content = bytearray(made(SIDES[:3]))  # type: ignore[operator]
    with pytest.raises(NotDivided):  # a page that is not there
        cut(written(tmp_path, bytes(content)), media_type, 4, 4)
    for place in range(0, len(content), max(1, len(content) // 40)):
        hurt = bytes(content[:place]) + b"\xff\x00\xff\xff" + bytes(content[place + 4 :])
        try:
            cut(written(tmp_path, hurt), media_type, 3, 1, 3)
        except TangthuError as error:
            assert isinstance(error, NotDivided), place


def test_the_sheet_names_the_dossier_and_a_kind_against_the_page_is_asked_for() -> None:
    laid = SeparatorSheet(SheetKind.START, "HS-15", "Quyết định")
    read = DescribedField("kind", "Báo cáo", 0.97, page=1)
    disputed = fields_with_sheet({"kind": read}, laid)
    assert (disputed["kind"].value, disputed["kind"].doubtful) == ("Quyết định", True)
    agreed = fields_with_sheet({"kind": DescribedField("kind", "Quyết định", 0.7, doubtful=True)}, laid)
    assert (agreed["kind"].doubtful, agreed["dossier"].value) == (False, "HS-15")
    assert fields_with_sheet({"kind": read}, START) == {"kind": read}
