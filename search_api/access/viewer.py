"""Who asks, and the one rule by which everything is shown or hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mappings.access import QUARANTINE, access_tokens
from mappings.record import Record, Tombstone
from search_api.engines.nodes import AllOf, AnyOf, Node, Nothing, Range, Term, Unscored


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever asks. Sees a record that carries at least one of these tokens (`mappings.access`)."""

    name: str
    tokens: tuple[str, ...]


def local_viewer(unit: str) -> Viewer:
    """The person at this machine: sees what is public, internal, or of the unit."""
    return Viewer("local", ("public", "internal", f"unit:{unit}"))


LOCAL = local_viewer("office")
"""The local person of an archive whose unit is the default one."""


def named_keeper(viewer: Viewer, keepers: str) -> Viewer:
    """The same viewer, who sees what is kept apart as a possible state secret as well if named among these.

    `keepers`: names of persons as the setting has them, separated by commas; `local`: the person at this machine.
    """
    names = {name.strip() for name in keepers.split(",")} - {""}
    return replace(viewer, tokens=(*viewer.tokens, QUARANTINE)) if viewer.name in names else viewer


def may_see(viewer: Viewer, record: Record | Tombstone) -> bool:
    """Whether this viewer sees this record, as the catalogue has it, or what stays known of it."""
    return not set(viewer.tokens).isdisjoint(access_tokens(record.unit, record.access_class))


def access_node(viewer: Viewer, leaving: Sequence[int] = ()) -> Node:
    """The filter that every query passes: hits, totals, facets and suggestions alike.

    `leaving`: accession numbers of records in the bin, or purged, that the index has still to let go.
    """
    if not viewer.tokens:
        return Nothing()
    allowed = AnyOf(tuple(Term("access", token) for token in viewer.tokens))
    if not leaving:
        return Unscored(allowed)
    return Unscored(AllOf((allowed,), none=tuple(Range("sequence", number, number) for number in leaving)))
