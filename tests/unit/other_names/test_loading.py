"""Other names: what ships is whole, what an office writes is checked, names are found where they stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analyzers.streams import analyse
from kernel.other_name_errors import OtherNamesRefused
from mappings.other_names import Became, Found, OtherNames, builtin_names, load_names
from mappings.other_names.loading import read_names
from mappings.other_names.model import MOST_ALIKE
from mappings.vocabulary import provinces

GOOD = """
[[same]]
names = ["Ủy ban nhân dân", "UBND"]
[[became]]
old = ["thị trấn Hoa Sen", "Hoa Sen"]
new = ["phường Hoa Sen Đông"]
since = 2025-07-01
source = "Nghị quyết"
"""


def found(names: OtherNames, text: str) -> list[Found]:
    analysis = analyse(text)
    return list(names.find(analysis.syllables, analysis.folded))


@pytest.fixture
def own(tmp_path: Path) -> OtherNames:
    (tmp_path / "own.toml").write_text(GOOD, encoding="utf-8")
    return load_names(tmp_path)


def test_an_offices_names_stand_beside_those_that_ship(own: OtherNames) -> None:
    (one,) = found(own, "đất thị trấn Hoa Sen cũ")
    assert (one.start, one.stop) == (1, 5)
    assert one.forms == (("hoa", "sen"),)
    ((change, ways, is_old),) = one.became
    assert (ways, is_old, change.since) == ((("phuong", "hoa", "sen", "dong"),), True, date(2025, 7, 1))
    assert [one.same for one in found(own, "UBND xã")] == [(("uy", "ban", "nhan", "dan"),)]


def test_the_longest_name_is_taken_and_marks_must_agree_where_they_were_typed(own: OtherNames) -> None:
    assert [(one.start, one.stop) for one in found(own, "phường Hoa Sen Đông")] == [(0, 4)]
    assert found(own, "hoả sến") == []
    assert len(found(own, "hoa sen")) == 1
    assert len(found(own, "HĐND hdnd hđnd")) == 3


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("[[same]]\nnames = ['một']", "2 to 12"),
        ("[[same]]\nnames = 'UBND'", "2 to 12"),
        ("[[same]]\nnames = ['a', '!!']", "no word"),
        ("[[same]]\nnames = ['a', 5]", "a text"),
        ("[[same]]\nnames = ['a', 'b']\nother = 1", "'other' is not known"),
        ("[[became]]\nold = ['a']", "new: 1 to"),
        ("[[became]]\nold = ['a']\nnew = ['b']\nsince = 'x'", "since"),
        ("[[became]]\nold = ['a']\nnew = ['b']\nsource = 5", "source"),
        ("same = 5", "[[same]]"),
        ("x = 1", "'x' is not known"),
        ("[[same", "Expected"),
        ("a = " + "[" * 5000, ""),
        ("a." * 100 + "a = 1", "dots"),
        ("#" * (1 << 20) + "#", "longer"),
    ],
)
def test_what_is_wrong_is_refused_with_the_reason(toml: str, reason: str) -> None:
    with pytest.raises(OtherNamesRefused) as refused:
        read_names("own.toml", toml.encode())
    assert refused.value.values["name"] == "own.toml"
    assert reason in str(refused.value.values["reason"])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OtherNamesRefused):
        load_names(tmp_path / "none")
    assert load_names(None) is builtin_names()


def test_every_province_that_was_merged_leads_to_one_of_today() -> None:
    """63 became 34 (Nghị quyết 202/2025/QH15): 52 were merged into 23, 11 stayed as they were."""
    stayed = {
        "Cao Bằng", "Điện Biên", "Hà Nội", "Hà Tĩnh", "Huế", "Lai Châu", "Lạng Sơn", "Nghệ An", "Quảng Ninh",
        "Sơn La", "Thanh Hóa",
    }  # fmt: skip
    told = (one.became for name in provinces() for one in found(builtin_names(), f"tỉnh {name}"))
    changes = {id(change): change for became in told for change, _, _ in became if "202/2025" in change.source}
    targets = {
        change.new[0].partition("thành phố " if "thành phố" in change.new[0] else "tỉnh ")[2]
        for change in changes.values()
    }
    olds = {change.old[0].removeprefix("tỉnh ") for change in changes.values()}
    assert len(targets) == 23
    assert len(olds) == 29
    assert targets | olds | stayed == set(provinces()) - {"Thừa Thiên Huế"}


def test_one_name_in_very_many_groups_has_a_few_of_them() -> None:
    groups = [("tên chung", f"riêng {number}") for number in range(5000)]
    merged = [Became((f"cũ {number}",), ("mới",)) for number in range(1000)]
    names = OtherNames(groups, merged)
    common, new = analyse("tên chung"), analyse("mới")
    (found,) = names.find(common.syllables, common.folded)
    assert 0 < len(found.same) <= MOST_ALIKE
    (found,) = names.find(new.syllables, new.folded)
    assert 0 < len(found.became) <= MOST_ALIKE
    last = analyse("riêng 4999")
    (found,) = names.find(last.syllables, last.folded)
    assert ("ten", "chung") in found.same
