"""How safe the house stands, for the home page of whoever watches it: last backup, last reading of originals, disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from archive.backup_note import BackupNote, read_note
from archive.layout import Layout
from kernel.clock import now
from search_api.web.home_tasks import AtHome
from search_api.web.language import N_
from search_api.web.services import WebServices
from search_api.web.wording import decimal, moment

_GIGABYTE = 10**9
_LOW_SHARE = 0.05
_LOW_BYTES = 5 * _GIGABYTE

_BACKUP, _ORIGINALS, _DISK = N_("Last backup"), N_("Last check of originals"), N_("Disk left")


@dataclass(frozen=True, slots=True)
class Kept:
    """One line: what it is about, how it stands, and whether somebody has to act. `more`: what else is known."""

    title: str
    words: str
    tone: str = "good"
    more: str = ""


def keeping(home: AtHome, services: WebServices) -> list[Kept]:
    """The lines in order."""
    layout = Layout(home.house.data)
    return [*_backup(home, read_note(layout), services.options.backup_days), _originals(home), _disk(home)]


def _backup(home: AtHome, note: BackupNote, most_days: int) -> Iterator[Kept]:
    say = home.asking.say
    if note.failed_at is not None:
        words = say("The last try at %(moment)s failed", moment=moment(note.failed_at))
        yield Kept(say(_BACKUP), words, "bad", note.why)
    if note.made_at is None:
        yield Kept(say(_BACKUP), say("Never: ./run backup FOLDER makes one"), "bad" if most_days else "wait")
        return
    old = bool(most_days) and now() - note.made_at > timedelta(days=most_days)
    words = moment(note.made_at)
    if old:
        words = say("%(moment)s: more than %(days)s days ago", moment=words, days=most_days)
    more = [note.place]
    if note.lacking:
        more.append(say("it lacks originals that are lost or damaged"))
    if note.verified_at is not None:
        more.append(say("read back whole at %(moment)s", moment=moment(note.verified_at)))
    yield Kept(say(_BACKUP), words, "bad" if old or note.lacking else "good", "; ".join(more))


def _originals(home: AtHome) -> Kept:
    say, found = home.asking.say, home.work.figures.originals(home.access)
    if found.last_at is None:
        return Kept(say(_ORIGINALS), say("None was read again yet"), "wait")
    language = home.asking.language
    counts = {"checked": decimal(found.checked, 0, language), "all": decimal(found.originals, 0, language)}
    more = say("%(checked)s of %(all)s read again", **counts)
    if found.wrong:
        words = home.asking.plural(
            "%(num)s original is not as it was stored", "%(num)s originals are not as they were stored", found.wrong
        )
        return Kept(say(_ORIGINALS), words, "bad", more)
    intact = say("all are intact")
    return Kept(say(_ORIGINALS), moment(found.last_at), "good", f"{more}; {intact}")


def _disk(home: AtHome) -> Kept:
    say, language = home.asking.say, home.asking.language
    try:
        usage = shutil.disk_usage(home.house.data)
    except OSError:
        return Kept(say(_DISK), say("It cannot be told"), "bad")
    words = say(
        "%(free)s GB of %(all)s GB",
        free=decimal(usage.free // _GIGABYTE, 0, language),
        all=decimal(usage.total // _GIGABYTE, 0, language),
    )
    low = usage.free < min(_LOW_BYTES, _LOW_SHARE * usage.total)
    return Kept(say(_DISK), words, "bad" if low else "good", say("Almost full: make room") if low else "")
