"""What events are called: terms of the PREMIS event types, and the table of them in docs/keeping.md."""

from __future__ import annotations

import re
from pathlib import Path

from archive.events import EventType

# Labels and codes of id.loc.gov/vocabulary/preservation/eventType, as published (version of 2018), those of use here
# and their neighbours.
VOCABULARY = {
    "accession": "acc", "appraisal": "app", "capture": "cap", "compression": "com", "creation": "cre",
    "deaccession": "dea", "decompression": "dec", "decryption": "der", "deletion": "del",
    "digital signature generation": "dsg", "digital signature validation": "dig", "dissemination": "dis",
    "encryption": "enc", "execution": "exe", "exporting": "exp", "extraction": "ext", "filename change": "fil",
    "fixity check": "fix", "format identification": "for", "imaging": "ima",
    "information package creation": "ipc", "information package splitting": "ips",
    "ingestion": "ing", "ingestion end": "ine", "ingestion start": "ins", "message digest calculation": "mes",
    "metadata extraction": "mee", "metadata modification": "mem", "migration": "mig", "modification": "mod",
    "normalization": "nor", "quarantine": "qua", "recovery": "rec", "redaction": "red", "replication": "rep",
    "transfer": "tra", "unpacking": "unp", "validation": "val", "virus check": "vir",
}  # fmt: skip
OWN = {"access administration": "own", "access modification": "own"}
"""Of people and their rights, of which the vocabulary has no term."""
PAGE = Path(__file__).parents[3] / "docs" / "keeping.md"


def test_every_event_has_a_term_of_the_vocabulary() -> None:
    assert {kind.value for kind in EventType} - OWN.keys() <= VOCABULARY.keys()


def test_the_page_lists_each_with_its_code() -> None:
    rows = dict(re.findall(r"^\| ([a-z ]+) \(`([a-z]{3})`\) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert rows == {kind.value: (VOCABULARY | OWN)[kind.value] for kind in EventType}
