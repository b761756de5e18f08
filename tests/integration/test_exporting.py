"""Records given away as bags: whole by the library's own word, with names that harm nobody."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import bagit
import pytest

from archive.exporting import export
from kernel.errors import DigestMismatch, NotFound
from kernel.keeping_errors import NotEmpty
from search_api.access import LOCAL
from tests.serving import SearchHouse

HOSTILE = ("../../etc/passwd", "=cmd()|x.pdf", "-rf", "a\nb\x00.pdf", "\u202efdp.exe", "n" * 250 + ".pdf", "CON", "")


def bag_of(house: SearchHouse, ids: list[str], target: Path) -> bagit.Bag:
    export(house.catalogue, house.originals, ids, LOCAL.tokens, target, "Sở Xây\ndựng")
    bag = bagit.Bag(str(target))
    assert bag.validate()
    return bag


def test_a_bag_holds_the_original_what_is_known_and_the_text(house: SearchHouse, tmp_path: Path) -> None:
    record_id = house.enter("Quyết định", "về đất đai", content=b"%PDF-1", fields={"subject": "Đất đai"})
    house.client.patch(f"/api/v1/records/{record_id}", json={"fields": {"number": {"value": "17"}}})
    bag = bag_of(house, [record_id], tmp_path / "bags" / "một")
    folder = tmp_path / "bags" / "một" / "data" / record_id
    assert (folder / "original.pdf").read_bytes() == b"%PDF-1"
    assert (folder / "text.txt").read_text() == "Quyết định\f\nvề đất đai"
    known = json.loads((folder / "metadata.json").read_bytes())
    said = {field["name"]: (field["value"], field["confirmed"]) for field in known["fields"]}
    assert said == {"number": ("17", True), "subject": ("Đất đai", False)}
    assert known["record"]["file_name"] == "văn bản.pdf"
    assert [event["type"] for event in known["events"]] == ["metadata modification"]
    assert [page["page"] for page in known["pages"]] == [1, 2]
    assert bag.info["Source-Organization"] == "Sở Xây dựng"


def test_names_that_came_with_files_name_nothing_in_a_bag(house: SearchHouse, tmp_path: Path) -> None:
    ids = [house.enter("trang", file_name=name) for name in HOSTILE]
    bag = bag_of(house, ids, tmp_path / "bag")
    assert len(list(bag.payload_files())) == 3 * len(ids)
    for path in (tmp_path / "bag").rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9_.-]+", path.name)
    kept = [json.loads(path.read_bytes())["record"]["file_name"] for path in (tmp_path / "bag").rglob("metadata.json")]
    assert sorted(kept) == sorted(HOSTILE)


def test_a_bag_is_checked_by_programs_that_every_machine_has(house: SearchHouse, tmp_path: Path) -> None:
    ids = [house.enter("trang", file_name=name) for name in HOSTILE]
    bag_of(house, ids, tmp_path / "bag")

    def checked() -> int:
        results = [
            subprocess.run([f"{kind}sum", "--check", "--strict", "--quiet", name], cwd=tmp_path / "bag", check=False)
            for kind in ("sha256", "sha512")
            for name in (f"manifest-{kind}.txt", f"tagmanifest-{kind}.txt")
        ]
        return sum(result.returncode for result in results)

    assert checked() == 0
    with next((tmp_path / "bag").rglob("metadata.json")).open("ab") as stream:
        stream.write(b" ")
    assert checked() == 2


def test_damage_in_a_bag_is_seen_without_us(house: SearchHouse, tmp_path: Path) -> None:
    bag = bag_of(house, [house.enter("trang")], tmp_path / "bag")
    next((tmp_path / "bag").rglob("text.txt")).write_text("khác")
    with pytest.raises(bagit.BagValidationError):
        bag.validate()


def test_what_cannot_be_whole_leaves_nothing(house: SearchHouse, tmp_path: Path) -> None:
    good, secret, damaged = (
        house.enter("một"),
        house.enter("hai", access_class="secret", unit="khác"),
        house.enter("ba"),
    )
    with house.catalogue.reading() as unit:
        path = house.originals.path(unit.records.by_id(damaged).digest)
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    out = tmp_path / "out"
    for bad, error in ((secret, NotFound), ("0" * 26, NotFound), (damaged, DigestMismatch)):
        with pytest.raises(error):
            export(house.catalogue, house.originals, [good, bad], LOCAL.tokens, out / "bag", "")
    assert list(out.iterdir()) == []
    (out / "bag").mkdir()
    (out / "bag" / "mine").write_text("kept")
    with pytest.raises(NotEmpty):
        export(house.catalogue, house.originals, [good], LOCAL.tokens, out / "bag", "")
    assert [path.name for path in (out / "bag").iterdir()] == ["mine"]
