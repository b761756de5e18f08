"""The guide for the archivist: reviewing, dividing scans, dossiers, copies, the bin, and the backup."""

from __future__ import annotations

from typing import Final

from search_api.web.guide_shapes import Chapter, Guide, Step
from search_api.web.language import N_

_REVIEWING = Chapter(
    "soat-lai",
    N_("Review what was read with doubt"),
    (
        Step(
            N_("At the top press %(menu)s. What is least sure and most looked at comes first, one piece at a time."),
            {"menu": N_("Review")},
        ),
        Step(
            N_(
                "Compare the piece of the scan with the box. If they agree, press %(enter)s. If not, type what "
                "stands there, then press it."
            ),
            typed={"enter": "Enter"},
        ),
        Step(
            N_("Not sure: press %(skip)s. A slip: press %(undo)s."),
            {"skip": N_("Skip"), "undo": N_("Undo the last one")},
        ),
    ),
)
_SEPARATING = Chapter(
    "to-phan-cach",
    N_("Scan a whole stack with separator sheets"),
    (
        Step(
            N_("Press %(menu)s, and on that page %(sheets)s."),
            {"menu": N_("Hand in records"), "sheets": N_("Print separator sheets for a stack of several records")},
        ),
        Step(
            N_(
                "Type the dossier if all belong to one, choose how many sheets in %(many)s, press %(pdf)s, and "
                "print them."
            ),
            {"many": N_("How many sheets"), "pdf": N_("Get the PDF to print")},
        ),
        Step(
            N_(
                "Lay a sheet on top of the first page of each record, scan the whole stack into one file, and "
                "hand it in."
            )
        ),
        Step(
            N_("The scan then says %(divided)s; each record is found by itself, and the scan is kept as it came."),
            {"divided": N_("Divided into records")},
        ),
    ),
)
_DOSSIERS = Chapter(
    "lap-ho-so",
    N_("Complete and close a dossier"),
    (
        Step(N_("At the top press %(menu)s, and then the title of the dossier."), {"menu": N_("Dossiers")}),
        Step(
            N_("Open %(said)s, fill in how long it is kept and who keeps it, and press %(keep)s."),
            {"said": N_("What is said of the dossier"), "keep": N_("Keep")},
        ),
        Step(
            N_("%(order)s puts the records in the order of the numbers that you type before them."),
            {"order": N_("Keep the order")},
        ),
        Step(
            N_("When the work is done, open %(said)s again and press %(close)s. A closed dossier can be opened again."),
            {"said": N_("What is said of the dossier"), "close": N_("Close the dossier")},
        ),
    ),
)
_COPYING = Chapter(
    "sao",
    N_("Print a copy"),
    (
        Step(
            N_("Open the record and press %(copy)s."),
            {"copy": N_("Print a copy (sao y, sao lục, trích sao)")},
        ),
        Step(
            N_("Choose the form, write which agency makes the copy in %(agency)s, and press %(prepare)s."),
            {"agency": N_("Agency that makes the copy"), "prepare": N_("Prepare for printing")},
        ),
        Step(
            N_("Press %(print)s. It is a copy once it is signed and sealed; the archive has put down who printed it."),
            {"print": N_("Print")},
        ),
    ),
)
_BIN = Chapter(
    "thung-rac",
    N_("The bin: put in, restore, delete for ever"),
    (
        Step(
            N_(
                "A record that was scanned by mistake: open it, open %(discard)s at its end, write the reason, "
                "and press the button."
            ),
            {"discard": N_("Put into the bin")},
        ),
        Step(
            N_("At the top press %(menu)s: there it lies. Open %(restore)s and press it to have it back."),
            {"menu": N_("Bin"), "restore": N_("Restore")},
        ),
        Step(
            N_(
                "To delete it for ever, open %(ask)s and press it; another person must then press %(confirm)s. "
                "This cannot be undone."
            ),
            {"ask": N_("Ask for the purge"), "confirm": N_("Confirm the purge")},
        ),
    ),
)
_BACKUP = Chapter(
    "sao-luu",
    N_("Backup"),
    (
        Step(
            N_(
                "Plug in a disk of its own. In a terminal, in the folder of tangthu, type %(command)s with the "
                "folder on that disk."
            ),
            typed={"command": "./run backup /media/usb/tangthu"},
        ),
        Step(
            N_(
                "It copies what is new, reads it back, and says so at the end; you may go on working meanwhile. "
                "To check an older one: %(command)s."
            ),
            typed={"command": "./run backup /media/usb/tangthu --check"},
        ),
        Step(
            N_(
                "The home page of whoever watches the house tells in %(safe)s when the last backup was made. "
                "Once a week is little enough."
            ),
            {"safe": N_("How safe the archive is kept")},
        ),
    ),
)
ARCHIVIST: Final = Guide(
    N_("Guide for the archivist"),
    N_(
        "What the archivist does besides the clerk's work: reviewing, stacks, dossiers, copies, the bin, and the "
        "backup."
    ),
    (_REVIEWING, _SEPARATING, _DOSSIERS, _COPYING, _BIN, _BACKUP),
)
