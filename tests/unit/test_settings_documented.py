"""docs/settings.md is the table of the settings: nothing missing, no dead row, defaults as in the code."""

from __future__ import annotations

import re

import pytest

from kernel.errors import BadValue
from scripts.write_tables import SETTINGS_FILE, settings_page, variable_of
from tangthu.settings import Settings, read_settings

REMEDY = "run `python -m scripts.write_tables` and look at what changed"


def test_the_page_is_what_the_code_says() -> None:
    assert SETTINGS_FILE.read_text(encoding="utf-8") == settings_page(), REMEDY


def test_every_setting_has_one_row_and_every_row_a_setting() -> None:
    first_table = SETTINGS_FILE.read_text(encoding="utf-8").split("The set-up itself", maxsplit=1)[0]
    rows = re.findall(r"^\| `(TANGTHU_\w+)` \|", first_table, re.MULTILINE)
    assert sorted(rows) == sorted(variable_of(name) for name in Settings.model_fields)


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_says_what_it_means(name: str) -> None:
    assert Settings.model_fields[name].description, name


def test_a_setting_is_read_from_the_variable_that_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_of("port"), "8123")
    monkeypatch.setenv(variable_of("unit"), "phòng-nội-vụ")
    assert (Settings().port, Settings().unit) == (8123, "phòng-nội-vụ")


@pytest.mark.parametrize("value", ["3", "dask://10.0.0.5:8786", "dask+tls://kho.local:8786", "dask://[::1]:8786"])
def test_readers_are_a_number_or_a_scheduler(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGTHU_WORKERS", value)
    assert read_settings().workers == (3 if value == "3" else value)


@pytest.mark.parametrize(
    "value", ["0", "-1", "", "two", "dask://", "dask://h", "dask://h:x", "dask://h:1/x", "tcp://h:1", "dask://h:99999"]
)
def test_readers_that_make_no_sense_are_refused_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGTHU_WORKERS", value)
    with pytest.raises(BadValue) as refused:
        read_settings()
    assert refused.value.values["name"] == "TANGTHU_WORKERS"
