"""What confirmed fields have taught: to be seen, and taken back."""

from __future__ import annotations

from dataclasses import dataclass

from archive.catalogue import Catalogue
from archive.disposing import person
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue
from mappings.lessons import TAUGHT, lessons_of
from search_api.access import Viewer


@dataclass(frozen=True, slots=True)
class Known:
    """A value that was confirmed on so many records. `taken_back_by`: who says that it counts no more, "" if it does.

    `with_it`: values of other fields that were confirmed together with it.
    """

    name: str
    value: str
    times: int
    taken_back_by: str = ""
    with_it: tuple[str, ...] = ()


def known_to(catalogue: Catalogue, viewer: Viewer) -> tuple[Known, ...]:
    """All that was taught by records that the viewer may see: by field, the most frequent first."""
    with catalogue.reading() as unit:
        found, back = unit.taught.found(viewer.tokens), unit.taught.taken_back()
    gone = {(one.name, one.value): one.by for one in back}
    lessons = lessons_of(found)
    beside = {
        "issuer": (lessons.issuer_superiors, lessons.issuer_codes, lessons.issuer_signers),
        "signer": (lessons.signer_positions,),
    }
    return tuple(
        Known(
            name,
            value,
            times,
            gone.get((name, value), ""),
            tuple(other for table in beside.get(name, ()) for other, _ in table.get(value, {}).items()),
        )
        for name in TAUGHT
        for value, times in sorted(lessons.of[name].items(), key=lambda row: (-row[1], row[0]))
    )


def take_back(catalogue: Catalogue, viewer: Viewer, name: str, value: str, untrusted_by: str, *, counts: bool) -> None:
    """From now on the value counts no more (or again, with `counts`) when records are described.

    What was described before stays as it is. BadValue if nothing of the kind was taught, or nobody says who asks.
    """
    by = person(untrusted_by)

    def work(unit: UnitOfWork) -> None:
        if all(getattr(one, name, None) != value for one in unit.taught.found(viewer.tokens)) or name not in TAUGHT:
            raise BadValue(name="value", value=value[:50], expected="GET /api/v1/taught")
        is_gone = any((one.name, one.value) == (name, value) for one in unit.taught.taken_back())
        if is_gone == counts:
            unit.taught.say(name, value, by, counts=counts)

    catalogue.write(work)
