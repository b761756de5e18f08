"""Puts and deletes into an index of Elasticsearch, in requests that it can take."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from kernel.errors import EngineUnavailable
from mappings.index_document import IndexDocument, is_term, why_refused
from search_api.engines.elasticsearch.client import Client, TooMuch, TurnedAway, reason_of
from search_api.engines.elasticsearch.query import Body, revisions_body
from search_api.engines.protocol import Refusal

_REVISIONS_AT_A_TIME = 5_000
_BULK_DOCUMENTS = 500
_BULK_CHARACTERS = 4_000_000
_CONFLICT = 409
_REFUSED = 400
_TOMBSTONE_WAIT_SECONDS = 0.1
_TOMBSTONE_SECONDS = 20.0
# Between the attempts to put a single document that Elasticsearch calls too much.
_TOO_MUCH_WAITS = (0.2, 0.6, 1.8)
# There is room for so little sooner or later: whoever turns it away has load, and nothing is wrong with the document.
_SMALL_CHARACTERS = 64_000
_NOBODY = "nobody"


class Writes:
    """Puts and deletes into one index or alias. Errors: EngineUnavailable."""

    def __init__(self, client: Client, target: str, is_alias: bool) -> None:
        self.client = client
        self.target = target
        self._is_alias = is_alias

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """As `SearchEngine.put`; a document that is too much even alone is refused."""
        refusals: list[Refusal] = []
        for batch in _batches(documents):
            reasons = [(document, why_refused(document)) for document in batch]
            refusals += [Refusal(document.id, reason) for document, reason in reasons if reason]
            refusals += self._put_or_part([document for document, reason in reasons if not reason])
        return tuple(refusals)

    def _put_or_part(self, documents: Sequence[IndexDocument]) -> list[Refusal]:
        """What is too much at once goes one by one: a single one that is too much must not hold up all others."""
        try:
            return self._put(documents)
        except TooMuch:
            return [refusal for document in documents for refusal in self._put_alone(document)]

    def _put_alone(self, document: IndexDocument) -> list[Refusal]:
        for seconds in _TOO_MUCH_WAITS:
            try:
                return self._put([document])
            except TooMuch as error:
                told = error
            time.sleep(seconds)
        if isinstance(told, TurnedAway) and _characters(document) <= _SMALL_CHARACTERS:
            raise told
        # Under load everything is turned away, and nothing is wrong with this one: then this is turned away too.
        self._bulk([{"delete": {"_id": _NOBODY}}])
        return [Refusal(document.id, f"turned away alone: {told.values['reason']}")]

    def _put(self, documents: Sequence[IndexDocument]) -> list[Refusal]:
        refusals: list[Refusal] = []
        deadline = time.monotonic() + _TOMBSTONE_SECONDS
        while documents:
            outcomes = self._bulk([operation for document in documents for operation in _index_operation(document)])
            refusals += [Refusal(one["_id"], reason_of(one)) for one in outcomes if one["status"] == _REFUSED]
            conflicts = {one["_id"] for one in outcomes if one["status"] == _CONFLICT}
            # A higher revision is held, as it should be; or it was deleted, and its version is still remembered.
            deleted = conflicts - self.client.held(self.target, conflicts)
            documents = [document for document in documents if document.id in deleted]
            if documents:
                self._wait_for_tombstones(deadline)
        return refusals

    def _wait_for_tombstones(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise EngineUnavailable(reason="a deleted record's version is not forgotten")
        # Elasticsearch forgets at a refresh, by a clock that moves every 200 ms.
        time.sleep(_TOMBSTONE_WAIT_SECONDS)
        self.client.refresh(self.target)

    def delete(self, ids: Sequence[str]) -> None:
        """As `SearchEngine.delete`."""
        operations = [{"delete": {"_id": record_id}} for record_id in filter(is_term, ids)]
        for start in range(0, len(operations), _BULK_DOCUMENTS):
            self._bulk(operations[start : start + _BULK_DOCUMENTS])

    def refresh(self) -> None:
        """Makes everything so far visible to searches."""
        self.client.refresh(self.target)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """As `SearchEngine.revisions`."""
        after = 0
        while True:
            hits = self.client.search(self.target, revisions_body(after, _REVISIONS_AT_A_TIME))["hits"]["hits"]
            for hit in hits:
                yield hit["_id"], hit["_source"]["revision"]
            if len(hits) < _REVISIONS_AT_A_TIME:
                return
            after = hits[-1]["sort"][0]

    def _bulk(self, operations: Sequence[Body]) -> list[Body]:
        return self.client.bulk(self.target, operations, self._is_alias) if operations else []


def _batches(documents: Sequence[IndexDocument]) -> Iterator[list[IndexDocument]]:
    """Parts small enough for one request each."""
    batch: list[IndexDocument] = []
    characters = 0
    for document in documents:
        length = _characters(document)
        if batch and (len(batch) == _BULK_DOCUMENTS or characters + length > _BULK_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(document)
        characters += length
    if batch:
        yield batch


def _characters(document: IndexDocument) -> int:
    return sum(len(value) for value in document.values.values() if isinstance(value, str))


def _index_operation(document: IndexDocument) -> tuple[Body, Body]:
    # Elasticsearch itself passes over lower revisions, also when two processes should write at once.
    how = {"_id": document.id, "version": document.revision, "version_type": "external_gte"}
    return {"index": how}, document.all_values()
