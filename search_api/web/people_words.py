"""Roles, permissions and what is noted, in words for the page."""

from __future__ import annotations

from mappings.people import Role
from search_api.access.policy import Permission
from search_api.web.language import N_

ROLES = {
    Role.READER: N_("Reader"),
    Role.CLERK: N_("Clerk"),
    Role.ARCHIVIST: N_("Archivist"),
    Role.LEADER: N_("Leader"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

PERMISSIONS = {
    Permission.READ: N_("Find and read records"),
    Permission.EXPORT: N_("Take lists and tables out"),
    Permission.ADD: N_("Hand records in"),
    Permission.CORRECT: N_("Confirm and correct fields"),
    Permission.SHARE: N_("Say who may see a record"),
    Permission.DISCARD: N_("Put records into the bin"),
    Permission.WATCH_INTAKE: N_("See what came in and what was not taken"),
    Permission.SAVE_SEARCH: N_("Save searches and be told of new records"),
    Permission.PRINT: N_("Print separator sheets"),
    Permission.SEE_LESSONS: N_("See what was learned"),
    Permission.TEACH: N_("Take back what was learned"),
    Permission.FILE: N_("Make dossiers and file records"),
    Permission.REGISTER: N_("Register records and keep the registers"),
    Permission.SEE_BIN: N_("See the bin"),
    Permission.RESTORE: N_("Restore records from the bin"),
    Permission.ASK_PURGE: N_("Ask for a purge"),
    Permission.PURGE: N_("Confirm a purge"),
    Permission.SEE_EVENTS: N_("See who saw and changed records"),
    Permission.MANAGE_PEOPLE: N_("Manage people and their roles"),
    Permission.MANAGE_UNITS: N_("Manage units (only with the role everywhere)"),
    Permission.WATCH_HOUSE: N_("See how the archive stands (only with the role everywhere)"),
}

SEEN = {
    "opened": N_("opened the record"),
    "page": N_("saw pages"),
    "text": N_("had the text"),
    "original": N_("had the original"),
}

ACCESS_CLASSES = {
    "public": N_("Everybody who has signed in"),
    "internal": N_("Readers of the whole agency"),
    "unit": N_("Readers of the unit"),
    "named": N_("Only those it is shared with"),
}
