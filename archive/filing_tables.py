"""The tables of dossiers and registers.

Which dossier a record lies in stands in its row, its name in the field `dossier` (docs/decisions/0051-dossiers.md);
these tables hold what is said of a dossier, its order and its history, and the numbers of registers. Each row follows
from events of the chain (`archive.refiling`), so that all of it comes back from the originals.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from archive.tables import Id, UtcDateTime, described_field, metadata

LONGEST_NAME = 200
"""Characters of a dossier's name; longer values of the field are found by searching, and are no dossier's name."""

OF_DOSSIER = f"name = 'dossier' AND length(value) <= {LONGEST_NAME}"
OF_ARRIVAL = "name = 'arrived_on' AND length(value) = 10"
"""What the two indexes below hold. A question must say just this to be answered by them."""

for _name, _which in (("dossier", OF_DOSSIER), ("arrived_on", OF_ARRIVAL)):
    Index(
        f"ix_described_field_{_name}",
        described_field.c.value,
        described_field.c.record_id,
        sqlite_where=text(_which),
        postgresql_where=text(_which),
    )

dossier = Table(
    "dossier",
    metadata,
    Column("id", Id(26), primary_key=True),
    # The topmost unit above its own when that was last said: names are unique in it.
    Column("agency", String(100), nullable=False),
    # As it stands in the field `dossier` of its records.
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("code", String(50), nullable=False),
    Column("title", String(LONGEST_NAME), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("access_class", String(20), nullable=False),
    # Tokens of those it is shared with (mappings.access).
    Column("shared", JSON, nullable=False),
    # ISO days, empty where they follow from the records.
    Column("starts_on", String(10), nullable=False),
    Column("ends_on", String(10), nullable=False),
    Column("retention", String(100), nullable=False),
    Column("keeper", String(100), nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(10), nullable=False),
    # A saved question, empty where there is none; ids of records in the order that a person has given them.
    Column("rule", JSON, nullable=False),
    Column("placed", JSON, nullable=False),
    # Grows with each change.
    Column("version", Integer, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("agency", "name", name="uq_dossier_agency_name"),
)

dossier_access = Table(
    "dossier_access",
    metadata,
    Column("dossier_id", Id(26), ForeignKey("dossier.id"), primary_key=True),
    Column("token", String(150), primary_key=True, index=True),
)

dossier_change = Table(
    "dossier_change",
    metadata,
    Column("id", Id(26), primary_key=True),
    Column("dossier_id", Id(26), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(100), nullable=False),
    # described: {old, new} by column; placed: {old, new} as lists; moved: {record id: [old name, new name, old id,
    # new id]}.
    Column("described", JSON, nullable=False),
    Column("placed", JSON, nullable=False),
    Column("moved", JSON, nullable=False),
    # The change that this one takes back.
    Column("undoes", Id(26)),
)

register_count = Table(
    "register_count",
    metadata,
    # One row for each series of numbers; whoever gives one holds it until the commit.
    Column("unit", String(100), primary_key=True),
    Column("direction", String(3), primary_key=True),
    Column("book", String(100), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)

_NUMBER = ("unit", "direction", "book", "year", "number", "suffix")
_COUNTS = "state = 'standing' OR origin = 'given'"

register_entry = Table(
    "register_entry",
    metadata,
    Column("id", Id(26), primary_key=True),
    # Whose register it is.
    Column("unit", String(100), nullable=False),
    Column("direction", String(3), nullable=False),
    Column("book", String(100), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    # Of a printed number with a letter: 12B.
    Column("suffix", String(10), nullable=False),
    # given (the next of its series) or printed (as it stands on the paper).
    Column("origin", String(10), nullable=False),
    # No foreign key: a number stays told when its record is purged.
    Column("record_id", Id(26), nullable=False, index=True),
    # The ISO day of arrival or of issue.
    Column("day", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("why", Text, nullable=False),
    # What stands in the register alone, by `mappings.registers` column.
    Column("columns", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(100), nullable=False),
    Index("ix_register_entry_number", *_NUMBER),
    # A number stands once, and one that was given is never given again; a printed one that was made void is free.
    Index(
        "ix_register_entry_counts",
        *_NUMBER,
        unique=True,
        sqlite_where=text(_COUNTS),
        postgresql_where=text(_COUNTS),
    ),
    # A record stands in each direction of a unit once.
    Index(
        "ix_register_entry_standing",
        "unit",
        "direction",
        "record_id",
        unique=True,
        sqlite_where=text("state = 'standing'"),
        postgresql_where=text("state = 'standing'"),
    ),
)
