"""Writes the use of an API token to the audit trail: once an hour for each token and address.

A token that is good for nothing any more, but whose owner is known, is recorded as refused, as
seldom. Once a request would drown the trail under one metrics scraper.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from reticent_server.audit import AuditService
from reticent_server.auth import Caller
from reticent_server.auth.tokens import DeadToken
from reticent_server.http.seldom import Seldom

NOTE_EVERY_S = 3_600


class TokenUses:
    def __init__(self, audit: AuditService, *, clock: Callable[[], float] = time.time) -> None:
        self._audit = audit
        self._seldom = Seldom(NOTE_EVERY_S, clock=clock)

    def note(self, caller: Caller, address: str) -> None:
        if self._seldom.is_due((caller.token_id, address)):
            self._audit.record(
                actor=caller.name,
                action="token.use",
                object=f"API token {caller.token_id}",
                source_address=address,
            )

    def refuse(self, token: DeadToken, address: str) -> None:
        if self._seldom.is_due((token.token_id, address, token.why)):
            self._audit.record(
                actor=token.owner,
                action="token.use",
                object=f"API token {token.token_id}",
                outcome="refused",
                reason=token.why,
                source_address=address,
            )
