"""A process that builds an index anew and dies of SIGKILL on the way, as the machine's power would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from archive.catalogue import Catalogue
from archive.layout import Layout
from search_api import rebuild as rebuilding
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from tests.servers.elasticsearch import elasticsearch_url


def killed_after(layout: Layout, engine: SearchEngine, place: str, records: int) -> None:
    """Rebuilds in another process, which is gone when it has put so many records and committed each ten."""
    how = [type(engine).__name__, place, str(layout.data), str(records)]
    url = elasticsearch_url() if isinstance(engine, ElasticsearchEngine) else ""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TANGTHU_TEST_ELASTICSEARCH_URL": url}
    ended = subprocess.run([sys.executable, "-m", __name__, *how], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL


def main(kind: str, place: str, data: str, records: str) -> None:
    layout = Layout(Path(data))
    tantivy = kind == TantivyEngine.__name__
    engine = TantivyEngine(Path(place)) if tantivy else ElasticsearchEngine([elasticsearch_url()], place)
    rebuilding.BATCH_RECORDS, rebuilding.COMMIT_RECORDS = 5, 10

    def die(done: int, _total: int) -> None:
        if done >= int(records):
            os.kill(os.getpid(), signal.SIGKILL)

    rebuilding.rebuild(Catalogue.sqlite(layout.catalogue), engine, layout.index_lock, die)


if __name__ == "__main__":
    main(*sys.argv[1:])
