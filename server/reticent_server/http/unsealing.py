"""Handing out sealed values, for whoever has the key to open them with elsewhere.

Must hold: a ciphertext leaves this server's API here alone, for a request that was approved for
just this query, and the audit trail has it before.
"""

from __future__ import annotations

from reticent_server.approvals.subjects import unseal_subject
from reticent_server.audit.shape import shape_of
from reticent_server.auth import Caller, Scope
from reticent_server.http.approving import use_or_ask
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import events_of, refuse_hidden
from reticent_server.http.searching import parse
from reticent_server.query.sealed import is_sealed
from reticent_server.services import Services
from reticent_server.store.events.errors import QueryTooLargeError
from reticent_server.store.events.model import Event


def hand_out(
    services: Services, *, caller: Caller, text: str, limit: int, reason: str, address: str
) -> list[Event]:
    """Of the newest `limit` events that match, those with sealed values. Blocks; ProblemError."""
    expr = parse(text)
    events = events_of(services, caller, Scope.READ_EVENTS, with_sealed=True)
    refuse_hidden(services, caller, events.reach, expr, address=address)
    subject = unseal_subject(text, shape=shape_of(expr), limit=limit)
    used = use_or_ask(services, caller, subject, reason=reason, address=address)
    services.audit.record(
        actor=caller.name,
        action="value.unseal",
        object=f"sealed values, {subject.name}, request {used.request_id}",
        reason=used.reason,
        source_address=address,
    )
    try:
        rows = events.search(expr, limit=limit).rows
    except QueryTooLargeError as error:
        raise ProblemError(400, "query-too-large", str(error)) from None
    return [row for row in rows if is_sealed(row)]
