"""What an administrator must look at although the server works, in sentences."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from reticent_server.auth import Caller, Scope
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.schemas.health import NoticeOut, NoticesOut
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/notices", tags=["health"])


@router.get("", summary="List what somebody must look at")
def list_notices(
    services: ServicesDep, _: Annotated[Caller, requires(Scope.READ_METRICS)]
) -> NoticesOut:
    """What `/readyz` names without its reason, up to a minute old; the console shows it too."""
    notices = sorted(services.health.notices.items())
    return NoticesOut(notices=[NoticeOut(part=part, sentence=told) for part, told in notices])
