"""What was found, given away: as a table (CSV, XLSX) or as a feed (Atom)."""
