"""Whether two archives answer alike. What differs by nature is named here and nowhere else.

Left out: the cursor, which is sealed, and followed instead; when a workbook was made. Ids and clock stand still. The
order of hits by relevance rests on statistics of words that all records share: such answers are held to be the same in
everything but the order, and how many were not in the same order is counted.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from httpx import Response

from tests.rights.archives import Archive
from tests.rights.asking import Asked, Example, filled, filled_body

_CURSOR = re.compile(rb'(cursor=|"next_cursor":")[A-Za-z0-9_-]{60,}')
_MOST_PAGES = 4


@dataclass(slots=True)
class Tally:
    """`asked`: examples by route; `reordered`: those whose hits stood in another order."""

    asked: Counter[str] = field(default_factory=Counter)
    reordered: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def examples(self) -> int:
        """How many were tried."""
        return sum(self.asked.values())


def compare(example: Example, without: Archive, having: Archive, tally: Tally) -> None:
    """AssertionError if one who may not see the secret records can tell the two archives apart."""
    asked = example.asked
    tally.asked[asked.route] += 1
    pairs = zip(_answers(asked, example.world, without), _answers(asked, example.world, having), strict=True)
    for first, second in pairs:
        tally.statuses[first.status_code] += 1
        assert first.status_code == second.status_code, (first.text, second.text)
        if sorted(first.headers.items()) == sorted(second.headers.items()) and _body(first) == _body(second):
            continue
        assert _unordered(asked, first) == _unordered(asked, second), _difference(first, second)
        if _body(first) != _body(second):  # else only its packed length differs, by the letters of a sealed cursor
            tally.reordered[asked.route] += 1


def _difference(first: Response, second: Response) -> str:
    one, other = str(_body(first)), str(_body(second))
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    near = slice(max(0, at - 200), at + 200)
    return f"{first.headers}\n{second.headers}\n{one[near]}\n---\n{other[near]}"


def _answers(asked: Asked, world: int, archive: Archive) -> Iterator[Response]:
    """The answer, and those of the pages after it."""
    path, query = filled(asked, world, archive.searches), list(asked.query)
    # What this browser asked before is shown to it: an example that failed would go on in those after it.
    if "tangthu_recent" in archive.client.cookies:
        archive.client.cookies.delete("tangthu_recent")
    body = filled_body(asked, world)
    for _ in range(_MOST_PAGES):
        answer = archive.client.request(asked.method, path, params=query, content=body, headers=dict(asked.headers))
        yield answer
        cursor = _cursor(asked, answer)
        if cursor is None:
            return
        query = [*(pair for pair in asked.query), cursor]


def _cursor(asked: Asked, answer: Response) -> tuple[str, str] | None:
    if asked.route == "/api/v1/search" and answer.status_code == 200 and answer.json()["next_cursor"]:
        return "cursor", answer.json()["next_cursor"]
    if asked.route in ("/api/v1/deliveries", "/api/v1/bin") and answer.json().get("next_before"):
        return "before", answer.json()["next_before"]
    return None


def _body(answer: Response) -> Any:
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return {name: book.read(name) for name in book.namelist() if not name.startswith("docProps/")}
    return _CURSOR.sub(rb"\1", answer.content)


def _unordered(asked: Asked, answer: Response) -> Any:
    """All of the answer but the order of its hits; where hits stand in no free order, the whole answer."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "content-length")
    if answer.status_code != 200:
        return headers, _body(answer)
    by_relevance = ("sort", "newest") not in asked.query and ("sort", "oldest") not in asked.query
    if asked.route == "/api/v1/search" and by_relevance and ("limit", "100") in asked.query:
        found = json.loads(_body(answer))
        return headers, found | {"hits": sorted(found["hits"], key=lambda hit: hit["record_id"])}
    if asked.route == "/api/v1/search.csv" and by_relevance:
        return headers, sorted(answer.content.splitlines())
    if asked.route == "/api/v1/search/list":
        rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
        # Row, question, how sure and how many: which five of them come first is order.
        return headers, sorted({tuple(row[:2] + row[3:4]) for row in rows})
    return headers, _body(answer)
