"""The guide for the clerk: from signing in to the printed register."""

from __future__ import annotations

from typing import Final

from search_api.web.guide_shapes import Chapter, Guide, Step
from search_api.web.language import N_

_SIGNING = Chapter(
    "dang-nhap",
    N_("Sign in"),
    (
        Step(
            N_(
                "The administrator gives you a link that opens once. Open it, type a password of at least ten "
                "letters "
                "twice, and press %(keep)s."
            ),
            {"keep": N_("Keep")},
        ),
        Step(
            N_("Type your account and your password, and press %(enter)s."),
            {"enter": N_("Sign in")},
        ),
        Step(
            N_(
                "When you leave the PC for a moment, press %(lock)s at the top right; at the end of the day press "
                "%(out)s. A forgotten password: ask the administrator for a new link."
            ),
            {"lock": N_("Lock"), "out": N_("Sign out")},
        ),
    ),
)
_HANDING_IN = Chapter(
    "nop",
    N_("Hand in a batch of scans"),
    (
        Step(N_("At the top of the page press %(menu)s."), {"menu": N_("Hand in records")}),
        Step(
            N_("In the box %(batch)s type what stands on the box of papers, %(name)s for instance."),
            {"batch": N_("Name of the batch, if it has one")},
            {"name": "Hộp 3"},
        ),
        Step(
            N_(
                "Drag the scanned files into the frame %(frame)s. Many at a time are fine. If the line breaks, they "
                "go on by themselves when it is back."
            ),
            {"frame": N_("Drag files or folders here, or choose them")},
        ),
        Step(
            N_("When each file says %(safe)s, nothing can get lost any more. Press %(see)s."),
            {"safe": N_("Taken, safe"), "see": N_("See what becomes of them")},
        ),
        Step(
            N_(
                "The machine reads each page, some seconds a page. A record that says %(done)s can be found. You "
                "need "
                "not wait for it."
            ),
            {"done": N_("Searchable")},
        ),
        Step(
            N_("Press %(receipts)s, choose your batch, and print it with %(print)s for both sides to sign."),
            {"receipts": N_("Receipts")},
            {"print": "Ctrl+P"},
        ),
    ),
)
_MENDING = Chapter(
    "khong-nhan",
    N_("Mend a file that was not taken"),
    (
        Step(
            N_("At the top press %(menu)s. If a file was not taken, a line there says so; press it."),
            {"menu": N_("Intake")},
        ),
        Step(
            N_(
                "Below the name of the file stand why and what to do. A PDF with a password, for instance: open it, "
                "save it without the password."
            )
        ),
        Step(
            N_("In %(box)s choose the mended file, and press %(press)s."),
            {"box": N_("The mended file"), "press": N_("Hand in in its place")},
        ),
        Step(
            N_("If there is nothing to mend, open %(settled)s, write what was done about it, and press %(mark)s."),
            {"settled": N_("Settled"), "mark": N_("Mark as settled")},
        ),
    ),
)
_CONFIRMING = Chapter(
    "xac-nhan",
    N_("Confirm what the machine has read"),
    (
        Step(N_("Press %(menu)s and then the name of the file: its record opens."), {"menu": N_("Intake")}),
        Step(
            N_(
                "Beside the scan stands %(fields)s. Fields that need your eyes stand first, with a yellow edge; "
                "pointing at one shows its place on the scan."
            ),
            {"fields": N_("Fields to confirm")},
        ),
        Step(
            N_(
                "What is right: press %(confirm)s below it. What is wrong: type what stands on the paper, and "
                "then press it."
            ),
            {"confirm": N_("Confirm")},
        ),
        Step(N_("A slip: %(undo)s puts back what stood there."), {"undo": N_("Undo the last change")}),
    ),
)
_FINDING = Chapter(
    "tim",
    N_("Find a record in three ways"),
    (
        Step(
            N_(
                "By words: press %(menu)s, type words that you remember, without marks if you like: %(words)s, and "
                "press %(find)s. The words found are marked on the scan."
            ),
            {"menu": N_("Find records"), "find": N_("Find")},
            {"words": "to so hoa tai lieu"},
        ),
        Step(
            N_("By its number and symbol, as you would say it: %(number)s."),
            typed={"number": "318/QĐ-UBND"},
        ),
        Step(
            N_(
                "By words that stand together on the paper, in quotation marks: %(phrase)s. Then narrow the "
                "results on "
                "the left: kind, issuer, year."
            ),
            typed={"phrase": '"giao nộp hồ sơ"'},
        ),
    ),
)
_FILING = Chapter(
    "ho-so",
    N_("Make a dossier"),
    (
        Step(N_("Search for the records, and tick the box to the left of the title of each.")),
        Step(N_("Below the results press %(file)s."), {"file": N_("File or register ticked records")}),
        Step(
            N_("In %(title)s type the title of the dossier, and press %(press)s."),
            {"title": N_("Title of the new dossier"), "press": N_("File ticked records")},
        ),
        Step(
            N_("In the dossier press %(list)s or %(cover)s, and print with %(print)s."),
            {"list": N_("Print the list of documents"), "cover": N_("Print the cover")},
            {"print": "Ctrl+P"},
        ),
    ),
)
_REGISTERING = Chapter(
    "so",
    N_("Register records and print the register"),
    (
        Step(
            N_("Tick the records in the results as before, and press %(file)s."),
            {"file": N_("File or register ticked records")},
        ),
        Step(
            N_("In %(which)s choose incoming or outgoing, and press %(press)s. The next numbers are given to them."),
            {"which": N_("Which register"), "press": N_("Register ticked records")},
        ),
        Step(
            N_(
                "At the top press %(menu)s: the register of this year opens. Choose days or a book if you need a "
                "part only."
            ),
            {"menu": N_("Registers")},
        ),
        Step(
            N_("Press %(press)s, and print with %(print)s."),
            {"press": N_("Print the register")},
            {"print": "Ctrl+P"},
        ),
    ),
)
CLERK: Final = Guide(
    N_("Guide for the clerk"),
    N_(
        "From the box of papers to the printed register. Each step tells what to press, by the word that stands "
        "on the page."
    ),
    (_SIGNING, _HANDING_IN, _MENDING, _CONFIRMING, _FINDING, _FILING, _REGISTERING),
)
