"""What a record is about: number, date, place, issuer, kind, subject, urgency, signer, by rule from its words."""

from ingest.describing.describe import describe

__all__ = ["describe"]
