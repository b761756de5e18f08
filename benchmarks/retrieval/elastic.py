"""The other ways in Elasticsearch itself, with its own analyzers and its BM25."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from benchmarks.retrieval.measures import DEPTH
from benchmarks.retrieval.ways import THREE_STREAMS, Terms, Way
from kernel.ids import new_id

_ANALYSIS: dict[str, Any] = {
    "analyzer": {"folding": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}},
}


class Analysed:
    """Texts in an index of their own, each channel a field: analysed by Elasticsearch, or terms parted by spaces."""

    def __init__(self, client: Elasticsearch, channels: Sequence[tuple[str, Terms | None, float]]) -> None:
        self._client, self._channels, self._name = client, channels, f"benchmark-{new_id().lower()}"

    def fill(self, documents: Mapping[str, str]) -> None:
        """Makes the index."""
        fields = {f"s{at}": {"type": "text", "analyzer": name} for at, (name, _, _) in enumerate(self._channels)}
        self._client.indices.create(
            index=self._name,
            settings={"number_of_shards": 1, "number_of_replicas": 0, "analysis": _ANALYSIS},
            mappings={"properties": fields},
        )
        bulk(
            self._client,
            (
                {"_index": self._name, "_id": key, **{f"s{at}": one for at, one in self._values(text)}}
                for key, text in documents.items()
            ),
        )
        self._client.indices.refresh(index=self._name)

    def _values(self, text: str) -> Iterator[tuple[int, str]]:
        for at, (_, terms, _) in enumerate(self._channels):
            yield at, text if terms is None else " ".join(terms(text))

    def rank(self, question: str) -> Sequence[str]:
        """As `Way.rank`: any word may occur."""
        should = [
            {"match": {f"s{at}": {"query": text, "boost": self._channels[at][2]}}}
            for at, text in self._values(question)
            if text.strip()
        ]
        if not should:
            return []
        found = self._client.search(index=self._name, query={"bool": {"should": should}}, size=DEPTH, source=False)
        return [hit["_id"] for hit in found["hits"]["hits"]]

    def remove(self) -> None:
        """Deletes the index."""
        self._client.indices.delete(index=self._name)


CHANNELS: dict[str, tuple[tuple[str, Terms | None, float], ...]] = {
    "standard": (("standard", None, 1.0),),
    "asciifolded": (("folding", None, 1.0),),
    "three streams": tuple(("whitespace", terms, weight) for terms, weight in THREE_STREAMS),
}


@contextmanager
def analysed(
    url: str, channels: Sequence[tuple[str, Terms | None, float]], documents: Mapping[str, str]
) -> Iterator[Way]:
    """The way, its index removed in the end."""
    with Elasticsearch(url, request_timeout=60) as client:
        way = Analysed(client, channels)
        try:
            way.fill(documents)
            yield way
        finally:
            way.remove()
