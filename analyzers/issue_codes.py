"""The abbreviations in issue numbers as data: kinds, copies, agencies old and new (`issue_codes.json`)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from analyzers.streams import analyse


@cache
def codes() -> dict[str, list[list[str]]]:
    """The file as it stands."""
    read: dict[str, list[list[str]]] = json.loads(
        resources.files("analyzers").joinpath("issue_codes.json").read_text("utf-8")
    )
    return read


@cache
def kind_codes() -> frozenset[str]:
    """Abbreviations of kinds, copies and legal normative documents, folded: `qd`, `ttr`, `nd`."""
    groups = ("kinds", "copies", "normative_kinds")
    return frozenset(fold_code(short) for group in groups for _, short in codes()[group] if short)


@cache
def agency_codes() -> frozenset[str]:
    """Abbreviations of agencies, folded: `ubnd`, `snv`."""
    several = (code for group in codes()["one_agency"] for code in group)
    return frozenset(fold_code(code) for code in (*codes()["agencies"], *several))


def codes_of_one_agency(code: str) -> tuple[str, ...]:
    """The other codes of the agency of this one, and of those that it became or was made of; folded as it is."""
    return _same_agency().get(code, ())


@cache
def _same_agency() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in codes()["one_agency"]:
        folded = [fold_code(code) for code in group]
        for one in folded:
            others = (*found.get(one, ()), *(other for other in folded if other != one))
            found[one] = tuple(dict.fromkeys(others))
    return found


def fold_code(code: object) -> str:
    """A code as it stands in keys."""
    return "".join(analyse(str(code)).folded)
