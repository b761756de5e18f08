"""What every route is handed: the services, who asks, in which language."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Request

from kernel.bilingual import Language
from search_api.access import Viewer
from search_api.access.asking import current_viewer
from search_api.giving.columns import Speaking
from search_api.problems import PROBLEM_TYPE, language_of
from search_api.routes.shapes import ProblemShape
from search_api.services import Services
from search_api.web.language import choose


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


TheServices = Annotated[Services, Depends(_services)]
TheViewer = Annotated[Viewer, Depends(current_viewer)]
TheLanguage = Annotated[Language, Depends(language_of)]


def _speaking(request: Request, language: TheLanguage) -> Speaking:
    """In the language of `lang`, else as `Accept-Language` says; addresses as the asker has reached this house."""
    # Read here and not as a parameter: beside it the parameters of a search could not be told one by one.
    chosen = choose(request.query_params.get("lang"), None, language)
    return Speaking(chosen, str(request.base_url).rstrip("/"))


TheSpeaking = Annotated[Speaking, Depends(_speaking)]
RecordId = Annotated[str, Path(description="The record's id", max_length=64)]
PageNumber = Annotated[int, Path(description="The page, from 1", ge=1, le=1_000_000)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for OpenAPI."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
    return {status: {"model": ProblemShape, "description": "A problem", "content": content} for status in statuses}
