"""How the house stands: /status for people, /health for whoever watches, /metrics for Prometheus."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from kernel.errors import Unavailable
from kernel.ids import new_id
from search_api.measuring import Measures
from search_api.routes.asking import TheServices, TheViewer
from search_api.routes.shapes import HealthShape
from search_api.routes.standing_shapes import StatusShape
from search_api.services import Check, Services
from search_api.standing import standing, trouble_of

router = APIRouter(tags=["standing"])
"""Under /api/v1."""

health_router = APIRouter(tags=["standing"])
"""At the root, where whoever watches looks for it, and under /api/v1."""


@router.get("/status")
def status(services: TheServices, viewer: TheViewer) -> StatusShape:
    """Records, pages and deliveries by state, what the index must still learn, the engine, the troubles."""
    return StatusShape.model_validate(standing(services, viewer))


@health_router.get("/health/live")
def live() -> HealthShape:
    """Whether the process answers at all."""
    return HealthShape(status="ok", parts={})


@health_router.get("/health/ready", responses={503: {"model": HealthShape}})
def ready(services: TheServices, response: Response) -> HealthShape:
    """Whether every part of the house is well; 503 if not."""
    troubles = {name: trouble_of(check) for name, check in _checks(services).items()}
    well = not any(troubles.values())
    response.status_code = 200 if well else 503
    return HealthShape(
        status="ok" if well else "trouble",
        parts={name: trouble or "ok" for name, trouble in troubles.items()},
        sandbox=services.sandbox,
    )


@health_router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Measures in Prometheus' text form."""
    measures: Measures = request.app.state.measures
    return Response(measures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _checks(services: Services) -> dict[str, Check]:
    own: dict[str, Check] = {
        "catalogue": services.catalogue.ping,
        "engine": services.engine.ping,
        "disk": lambda: _write_something(services.data),
    }
    return {**own, **services.checks}


def _write_something(folder: Path) -> None:
    path = folder / f".writable-{new_id()}"
    try:
        path.write_bytes(b"")
        path.unlink()
    except OSError as error:
        raise Unavailable(reason=os.strerror(error.errno or 0)) from error
