"""From a file that lies in the drop or in the spool to a record in the archive, or to rejected/ with its reason."""
