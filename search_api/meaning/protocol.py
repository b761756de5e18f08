"""The seam: what turns texts into vectors, and what holds the vectors. `tests/contracts` holds both sets to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""Shape (dimension,), of length 1: the dot product of two is their cosine."""


class Embedder(Protocol):
    """Texts into vectors. Errors: EngineUnavailable where the model fails on a text."""

    @property
    def dimension(self) -> int:
        """Numbers of a vector."""

    @property
    def digest(self) -> str:
        """Of the model and of all that its vectors depend on, hexadecimal: vectors of two digests never meet."""

    @property
    def least_similarity(self) -> float:
        """Below this cosine a record has nothing to do with a question."""

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text of a record."""

    def question(self, text: str) -> Vector:
        """The vector of a question."""


@dataclass(frozen=True, slots=True)
class Vectored:
    """A record to be held. `vector` None: it has no text. `access`: its tokens of `mappings.access`."""

    id: str
    revision: int
    sequence: int
    access: tuple[str, ...]
    vector: Vector | None


@dataclass(frozen=True, slots=True)
class Near:
    """A record and the cosine of its vector with the one asked for, about: sets may hold vectors roughly."""

    id: str
    sequence: int
    similarity: float


class VectorSet(Protocol):
    """The vectors of one model. Derived: whatever is lost or damaged is made again from the catalogue.

    Errors: EngineUnavailable. One process at a time writes (`search_api.meaning.following` holds the lock); any number
    ask.
    """

    def put(self, rows: Sequence[Vectored]) -> None:
        """Adds or replaces by id, whatever revision was held."""

    def delete(self, ids: Sequence[str]) -> None:
        """Takes them out, their numbers too; ids that are not there are passed over."""

    def commit(self) -> None:
        """Makes all that was put and deleted durable and visible to whoever asks after."""

    def revisions(self) -> Iterator[tuple[str, int]]:
        """(id, revision) of each record in accession order, as committed."""

    def check(self) -> None:
        """For the one who writes: drops what is damaged or of another model, so that `revisions` does not tell it."""

    def nearest(
        self, vector: Vector, limit: int, *, tokens: Sequence[str], among: Sequence[int] | None = None
    ) -> tuple[Near, ...]:
        """At most `limit` records, the nearest first, later accessions first among equals.

        `among`: accession numbers; none but these. `tokens`: of who asks; a set may leave out records that carry none
        of them, and may as well not: it can be behind the catalogue, so whoever asks has the index confirm each.
        """

    def close(self) -> None:
        """Lets go of files and connections."""
