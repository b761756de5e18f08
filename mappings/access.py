"""Who may see a record, as tokens stored with it: a viewer sees it who holds at least one of them.

| access class | its tokens                       | seen by                                                        |
|--------------|----------------------------------|----------------------------------------------------------------|
| public       | `public`                         | everybody who has signed in                                    |
| internal     | `internal`, `internal:<unit>`    | whoever may read records anywhere in the agency of its unit    |
| named        | none                             | those it is shared with, nobody else                           |
| quarantine   | `quarantine`                     | the archivists named for it, whomever else it is shared with   |
| any other    | `unit:<unit>`                    | whoever may read records of its unit                           |

The bare `internal` is held by the person at the machine of an archive without accounts, and by nobody who has signed
in. Which units make an agency is the viewer's side of it (`search_api.access.rights`): a unit can move in the tree
without a record being touched. What a record is shared with (`unit:<unit>`, `person:<account>`) comes on top.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

QUARANTINE = "quarantine"
"""The class, and the one token, of records that may be state secrets: only the archivists named for it hold it."""

PUBLIC, INTERNAL, UNIT, NAMED = "public", "internal", "unit", "named"

ACCESS_CLASSES = (PUBLIC, INTERNAL, UNIT, NAMED)
"""Those that a person can choose, from the widest to the narrowest."""


def access_tokens(unit: str, access_class: str, shared: Sequence[str] = ()) -> tuple[str, ...]:
    """The tokens of a record of this unit and class, shared with these."""
    if access_class == QUARANTINE:
        return (QUARANTINE,)  # whomever it was shared with before
    return tuple(dict.fromkeys((*_of_class(unit, access_class), *shared)))


def _of_class(unit: str, access_class: str) -> tuple[str, ...]:
    if access_class == PUBLIC:
        return (PUBLIC,)
    if access_class == INTERNAL:
        return (INTERNAL, internal_token(unit))
    return () if access_class == NAMED else (unit_token(unit),)


def widens(own: Sequence[str], added: Sequence[str], above: Callable[[str], Sequence[str]]) -> bool:
    """Whether somebody who holds one of the `added` tokens may hold none of `own`: more people would see it.

    `above`: a unit and all above it as the tree stands, the agency last.
    """
    if PUBLIC in own:
        return False
    agencies = {above(key)[-1] for key in _units(own, _INTERNAL)}
    # A role in a unit reaches down: who reads there reads in all below it.
    over = {key for unit in _units(own, _UNIT) for key in above(unit)}

    def is_covered(token: str) -> bool:
        if token in own or token == INTERNAL:  # the bare one is held by nobody who has signed in
            return True
        inside = [*_units([token], _INTERNAL), *_units([token], _UNIT)]
        return any(above(key)[-1] in agencies for key in inside) or any(key in over for key in _units([token], _UNIT))

    return not all(map(is_covered, added))


_UNIT, _INTERNAL = "unit:", "internal:"


def _units(tokens: Sequence[str], kind: str) -> list[str]:
    return [token.removeprefix(kind) for token in tokens if token.startswith(kind)]


def unit_token(unit: str) -> str:
    """Of what only this unit may see, or is shared with it."""
    return f"unit:{unit}"


def internal_token(unit: str) -> str:
    """Of what the agency of this unit may see."""
    return f"internal:{unit}"


def person_token(account: str) -> str:
    """Of what is shared with one person."""
    return f"person:{account}"
