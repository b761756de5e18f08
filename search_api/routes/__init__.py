"""The API under /api/v1: records, deliveries, search, status. Thin; what it answers is decided elsewhere."""
