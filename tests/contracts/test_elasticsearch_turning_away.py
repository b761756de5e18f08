"""Requests that Elasticsearch, or a door in front of it, turns away as too much."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kernel.errors import EngineUnavailable
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from tests.contracts.index_documents import document, found
from tests.faults.engine_troubles import in_bulk
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias
from tests.servers.proxy import Proxy

MOST_BYTES = 100_000


@contextmanager
def narrow_door(status: int, most_bytes: int) -> Iterator[str]:
    """The address of a door to the real server that answers longer requests with this status."""
    target = elasticsearch_url().rstrip("/")

    class Door(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if len(body) > most_bytes:
                self._answer(status, [("X-Elastic-Product", "Elasticsearch")], b"")
                return
            kept = {name: self.headers[name] for name in ("content-type", "accept") if name in self.headers}
            asked = urllib.request.Request(target + self.path, body or None, kept, method=self.command)
            try:
                with urllib.request.urlopen(asked, timeout=30) as answer:
                    self._answer(answer.status, answer.getheaders(), answer.read())
            except urllib.error.HTTPError as error:
                self._answer(error.code, list(error.headers.items()), error.read())

        def _answer(self, code: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(code)
            for name, value in headers:
                if name.lower() in ("x-elastic-product", "content-type"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [413, 429])
def test_one_document_that_is_too_much_is_refused_and_all_others_go_in(status: int) -> None:
    with fresh_alias(elasticsearch_url()) as alias, narrow_door(status, MOST_BYTES) as url:
        engine = ElasticsearchEngine([url], alias)
        documents = [document(1), document(2, "dai " * MOST_BYTES), document(3)]
        (refusal,) = engine.put(documents)
        assert refusal.id == "r2"
        assert str(status) in refusal.reason
        generation = engine.new_generation()
        assert [one.id for one in generation.put(documents)] == ["r2"]
        generation.discard()
        engine.commit()
        assert found(engine) == {"r1", "r3"}
        assert engine.count() == 2
        engine.close()


def test_a_server_that_turns_everything_away_refuses_no_document() -> None:
    with fresh_alias(elasticsearch_url()) as alias:
        straight = ElasticsearchEngine([elasticsearch_url()], alias)
        straight.put([document(1)])
        with narrow_door(429, 0) as url:
            engine = ElasticsearchEngine([url], alias)
            with pytest.raises(EngineUnavailable):
                engine.put([document(2)])
            engine.close()
        straight.commit()
        assert found(straight) == {"r1"}
        straight.close()


def test_a_small_document_that_is_turned_away_while_others_are_not_is_put_again_later_and_not_refused() -> None:
    """Who is under load turns away by chance; only a document that is large may be too much by itself."""
    with fresh_alias(elasticsearch_url()) as alias, Proxy(elasticsearch_url()) as proxy:
        engine = ElasticsearchEngine([proxy.url], alias)
        proxy.trouble = in_bulk(lambda _number, key: key == "r2", 429, "es_rejected_execution_exception", "queue")
        with pytest.raises(EngineUnavailable):
            engine.put([document(1), document(2)])
        proxy.up()
        assert engine.put([document(2)]) == ()
        engine.commit()
        assert found(engine) == {"r1", "r2"}
        engine.close()
