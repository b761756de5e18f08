"""The catalogue's tables of people: who they are, what they may, how they sign in, what they saw.

Beside `archive.tables` for its length; a change here needs a migration too.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from archive.tables import _ACCOUNT, _DIGEST, _ID, _UNIT, UtcDateTime, metadata

unit = Table(
    "unit",
    metadata,
    # Stands in records, and never changes.
    Column("key", _UNIT, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("parent", _UNIT),
)

person = Table(
    "person",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("account", _ACCOUNT, nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    # argon2id in its text form.
    Column("password", String(200)),
    Column("password_at", UtcDateTime),
    Column("totp", String(64)),
    # The last time step that a code was taken for: none is taken twice.
    Column("totp_step", Integer),
    Column("closed_at", UtcDateTime),
)

granted = Table(
    "granted",
    metadata,
    Column("person_id", _ID, ForeignKey("person.id"), primary_key=True),
    # A unit's key, or * for all.
    Column("unit", _UNIT, primary_key=True),
    Column("role", String(20), primary_key=True),
)

session = Table(
    "session",
    metadata,
    Column("id", _ID, primary_key=True),
    # SHA-256 of the token in the browser's cookie.
    Column("hash", _DIGEST, nullable=False, unique=True),
    Column("person_id", _ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", _ID, primary_key=True),
    # What of the key is shown later.
    Column("prefix", String(20), nullable=False),
    Column("hash", _DIGEST, nullable=False, unique=True),
    Column("person_id", _ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    # Permissions, parted by spaces.
    Column("scopes", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("hash", _DIGEST, primary_key=True),
    # Nobody: it makes the first administrator.
    Column("person_id", _ID, ForeignKey("person.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    # SHA-256 of what is counted: an account, an address, or both.
    Column("key", _DIGEST, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("count", Integer, nullable=False),
)

sight = Table(
    "sight",
    metadata,
    # What the events tell of who saw what, by record.
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("record_id", _ID, nullable=False),
    Column("person_id", _ID, ForeignKey("person.id"), nullable=False),
    Column("what", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_sight_record_id_number", "record_id", "number"),
    Index("ix_sight_person_id_number", "person_id", "number"),
    sqlite_autoincrement=True,
)

identity = Table(
    "identity",
    metadata,
    # Who somebody is at a provider (OpenID Connect): both as the provider writes them, letter by letter.
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", _ID, ForeignKey("person.id"), nullable=False, index=True),
    # What people know it by; it opens nothing.
    Column("label", String(100), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

begun_sign_in = Table(
    "begun_sign_in",
    metadata,
    # SHA-256 of the token in the browser's cookie; all else that is secret of it is told from that token.
    Column("hash", _DIGEST, primary_key=True),
    Column("purpose", String(20), nullable=False),
    # The session that it was begun in; none for one who has not signed in.
    Column("session_id", _ID),
    # SHA-256 of the one-time link that it was begun by.
    Column("link", _DIGEST),
    Column("redirect", String(500), nullable=False),
    Column("target", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)
