"""What of the Elasticsearch engine touches its client or speaks its query language."""
