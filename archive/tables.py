"""The catalogue's tables. A change here needs a migration in `archive/migrations/versions`."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and UTC: SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuses a moment without a zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Gives the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Id(TypeDecorator[str]):
    """An id. Those asked for come from outside, and PostgreSQL fails over a NUL where SQLite finds nothing."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """A NUL becomes a letter that no id has."""
        return value.replace("\x00", "\ufffd") if value is not None else None


_ID = Id(26)
_ACCOUNT = String(40)
_UNIT = String(100)
_DIGEST = String(64)

original = Table(
    "original",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    # When its bytes were last read again, and what was found (archive.fixity.Outcome).
    Column("checked_at", UtcDateTime),
    Column("outcome", String(20)),
    Index("ix_original_outcome_checked_at", "outcome", "checked_at"),
)

record = Table(
    "record",
    metadata,
    # The accession number: grows with arrival, never used again.
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", _ID, nullable=False, unique=True),
    Column("digest", _DIGEST, ForeignKey("original.digest"), nullable=False, unique=True),
    Column("media_type", String(100), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("page_count", Integer, nullable=False),
    Column("unit", String(100), nullable=False),
    Column("access_class", String(20), nullable=False),
    # Tokens of those it is shared with (mappings.access), parted by lines.
    Column("shared", Text, nullable=False, server_default=""),
    # The dossier that it lies in, and the tokens that this passes on to it, parted by lines.
    Column("dossier_id", _ID, index=True),
    Column("passed", Text, nullable=False, server_default=""),
    # The owner (kernel.locks) that reads it now; of no meaning once that owner is dead.
    Column("reader", _ID),
    # When its reading last ended; none: it has not.
    Column("read_at", UtcDateTime, index=True),
    Index("ix_record_state_sequence", "state", "sequence"),
    sqlite_autoincrement=True,
)

record_access = Table(
    "record_access",
    metadata,
    Column("record_id", _ID, ForeignKey("record.id"), primary_key=True),
    Column("token", String(150), primary_key=True),
)

page = Table(
    "page",
    metadata,
    Column("record_id", _ID, ForeignKey("record.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("read_by", String(20)),
    Column("confidence", Float),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("has_image", Boolean, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("reason", String(50)),
    Column("text", Text, nullable=False),
    Column("words", LargeBinary, nullable=False),
    Index("ix_page_state_record_id", "state", "record_id"),
    Index(
        "ix_page_failed",
        "record_id",
        "reason",
        sqlite_where=text("state = 'failed'"),
        postgresql_where=text("state = 'failed'"),
    ),
)

described_field = Table(
    "described_field",
    metadata,
    Column("record_id", _ID, ForeignKey("record.id"), primary_key=True),
    Column("name", String(30), primary_key=True),
    Column("value", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("doubtful", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("page", Integer),
    Column("boxes", JSON, nullable=False),
    # What people have taught is read by it (archive.lessons).
    Index(
        "ix_described_field_confirmed",
        "record_id",
        "name",
        sqlite_where=text("confirmed = 1"),
        postgresql_where=text("confirmed"),
    ),
    Index(
        "ix_described_field_open",
        "record_id",
        sqlite_where=text("confirmed = 0 AND doubtful = 1"),
        postgresql_where=text("NOT confirmed AND doubtful"),
    ),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("source", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("digest", _DIGEST),
    Column("record_id", _ID, ForeignKey("record.id"), index=True),
    Column("reason", String(50)),
    # What fills the places of the reason's sentence.
    Column("reason_values", JSON),
    # That it was handed in for; none: for the unit of the drop folder.
    Column("unit", _UNIT),
    # Of those handed in together: the id of the first of them, and how many they were.
    Column("batch", _ID, index=True),
    Column("batch_files", Integer),
    # Who handed it in, as they sign, and their account; none: it lay in the drop folder.
    Column("by", String(100)),
    Column("account", _ACCOUNT),
    Index("ix_delivery_state", "state"),
)

event = Table(
    "event",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    # A term of the PREMIS event types (id.loc.gov/vocabulary/preservation/eventType).
    Column("type", String(50), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("record_id", _ID, index=True),
    Column("delivery_id", _ID),
    Column("agent", String(100), nullable=False),
    Column("detail", JSON, nullable=False),
    # The chain (archive.chain): the hash of the event before this one, and of this one.
    Column("previous", _DIGEST, nullable=False),
    Column("hash", _DIGEST, nullable=False),
    Index(
        "ix_event_of_no_record",
        "type",
        "number",
        sqlite_where=text("record_id IS NULL"),
        postgresql_where=text("record_id IS NULL"),
    ),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    # One row a record: the newest revision that the index must still learn of.
    Column("record_id", _ID, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    # Set when the engine refused just this revision; such a row waits for a new one.
    Column("refusal", Text),
    Index("ix_outbox_refusal_since", "refusal", "since"),
)

discarded = Table(
    "discarded",
    metadata,
    # The bin: the record itself stays as it is, so that it can come back just so.
    Column("record_id", _ID, ForeignKey("record.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("by", String(100), nullable=False),
    Column("why", Text, nullable=False),
    # The first of the two persons that a purge needs.
    Column("purge_asked_by", String(100)),
    Column("purge_asked_at", UtcDateTime),
)

tombstone = Table(
    "tombstone",
    metadata,
    # What is known for ever of a purged record. No foreign key: the record is gone.
    Column("record_id", _ID, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("digest", _DIGEST, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("unit", String(100), nullable=False),
    Column("access_class", String(20), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("discarded_at", UtcDateTime, nullable=False),
    Column("discarded_by", String(100), nullable=False),
    Column("why", Text, nullable=False),
    Column("purge_asked_by", String(100), nullable=False),
    Column("purge_confirmed_by", String(100), nullable=False),
    Column("purged_at", UtcDateTime, nullable=False),
    # waiting, removed, or kept (the same bytes were delivered again before they were removed)
    Column("bytes", String(20), nullable=False, index=True),
)

sidecar_pending = Table(
    "sidecar_pending",
    metadata,
    # What the sidecars beside the originals must still learn of; see `archive.sidecar_marks`.
    Column("kind", String(10), primary_key=True),
    Column("subject", _ID, primary_key=True),
    # Grows with each change, so that one that comes while a sidecar is written is not taken for written.
    Column("marks", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Index("ix_sidecar_pending_since", "since"),
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", _ID, primary_key=True),
    # A name as somebody typed it, or, of one who has signed in, as they sign, with their account beside it.
    Column("owner", String(100), nullable=False),
    Column("account", _ACCOUNT),
    Column("title", String(200), nullable=False),
    # What is asked, as the way out reads and writes it.
    Column("question", JSON, nullable=False),
    Column("mail", String(254)),
    Column("saved_at", UtcDateTime, nullable=False),
    # The last accession when it was saved: what came later is news to it.
    Column("since_sequence", Integer, nullable=False),
    # The number of the last alert that was looked at.
    Column("seen", Integer, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("search_id", _ID, ForeignKey("saved_search.id"), nullable=False),
    # No foreign key: alerts are written while records come and go; what is shown is asked for anew.
    Column("record_id", _ID, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("mailed", Boolean, nullable=False),
    # A record is told of once, however often the work is done again after a kill.
    Index("ix_alert_search_id_record_id", "search_id", "record_id", unique=True),
    sqlite_autoincrement=True,
)

alert_due = Table(
    "alert_due",
    metadata,
    # Records that saved searches must still be asked about, once the index knows this revision.
    Column("record_id", _ID, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("newly_read", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False, index=True),
)
