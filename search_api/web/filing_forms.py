"""Forms of dossiers and registers as people send them, and words for what is shown there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import FormData

from kernel.errors import BadValue, TangthuError
from mappings.access import ACCESS_CLASSES
from mappings.filing import DAY_COLUMNS, REGISTER_COLUMNS, RETENTIONS, Direction
from search_api.web.address import read_date
from search_api.web.language import N_
from search_api.web.people_words import ACCESS_CLASSES as CLASS_WORDS
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

MOST_FIELDS = 2_500
"""Of a form: each record of a dossier, with its place."""

DIRECTIONS = {"den": Direction.IN, "di": Direction.OUT}
"""As they stand in an address."""

COLUMN_WORDS = {
    "handed_to": N_("Handed to"),
    "handed_on": N_("Handed on"),
    "signed_for": N_("Signed for"),
    "due_on": N_("To be dealt with by"),
    "progress": N_("Progress"),
    "done_on": N_("Done on"),
    "answer": N_("Answered by record"),
    "note": N_("Note"),
    "recipients": N_("Recipients, if others than on the record"),
    "copy_kept_by": N_("File copy kept by"),
    "copies": N_("Number of copies"),
}

STATE_WORDS = {"open": N_("open"), "closed": N_("closed")}

RETENTION_CHOICES = tuple(RETENTIONS.values())
CLASS_CHOICES = [(one, CLASS_WORDS[one]) for one in ACCESS_CLASSES]


def unit_names(services: WebServices, keys: Sequence[str]) -> dict[str, str]:
    """What units are called, by key; the key itself where nobody has said."""
    with services.house.catalogue.reading() as unit:
        names = {one.key: one.name for one in unit.people.units()}
    return {key: names.get(key, key) for key in keys}


def text(form: FormData, name: str) -> str:
    """One field of a form."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> list[str]:
    """All fields of this name."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def number(form: FormData, name: str) -> int | None:
    """A whole number, None where there is none."""
    untrusted = text(form, name)
    return int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 10 else None


def typed_day(name: str, untrusted: str) -> str:
    """A day as typed, in ISO form; empty stays so. BadValue."""
    if not untrusted.strip():
        return ""
    found = read_date(untrusted)
    if found is None:
        raise BadValue(name=name, value=untrusted[:50], expected="05/03/2018")
    return found.isoformat()


def columns(form: FormData, direction: Direction) -> dict[str, str]:
    """The columns of a register that a form has. BadValue for a day that is none."""
    names = [name for name in REGISTER_COLUMNS[direction] if name in form]
    return {name: typed_day(name, text(form, name)) if name in DAY_COLUMNS else text(form, name) for name in names}


def refused(error: TangthuError, asking: Asking) -> Notice:
    """Why something was not done, and what can be."""
    return Notice(asking.either(error.remedy), "bad", asking.either(error.title))


def done(asking: Asking, words: Mapping[str, str]) -> Notice | None:
    """What the address says was done."""
    said = words.get(asking.request.query_params.get("done", ""))
    return Notice(asking.say(said)) if said else None
