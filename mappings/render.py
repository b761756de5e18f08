"""The declared fields as each engine holds them.

`python -m mappings.render` writes `mappings/elasticsearch.json`; a test holds the file equal to the declarations.
Page text is stored in neither engine: the archive has it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mappings.fields import FIELDS, FieldKind, SearchField
from mappings.index_document import TERMS_VERSION

ELASTICSEARCH_FILE = Path(__file__).with_name("elasticsearch.json")


@dataclass(frozen=True, slots=True)
class TantivyField:
    """A field of a tantivy schema: a text field with `tokenizer` and `index_option`, or a signed whole number."""

    name: str
    is_whole: bool
    stored: bool
    fast: bool
    tokenizer: str = ""
    index_option: str = ""


@cache
def schema_digest() -> str:
    """Changes when the declared fields or their terms change: an index of another digest must be built anew."""
    declared = [_elasticsearch_without_meta(), [repr(one) for one in tantivy_fields()], TERMS_VERSION]
    whole = json.dumps(declared, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def elasticsearch_index() -> dict[str, Any]:
    """Settings and mapping of an Elasticsearch index; shards and replicas are added where it is made."""
    rendered = _elasticsearch_without_meta()
    rendered["mappings"]["_meta"] = {"schema_digest": schema_digest()}
    return rendered


def _elasticsearch_without_meta() -> dict[str, Any]:
    return {
        "settings": {
            "index": {
                # Searches see what was committed, not what happened to be refreshed.
                "refresh_interval": "-1",
                # A deleted record may come back with the revision it had: its tombstone must not outlive the commit.
                "gc_deletes": "0s",
                # tantivy's constants, written down so that a server's default cannot part the two.
                "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": [one.name for one in FIELDS.values() if one.stored]},
            "properties": {one.name: _elasticsearch_field(one) for one in FIELDS.values()},
        },
    }


def _elasticsearch_field(one: SearchField) -> dict[str, Any]:
    if one.kind is FieldKind.WHOLE:
        return {"type": "long"}
    if one.kind in (FieldKind.EXACT, FieldKind.EXACTS):
        return {"type": "keyword", "doc_values": one.facet}
    positions = "positions" if one.kind is FieldKind.STREAM else "freqs"
    return {"type": "text", "analyzer": "whitespace", "index_options": positions, "norms": True}


def tantivy_fields() -> tuple[TantivyField, ...]:
    """The fields of a tantivy schema. Numbers are signed: deleting by an unsigned field deletes nothing."""
    return tuple(_tantivy_field(one) for one in FIELDS.values())


def _tantivy_field(one: SearchField) -> TantivyField:
    if one.kind is FieldKind.WHOLE:
        # Numbers of a hit are read from the fast column, the id alone from the store.
        return TantivyField(one.name, is_whole=True, stored=False, fast=True)
    if one.kind in (FieldKind.EXACT, FieldKind.EXACTS):
        return TantivyField(one.name, False, one.stored, one.facet, tokenizer="raw", index_option="basic")
    option = "position" if one.kind is FieldKind.STREAM else "freq"
    return TantivyField(one.name, False, one.stored, False, tokenizer="whitespace", index_option=option)


def rendered_elasticsearch_file() -> str:
    """The text of `mappings/elasticsearch.json`."""
    return json.dumps(elasticsearch_index(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    ELASTICSEARCH_FILE.write_text(rendered_elasticsearch_file(), encoding="utf-8")
