"""A release with another mapping takes over a running Elasticsearch index, and no question fails meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kernel.errors import IndexOutdated
from search_api.engines import elasticsearch_engine
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import EngineResults, Sort
from tests.contracts.index_documents import PUBLIC, document, fill, find, found
from tests.contracts.test_paging_and_generations import word
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

COUNT = 60


@pytest.fixture
def alias(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An alias over the index of a former release, which knew no dossiers."""
    present = elasticsearch_engine.elasticsearch_index

    def former() -> dict[str, Any]:
        definition = present()
        del definition["mappings"]["properties"]["dossier"]
        definition["mappings"]["_meta"]["schema_digest"] = "former"
        return definition

    url = elasticsearch_url()
    with fresh_alias(url) as name, monkeypatch.context() as old:
        old.setattr(elasticsearch_engine, "elasticsearch_index", former)
        old.setattr(elasticsearch_engine, "schema_digest", lambda: "former")
        engine = ElasticsearchEngine([url], name)
        fill(engine, *(document(n) for n in range(1, COUNT + 1)))
        old.undo()
        engine.close()
        yield name


def asked(engine: ElasticsearchEngine) -> EngineResults:
    return find(engine, word("van"), PUBLIC, limit=COUNT, sort=Sort.NEWEST, facets=("year", "dossier"))


def test_no_question_fails_while_the_mapping_changes(alias: str) -> None:
    url = elasticsearch_url()
    reader, writer = ElasticsearchEngine([url], alias), ElasticsearchEngine([url], alias)
    with pytest.raises(IndexOutdated):
        writer.check()
    with pytest.raises(IndexOutdated):
        writer.put([document(1, revision=9)])
    before = asked(reader)
    assert (before.total, before.facets["dossier"]) == (COUNT, ())
    stop, answers, troubles = threading.Event(), list[EngineResults](), list[BaseException]()

    def ask_all_the_time() -> None:
        while not stop.is_set():
            try:
                answers.append(asked(reader))
            except BaseException as error:
                troubles.append(error)

    threads = [threading.Thread(target=ask_all_the_time) for _ in range(3)]
    for thread in threads:
        thread.start()
    generation = writer.new_generation()
    generation.put([document(n, revision=2, dossier="HS 1") for n in range(1, COUNT + 1)])
    generation.switch()
    seen = len(answers)
    while len(answers) < seen + 10 and not troubles:
        threads[0].join(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert {one.total for one in answers} == {COUNT}
    assert asked(reader).facets["dossier"][0].count == COUNT
    writer.check()
    reader.close()
    writer.close()


def test_a_writer_of_the_former_release_puts_nothing_into_the_new_form(
    alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = elasticsearch_url()
    former, present = ElasticsearchEngine([url], alias), ElasticsearchEngine([url], alias)
    with monkeypatch.context() as old:
        old.setattr(elasticsearch_engine, "schema_digest", lambda: "former")
        fill(former, document(COUNT + 1))
    generation = present.new_generation()
    generation.put([document(1, revision=2)])
    generation.switch()
    with monkeypatch.context() as old:
        old.setattr(elasticsearch_engine, "schema_digest", lambda: "former")
        with pytest.raises(IndexOutdated):
            former.put([document(2)])
        assert found(former) == {"r1"}, "but it is still searched"
    former.close()
    present.close()
