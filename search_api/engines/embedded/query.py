"""Our query tree as tantivy's query objects. No string is ever parsed as a query."""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import FieldType, Occur, Query, Schema

from mappings.index_document import is_term
from search_api.engines.meaning import bounds, is_scored
from search_api.engines.nodes import (
    AllOf,
    AnyOf,
    Boosted,
    Everything,
    Fuzzy,
    Near,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Range,
    Term,
    Unscored,
)


def translate(node: Node, schema: Schema) -> Query:  # noqa: PLR0911 - one return a kind of node
    """The same records and, within 32-bit floats, the same scores as the node says."""
    match node:
        case Everything():
            # Bare, an intersection drops it together with its score.
            return Query.const_score_query(Query.all_query(), 1.0)
        case Nothing():
            return Query.empty_query()
        case Boosted(node=inner, boost=boost):
            return Query.boost_query(translate(inner, schema), boost)
        case Unscored(node=inner):
            return unscored(translate(inner, schema))
        case AllOf():
            return _all_of(node, schema)
        case AnyOf(nodes=nodes):
            return Query.boolean_query([(Occur.Should, translate(one, schema)) for one in nodes])
        case _:
            return _leaf(node, schema)


def unscored(query: Query) -> Query:
    """The same records, adding 0 to the score."""
    return Query.const_score_query(query, 0.0)


def all_must(queries: Sequence[Query]) -> Query:
    """The records that fit all of them, scores added up."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _all_of(node: AllOf, schema: Schema) -> Query:
    must = [translate(one, schema) for one in node.must]
    # Without a must, tantivy would ask for one of the should, and find nothing by exclusions alone.
    clauses = [(Occur.Must, query) for query in must or [unscored(Query.all_query())]]
    clauses += [(Occur.Should, translate(one, schema)) for one in node.should]
    clauses += [(Occur.MustNot, translate(one, schema)) for one in node.none]
    return Query.boolean_query(clauses)


def _leaf(node: Term | Phrase | Prefix | Near | Fuzzy | Range, schema: Schema) -> Query:
    match node:
        case Near():
            return _near(node, schema)
        case Fuzzy(field=name, term=term):
            found = is_term(term)
            return Query.fuzzy_term_query(schema, name, term, 1, True, False) if found else Query.empty_query()
        case Term(field=name, term=term) | Phrase(field=name, terms=(term,)):
            return _term(schema, name, term)
        case Phrase(field=name, terms=terms):
            found = bool(terms) and all(map(is_term, terms))
            # tantivy panics on a phrase of less than two terms.
            return Query.phrase_query(schema, name, list(terms)) if found else Query.empty_query()
        case Prefix(field=name, prefix=prefix):
            found = is_term(prefix)
            # A fuzzy query of distance 0: as a regular expression the prefix would have to be escaped.
            return Query.fuzzy_term_query(schema, name, prefix, 0, True, True) if found else Query.empty_query()
        case Range():
            return _range(schema, node)


def _near(node: Near, schema: Schema) -> Query:
    first, second = node.first, node.second
    if first == second:
        return Query.const_score_query(_term(schema, node.field, first), 1.0)
    if not (is_term(first) and is_term(second)):
        return Query.empty_query()
    # A slop lets the terms change places too, but at the price of two steps: each order is asked for by itself.
    orders = ([first, second], [second, first])
    phrases = [Query.phrase_query(schema, node.field, list(order), node.between) for order in orders]
    return Query.const_score_query(Query.boolean_query([(Occur.Should, one) for one in phrases]), 1.0)


def _term(schema: Schema, name: str, term: str) -> Query:
    if not is_term(term):
        return Query.empty_query()
    if is_scored(name):
        return Query.term_query(schema, name, term, index_option="freq")
    return Query.const_score_query(Query.term_query(schema, name, term, index_option="basic"), 1.0)


def _range(schema: Schema, node: Range) -> Query:
    within = bounds(node)
    if within is None:
        return Query.empty_query()
    if node.at_least is None and node.at_most is None:
        return Query.const_score_query(Query.exists_query(node.field), 1.0)
    return Query.const_score_query(Query.range_query(schema, node.field, FieldType.Integer, *within), 1.0)
