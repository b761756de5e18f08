"""Texts from outside as cells of a table that a spreadsheet opens: never a formula, never a broken file."""

from __future__ import annotations

import re

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet may hold (Microsoft, "Excel specifications and limits")."""

# OWASP, "CSV Injection": what may begin a formula; the wide forms count as well where East Asian texts are typed.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a spreadsheet parts cells by another sign than ours (the system's list separator), a cell begins behind it.
_BEGINS_FORMULA_WITHIN = re.compile("([;\\t\\r\\n]+)(?=[=+@＝＋－＠-])")
# XML 1.0, production 2 (Char): what no XML file may hold, and with it no spreadsheet.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(untrusted_text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_IN_XML.sub("", untrusted_text)


def text_cell(untrusted_text: str) -> str:
    """The text as a cell holds it: within its length, valid in XML."""
    text = in_xml(untrusted_text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def csv_cell(untrusted_text: str) -> str:
    """The text as a cell of CSV, in which only an apostrophe before it says that a text is no formula."""
    text = _BEGINS_FORMULA_WITHIN.sub(r"\1'", text_cell(untrusted_text))
    return f"'{text}"[:LONGEST_CELL] if text.startswith(_BEGINS_FORMULA) else text
