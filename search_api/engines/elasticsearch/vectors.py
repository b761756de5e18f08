"""The vectors of the cluster form: an index of `dense_vector` beside that of the words, `ALIAS-meaning-DIGEST`.

An index of its own: that of the words keeps no text to be re-indexed from, so that a vector could not join a document
there without all of its words being analysed again, and a new mapping would cost every vector anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from kernel.errors import EngineUnavailable
from mappings.index_document import is_term
from search_api.engines.elasticsearch.client import Client, Connection, IndexGone, reason_of
from search_api.engines.elasticsearch.query import Body, revisions_body
from search_api.meaning.protocol import Near, Vector, Vectored

_FORM = 1
_AT_A_TIME = 5000
_MOST_CANDIDATES = 10_000  # Elasticsearch's own bound
_CANDIDATES = 10  # times the hits: what a walk of the graph looks at on each shard
_LEAST_CANDIDATES = 200


class ElasticsearchVectors:
    """As `VectorSet`. `nearest` filters by the tokens inside the walk, so that what is hidden takes nobody's place.

    It is near, not exact: HNSW over 8-bit numbers, as Elasticsearch holds them; at most 10,000 records.
    """

    def __init__(
        self, connection: Connection, alias: str, digest: str, dimension: int, shards: int = 1, replicas: int = 0
    ) -> None:
        self._client: Client = connection.open()
        self._pattern = f"{alias}-meaning-*"
        self._index = f"{alias}-meaning-{digest}"
        self._dimension = dimension
        self._parts = {"number_of_shards": shards, "number_of_replicas": replicas}
        self._known_good = False

    def put(self, rows: Sequence[Vectored]) -> None:
        """As `VectorSet`."""
        self._make()
        operations: list[Body] = []
        for row in rows:
            operations += [{"index": {"_id": row.id}}, _document(row)]
        self._bulk(operations)

    def delete(self, ids: Sequence[str]) -> None:
        """As `VectorSet`. Elasticsearch removes the numbers when it merges the segment that has them."""
        if self._exists():
            self._bulk([{"delete": {"_id": one}} for one in filter(is_term, ids)])

    def commit(self) -> None:
        """As `VectorSet`; each put was durable when it returned."""
        if self._exists():
            self._client.refresh(self._index)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """As `VectorSet`."""
        after = 0
        with suppress(IndexGone):
            while True:
                hits = self._client.search(self._index, revisions_body(after, _AT_A_TIME))["hits"]["hits"]
                yield from ((hit["_id"], hit["_source"]["revision"]) for hit in hits)
                if len(hits) < _AT_A_TIME:
                    return
                after = hits[-1]["sort"][0]

    def check(self) -> None:
        """As `VectorSet`: removes other models' indices, and this one where it is of another form."""
        self._known_good = False
        found = self._client.aliases(self._pattern)
        forms = self._client.mapping_meta(self._index) if self._index in found else {}
        good = forms.get(self._index, {}).get("form") == _FORM
        self._client.delete_indices([name for name in found if name != self._index or not good])

    def nearest(
        self, vector: Vector, limit: int, *, tokens: Sequence[str], among: Sequence[int] | None = None
    ) -> tuple[Near, ...]:
        """As `VectorSet`."""
        limit = min(limit, _MOST_CANDIDATES)
        filters: list[Body] = [{"terms": {"access": list(tokens)}}]
        if among is not None:
            filters.append({"terms": {"sequence": list(among)}})
        walk: Body = {
            "field": "meaning",
            "query_vector": vector.tolist(),
            "k": limit,
            "num_candidates": min(_MOST_CANDIDATES, max(_LEAST_CANDIDATES, _CANDIDATES * limit)),
            "filter": filters,
        }
        try:
            answer = self._client.search(self._index, {"knn": walk, "size": limit, "_source": ["sequence"]})
        except IndexGone:
            return ()
        # Its score of a cosine is (1 + cosine) / 2.
        found = [Near(hit["_id"], hit["_source"]["sequence"], 2 * hit["_score"] - 1) for hit in answer["hits"]["hits"]]
        return tuple(sorted(found, key=lambda one: (-one.similarity, -one.sequence)))

    def close(self) -> None:
        """As `VectorSet`."""
        self._client.close()

    def _exists(self) -> bool:
        return self._known_good or self._index in self._client.aliases(self._pattern)

    def _make(self) -> None:
        if not self._exists():
            self._client.create(self._index, self._definition())
        self._known_good = True

    def _bulk(self, operations: Sequence[Body]) -> None:
        if not operations:
            return
        try:
            outcomes = self._client.bulk(self._index, operations, require_alias=False)
        except EngineUnavailable:
            self._known_good = False
            raise
        if refused := [one for one in outcomes if "error" in one]:
            raise EngineUnavailable(reason=reason_of(refused[0]))

    def _definition(self) -> Body:
        meaning = {
            "type": "dense_vector",
            "dims": self._dimension,
            "index": True,
            "similarity": "cosine",
            # Said, for the default changes with the dimension: one bit a number from 384 on.
            "index_options": {"type": "int8_hnsw"},
        }
        return {
            "settings": {"index": {"refresh_interval": "-1", **self._parts}},
            "mappings": {
                "dynamic": "strict",
                "_meta": {"form": _FORM},
                "_source": {"includes": ["revision", "sequence"]},
                "properties": {
                    "revision": {"type": "long", "index": False},
                    "sequence": {"type": "long"},
                    "access": {"type": "keyword"},
                    "meaning": meaning,
                },
            },
        }


def _document(row: Vectored) -> Body:
    held: Body = {"revision": row.revision, "sequence": row.sequence, "access": list(row.access)}
    # A vector without length has no cosine, and is refused.
    return held if row.vector is None or not row.vector.any() else held | {"meaning": row.vector.tolist()}
