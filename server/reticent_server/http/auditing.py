"""What the API and the console share about the audit trail: its filters, and that it was read."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends, Query

from reticent_server.audit.filters import AuditFilter, FilterError, filter_of
from reticent_server.auth import Caller
from reticent_server.http.problems import ProblemError
from reticent_server.services import Services

TEXT_CHARS_MAX = 128


def asked_for(
    actor: Annotated[
        str, Query(max_length=TEXT_CHARS_MAX, description="Who did it.", examples=["ada"])
    ] = "",
    action: Annotated[
        str,
        Query(
            max_length=TEXT_CHARS_MAX,
            description="`device.view`, or `device` for all that begin so.",
            examples=["device"],
        ),
    ] = "",
    about: Annotated[
        str,
        Query(
            alias="object",
            max_length=TEXT_CHARS_MAX,
            description="A part of what it was done to.",
            examples=["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"],
        ),
    ] = "",
    outcome: Annotated[
        str, Query(max_length=16, description="done, refused or failed.", examples=["refused"])
    ] = "",
    since: Annotated[
        str,
        Query(max_length=40, description="`7d`, a day, or a time.", examples=["2026-11-01"]),
    ] = "",
    until: Annotated[
        str,
        Query(
            max_length=40,
            description="The same; of a day its end. What happened then is left out.",
            examples=["2026-11-30T12:00:00Z"],
        ),
    ] = "",
) -> AuditFilter:
    """Raises ProblemError 422. Empty is the same as left out: a form sends its empty fields."""
    try:
        return filter_of(
            now_us=int(time.time() * 1e6),
            actor=actor,
            action=action,
            about=about,
            outcome=outcome,
            since=since,
            until=until,
        )
    except FilterError as error:
        raise ProblemError(
            422,
            "invalid-request",
            f"the request was not understood at query.{error.name}; nothing was done; give "
            f"{error.wanted}",
            extra={"errors": [{"at": f"query.{error.name}", "problem": f"not {error.wanted}"}]},
        ) from error


AuditFilterDep = Annotated[AuditFilter, Depends(asked_for)]


def note_view(services: Services, caller: Caller, only: AuditFilter, address: str) -> None:
    services.audit.record(
        actor=caller.name,
        action="audit.view",
        object=f"audit trail: {' '.join(only.names()) or 'everything'}",
        source_address=address,
    )
