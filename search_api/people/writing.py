"""What is written down of people in the chain of events."""

from __future__ import annotations

from archive.events import Event, EventType
from mappings.people import Person


def told(what: str, person: Person, by: str = "", **more: object) -> Event:
    """An event about a person. `by`: the signature of who did it, if not the person."""
    detail = {"what": what, "person": person.signature, **more}
    return Event(EventType.PEOPLE, agent=by or person.signature, detail=detail)
