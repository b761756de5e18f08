"""GET /records/{id}/candidates: what a number or day that was written by hand may be."""

from __future__ import annotations

from fastapi import APIRouter

from search_api.candidates.ranking import Candidate, Source
from search_api.candidates.service import CandidateService
from search_api.routes.asking import RecordId, TheServices, TheViewer, problems
from search_api.routes.shaping import Shape, example

router = APIRouter(prefix="/records/{record_id}", tags=["records"])


class CandidateShape(Shape):
    """A value as it would be filed. `because`: what speaks for it: series, read, file_name, arrival, signed."""

    model_config = example(value="431", because=["series", "file_name"])

    value: str
    because: list[Source]


class CandidatesShape(Shape):
    """The likeliest first, at most three; none for a field that nobody needs to be asked for."""

    number: list[CandidateShape]
    issued_on: list[CandidateShape]


@router.get("/candidates", responses=problems(404, 503))
def candidates(record_id: RecordId, services: TheServices, viewer: TheViewer) -> CandidatesShape:
    """What the number and the day of issue may be, where they are doubtful. To take one, correct the field."""
    with services.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens)
    found = CandidateService(services.catalogue, services.engine).candidates(view, viewer)
    return CandidatesShape(number=_shapes(found.get("number", [])), issued_on=_shapes(found.get("issued_on", [])))


def _shapes(found: list[Candidate]) -> list[CandidateShape]:
    return [CandidateShape(value=one.value, because=list(one.because)) for one in found]
