"""What a record is, each searchable field declared once, and how both engines hold it."""
