"""How the house stands: /status for people, /health for whoever watches, /metrics for Prometheus."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from archive.layout import Layout
from archive.unit_of_work import UnitOfWork
from archive.watchers import Watchers
from kernel.errors import TangthuError, Unavailable
from kernel.ids import new_id
from mappings.access import access_tokens
from search_api.access import Viewer
from search_api.measuring import Measures
from search_api.routes.asking import TheServices, TheViewer
from search_api.routes.shapes import (
    EngineShape,
    HealthShape,
    OutboxShape,
    SetAsideShape,
    UnsearchableShape,
    WatchingShape,
)
from search_api.routes.standing_shapes import OriginalsShape, SidecarsShape, StatusShape, WrongOriginalShape
from search_api.services import Check, Services

LOG = logging.getLogger(__name__)

router = APIRouter(tags=["standing"])
"""Under /api/v1."""

health_router = APIRouter(tags=["standing"])
"""At the root, where whoever watches looks for it, and under /api/v1."""


@router.get("/status")
def status(services: TheServices, viewer: TheViewer) -> StatusShape:
    """Records, pages and deliveries by state, what the index must still learn, the engine, the troubles."""
    trouble = _trouble(services.engine.ping)
    with services.catalogue.reading() as unit:
        records, pages = unit.pages.unsearchable(viewer.tokens)
        return StatusShape(
            records=_by_name(unit.records.counts()),
            pages=_by_name(unit.pages.counts()),
            deliveries=_by_name(unit.deliveries.counts()),
            outbox=OutboxShape(waiting=unit.outbox.waiting(), set_aside=_set_aside(unit, viewer)),
            sidecars=SidecarsShape(waiting=unit.sidecar_marks.waiting()),
            engine=EngineShape(answers=trouble is None, reason=trouble),
            unsearchable=UnsearchableShape(records=records, pages=pages),
            watching=[WatchingShape.model_validate(one) for one in Watchers(Layout(services.data)).standings()],
            originals=_originals(unit, viewer),
            sandbox=services.sandbox,
        )


@health_router.get("/health/live")
def live() -> HealthShape:
    """Whether the process answers at all."""
    return HealthShape(status="ok", parts={})


@health_router.get("/health/ready", responses={503: {"model": HealthShape}})
def ready(services: TheServices, response: Response) -> HealthShape:
    """Whether every part of the house is well; 503 if not."""
    troubles = {name: _trouble(check) for name, check in _checks(services).items()}
    well = not any(troubles.values())
    response.status_code = 200 if well else 503
    return HealthShape(
        status="ok" if well else "trouble",
        parts={name: trouble or "ok" for name, trouble in troubles.items()},
        sandbox=services.sandbox,
    )


@health_router.get("/metrics", response_class=Response)
def metrics(request: Request) -> Response:
    """Measures in Prometheus' text form."""
    measures: Measures = request.app.state.measures
    return Response(measures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _by_name(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(state): count for state, count in counts.items()}


def _set_aside(unit: UnitOfWork, viewer: Viewer) -> list[SetAsideShape]:
    found = unit.outbox.all_set_aside()
    seen = _seen(unit, viewer, [one.record_id for one in found])
    return [
        SetAsideShape(record_id=one.record_id, revision=one.revision, reason=one.reason, since=one.since)
        for one in found
        if one.record_id in seen
    ]


def _seen(unit: UnitOfWork, viewer: Viewer, record_ids: Sequence[str]) -> set[str]:
    """Those of these records that the viewer may see."""
    return {
        key
        for key, view in unit.records.views(record_ids).items()
        if not set(viewer.tokens).isdisjoint(access_tokens(view.record.unit, view.record.access_class))
    }


def _originals(unit: UnitOfWork, viewer: Viewer) -> OriginalsShape:
    standing = unit.fixity.standing()
    seen = _seen(unit, viewer, [one.record_id for one in standing.wrong if one.record_id])
    return OriginalsShape(
        total=standing.originals,
        checked=standing.checked,
        last_checked_at=standing.last_at,
        oldest_checked_at=standing.oldest_at,
        wrong_count=standing.wrong_count,
        wrong=[
            WrongOriginalShape(
                record_id=one.record_id, digest=one.digest, outcome=one.outcome.value, checked_at=one.checked_at
            )
            for one in standing.wrong
            if one.record_id in seen
        ],
    )


def _checks(services: Services) -> dict[str, Check]:
    own: dict[str, Check] = {
        "catalogue": services.catalogue.ping,
        "engine": services.engine.ping,
        "disk": lambda: _write_something(services.data),
    }
    return {**own, **services.checks}


def _trouble(check: Check) -> str | None:
    try:
        check()
    except TangthuError as error:
        return error.title.en
    except Exception as error:  # a check that fails in a way of its own has found trouble all the same
        LOG.exception("a health check failed")
        return type(error).__name__
    return None


def _write_something(folder: Path) -> None:
    path = folder / f".writable-{new_id()}"
    try:
        path.write_bytes(b"")
        path.unlink()
    except OSError as error:
        raise Unavailable(reason=os.strerror(error.errno or 0)) from error
