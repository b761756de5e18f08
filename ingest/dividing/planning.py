"""Which pages of a scan go into which record, told by the separator sheets among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.paper_errors import SeveralBacks, SidesDiffer
from mappings.record import Page, PageState
from mappings.separators import SeparatorSheet, SheetKind, sheet_of


@dataclass(frozen=True, slots=True)
class Part:
    """The pages of one record in their order, and the sheet that lay before them; None before the first sheet."""

    numbers: tuple[int, ...]
    sheet: SeparatorSheet | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Each page of the scan is in one part, or in `separators`: sheets, and their blank backs. `collated`: front and
    back sides were put together.
    """

    parts: tuple[Part, ...]
    separators: tuple[int, ...]
    collated: bool


def is_divided(pages: Sequence[Page]) -> bool:
    """Whether there is a separator sheet among the pages."""
    return any(page.state is PageState.SEPARATOR for page in pages)


def planned(pages: Sequence[Page]) -> Plan:
    """The plan for all pages of a scan, in their order. Raises SeveralBacks, SidesDiffer: then nothing is cut."""
    sheets = {page.number: sheet_of(page.text) for page in pages if page.state is PageState.SEPARATOR}
    blank = frozenset(page.number for page in pages if page.state is PageState.BLANK)
    turning = [number for number, sheet in sheets.items() if sheet.sheet is SheetKind.BACKS]
    if len(turning) > 1:
        raise SeveralBacks
    order = _collated(turning[0], len(pages)) if turning else list(range(1, len(pages) + 1))
    backs = _blank_backs(order, sheets, blank)
    parts: list[tuple[SeparatorSheet | None, list[int]]] = [(None, [])]
    for number in order:
        if number in sheets:
            parts.append((sheets[number], []))
        elif number not in backs:
            parts[-1][1].append(number)
    made = tuple(Part(tuple(numbers), sheet) for sheet, numbers in parts if numbers)
    return Plan(made, tuple(sorted({*sheets, *backs})), bool(turning))


def _collated(turning: int, count: int) -> list[int]:
    """Front and back of each sheet of paper in turn: the fronts before page `turning`, the backs after it, last first.

    The stack was turned over as a whole, so the back that was scanned first is that of the last front.
    """
    fronts, backs = turning - 1, count - turning
    if fronts != backs:
        raise SidesDiffer(fronts=fronts, backs=backs)
    return [number for front in range(1, turning) for number in (front, count + 1 - front)]


def _blank_backs(order: Sequence[int], sheets: dict[int, SeparatorSheet], blank: frozenset[int]) -> frozenset[int]:
    """The backs of separator sheets, where both sides were scanned: each sheet is a front, a blank page behind it.

    Unless that is so of every sheet, a blank page behind one may be a record's, and stays in it.
    """
    places = [place for place, number in enumerate(order) if number in sheets]
    if len(order) % 2 or any(place % 2 or order[place + 1] not in blank for place in places):
        return frozenset()
    return frozenset(order[place + 1] for place in places)
