"""Who may see a record, as tokens stored with it: a viewer sees it who holds at least one of them."""

from __future__ import annotations

QUARANTINE = "quarantine"
"""The class, and the one token, of records that may be state secrets: only the archivists named for it hold it."""


def access_tokens(unit: str, access_class: str) -> tuple[str, ...]:
    """The tokens of a record: `public`, `internal` and `quarantine` by class, else those of its unit only."""
    if access_class == QUARANTINE:
        return (QUARANTINE,)
    if access_class in ("public", "internal"):
        return (access_class,)
    return (f"unit:{unit}",)
