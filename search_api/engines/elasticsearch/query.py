"""Our query tree and search request in Elasticsearch's query language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mappings.index_document import is_term, sequence_of
from search_api.engines.meaning import bounds, constant_score, is_scored
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
from search_api.engines.protocol import SearchRequest, Sort

Body = dict[str, Any]

_NOTHING: Body = {"match_none": {}}


def translate(node: Node) -> Body:  # noqa: PLR0911 - one return a kind of node
    """The same records and, within 32-bit floats, the same scores as the node says."""
    match node:
        case Everything():
            return {"match_all": {}}
        case Nothing():
            return _NOTHING
        case Boosted(node=inner, boost=boost):
            return {"bool": {"must": [translate(inner)], "boost": boost}}
        case Unscored(node=inner):
            return {"bool": {"filter": [translate(inner)]}}
        case AllOf():
            return _all_of(node)
        case AnyOf(nodes=()):
            return _NOTHING
        case AnyOf(nodes=nodes):
            return {"bool": {"should": [translate(one) for one in nodes], "minimum_should_match": 1}}
        case _:
            return _leaf(node)


def search_body(request: SearchRequest) -> Body:
    """The whole request. Facets see query, access and the filters of the others; hits and totals all filters."""
    # Filters of counted facets come after the query, so that each facet can be counted without its own.
    after = {name: translate(node) for name, node in request.filters.items() if name in request.facets}
    before = [translate(node) for name, node in request.filters.items() if name not in request.facets]
    body: Body = {
        "query": {"bool": {"must": [translate(request.query)], "filter": [translate(request.access), *before]}},
        "sort": _sort(request),
        "size": request.limit + 1,
        "track_total_hits": request.total_limit,
        "_source": ["revision", "sort_key"],
    }
    if after:
        body["post_filter"] = {"bool": {"filter": list(after.values())}}
    if request.facets:
        body["aggs"] = {name: _facet(name, after, request.facet_size) for name in request.facets}
    if request.after is not None:
        body["search_after"] = _search_after(request)
    return body


def revisions_body(after: int, size: int) -> Body:
    """Records in accession order after this sequence."""
    return {
        "query": {"match_all": {}},
        "sort": [{"sequence": "asc"}],
        "search_after": [after],
        "size": size,
        "track_total_hits": False,
        "_source": ["revision"],
    }


def frequencies_body(name: str, terms: Sequence[str], access: Node) -> Body:
    """How many of the documents that pass `access` hold each term, by its place among `terms`."""
    filters = {str(at): _term(name, term) for at, term in enumerate(terms)}
    return {
        "query": translate(Unscored(access)),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"terms": {"filters": {"filters": filters}}},
    }


def sorts_by_score(request: SearchRequest) -> bool:
    """Whether hits are ordered by score; where all scores are one, the accession alone orders them."""
    return request.sort is Sort.RELEVANCE and constant_score(request.query) is None


def _sort(request: SearchRequest) -> list[Body]:
    if request.sort is Sort.NEWEST:
        return [{"sort_key": "desc"}]
    if request.sort is Sort.OLDEST:
        return [{"sort_key": "asc"}]
    return [{"_score": "desc"}, {"sequence": "desc"}] if sorts_by_score(request) else [{"sequence": "desc"}]


def _search_after(request: SearchRequest) -> list[float | int]:
    position = request.after
    if position is None:
        return []
    if request.sort is not Sort.RELEVANCE:
        return [position.sort_key]
    sequence = sequence_of(position.sort_key)
    return [position.score, sequence] if sorts_by_score(request) else [sequence]


def _facet(name: str, filters: dict[str, Body], size: int) -> Body:
    others = [body for facet, body in filters.items() if facet != name]
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": {"terms": {"field": name, "size": size}}}}


def _all_of(node: AllOf) -> Body:
    clauses: Body = {"must": [translate(one) for one in node.must]}
    if not node.must:
        clauses = {"filter": [{"match_all": {}}]}
    if node.should:
        # Said, for without a must one of them would have to fit.
        clauses |= {"should": [translate(one) for one in node.should], "minimum_should_match": 0}
    if node.none:
        clauses["must_not"] = [translate(one) for one in node.none]
    return {"bool": clauses}


def _leaf(node: Term | Phrase | Prefix | Near | Fuzzy | Range) -> Body:
    match node:
        case Near():
            return _near(node)
        case Fuzzy(field=name, term=term):
            # A constant score for all terms that are alike: the default keeps the best 50 only.
            body = {"value": term, "fuzziness": 1, "transpositions": True, "rewrite": "constant_score"}
            return {"fuzzy": {name: body}} if is_term(term) else _NOTHING
        case Term(field=name, term=term) | Phrase(field=name, terms=(term,)):
            return _term(name, term)
        case Phrase(field=name, terms=terms):
            found = bool(terms) and all(map(is_term, terms))
            return {"match_phrase": {name: {"query": " ".join(terms)}}} if found else _NOTHING
        case Prefix(field=name, prefix=prefix):
            return {"prefix": {name: {"value": prefix}}} if is_term(prefix) else _NOTHING
        case Range():
            return _range(node)


def _near(node: Near) -> Body:
    first, second = node.first, node.second
    if first == second:
        return {"constant_score": {"filter": _term(node.field, first)}}
    if not (is_term(first) and is_term(second)):
        return _NOTHING
    orders = (f"{first} {second}", f"{second} {first}")
    phrases = [{"match_phrase": {node.field: {"query": one, "slop": node.between}}} for one in orders]
    return {"constant_score": {"filter": {"bool": {"should": phrases, "minimum_should_match": 1}}}}


def _term(name: str, term: str) -> Body:
    if not is_term(term):
        return _NOTHING
    body: Body = {"term": {name: {"value": term}}}
    return body if is_scored(name) else {"constant_score": {"filter": body}}


def _range(node: Range) -> Body:
    within = bounds(node)
    if within is None:
        return _NOTHING
    if node.at_least is None and node.at_most is None:
        return {"constant_score": {"filter": {"exists": {"field": node.field}}}}
    return {"range": {node.field: {"gte": within[0], "lte": within[1]}}}
