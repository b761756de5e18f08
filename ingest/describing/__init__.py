"""What a record is about and to whom it goes, by rule from its words (`mappings.record.FIELD_NAMES`)."""

from ingest.describing.describe import describe

__all__ = ["describe"]
