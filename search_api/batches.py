"""Records of the catalogue as documents of the index, so many at a time as memory allows."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive.catalogue import Catalogue
from archive.unit_of_work import UnitOfWork
from mappings.index_document import IndexDocument, index_document
from mappings.record import RecordView
from search_api.engines.protocol import Refusal

LOG = logging.getLogger(__name__)

BATCH_RECORDS = 200
"""Records read together at the most."""

BATCH_PAGES = 400
"""Pages read together at the most, a single longer record excepted: about 1 MB of text."""

_REASON_LENGTH = 500


@dataclass(slots=True)
class Batch:
    """Documents to be put together; `refused` could not even be analysed; `vanished` are no longer in the catalogue."""

    documents: list[IndexDocument] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


def batches(catalogue: Catalogue, record_ids: Sequence[str]) -> Iterator[Batch]:
    """The records' present state as batches in the order of the ids, each id in exactly one of them."""
    for start in range(0, len(record_ids), BATCH_RECORDS):
        part = record_ids[start : start + BATCH_RECORDS]
        with catalogue.reading() as unit:
            counts = unit.records.page_counts(part)
            groups = _by_pages(part, counts)
        for group in groups:
            with catalogue.reading() as unit:
                found = _read(unit, group)
            # Analysed after the transaction: a long one would keep the database's log from shrinking.
            yield _analysed(found, group)


def _by_pages(record_ids: Sequence[str], counts: dict[str, int]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    pages = 0
    for record_id in record_ids:
        pages += counts.get(record_id, 0)
        if groups[-1] and pages > BATCH_PAGES:
            groups.append([])
            pages = counts.get(record_id, 0)
        groups[-1].append(record_id)
    return [group for group in groups if group]


def _read(unit: UnitOfWork, group: Sequence[str]) -> dict[str, RecordView]:
    return unit.records.views(group, pages=True, boxes=False)


def _analysed(found: dict[str, RecordView], group: Sequence[str]) -> Batch:
    batch = Batch()
    for record_id in group:
        view = found.get(record_id)
        if view is None:
            batch.vanished.append(record_id)
            continue
        batch.revisions[record_id] = view.record.revision
        try:
            batch.documents.append(index_document(view))
        except Exception as error:  # one text that trips the analysis must not hold up all others
            LOG.exception("record %s cannot be analysed", record_id)
            batch.refused.append(Refusal(record_id, f"{type(error).__name__}: {error}"[:_REASON_LENGTH]))
    return batch
