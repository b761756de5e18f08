"""The real scans that lie beside the checkout, dropped into a service: read, described and found.

Found by their subject with and without diacritics and by their symbol, with the boxes on the right words; print
described right or asked for, handwriting always asked for.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from analyzers.streams import analyse
from benchmarks.fields import REAL_SCANS as SCANS
from benchmarks.fields import alike, truths, verdict
from mappings.other_names.loading import builtin_names
from tests.servers.dropped import Dropped, dropped

TRUTHS = (
    sorted(map(json.loads, (SCANS / "ground_truth.jsonl").read_text("utf-8").splitlines()), key=itemgetter("file"))
    if SCANS.is_dir()
    else []
)
OF_FIELDS = [pytest.param(path.name, told, id=path.stem[:12]) for path, told in sorted(truths(SCANS))] if TRUTHS else []
PRINTED = ("symbol", "kind", "issuer", "place")

pytestmark = [
    pytest.mark.skipif(not TRUTHS, reason="the real scans are not here: ../shared/scans beside the checkout"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def dropped_truths(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """Of those that are asked about: `./test` reads every third, `./test long` the others."""
    here = [getattr(item, "callspec", None) for item in request.session.items if item.path == Path(__file__)]
    asked = {one.params.get("file") or one.params["truth"]["file"] for one in here if one}
    return [truth for truth in TRUTHS if truth["file"] in asked] or TRUTHS


@pytest.fixture(scope="module")
def scans(dropped_truths: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dropped]:
    with dropped((SCANS / truth["file"] for truth in dropped_truths), tmp_path_factory.mktemp("scans"), 500) as made:
        yield made


def _folded(text: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return plain.replace("đ", "d").replace("Đ", "D")


def _phrase(truth: dict[str, str]) -> str:
    return " ".join(truth["trich_yeu"].split()[2:9])


def test_every_page_is_accounted_for(scans: Dropped, dropped_truths: list[dict[str, Any]]) -> None:
    pages = scans.server.get("/api/v1/status")["pages"]
    assert sum(pages.values()) == sum(truth["pages"] for truth in dropped_truths)
    assert set(pages) <= {"searchable", "blank"}


def test_pages_are_read_by_what_is_on_them_and_nearly_all_words_of_subjects(
    scans: Dropped, dropped_truths: list[dict[str, Any]]
) -> None:
    found = wanted = symbols = 0
    for truth in dropped_truths:
        first = scans.records[truth["file"]]["pages"][0]
        assert first["state"] == "searchable"
        assert first["read_by"] == ("text_layer" if "born digital" in truth["note"] else "ocr")
        text = scans.text(truth["file"], 1)
        on_page = set(_words(text))
        found += sum(word in on_page for word in _words(truth["trich_yeu"]))
        wanted += len(_words(truth["trich_yeu"]))
        symbols += truth["ky_hieu"] in text
    assert found / wanted > 0.97
    assert symbols >= len(dropped_truths) - 1


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text.lower()))


@pytest.mark.each(3)
@pytest.mark.parametrize(("file", "truth"), OF_FIELDS)
def test_no_field_is_silently_wrong(scans: Dropped, file: str, truth: dict[str, str]) -> None:
    found = scans.fields(file)
    # A stamp that OCR cannot see leaves urgency out; no other field may be missing or wrong without being asked for.
    wrong = {
        name: found.get(name) for name, value in truth.items() if verdict(found.get(name), value) == "SILENTLY WRONG"
    }
    missing = [name for name, value in truth.items() if value and name != "urgency" and name not in found]
    assert not wrong
    assert not missing


@pytest.mark.each(3)
@pytest.mark.parametrize(("file", "truth"), OF_FIELDS)
def test_print_is_right(scans: Dropped, file: str, truth: dict[str, str]) -> None:
    found = scans.fields(file)
    assert {name: alike(found[name].value, truth[name]) for name in PRINTED} == dict.fromkeys(PRINTED, True)


def test_most_subjects_are_right_word_for_word(scans: Dropped) -> None:
    told = (case.values for case in OF_FIELDS if case.values[0] in scans.records)
    right = [alike(scans.fields(file)["subject"].value, truth["subject"]) for file, truth in told]
    assert sum(right) >= 0.75 * len(right)


@pytest.mark.each(3)
@pytest.mark.parametrize(("file", "truth"), OF_FIELDS)
def test_a_number_written_by_hand_is_always_asked_for(scans: Dropped, file: str, truth: dict[str, str]) -> None:
    assert scans.fields(file)["number"].doubtful


@pytest.mark.each(3)
@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["file"][:12])
@pytest.mark.parametrize("typed", [str, _folded, str.upper], ids=["as written", "no diacritics", "capitals"])
def test_a_phrase_of_the_subject_finds_the_scan_first(scans: Dropped, truth: dict[str, str], typed: Any) -> None:
    assert scans.hits(typed(_phrase(truth)))[0]["file_name"] == truth["file"]


@pytest.mark.each(3)
@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["file"][:12])
def test_the_issue_number_finds_the_scan_though_its_number_is_handwritten(
    scans: Dropped, truth: dict[str, str]
) -> None:
    of_the_symbol = sum(other["ky_hieu"] == truth["ky_hieu"] for other in TRUTHS)
    first = [hit["file_name"] for hit in scans.hits(truth["so_ky_hieu"])[: of_the_symbol + 1]]
    assert truth["file"] in first


@pytest.mark.each(3)
@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["file"][:12])
def test_the_boxes_lie_on_the_words_that_were_looked_for(scans: Dropped, truth: dict[str, str]) -> None:
    wanted = {_folded(word).lower().strip(".,;:-") for word in _phrase(truth).split()}
    asked = analyse(_phrase(truth))
    for found in builtin_names().find(asked.syllables, asked.folded):  # marked under any of its names
        wanted |= {word for name in found.forms for word in name}
    hit = scans.hits(_phrase(truth))[0]
    page = hit["pages"][0]
    words = scans.server.get(f"/api/v1/records/{hit['record_id']}/pages/{page['page']}/words")["words"]
    under = {tuple(word["box"]): _folded(word["text"]).lower().strip(".,;:-\"'()“”") for word in words if word["box"]}
    assert page["boxes"]
    marked = [under[tuple(box)] for box in page["boxes"]]
    assert sum(any(want in word for want in wanted if want) for word in marked) == len(marked)
