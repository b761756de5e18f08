"""docs/rights.md shows the roles as the policy has them."""

from __future__ import annotations

import re
from pathlib import Path

from mappings.people import Role
from search_api.access.policy import ALLOWED, Permission

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"


def test_the_table_is_the_policy() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+:[a-z]+)` \|(.*)\|$", text, re.MULTILINE)
    shown = {name: [cell.strip() == "✓" for cell in cells.split("|")] for name, cells in rows}
    assert shown == {one.value: [one in ALLOWED[role] for role in Role] for one in Permission}
    assert f"| Permission | {' | '.join(role.value for role in Role)} |" in text
