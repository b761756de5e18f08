"""Who may see a record, as tokens stored with it: a viewer sees it who holds at least one of them."""

from __future__ import annotations


def access_tokens(unit: str, access_class: str) -> tuple[str, ...]:
    """The tokens of a record: `public` and `internal` by class, else those of its unit only."""
    if access_class in ("public", "internal"):
        return (access_class,)
    return (f"unit:{unit}",)
