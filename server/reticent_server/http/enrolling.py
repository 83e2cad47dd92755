"""Making an enrolment token, for the API and the console alike."""

from __future__ import annotations

import time

from reticent_contract.enrolment_token import TokenError
from sqlalchemy.orm import Session

from reticent_server.audit.service import AuditError, Entry, recorded
from reticent_server.auth import Caller, Scope
from reticent_server.config import host_port
from reticent_server.errors import ServerError
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import group_in_reach
from reticent_server.services import Services

# It asks for the token: on a command line every user of the laptop could read it (`ps`).
ENROL_COMMAND = "sudo reticent-agent enrol -"


def make_token(
    services: Services,
    caller: Caller,
    *,
    group: str,
    uses: int,
    hours: int,
    needs_approval: bool,
    source_address: str,
) -> str:
    """The token's text, to be shown once. Blocks. Raises ProblemError 404 or 422."""
    group_in_reach(caller, Scope.ADMIN_ENROLMENT, group)
    config = services.config

    def made(db: Session) -> tuple[str, Entry]:
        token = services.enrolment.within(db).create_token(
            group=group,
            uses=uses,
            expires_s=int(time.time()) + hours * 3_600,
            address=host_port(config.public_name, config.ports.enrolment),
            created_by=caller.name,
            needs_approval=needs_approval,
        )
        return token, Entry(
            actor=caller.name,
            action="enrolment_token.create",
            object=f"enrolment token for group {group}, {uses} use(s), {hours} h"
            + (", with approval" if needs_approval else ""),
            source_address=source_address,
        )

    try:
        return recorded(services.audit.record_with, made)
    except AuditError:
        raise
    except (ServerError, TokenError) as error:
        if isinstance(error, ServerError) and not error.permanent:
            raise
        raise ProblemError(422, "token-refused", str(error)) from error
