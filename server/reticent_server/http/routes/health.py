"""Whether the server lives, whether it is ready, and what it counts about itself.

These stand outside /api/v1, where balancers and scrapers look for them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from reticent_server.auth import Caller, Scope
from reticent_server.errors import StoreError
from reticent_server.http.guard import ServicesDep, public, requires
from reticent_server.http.schemas.health import HealthOut

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Does the server live", dependencies=[public("for balancers")])
async def healthz() -> HealthOut:
    """Answers as long as the event loop turns."""
    return HealthOut(status="alive", parts=[], notices=[])


@router.get(
    "/readyz",
    summary="Can the server do its work now",
    dependencies=[public("for balancers; names parts, gives no reasons")],
    responses={503: {"model": HealthOut, "description": "Some part cannot work now."}},
)
def readyz(services: ServicesDep, response: Response) -> HealthOut:
    """200 when every part works, else 503 with the names of those that do not.

    `notices` are parts that somebody must look at; they do not make it 503.
    """
    notices = sorted(services.health.notices)
    broken = set(services.health.problems)
    try:
        services.control.ping()
    except StoreError:
        broken.add("control")
    if not broken:
        return HealthOut(status="ready", parts=[], notices=notices)
    response.status_code = 503
    return HealthOut(status="not ready", parts=sorted(broken), notices=notices)


@router.get(
    "/metrics",
    summary="Prometheus metrics",
    response_class=Response,
    responses={
        200: {
            "content": {
                "text/plain": {"example": "# HELP reticent_rows_total Rows stored durably\n"}
            },
            "description": "Text exposition format.",
        }
    },
)
def metrics(services: ServicesDep, _: Annotated[Caller, requires(Scope.READ_METRICS)]) -> Response:
    """Needs a token with read:metrics: how many rows flow is not everybody's business."""
    for group, silent in services.groups.count_silent().items():
        services.metrics.devices_silent.labels(group).set(silent)
    return Response(services.metrics.render(), media_type="text/plain; version=0.0.4")
