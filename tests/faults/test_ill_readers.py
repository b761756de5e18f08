"""A reading process that dies or hangs: its page is marked, all others go on, the service never stops."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

import ingest.service
from ingest.options import PipelineOptions
from mappings.record import PageState, RecordState
from tests.faults.conftest import Told
from tests.faults.ill_readers import KILLED, LOOP, MEMORY, WELL, reads_or_not
from tests.faults.invariants import digest_of, violations
from tests.integration.house import AT_ONCE, House, until


def pages_of_three(ending: bytes) -> bytes:
    made = BytesIO()
    with pikepdf.new() as document:
        for _ in range(3):
            document.add_blank_page()
        document.save(made)
    return made.getvalue() + ending


def test_a_page_that_kills_or_holds_its_reader_is_marked_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    monkeypatch.setattr(ingest.service, "PipelineOptions", partial(PipelineOptions, read=reads_or_not))
    reasons = {LOOP: "page-timed-out", MEMORY: "reader-died", KILLED: "reader-died"}
    contents = {ending: pages_of_three(ending) for ending in (*reasons, WELL)}
    with House(tmp_path) as house, house.service(replace(AT_ONCE, workers=1, memory_mb=512, page_seconds=5)) as service:
        for ending, content in contents.items():
            house.drop(f"{ending.decode().strip('%').strip()}.pdf", content)
        assert service.drain(180), service.pipeline.status
        house.drop("sau.txt", "Văn bản đến sau".encode())
        until(lambda: house.record_states().get(RecordState.SEARCHABLE) == 2, 120)
        lines = violations(house, Counter(map(digest_of, [*contents.values(), "Văn bản đến sau".encode()])))
        lines += marked(house, {digest_of(contents[ending]): code for ending, code in reasons.items()})
        assert service.drain(60)
    told("a reader that loops, hoards, is killed", len(reasons), lines)


def marked(house: House, reasons: dict[str, str]) -> list[str]:
    """Where page 2 is not failed for its reason, or another page is not read."""
    lines: list[str] = []
    with house.catalogue.reading() as work:
        for digest, code in reasons.items():
            pages = work.pages.of_record(work.records.ids_by_digest([digest])[digest])
            states = [page.state for page in pages]
            if states != [PageState.SEARCHABLE, PageState.FAILED, PageState.SEARCHABLE] or pages[1].reason != code:
                lines.append(f"{code}: {states}, {pages[1].reason}")
    return lines
