"""The house of the browser tests, for a browser five years old."""

from tests.browser.conftest import base_served, served

__all__ = ["base_served", "served"]
