"""Years that contradict each other: a printed year can be wrong, and then the record is filed where nobody looks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ingest.describing.certainty import SURE
from mappings.record import DescribedField


def with_doubted_year(fields: Sequence[DescribedField | None]) -> list[DescribedField | None]:
    """The fields, the day of issue doubtful where the symbol ("12/2020/QĐ-UBND") or the arrival tell another year.

    What is issued in December may arrive in January, but nothing arrives before it was issued.
    """
    values = {field.name: field.value for field in fields if field}
    issued = _day(values.get("issued_on", ""))
    if issued is None or not _contradicts(issued, values.get("symbol", ""), _day(values.get("arrived_on", ""))):
        return list(fields)
    return [_asked(field) if field and field.name == "issued_on" else field for field in fields]


def _contradicts(issued: date, symbol: str, arrived: date | None) -> bool:
    of_symbol = re.match(r"((?:19|20)\d\d)/", symbol)
    if of_symbol and int(of_symbol[1]) != issued.year:
        return True
    return arrived is not None and not issued.year <= arrived.year <= issued.year + 1


def _asked(field: DescribedField) -> DescribedField:
    return replace(field, doubtful=True, confidence=min(field.confidence, SURE))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
