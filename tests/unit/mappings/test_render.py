from __future__ import annotations

from mappings.fields import FIELDS, FieldKind
from mappings.render import ELASTICSEARCH_FILE, elasticsearch_index, rendered_elasticsearch_file, tantivy_fields


def test_the_checked_in_mapping_is_the_rendered_one() -> None:
    assert ELASTICSEARCH_FILE.read_text("utf-8") == rendered_elasticsearch_file(), "run: python -m mappings.render"


def test_every_declared_field_is_in_both_engines_and_no_other() -> None:
    properties = elasticsearch_index()["mappings"]["properties"]
    assert list(properties) == list(FIELDS) == [one.name for one in tantivy_fields()]
    assert elasticsearch_index()["mappings"]["dynamic"] == "strict"


def test_no_page_text_is_stored_in_either_engine() -> None:
    streams = {name for name, one in FIELDS.items() if one.kind in (FieldKind.STREAM, FieldKind.BAG)}
    assert streams.isdisjoint(elasticsearch_index()["mappings"]["_source"]["includes"])
    assert not [one.name for one in tantivy_fields() if one.stored and one.name in streams]


def test_only_streams_carry_positions() -> None:
    properties = elasticsearch_index()["mappings"]["properties"]
    for one in tantivy_fields():
        declared = FIELDS[one.name].kind
        assert (one.index_option == "position") == (declared is FieldKind.STREAM)
        assert (properties[one.name].get("index_options") == "positions") == (declared is FieldKind.STREAM)


def test_every_field_is_named_in_both_languages() -> None:
    assert all(one.label.vi and one.label.en and one.note for one in FIELDS.values())
