"""Elasticsearch as the engine of a cluster. An alias answers; generations are indices `alias-<id>` behind it."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from ulid import ULID

from kernel.clock import now
from kernel.errors import EngineUnavailable, IndexOutdated
from kernel.ids import new_id
from mappings.index_document import IndexDocument
from mappings.render import elasticsearch_index, schema_digest
from search_api.engines.elasticsearch.client import Client, Connection, ErrorAnswer, IndexGone
from search_api.engines.elasticsearch.query import Body, frequencies_body, search_body, sorts_by_score
from search_api.engines.elasticsearch.writing import Writes
from search_api.engines.meaning import constant_score
from search_api.engines.nodes import Node
from search_api.engines.protocol import (
    EngineHit,
    EngineResults,
    FacetCount,
    Position,
    Refusal,
    SearchRequest,
    Sort,
)

LOG = logging.getLogger(__name__)

# A search that was under way when its index was switched away fails; the next one meets the new index.
_SEARCH_ATTEMPTS = 3
# An index without the alias is being filled by somebody, or was left by a killed rebuild. None takes this long.
_ABANDONED_AFTER = timedelta(hours=48)


class ElasticsearchGeneration:
    """As `Generation`: an index without the alias."""

    def __init__(self, engine: ElasticsearchEngine, client: Client, name: str) -> None:
        self._engine = engine
        self._name = name
        self._writes = Writes(client, name, is_alias=False)

    @property
    def name(self) -> str:
        """The name of its index."""
        return self._name

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """As `SearchEngine.put`, into this generation."""
        return self._writes.put(documents)

    def delete(self, ids: Sequence[str]) -> None:
        """As `SearchEngine.delete`, in this generation."""
        self._writes.delete(ids)

    def commit(self) -> None:
        """Makes everything so far readable by `revisions`; each put was durable when it returned."""
        self._writes.refresh()

    def revisions(self) -> Iterator[tuple[str, int]]:
        """(id, revision) of each record in it, in accession order."""
        return self._writes.revisions()

    def switch(self) -> None:
        """From now on this generation answers, atomically; the former one is removed."""
        self._writes.refresh()
        self._engine.point_to(self._name)

    def leave(self) -> None:
        """Lets go of it; each put was durable when it returned."""

    def discard(self) -> None:
        """Removes it, unless it answers by now: what failed may have failed after the switch."""
        self._engine.remove_unless_behind(self._name)


class ElasticsearchEngine:
    """As `SearchEngine`, over one alias of a cluster. Makes its index at the first put.

    `shards` and `replicas` are those of indices made from now on. With several shards scores are computed over all
    of them. Facet counts over several shards are approximate beyond the most frequent values.
    """

    def __init__(
        self,
        urls: Sequence[str],
        alias: str,
        *,
        username: str = "",
        password: str = "",
        ca: Path | None = None,
        shards: int = 1,
        replicas: int = 0,
    ) -> None:
        self._alias = alias
        self._shards = shards
        self._replicas = replicas
        self._client = Connection(tuple(urls), username, password, ca).open()
        self._writes = Writes(self._client, alias, is_alias=True)
        self._lock = threading.Lock()
        self._known_good = False

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """As `SearchEngine.put`."""
        with self._index_made():
            return self._writes.put(documents)

    def delete(self, ids: Sequence[str]) -> None:
        """As `SearchEngine.delete`."""
        with self._index_made():
            self._writes.delete(ids)

    def commit(self) -> None:
        """As `SearchEngine.commit`; each put was durable when it returned."""
        if self._exists():
            self._writes.refresh()

    def search(self, request: SearchRequest) -> EngineResults:
        """As `SearchEngine.search`."""
        body = search_body(request)
        options = {"preference": hashlib.sha256(repr(body["query"]).encode()).hexdigest()[:16]}
        if self._shards > 1:
            options["search_type"] = "dfs_query_then_fetch"
        answer = self._answer(body, options)
        return _results(request, answer) if answer else _nothing(request)

    def frequencies(self, field: str, terms: Sequence[str], access: Node) -> Mapping[str, int]:
        """As `SearchEngine.frequencies`."""
        answer = self._answer(frequencies_body(field, terms, access), {}) if terms else None
        if answer is None:
            return dict.fromkeys(terms, 0)
        counts = answer["aggregations"]["terms"]["buckets"]
        return {term: counts[str(at)]["doc_count"] for at, term in enumerate(terms)}

    def revisions(self) -> Iterator[tuple[str, int]]:
        """As `SearchEngine.revisions`."""
        return self._writes.revisions() if self._exists() else iter(())

    def count(self) -> int | None:
        """As `SearchEngine.count`."""
        try:
            return self._client.count(self._alias)
        except IndexGone:
            self._known_good = False
            return None

    def check(self, *, anew: bool = False) -> None:  # noqa: ARG002 - its form costs one look
        """As `SearchEngine.check`, of its form; Elasticsearch itself looks after its files."""
        self._known_good = False
        self._exists(to_write=True)

    def new_generation(self) -> ElasticsearchGeneration:
        """As `SearchEngine.new_generation`. What a rebuild has left two days ago or longer is removed."""
        self._sweep()
        name = self._new_name()
        self._client.create(name, self._definition())
        return ElasticsearchGeneration(self, self._client, name)

    def resume_generation(self, name: str) -> ElasticsearchGeneration | None:
        """As `SearchEngine.resume_generation`."""
        found = self._client.aliases(f"{self._alias}-*")
        if not self._is_ours(name) or name not in found or found[name]:
            return None
        if self._client.mapping_meta(name).get(name, {}).get("schema_digest") != schema_digest():
            return None
        self._client.refresh(name)
        return ElasticsearchGeneration(self, self._client, name)

    def ping(self) -> None:
        """As `SearchEngine.ping`."""
        self._client.ping(self._alias)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def point_to(self, index: str) -> None:
        """Makes this index the one behind the alias, and removes the former one."""
        former = [name for name in self._behind_alias() if name != index]
        self._client.move_alias(self._alias, former, index)
        self._remove(former)

    def remove_unless_behind(self, index: str) -> None:
        """Removes this index if for certain it is not the one behind the alias; else the sweep looks at it again."""
        try:
            behind = self._behind_alias()
        except EngineUnavailable as error:
            LOG.warning("index %s is left for later: %s", index, error)
            return
        if index not in behind:
            self._remove([index])

    def _remove(self, names: Sequence[str]) -> None:
        try:
            self._client.delete_indices(names)
        except EngineUnavailable as error:
            LOG.warning("not removed, left to the next rebuild's sweep: %s: %s", ", ".join(names), error)

    def _answer(self, body: Body, options: dict[str, str]) -> Body | None:
        """Elasticsearch's answer; None where no index has been made yet."""
        for attempt in range(1, _SEARCH_ATTEMPTS + 1):
            try:
                return self._client.search(self._alias, body, **options) if self._exists() else None
            except ErrorAnswer:
                # Its index may have been switched away under it: then there is another behind the alias by now.
                self._known_good = False
                if attempt == _SEARCH_ATTEMPTS:
                    raise
        return None

    def _exists(self, *, to_write: bool = False) -> bool:
        """Whether the alias leads to an index; IndexOutdated if it is none of ours, or may not be written to.

        One of another form is searched all the same: a release that changes the mapping builds the new index while
        this one answers. A field that it lacks finds nothing there, rights included.
        """
        if self._known_good and not to_write:
            return True
        try:
            metas = self._client.mapping_meta(self._alias)
        except IndexGone:
            known, self._known_good = self._known_good, False
            if known and to_write:
                # Somebody has deleted it: the next put makes a new one, and is not taken for one more.
                raise
            return False
        forms = {meta.get("schema_digest") for meta in metas.values()}
        if None in forms or (to_write and forms != {schema_digest()}):
            raise IndexOutdated(reason="the index is of another form")
        self._known_good = True
        return True

    @contextmanager
    def _index_made(self) -> Iterator[None]:
        with self._lock:
            # Looked at each time: another release may have switched to a form of its own.
            if not self._exists(to_write=True):
                self._client.create(self._new_name(), self._definition(), {self._alias: {}})
                self._known_good = True
        try:
            yield
        except IndexGone:
            # Somebody has deleted it: the next call makes a new one.
            self._known_good = False
            raise

    def _behind_alias(self) -> list[str]:
        return [name for name, aliases in self._client.aliases(f"{self._alias}-*").items() if self._alias in aliases]

    def _sweep(self) -> None:
        oldest = now() - _ABANDONED_AFTER
        found = self._client.aliases(f"{self._alias}-*")
        named = [(name, self._is_ours(name)) for name, aliases in found.items() if not aliases]
        self._remove([name for name, match in named if match and ULID.from_str(match[1].upper()).datetime < oldest])

    def _is_ours(self, name: str) -> re.Match[str] | None:
        return re.fullmatch(re.escape(self._alias) + r"-([0-9a-z]{26})", name)

    def _new_name(self) -> str:
        return f"{self._alias}-{new_id()}"

    def _definition(self) -> Body:
        definition = elasticsearch_index()
        definition["settings"]["index"] |= {"number_of_shards": self._shards, "number_of_replicas": self._replicas}
        return definition


def _results(request: SearchRequest, answer: Body) -> EngineResults:
    found, by_score = answer["hits"], sorts_by_score(request)
    constant = constant_score(request.query) if request.sort is Sort.RELEVANCE else 0.0
    hits = [
        EngineHit(
            hit["_id"],
            hit["_source"]["revision"],
            Position(hit["_source"]["sort_key"], float(hit["sort"][0]) if by_score else constant or 0.0),
        )
        for hit in found["hits"]
    ]
    return EngineResults(
        hits=tuple(hits[: request.limit]),
        total=found["total"]["value"],
        total_is_exact=found["total"]["relation"] == "eq",
        facets={name: _facet_counts(answer["aggregations"][name]) for name in request.facets},
        more=len(hits) > request.limit,
    )


def _facet_counts(aggregation: Body) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(one["key"], one["doc_count"]) for one in aggregation["values"]["buckets"])


def _nothing(request: SearchRequest) -> EngineResults:
    return EngineResults((), 0, True, dict.fromkeys(request.facets, ()), False)
