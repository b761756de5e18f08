"""Reviewing: what OCR and describing are unsure of, shown to people one after the other."""
