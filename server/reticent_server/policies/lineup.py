"""Which of a group's versions one laptop is to run.

Enters: the versions that are not for the whole group yet, newest first, and the newest that is.
Leaves: one of them for each laptop. Must hold: a laptop that is in stays in while the share grows;
one that runs a version is never offered an older one in its place, because agents never go back.

    place of a laptop = HMAC-SHA-256(key: SHA-256 of the policy, the 16 bytes of device_id)
                        first 8 bytes, big-endian, modulo 10,000: hundredths of a percent

The key differs from version to version, so that other laptops are first each time. The places of
tests/server_core/test_lineup.py never change: a share would be another one after an upgrade.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from reticent_server.policies.published import PublishedPolicy, StageState

_PLACES = 10_000


def place_of(device_id: UUID, policy_sha256: bytes) -> int:
    """0 to 9,999; a laptop is in a share of N percent where this is below N * 100."""
    digest = hmac.digest(policy_sha256, device_id.bytes, hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % _PLACES


def is_in_share(device_id: UUID, policy: PublishedPolicy) -> bool:
    """True where the version's share, as it stands, covers this laptop."""
    return place_of(device_id, policy.sha256) < policy.stage.share_percent * (_PLACES // 100)


@dataclass(frozen=True, slots=True)
class Lineup:
    """`staged` newest first, all newer than `whole`."""

    staged: tuple[PublishedPolicy, ...]
    whole: PublishedPolicy

    def of(self, device_id: UUID, *, runs: bytes | None) -> PublishedPolicy:
        """`runs`: the hash of the policy that the laptop has or was last offered."""
        for policy in self.staged:
            if policy.sha256 == runs:
                return policy
            if policy.stage.state is StageState.ROLLING and is_in_share(device_id, policy):
                return policy
        return self.whole
