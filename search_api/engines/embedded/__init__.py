"""What of the embedded engine touches tantivy."""
