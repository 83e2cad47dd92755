"""Whom a group's policy concerns, for a caller who may know.

Enters: a caller and a group. Leaves: two numbers, or None. Must hold: counting people looks at user
names, so whoever is not shown those is not told how many there are.
"""

from __future__ import annotations

from reticent_server.auth import Caller, Scope
from reticent_server.errors import StoreError
from reticent_server.http.reaching import reach_of
from reticent_server.http.threads import BoundedThreads, BusyError
from reticent_server.limits import POLICY_REACH_WAIT_S
from reticent_server.policies.reach import DEFAULT_GROUP, Reach
from reticent_server.policies.reach import reach_of as counted
from reticent_server.services import Services

USERS = "user_name"  # whose pseudonyms tell how many people there are


def policy_reach(services: Services, caller: Caller, group: str) -> Reach | None:
    """None where the caller may not know. Blocks. Raises StoreError."""
    if not caller.reaches(Scope.READ_POLICIES, group) or not shows_users(services, caller):
        return None
    # The default group's laptops are of many groups.
    if group == DEFAULT_GROUP and caller.groups(Scope.READ_POLICIES) is not None:
        return None
    own = services.policies.groups()
    return counted(services.control, services.events, group=group, own=own)


async def policy_reach_if_known(
    services: Services, threads: BoundedThreads, caller: Caller, group: str
) -> Reach | None:
    """None also while the event store does not answer, or is busy: a policy is compared, and
    published, then all the same."""
    try:
        return await threads.run_soon(
            lambda: policy_reach(services, caller, group), wait_s=POLICY_REACH_WAIT_S
        )
    except (StoreError, BusyError):
        return None


def shows_users(services: Services, caller: Caller) -> bool:
    return reach_of(services, caller, Scope.READ_POLICIES).shows_field(USERS)
