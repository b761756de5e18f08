"""Wires finding by meaning, where the settings name a model; else nothing of it is imported or made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.catalogue import Catalogue
from archive.layout import Layout
from search_api.engines.protocol import SearchEngine
from tangthu.settings import Settings

if TYPE_CHECKING:
    from search_api.meaning.following import Follower
    from search_api.meaning.joining import Joining
    from search_api.meaning.protocol import Embedder, VectorSet


@contextmanager
def open_joining(settings: Settings, layout: Layout, engine: SearchEngine) -> Iterator[Joining | None]:
    """What joins words and meaning; None without a model. MeaningModelRefused, ToolMissing."""
    if settings.meaning_model is None:
        yield None
        return
    from search_api.meaning.joining import Joining  # noqa: PLC0415 - who names no model has no need of it

    with _opened(settings, layout) as (embedder, vectors):
        yield Joining(engine, embedder, vectors)


@contextmanager
def open_follower(settings: Settings, layout: Layout, catalogue: Catalogue) -> Iterator[Follower | None]:
    """What makes the vectors; None without a model. MeaningModelRefused, ToolMissing."""
    if settings.meaning_model is None:
        yield None
        return
    from search_api.meaning.following import Follower  # noqa: PLC0415 - as above

    with _opened(settings, layout) as (embedder, vectors):
        yield Follower(catalogue, embedder, vectors, layout.index_lock.with_name("meaning.lock"))


@contextmanager
def _opened(settings: Settings, layout: Layout) -> Iterator[tuple[Embedder, VectorSet]]:
    from search_api.meaning.onnx_model import open_model  # noqa: PLC0415 - as above

    if settings.meaning_model is None:
        raise AssertionError("asked for only with a model")
    embedder = open_model(settings.meaning_model.resolve(), settings.meaning_threads)
    vectors = _vectors(settings, layout, embedder)
    try:
        yield embedder, vectors
    finally:
        vectors.close()


def _vectors(settings: Settings, layout: Layout, embedder: Embedder) -> VectorSet:
    digest, dimension = embedder.digest, embedder.dimension
    if settings.engine == "embedded":
        from search_api.meaning.embedded import EmbeddedVectors  # noqa: PLC0415 - as above

        return EmbeddedVectors(layout.index, digest, dimension)
    from search_api.engines.elasticsearch.client import Connection  # noqa: PLC0415 - as above
    from search_api.engines.elasticsearch.vectors import ElasticsearchVectors  # noqa: PLC0415

    urls = tuple(url.strip() for url in settings.elasticsearch_url.split(",") if url.strip())
    password = settings.elasticsearch_password.get_secret_value()
    connection = Connection(urls, settings.elasticsearch_username, password, settings.elasticsearch_ca)
    return ElasticsearchVectors(
        connection,
        settings.elasticsearch_index,
        digest,
        dimension,
        settings.elasticsearch_shards,
        settings.elasticsearch_replicas,
    )
