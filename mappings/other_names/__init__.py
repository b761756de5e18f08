"""Other names of the same thing, and what became of places and agencies, as documented data (*.toml beside this)."""

from mappings.other_names.loading import builtin_names, load_names
from mappings.other_names.model import Became, Found, OtherNames

__all__ = ["Became", "Found", "OtherNames", "builtin_names", "load_names"]
