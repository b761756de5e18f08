"""What only a server of its own can do to us: be away, be killed, be of another form."""

from __future__ import annotations

import pytest

from kernel.errors import EngineUnavailable, IndexOutdated
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from tests.contracts.index_documents import document, fill, find, found
from tests.servers.elasticsearch import call, elasticsearch_url, fresh_alias, own_server


def test_a_server_that_is_not_there_is_told_as_unavailable_by_every_call() -> None:
    # Port 9 is that of the discard protocol: nobody listens.
    engine = ElasticsearchEngine(["http://127.0.0.1:9"], "t")
    for ask in (
        engine.ping,
        engine.commit,
        engine.new_generation,
        lambda: engine.put([document(1)]),
        lambda: engine.delete(["r1"]),
        lambda: find(engine),
        lambda: list(engine.revisions()),
    ):
        with pytest.raises(EngineUnavailable):
            ask()
    engine.close()


@pytest.mark.long  # a server of its own, started twice
def test_what_was_put_survives_a_kill_and_the_engine_goes_on_after_the_restart() -> None:
    with own_server() as server:
        engine = ElasticsearchEngine([server.url], "t")
        fill(engine, *(document(n) for n in range(1, 101)))
        assert engine.put([document(n) for n in range(101, 201)]) == ()
        server.kill9()
        with pytest.raises(EngineUnavailable):
            engine.put([document(201)])
        with pytest.raises(EngineUnavailable):
            find(engine)
        server.restart()
        engine.commit()
        assert found(engine) == {f"r{n}" for n in range(1, 201)}
        fill(engine, document(201))
        assert [revision for revision, _ in engine.revisions()][-1] == "r201"
        engine.close()


def test_an_index_of_an_older_form_is_told_and_mended_by_a_new_generation() -> None:
    url = elasticsearch_url()
    with fresh_alias(url) as alias:
        engine = ElasticsearchEngine([url], alias)
        call(url, "PUT", f"/{alias}-old")
        call(url, "PUT", f"/{alias}-old/_alias/{alias}")
        for ask in (lambda: find(engine), lambda: engine.put([document(1)])):
            with pytest.raises(IndexOutdated):
                ask()
        generation = engine.new_generation()
        generation.put([document(2)])
        generation.switch()
        assert found(engine) == {"r2"}
        assert call(url, "GET", f"/{alias}-old") is None
        engine.close()


def test_an_index_that_somebody_deleted_is_never_made_up_with_a_guessed_mapping() -> None:
    url = elasticsearch_url()
    with fresh_alias(url) as alias:
        engine = ElasticsearchEngine([url], alias)
        fill(engine, document(1))
        for name in call(url, "GET", f"/_alias/{alias}") or {}:
            call(url, "DELETE", f"/{name}")
        with pytest.raises(EngineUnavailable):
            engine.put([document(2)])
        fill(engine, document(2))
        assert found(engine) == {"r2"}
        assert call(url, "GET", f"/_alias/{alias}") is not None
        engine.close()


def test_two_shards_score_and_page_as_one() -> None:
    url = elasticsearch_url()
    with fresh_alias(url) as alias:
        engine = ElasticsearchEngine([url], alias, shards=2)
        fill(engine, *(document(n, "giong nhau") for n in range(1, 41)))
        listed, after = [], None
        for _ in range(8):
            results = find(engine, limit=5, after=after, facets=("year",))
            assert (results.total, results.facets["year"][0].count) == (40, 40)
            listed += [hit.id for hit in results.hits]
            after = results.hits[-1].position
        assert listed == [f"r{n}" for n in range(40, 0, -1)]
        engine.close()
