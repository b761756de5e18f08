"""What a person may do in which unit, told from their roles and the tree of units; and the tokens they see by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from archive.people import Standing
from mappings.access import PUBLIC, internal_token, person_token, unit_token
from mappings.people import EVERYWHERE, Grant, Role, chain
from search_api.access.policy import ALLOWED, OF_THE_HOUSE, Permission

_NOTHING: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """`by_unit`: what is allowed where, for the units of the tree. `everywhere`: and for all others.

    `home`: where one hands in who may not do so for the office itself: the first unit by name that allows it.
    """

    by_unit: Mapping[str, frozenset[Permission]]
    everywhere: frozenset[Permission] = _NOTHING
    home: str | None = None

    def allow(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether it is allowed in this unit; without one: in any."""
        if permission in self.everywhere:
            return True
        if permission in OF_THE_HOUSE:
            return False
        if unit is not None:
            return permission in self.by_unit.get(unit, _NOTHING)
        return any(permission in allowed for allowed in self.by_unit.values())

    def units(self, permission: Permission) -> frozenset[str]:
        """Units of the tree where it is allowed."""
        return frozenset(unit for unit, allowed in self.by_unit.items() if permission in allowed)

    def narrowed(self, scopes: Collection[str]) -> Rights:
        """The same with only these permissions: of an API key."""
        chosen = frozenset(one for one in Permission if one.value in scopes)
        return Rights(
            {unit: allowed & chosen for unit, allowed in self.by_unit.items()}, self.everywhere & chosen, self.home
        )


def rights_of(standing: Standing) -> Rights:
    """What somebody may, by what they are and where."""
    above = {unit: chain(unit, standing.units) for unit in standing.units}
    return Rights(
        {unit: _allowed(standing.grants, {EVERYWHERE, *units}) for unit, units in above.items()},
        _allowed(standing.grants, {EVERYWHERE}),
        next((one.unit for one in standing.grants if Permission.ADD in ALLOWED[one.role]), None),
    )


def tokens_of(standing: Standing, rights: Rights) -> tuple[str, ...]:
    """What somebody sees records by: public ones, their units', those internal to their agencies, those shared.

    None without the right to read anywhere: neither what is public nor what is shared with them then.
    """
    if not rights.allow(Permission.READ):
        return ()
    readable = rights.units(Permission.READ)
    tops = {chain(unit, standing.units)[-1] for unit in readable}
    inside = {unit for unit in standing.units if chain(unit, standing.units)[-1] in tops}
    return (
        PUBLIC,
        person_token(standing.person.account),
        *(unit_token(unit) for unit in sorted(readable)),
        *(internal_token(unit) for unit in sorted(inside)),
    )


def _allowed(grants: tuple[Grant, ...], places: Collection[str]) -> frozenset[Permission]:
    found: frozenset[Permission] = _NOTHING
    for grant in grants:
        if grant.unit in places:
            found |= ALLOWED[Role(grant.role)]
    return found
