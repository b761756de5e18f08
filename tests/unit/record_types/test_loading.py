"""A record type is a data file; one that is wrong, or whose patterns could run for long, is refused with its reason."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from kernel.record_type_errors import RecordTypeRefused
from mappings.record import is_type_field
from mappings.record_types import ValueKind, builtin_types, checked_value, load_types
from mappings.record_types.patterns import compiled

OWN = """
id = "lease"
vi = "Hợp đồng thuê nhà"
en = "Lease"
marks = ["HỢP ĐỒNG THUÊ NHÀ"]

[[field]]
id = "tenant"
vi = "Bên thuê"
en = "Tenant"
value = "name"
labels = ["Bên thuê"]

[[field]]
id = "rent"
vi = "Giá thuê"
en = "Rent"
value = "code"
pattern = '\\d{1,9}'
labels = ["Giá thuê"]
"""


def refused(folder: Path, text: str | bytes) -> str:
    (folder / "own.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RecordTypeRefused) as caught:
        load_types(folder)
    assert caught.value.values["name"] == "own.toml"
    return str(caught.value.values["reason"])


def test_what_ships_covers_four_archives_in_two_languages() -> None:
    types = builtin_types()
    assert {"birth", "marriage", "death", "land", "curriculum", "appointment", "petition"} <= set(types.by_id)
    for one in types:
        for field in one.fields:
            assert is_type_field(field.name)
            assert len(field.name) <= 30  # as wide as the catalogue's column
            assert field.title.vi != field.title.en


def test_an_office_adds_a_type_by_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    types = load_types(tmp_path)
    assert set(types.by_id) == {*builtin_types().by_id, "lease"}
    rent = types.field("lease.rent")
    assert rent is not None
    assert (rent.title.vi, rent.kind) == ("Giá thuê", ValueKind.CODE)
    assert pickle.loads(pickle.dumps(types)) == types  # it goes into reading processes


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordTypeRefused):
        load_types(tmp_path / "none")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "lease"', 'id = "Lease 1"', "id"),
        ('id = "lease"', 'id = "birth"', "another type"),
        ('en = "Lease"', "", "en"),
        ('marks = ["HỢP ĐỒNG THUÊ NHÀ"]', "marks = []", "marks"),
        ('en = "Lease"', 'en = "Lease"\nkind = "Hợp đồng lạ"', "kind"),
        ('value = "name"', 'value = "person"', "value is one of"),
        ('value = "name"', 'value = "choice"', "choices"),
        ('labels = ["Bên thuê"]', "labels = [1]", "labels"),
        ('labels = ["Bên thuê"]', 'labels = ["Bên thuê"]\nplace = [0.9, 0, 0.1, 1]', "place is empty"),
        ('labels = ["Bên thuê"]', 'labels = ["Bên thuê"]\npage = -1', "page"),
        ('labels = ["Bên thuê"]', 'labels = ["Bên thuê"]\nrun = "x"', "'run' is not known"),
        ('id = "rent"', 'id = "tenant"', "two fields"),
        ("pattern = '\\d{1,9}'", "", "a code needs a pattern"),
        ("'\\d{1,9}'", "'(a+)+$'", "pattern"),
        ("'\\d{1,9}'", "'(?:a{1,9}){1,9}'", "repeated"),
        ("'\\d{1,9}'", "'\\w{0,50}\\w{0,50}\\w{0,50}x'", "too many ways"),
        ("'\\d{1,9}'", "'(?=a)b'", "not allowed"),
        ("'\\d{1,9}'", "'[a-'", "not allowed"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(old: str, new: str, reason: str, tmp_path: Path) -> None:
    assert old in OWN
    assert reason in refused(tmp_path, OWN.replace(old, new, 1))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"id = ", b"x" * 70_000, b"[" * 60_000])
def test_what_is_no_such_file_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    assert refused(tmp_path, content)


@pytest.mark.parametrize("content", [b"%s = 1", b"id = {%s = 1}", b"[%s]", b"id = 1\r[[%s]]"])
def test_a_key_that_takes_long_to_parse_is_refused_before_it_is_parsed(content: bytes, tmp_path: Path) -> None:
    assert "dots" in refused(tmp_path, content % (b'"a".' * 10_000 + b"a"))


@pytest.mark.parametrize(
    "evil", ["(a*)*", "(a|a)*", "a**", r"(\w+\s?)+$", r"(a)\1", "(?P<x>a)", "(?i)a", "a" * 201, "a)", "(a"]
)
def test_patterns_that_could_run_for_long_are_refused(evil: str) -> None:
    with pytest.raises(ValueError):
        compiled(evil)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [(r"\d{9}(?:\d{3})?", "số 012345678901", "012345678901"), (r"[A-ZĐ]{1,2} ?\d{6,8}", "BM 123456.", "BM 123456")],
)
def test_patterns_that_are_needed_are_allowed(pattern: str, text: str, found: str) -> None:
    match = compiled(pattern).search(text)
    assert match is not None
    assert match[0] == found


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("birth.sex", "nữ", "Nữ"), ("birth.born_on", "2018-03-05", "2018-03-05"), ("land.area", "1.250,5", "1.250,5")],
)
def test_values_are_kept_in_their_form(name: str, value: str, kept: str) -> None:
    field = builtin_types().field(name)
    assert field is not None
    assert checked_value(field, value) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [("birth.sex", "khác"), ("birth.born_on", "2018-13-05"), ("land.area", "rộng"), ("land.parcel", "x")],
)
def test_values_of_another_kind_are_refused(name: str, value: str) -> None:
    field = builtin_types().field(name)
    assert field is not None
    with pytest.raises(ValueError):
        checked_value(field, value)
