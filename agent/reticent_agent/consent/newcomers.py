"""Looks whether somebody came to this laptop who was not asked yet.

Enters: the policy in force, who the people are. Leaves: a call to collect anew. Must hold: what
everybody has to agree to ends within NEWCOMERS_EVERY_S of the first logon of one who did not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from reticent_contract import limits
from reticent_contract.policy import Policy

from reticent_agent.consent.record import OF_ONE_PERSON, tables_that_ask

log = logging.getLogger("reticent_agent")


async def watch(
    *,
    policy: Callable[[], Policy | None],
    persons: Callable[[], Collection[int] | None],
    again: Callable[[], Awaitable[None]],
) -> None:
    """Never returns. Asks only under a policy that has such a table."""
    looked_under: Policy | None = None
    known: Collection[int] | None = None
    while True:
        await asyncio.sleep(limits.NEWCOMERS_EVERY_S)
        policy_now = policy()
        if policy_now is None or OF_ONE_PERSON.issuperset(tables_that_ask(policy_now)):
            looked_under = None
            continue
        found = await asyncio.to_thread(persons)
        # They were asked for when it was put in force; once more, for who came since. Where they
        # cannot be told, that is said once too: collecting anew each time would end it all.
        if looked_under is not policy_now or found != known:
            looked_under, known = policy_now, found
            if found is None:
                log.warning(
                    "it cannot be told who the people of this laptop are (a directory that does "
                    "not answer, or a name beneath /var/lib/AccountsService/users that nobody "
                    "knows any more); what all of them have to agree to is not collected"
                )
            await again()
