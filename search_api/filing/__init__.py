"""Dossiers and registers as the API and the page do and show them."""
