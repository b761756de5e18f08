"""What the index may still show though it must not: asked with each search, until the index has learned of it.

The index holds the rights that a record had when it was indexed. Until it has learned of new ones, whoever lost sight
of a record must neither find nor count it: as little as one that was put into the bin or purged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, bindparam, exists, select, union_all

from archive import tables
from archive.outbox import AHEAD_BEFORE

MOST_SPANS = 500
"""Spans that a search is told; what lies more scattered is told in wider ones, in which others are missed too."""

MOST_LEAVING = 20_000
"""Records that are looked up; of still more all are left out that came in before the last of these."""

Span = tuple[int, int]
"""From one accession number to another, both included."""

_TOKENS: BindParameter[Any] = bindparam("tokens", expanding=True)


def leaving(connection: Connection, access: Sequence[str]) -> tuple[Span, ...]:
    """Where those lie, the latest first, that these tokens may not see (any more) and the index may still hold."""
    values = {"most": MOST_LEAVING + 1, "tokens": list(access)}
    numbers = list(connection.execute(_LEAVING, values).scalars())
    if not numbers:
        return ()
    spans = _spans(numbers)
    if len(numbers) > MOST_LEAVING:
        spans[-1] = (0, spans[-1][1])
    return tuple(_widened(spans))


def _spans(numbers: Sequence[int]) -> list[Span]:
    """Numbers in falling order as spans in falling order."""
    found = [(numbers[0], numbers[0])]
    for number in numbers[1:]:
        first, last = found[-1]
        if number >= first - 1:
            found[-1] = (min(first, number), last)
        else:
            found.append((number, number))
    return found


def _widened(spans: list[Span]) -> list[Span]:
    """At most `MOST_SPANS`, those nearest to each other made one: fewer are shown for a moment, never more."""
    if len(spans) <= MOST_SPANS:
        return spans
    gaps = sorted(range(1, len(spans)), key=lambda at: spans[at - 1][0] - spans[at][1])
    joined = set(gaps[: len(spans) - MOST_SPANS])
    found: list[Span] = []
    for at, (first, last) in enumerate(spans):
        if at in joined:
            found[-1] = (first, found[-1][1])
        else:
            found.append((first, last))
    return found


def _query() -> Any:
    record, discarded, tombstone = tables.record, tables.discarded, tables.tombstone
    rights = tables.record_access
    pending = select(tables.outbox.c.record_id)
    # From the few in the bin that the index must still learn of to their rows: searches ask this each time.
    binned = select(discarded.c.record_id).where(discarded.c.record_id.in_(pending))
    # A new record that waits is in no index yet: asked is only of those whose rights were changed.
    ahead = tables.outbox.c.since < AHEAD_BEFORE
    seen = exists().where(rights.c.record_id == tables.outbox.c.record_id, rights.c.token.in_(_TOKENS))
    changed = select(tables.outbox.c.record_id).where(ahead, ~seen)
    # Each by a range of the index: refused ones stay as the index knows them, too.
    withdrawn = (changed.where(tables.outbox.c.refusal.is_(None)), changed.where(tables.outbox.c.refusal >= ""))
    query = union_all(
        select(record.c.sequence).where(record.c.id.in_(binned)),
        *(select(record.c.sequence).where(record.c.id.in_(one)) for one in withdrawn),
        select(tombstone.c.sequence).where(tombstone.c.record_id.in_(pending)),
    )
    return query.order_by(query.selected_columns.sequence.desc()).limit(bindparam("most", type_=Integer))


# Put together once: each search asks it.
_LEAVING = _query()
