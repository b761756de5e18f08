"""Who asks, and the one rule by which everything is shown or hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kernel.people_errors import NotAllowed
from mappings.access import QUARANTINE, access_tokens
from mappings.record import Record, Tombstone
from search_api.access.policy import Permission
from search_api.access.rights import Rights
from search_api.engines.nodes import AllOf, AnyOf, Node, Nothing, Range, Term, Unscored


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever asks. Sees a record that carries at least one of these tokens (`mappings.access`).

    `name`: as it stands in events. `account`: of a person who has signed in, else empty. `rights`: None for the person
    at the machine of an archive without accounts, who may do everything.
    """

    name: str
    tokens: tuple[str, ...]
    account: str = ""
    rights: Rights | None = field(default=None, compare=False)

    def may(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether this is allowed to them in a unit; without one: anywhere."""
        return self.rights is None or self.rights.allow(permission, unit)

    def where(self, permission: Permission) -> frozenset[str] | None:
        """The units in which this is allowed to them; None: everywhere."""
        if self.rights is None or permission in self.rights.everywhere:
            return None
        return self.rights.units(permission)

    @property
    def keeps_secrets(self) -> bool:
        """Whether they are named for what is kept apart as a possible state secret."""
        return QUARANTINE in self.tokens

    def hands_in_for(self, office: str) -> str | None:
        """The unit that what they hand in is for; None: the office itself."""
        return None if self.rights is None or self.may(Permission.ADD, office) else self.rights.home


def local_viewer(unit: str) -> Viewer:
    """The person at this machine: sees what is public, internal, or of the unit."""
    return Viewer("local", ("public", "internal", f"unit:{unit}"))


LOCAL = local_viewer("office")
"""The local person of an archive whose unit is the default one."""


def named_keeper(viewer: Viewer, keepers: str) -> Viewer:
    """The same viewer, who sees what is kept apart as a possible state secret as well if named among these.

    `keepers`: as the setting has them, separated by commas: accounts, or `local`, which is the person at the machine
    of an archive without accounts and never somebody's account. Whoever may read nothing (any more), or uses an API key
    that may not, is no keeper.
    """
    names = {name.strip().lower() for name in keepers.split(",")} - {""}
    named = viewer.account in names - {LOCAL.name} if viewer.account else viewer.name in names
    if not named or not viewer.may(Permission.READ):
        return viewer
    return replace(viewer, tokens=(*viewer.tokens, QUARANTINE))


def expect(viewer: Viewer, permission: Permission, unit: str | None = None) -> None:
    """NotAllowed unless this is allowed to them there: for what a door cannot tell from the address."""
    if not viewer.may(permission, unit):
        raise NotAllowed(permission=permission.value)


def may_see(viewer: Viewer, record: Record | Tombstone) -> bool:
    """Whether this viewer sees this record, as the catalogue has it, or what stays known of it."""
    # What stays known of a purged record was shared with nobody, and lies in no dossier.
    tokens = record.tokens if isinstance(record, Record) else access_tokens(record.unit, record.access_class)
    return not set(viewer.tokens).isdisjoint(tokens)


def access_node(viewer: Viewer, leaving: Sequence[tuple[int, int]] = ()) -> Node:
    """The filter that every query passes: hits, totals, facets and suggestions alike.

    `leaving`: spans of accession numbers of records that the index has still to let go, or to learn new rights of.
    """
    if not viewer.tokens:
        return Nothing()
    allowed = AnyOf(tuple(Term("access", token) for token in viewer.tokens))
    if not leaving:
        return Unscored(allowed)
    return Unscored(AllOf((allowed,), none=tuple(Range("sequence", *span) for span in leaving)))
