"""Saved searches, and alerts when something new fits them."""
