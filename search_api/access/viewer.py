"""Who asks, and the one rule by which everything is shown or hidden."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.access import access_tokens
from mappings.record import Record
from search_api.engines.nodes import AnyOf, Node, Nothing, Term, Unscored


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


def may_see(viewer: Viewer, record: Record) -> bool:
    """Whether this viewer sees this record, as the catalogue has it."""
    return not set(viewer.tokens).isdisjoint(access_tokens(record.unit, record.access_class))


def access_node(viewer: Viewer) -> Node:
    """The filter that every query passes: hits, totals, facets and suggestions alike."""
    if not viewer.tokens:
        return Nothing()
    return Unscored(AnyOf(tuple(Term("access", token) for token in viewer.tokens)))
