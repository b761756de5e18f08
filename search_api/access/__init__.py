"""Who asks, and what they may see: one rule for hits, totals, facets, suggestions, pages and originals."""

from search_api.access.seeing import views_seen, views_with_bin
from search_api.access.viewer import LOCAL, Viewer, access_node, local_viewer, may_see, named_keeper

__all__ = [
    "LOCAL",
    "Viewer",
    "access_node",
    "local_viewer",
    "may_see",
    "named_keeper",
    "views_seen",
    "views_with_bin",
]
