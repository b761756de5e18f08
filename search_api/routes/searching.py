"""GET /search and /suggest."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from kernel.bilingual import Language
from mappings.record import RecordState
from search_api.engines.protocol import Sort
from search_api.query.answers import MOST_HITS, HitPage, SearchAnswer, SearchHit, SearchQuery, SnippetPart
from search_api.query.suggesting import MOST_SUGGESTIONS
from search_api.routes.asked_shapes import understood_shapes
from search_api.routes.asking import TheLanguage, TheServices, TheViewer, problems
from search_api.routes.shapes import (
    FacetCountShape,
    HitPageShape,
    HitShape,
    SearchShape,
    SnippetPartShape,
    SuggestShape,
    UnsearchableShape,
    edges,
)

router = APIRouter(tags=["search"])

_Values = Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=100)]


class SearchParameters(BaseModel):
    """The parameters of a search. A filter given several times means any of its values."""

    q: str = Field(
        "",
        description='Words (all must occur), "phrases", -not, OR, NEAR/5, prefix*, fields (`loại:QĐ`, `date:2019`), an '
        "issue number in any usual spelling, a date: docs/asking.md. Any text is a question. Empty: everything, newest "
        "first",
        examples=['phê duyệt "ngân sách" -thu', "123/QĐ-UBND", "loại:QĐ ngày:01/2019..06/2020 đất đai hoặc nhà ở"],
    )
    kind: _Values = Field([], description="Names or abbreviations, with or without diacritics", examples=[["QĐ"]])
    issuer: _Values = Field([], description="As in the facet; without diacritics: all names with these words in a row")
    year: _Values = Field([], description="Years of issue", examples=[["2019"]])
    urgency: _Values = Field([], description="With or without diacritics", examples=[["Khẩn"]])
    secrecy: _Values = Field([], description="With or without diacritics", examples=[["Mật"]])
    dossier: _Values = Field([], description="Dossiers, as in the facet")
    state: list[RecordState] = Field(
        [],
        max_length=100,
        description="Where the record stands. received and reading mean the same here: not read yet. The facet counts "
        "both as received; each hit tells which it is",
    )
    keywords: _Values = Field([], description="As in the facet: records that have any of these keywords")
    signer: _Values = Field([], description="As in the facet; without diacritics: all names with these words in a row")
    issued_from: date | None = Field(None, description="The first day of issue, ISO", examples=["2019-01-01"])
    issued_to: date | None = Field(None, description="The last day of issue, ISO", examples=["2019-12-31"])
    arrival_number: _Values = Field([], description="The number of the arrival stamp", examples=[["2352"]])
    arrived_from: date | None = Field(None, description="The first day of the arrival stamp, ISO")
    arrived_to: date | None = Field(None, description="The last day of the arrival stamp, ISO")
    sort: Sort | None = Field(None, description="Left out: by relevance, or newest first for an empty q")
    limit: int = Field(10, ge=1, le=MOST_HITS)
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of an answer to the same question")

    def query(self) -> SearchQuery:
        """As the search takes it."""
        return SearchQuery(
            q=self.q,
            kind=tuple(self.kind),
            issuer=tuple(self.issuer),
            year=tuple(self.year),
            urgency=tuple(self.urgency),
            secrecy=tuple(self.secrecy),
            dossier=tuple(self.dossier),
            state=tuple(map(str, self.state)),
            signer=tuple(self.signer),
            keywords=tuple(self.keywords),
            issued_from=self.issued_from,
            issued_to=self.issued_to,
            arrival_number=tuple(self.arrival_number),
            arrived_from=self.arrived_from,
            arrived_to=self.arrived_to,
            sort=self.sort,
            limit=self.limit,
            cursor=self.cursor,
        )


@router.get("/search", responses=problems(400, 422, 503))
def search(
    asked: Annotated[SearchParameters, Query()], services: TheServices, viewer: TheViewer, language: TheLanguage
) -> SearchShape:
    """Finds records, with the pages that hold what was looked for and the places of the words on them."""
    return _answer(services.search.search(asked.query(), viewer), language)


@router.get("/suggest", responses=problems(422, 503))
def suggest(
    services: TheServices,
    viewer: TheViewer,
    q: Annotated[str, Query(description="What has been typed so far", examples=["uy ban nh"])] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_SUGGESTIONS)] = 8,
) -> SuggestShape:
    """Completes what is being typed, in the archive's own words."""
    return SuggestShape(suggestions=list(services.suggester.suggest(q, viewer, limit)))


def _answer(answer: SearchAnswer, language: Language) -> SearchShape:
    return SearchShape(
        total=answer.total,
        total_is_exact=answer.total_is_exact,
        took_ms=answer.took_ms,
        partial=answer.partial,
        cut=answer.cut,
        sort=answer.sort,
        hits=[_hit(hit) for hit in answer.hits],
        facets={
            name: [FacetCountShape(value=one.value, count=one.count) for one in counts]
            for name, counts in answer.facets.items()
        },
        next_cursor=answer.next_cursor,
        unsearchable=UnsearchableShape(records=answer.unsearchable.records, pages=answer.unsearchable.pages),
        **understood_shapes(answer.understood, language),
        by_meaning=answer.by_meaning,
    )


def _hit(hit: SearchHit) -> HitShape:
    return HitShape(
        record_id=hit.record_id,
        issue_number=hit.issue_number,
        issued_on=hit.issued_on,
        issuer=hit.issuer,
        kind=hit.kind,
        subject=hit.subject,
        subject_parts=_parts(hit.subject_parts),
        page_count=hit.page_count,
        state=hit.state,
        urgency=hit.urgency,
        secrecy=hit.secrecy,
        signer=hit.signer,
        file_name=hit.file_name,
        doubtful=list(hit.doubtful),
        pages=[_page(page) for page in hit.pages],
        by_meaning=hit.by_meaning,
    )


def _page(page: HitPage) -> HitPageShape:
    return HitPageShape(
        page=page.page, snippet=_parts(page.snippet), boxes=list(map(edges, page.boxes)), has_image=page.has_image
    )


def _parts(parts: tuple[SnippetPart, ...]) -> list[SnippetPartShape]:
    return [SnippetPartShape(text=part.text, marked=part.marked) for part in parts]
