"""The real scans that lie beside the checkout, dropped, read and found: by their subject with and without diacritics,
by their symbol, with the boxes on the right words."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from analyzers.streams import analyse
from mappings.other_names.loading import builtin_names
from tests.servers.tangthu import ROOT, TangthuServer, tangthu_server, wait_until

SCANS = ROOT.parent / "shared" / "scans"
TRUTHS = (
    [json.loads(line) for line in (SCANS / "ground_truth.jsonl").read_text("utf-8").splitlines()]
    if SCANS.is_dir()
    else []
)

pytestmark = [
    pytest.mark.skipif(not TRUTHS, reason="the real scans are not here: ../shared/scans beside the checkout"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TangthuServer]:
    with tangthu_server(tmp_path_factory.mktemp("scans")) as made:
        (made.drop / "incoming").mkdir(parents=True, exist_ok=True)
        for truth in TRUTHS:
            shutil.copy(SCANS / truth["file"], made.drop / "incoming" / truth["file"])
        wait_until(lambda: made.all_read(len(TRUTHS)), 500)
        yield made


def _folded(text: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return plain.replace("đ", "d").replace("Đ", "D")


def _hits(server: TangthuServer, question: str) -> list[dict[str, Any]]:
    answer = server.get(f"/api/v1/search?limit=50&q={quote(question)}")
    hits: list[dict[str, Any]] = answer["hits"]
    return hits


def _phrase(truth: dict[str, str]) -> str:
    return " ".join(truth["trich_yeu"].split()[2:9])


def test_every_page_is_accounted_for(server: TangthuServer) -> None:
    pages = server.get("/api/v1/status")["pages"]
    assert sum(pages.values()) == sum(truth["pages"] for truth in TRUTHS)
    assert set(pages) <= {"searchable", "blank"}


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["file"][:12])
@pytest.mark.parametrize("typed", [str, _folded, str.upper], ids=["as written", "no diacritics", "capitals"])
def test_a_phrase_of_the_subject_finds_the_scan_first(server: TangthuServer, truth: dict[str, str], typed: Any) -> None:
    assert _hits(server, typed(_phrase(truth)))[0]["file_name"] == truth["file"]


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["file"][:12])
def test_the_issue_number_finds_the_scan_though_its_number_is_handwritten(
    server: TangthuServer, truth: dict[str, str]
) -> None:
    of_the_symbol = sum(other["ky_hieu"] == truth["ky_hieu"] for other in TRUTHS)
    first = [hit["file_name"] for hit in _hits(server, truth["so_ky_hieu"])[: of_the_symbol + 1]]
    assert truth["file"] in first


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["file"][:12])
def test_the_boxes_lie_on_the_words_that_were_looked_for(server: TangthuServer, truth: dict[str, str]) -> None:
    wanted = {_folded(word).lower().strip(".,;:-") for word in _phrase(truth).split()}
    asked = analyse(_phrase(truth))
    for found in builtin_names().find(asked.syllables, asked.folded):  # marked under any of its names
        wanted |= {word for name in found.forms for word in name}
    hit = _hits(server, _phrase(truth))[0]
    page = hit["pages"][0]
    words = server.get(f"/api/v1/records/{hit['record_id']}/pages/{page['page']}/words")["words"]
    under = {tuple(word["box"]): _folded(word["text"]).lower().strip(".,;:-\"'()“”") for word in words if word["box"]}
    assert page["boxes"]
    marked = [under[tuple(box)] for box in page["boxes"]]
    assert sum(any(want in word for want in wanted if want) for word in marked) == len(marked)
