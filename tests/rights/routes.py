"""Every route that an application answers, as its doors are named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def routes_of(application: Any) -> set[str]:
    """`METHOD /path` of each, also of those that were included under a prefix."""
    return set(_walk(application.routes, ""))


def _walk(routes: Iterable[Any], prefix: str) -> Iterable[str]:
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None and hasattr(inner, "routes"):
            context = getattr(route, "include_context", None)
            yield from _walk(inner.routes, prefix + (getattr(context, "prefix", "") or getattr(route, "prefix", "")))
            continue
        for method in getattr(route, "methods", None) or ():
            if method != "HEAD" or route.methods == {"HEAD"}:
                yield f"{method} {prefix}{route.path}"
