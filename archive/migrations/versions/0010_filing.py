"""Dossiers and registers.

Revision: 0010
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_INDEXED = {
    "dossier": "name = 'dossier' AND length(value) <= 200",
    "arrived_on": "name = 'arrived_on' AND length(value) = 10",
}


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    for name, which in _INDEXED.items():
        op.create_index(
            f"ix_described_field_{name}",
            "described_field",
            ["value", "record_id"],
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )
    op.add_column("record", sa.Column("dossier_id", sa.String(length=26), nullable=True))
    op.add_column("record", sa.Column("passed", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_record_dossier_id"), "record", ["dossier_id"], unique=False)
    _make_dossiers()
    _make_registers()


def _make_dossiers() -> None:
    op.create_table(
        "dossier",
        _text("id", 26),
        _text("agency", 100),
        _text("name", 200),
        _text("code", 50),
        _text("title", 200),
        _text("unit", 100),
        _text("access_class", 20),
        sa.Column("shared", sa.JSON(), nullable=False),
        _text("starts_on", 10),
        _text("ends_on", 10),
        _text("retention", 100),
        _text("keeper", 100),
        sa.Column("note", sa.Text(), nullable=False),
        _text("state", 10),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("placed", sa.JSON(), nullable=False),
        _number("version"),
        _moment("made_at"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("agency", "name", name="uq_dossier_agency_name"),
    )
    op.create_table(
        "dossier_access",
        _text("dossier_id", 26),
        _text("token", 150),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_access_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", "token", name=op.f("pk_dossier_access")),
    )
    op.create_index(op.f("ix_dossier_access_token"), "dossier_access", ["token"], unique=False)
    op.create_table(
        "dossier_change",
        _text("id", 26),
        _text("dossier_id", 26),
        _moment("at"),
        _text("by", 100),
        sa.Column("described", sa.JSON(), nullable=False),
        sa.Column("placed", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(length=26), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_change")),
    )
    op.create_index(op.f("ix_dossier_change_dossier_id"), "dossier_change", ["dossier_id"], unique=False)


def _make_registers() -> None:
    op.create_table(
        "register_count",
        _text("unit", 100),
        _text("direction", 3),
        _text("book", 100),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        _number("first"),
        _number("last"),
        sa.PrimaryKeyConstraint("unit", "direction", "book", "year", name=op.f("pk_register_count")),
    )
    op.create_table(
        "register_entry",
        _text("id", 26),
        _text("unit", 100),
        _text("direction", 3),
        _text("book", 100),
        _number("year"),
        _number("number"),
        _text("suffix", 10),
        _text("origin", 10),
        _text("record_id", 26),
        _text("day", 10),
        _text("state", 10),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        _number("version"),
        _moment("at"),
        _text("by", 100),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("unit", "direction", "book", "year", "number", "suffix", name="uq_register_entry_number"),
    )
    op.create_index(op.f("ix_register_entry_record_id"), "register_entry", ["record_id"], unique=False)
    op.create_index(
        "ix_register_entry_standing",
        "register_entry",
        ["unit", "direction", "record_id"],
        unique=True,
        sqlite_where=sa.text("state = 'standing'"),
        postgresql_where=sa.text("state = 'standing'"),
    )


def downgrade() -> None:
    for table in ("register_entry", "register_count", "dossier_change", "dossier_access", "dossier"):
        op.drop_table(table)
    for name in _INDEXED:
        op.drop_index(f"ix_described_field_{name}", table_name="described_field")
    op.drop_index(op.f("ix_record_dossier_id"), table_name="record")
    op.drop_column("record", "passed")
    op.drop_column("record", "dossier_id")
