"""What the agent answers to people who ask about consent, and what it does when they decide.

Enters: requests with the account number that the kernel gave (`local`). Leaves: answers; collecting
that began or ended. Must hold: when a withdrawal is answered nothing more is collected, and what
was collected and is not at the server yet is gone, and counted, also where a kill comes between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from reticent_contract import limits
from reticent_contract.policy import Policy

from reticent_agent.collect.model import Clock
from reticent_agent.consent.record import (
    GIVEN,
    OF_ONE_PERSON,
    WITHDRAWN,
    ConsentRecord,
    Statement,
    tables_that_ask,
    words_of,
)
from reticent_agent.errors import ConsentError
from reticent_agent.local.server import Handler, Request

if TYPE_CHECKING:  # words are read seldom
    from reticent_contract.redact.actions import Action


class Steered(Protocol):
    """What collects."""

    def health(
        self, event: str, *, component: str, reason: str = "", detail: str = "", count: int = 1
    ) -> None: ...


class Withdrawal(Protocol):
    def __call__(self, table: str, *, rule: str) -> tuple[int, int]: ...


class DropsTables(Protocol):
    """The spool."""

    def begin_withdrawal(self, table: str, *, rule: str) -> tuple[int, int]: ...

    def end_withdrawal(self, table: str, *, rule: str) -> tuple[int, int]: ...


class ConsentAnswers:
    """`again` stops all collecting and begins anew, under what people agree to by then.

    `has_account`: whether a number is somebody's; it may wait for a directory.
    """

    def __init__(
        self,
        record: ConsentRecord,
        *,
        policy: Callable[[], Policy | None],
        again: Callable[[], Awaitable[None]],
        pipeline: Steered,
        spool: DropsTables,
        clock: Clock,
        has_account: Callable[[int], bool],
    ) -> None:
        self._record = record
        self._policy = policy
        self._again = again
        self._pipeline = pipeline
        self._spool = spool
        self._clock = clock
        self._has_account = has_account
        self._one_at_a_time = asyncio.Lock()
        self._changed_at: dict[int, float] = {}

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "consent.list": self._list,
            "consent.give": self._give,
            "consent.withdraw": self._withdraw,
        }

    async def _list(self, user_id: int, _: Request) -> Mapping[str, object]:
        policy = self._policy()
        if policy is None:
            return {"policy": None, "tables": []}
        tables = []
        for table in tables_that_ask(policy):
            state, at_us = self._record.state(policy, table, user_id=user_id)
            options = dict(policy.tables[table].options)
            tables.append(
                {
                    "table": table,
                    "state": state,
                    "at_us": at_us,
                    "words": words_of(policy, table),
                    "options": options,
                    "retention_days": policy.tables[table].retention_days,
                    "fields": {
                        f: rule.action.name for f, rule in policy.tables[table].rules.items()
                    },
                    "how": {f: _how(rule.action) for f, rule in policy.tables[table].rules.items()},
                    "asks_everybody": table not in OF_ONE_PERSON,
                }
            )
        return {
            "policy": policy.version,
            "purpose": policy.purpose,
            "legal_basis": policy.legal_basis,
            "notice": policy.notice,
            "tables": tables,
        }

    async def _give(self, user_id: int, request: Request) -> Mapping[str, object]:
        await self._require_account(user_id, str(request.get("table")))
        async with self._one_at_a_time:
            policy, table = self._asked(request)
            words = words_of(policy, table)
            if request.get("words") != words:
                raise ConsentError(
                    "the policy has changed since its words were shown; your consent was not taken "
                    "down; read them again with `reticent-agent consent list`",
                    permanent=True,
                )
            self._say(user_id, policy, table, state=GIVEN, words=words)
            await self._again()
        return {"table": table, "state": GIVEN}

    async def _withdraw(self, user_id: int, request: Request) -> Mapping[str, object]:
        await self._require_account(user_id, str(request.get("table")))
        # A no is not refused for coming soon after a yes; it waits.
        changed_s = time.monotonic() - self._changed_at.get(user_id, float("-inf"))
        await asyncio.sleep(max(0.0, limits.CONSENT_EVERY_S - changed_s))
        async with self._one_at_a_time:
            policy, table = self._asked(request)
            words = words_of(policy, table)
            # First on disk: whatever happens from here on, its rows do not leave.
            begun = await self._to_spool(self._spool.begin_withdrawal, table)
            try:
                self._say(user_id, policy, table, state=WITHDRAWN, words=words)
            except ConsentError:
                await self._to_spool(self._spool.end_withdrawal, table)
                raise
            await self._again()
            ended = await self._to_spool(self._spool.end_withdrawal, table)
        waited, sealed = (sum(both) for both in zip(begun, ended, strict=True))
        if waited + sealed:
            self._pipeline.health(
                "rows_dropped", component=table, reason="consent_withdrawn", count=waited + sealed
            )
        return {"table": table, "state": WITHDRAWN, "dropped": waited, "unsealed": sealed}

    async def _to_spool(self, call: Withdrawal, table: str) -> tuple[int, int]:
        from reticent_contract.redact.plan import NO_CONSENT

        return await asyncio.to_thread(call, table, rule=NO_CONSENT)

    def _asked(self, request: Request) -> tuple[Policy, str]:
        policy, table = self._policy(), request.get("table")
        asking = [] if policy is None else tables_that_ask(policy)
        if policy is None or table not in asking:
            named = ", ".join(asking) or "none"
            raise ConsentError(
                f"no policy in force asks for consent to that table; nothing was changed; it asks "
                f"for: {named}",
                permanent=True,
            )
        return policy, str(table)

    async def _require_account(self, user_id: int, table: str) -> None:
        """Whoever said something may always say something else, directory or not."""
        if self._record.has_said(table, user_id=user_id):
            return
        if not await asyncio.to_thread(self._has_account, user_id):
            raise ConsentError(
                "your account is not known on this laptop; nothing was changed; say it from the "
                "account that you log on with, outside of a container",
                permanent=True,
            )

    def _say(self, user_id: int, policy: Policy, table: str, *, state: str, words: str) -> None:
        self._wait_between(user_id)
        self._record.say(
            Statement(
                user_id=user_id,
                table=table,
                state=state,
                words=words,
                policy=policy.version,
                at_us=self._clock.now_us(),
            )
        )

    def _wait_between(self, user_id: int) -> None:
        """Each change starts all collecting anew: nobody may do so all the time."""
        now = time.monotonic()
        recent = {u: at for u, at in self._changed_at.items() if now - at < limits.CONSENT_EVERY_S}
        if user_id in recent:
            self._changed_at = recent
            raise ConsentError(
                f"you changed your mind less than {limits.CONSENT_EVERY_S:g} s ago; nothing was "
                "changed; say it again in a moment",
                permanent=False,
            )
        self._changed_at = {**recent, user_id: now}


def _how(action: Action) -> str:
    """What becomes of a field, and what a scan lets through; as far as words can tell it."""
    from reticent_contract.policy.diff.words import phrase
    from reticent_contract.redact.actions import Scan

    if not isinstance(action, Scan):
        return phrase(action)
    through = [
        f"{name} {phrase(treatment)}"
        for name, treatment in sorted(action.treatments.items())
        if any(treatment.of(tier).kind not in ("replace", "drop_value") for tier in ("A", "B"))
    ]
    return ", ".join([phrase(action), *through])
