"""Words and meaning together as a way of its own, with a model of an office or with two that know nothing of meaning.

What a real model is worth only a real model can tell; none comes with this project. `noise` gives each text any vector:
what fusing with a model that is of no use takes away. `syllables` (a network in ONNX form, made on the spot) gives each
syllable of the documents a vector of its own by chance, so that what is near shares syllables: the whole path with a
model that knows no more than the words do.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np

from benchmarks.retrieval.measures import DEPTH
from benchmarks.retrieval.ways import Ours, Way, view_of
from search_api.access import LOCAL, access_node
from search_api.engines.nodes import Node
from search_api.engines.protocol import SearchEngine, SearchRequest
from search_api.meaning.embedded import EmbeddedVectors
from search_api.meaning.joining import Joining
from search_api.meaning.onnx_model import open_model
from search_api.meaning.passages import passage_of
from search_api.meaning.protocol import Embedder, Vector, Vectored
from search_api.query.parsing import parse
from search_api.query.planning import plan
from tests.tiny_model import UNKNOWN, network, save, tokenizer

DIMENSION = 384


class Noise:
    """As `Embedder`: any vector, the same for the same text."""

    dimension, digest, least_similarity = DIMENSION, "0" * 16, -1.0

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """As `Embedder`."""
        return [self.question(text) for text in texts]

    def question(self, text: str) -> Vector:
        """As `Embedder`."""
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
        vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
        return vector / np.float32(np.linalg.norm(vector))


class Meant:
    """As `Way`: ours, and what is near, as the search joins them."""

    def __init__(self, engine: SearchEngine, documents: Mapping[str, str], embedder: Embedder, folder: Path) -> None:
        self._ours = Ours(engine, documents, {})
        self._keys = sorted(documents)
        vectors = EmbeddedVectors(folder, embedder.digest, embedder.dimension)
        views = [view_of(at, documents[key]) for at, key in enumerate(self._keys, 1)]
        made = embedder.passages([passage_of(view) for view in views])
        rows = [
            Vectored(view.record.id, 1, view.record.sequence, ("public",), vector)
            for view, vector in zip(views, made, strict=True)
        ]
        vectors.put(rows)
        vectors.commit()
        self._joining = Joining(engine, embedder, vectors)

    def rank(self, question: str) -> Sequence[str]:
        """As `Way.rank`."""
        parsed = parse(question)
        if not parsed.asks_freely:
            return self._ours.rank(question)

        def request(node: Node) -> SearchRequest:
            return SearchRequest(node, access_node(LOCAL), limit=DEPTH)

        planned = plan(parsed)
        words = self._joining.by_words(planned, request, partial=False)
        joined = self._joining.joined(question, words, request(planned.strict), LOCAL.tokens)
        return [self._keys[int(hit.id) - 1] for hit in (joined or words).results.hits]


@contextmanager
def meant(
    engine: Callable[[], AbstractContextManager[SearchEngine]], model: str, documents: Mapping[str, str]
) -> Iterator[Way]:
    """Ours joined with this model: `noise`, `syllables`, or a folder."""
    with engine() as opened, tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as name:
        folder = Path(name)
        yield Meant(opened, documents, _embedder(model, documents, folder / "model"), folder)


def _embedder(model: str, documents: Mapping[str, str], folder: Path) -> Embedder:
    if model == "noise":
        return Noise()
    if model != "syllables":
        return open_model(Path(model), threads=2)
    words = [UNKNOWN, *sorted({word for text in documents.values() for word in text.lower().split()})]
    random.Random(5).shuffle(words)
    table = np.random.default_rng(5).standard_normal((len(words), DIMENSION)).astype(np.float32)
    table[words.index(UNKNOWN)] = 0
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(words)), encoding="utf-8")
    save(folder, network(table))
    return open_model(folder)
