"""The system of record: originals, catalogue, events, outbox, migrations. The truth; all else is derived."""
