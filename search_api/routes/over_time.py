"""GET /search/histogram: how many of the records found were issued when."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from search_api.query.over_time import Period, over_time
from search_api.routes.asking import TheServices, TheViewer, problems
from search_api.routes.searching import SearchParameters
from search_api.routes.shaping import Shape, example

router = APIRouter(tags=["search"])


class HistogramParameters(SearchParameters):
    """The parameters of a search whose hits are counted over time; order, limit and cursor count for nothing."""

    by: Period | None = Field(None, description="Left out: months where they lie within two years, else years")


class PeriodShape(Shape):
    """How many were issued from `first` to `last`, both days included."""

    model_config = example(first="2019-03-01", last="2019-03-31", count=42)

    first: date
    last: date
    count: int


class HistogramShape(Shape):
    """In the order of time, without empty periods. `undated`: found, but of no known day of issue."""

    model_config = example(by="month", counts=[{"first": "2019-03-01", "last": "2019-03-31", "count": 42}], undated=3)

    by: Period
    counts: list[PeriodShape]
    undated: int


@router.get("/search/histogram", responses=problems(400, 422, 503))
def search_over_time(
    asked: Annotated[HistogramParameters, Query()], services: TheServices, viewer: TheViewer
) -> HistogramShape:
    """Counts what /search finds with the same parameters, under all of its filters, by day of issue."""
    return HistogramShape.model_validate(over_time(services.search, asked.query(), viewer, asked.by))
