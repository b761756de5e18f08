"""What the house tells Prometheus: requests as they happen, the archive's counts when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from archive.catalogue import Catalogue
from kernel.errors import TangthuError
from search_api.engines.protocol import SearchEngine

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """The measures of one application, in a registry of their own."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tangthu_requests", "Requests answered", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "tangthu_request_seconds",
            "Time to answer a request",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Archive(catalogue, engine))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request, answered."""
        known = method if method in ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS") else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def text(self) -> bytes:
        """All measures in Prometheus' text form, version 0.0.4."""
        return generate_latest(self._registry)


class _Archive(Collector):
    """The archive's counts, read when asked for."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine) -> None:
        self._catalogue = catalogue
        self._engine = engine

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._catalogue.reading() as unit:
            counts: dict[str, Mapping[Any, int]] = {
                "records": unit.records.counts(),
                "pages": unit.pages.counts(),
                "deliveries": unit.deliveries.counts(),
            }
            waiting = unit.outbox.waiting()
            set_aside = len(unit.outbox.all_set_aside(_MOST_COUNTED))
        for name, by_state in counts.items():
            family = GaugeMetricFamily(f"tangthu_{name}", f"{name.capitalize()} by state", labels=["state"])
            for state, count in by_state.items():
                family.add_metric([str(state)], count)
            yield family
        yield GaugeMetricFamily("tangthu_index_waiting", "Records that the index must still learn of", waiting)
        yield GaugeMetricFamily("tangthu_index_set_aside", "Records that the engine refused", set_aside)
        yield GaugeMetricFamily("tangthu_engine_up", "Whether the search engine answers", self._engine_up())

    def _engine_up(self) -> int:
        try:
            self._engine.ping()
        except TangthuError:
            return 0
        return 1


_MOST_COUNTED = 10_000
