"""A fleet that lost its server does not come back at once."""

from __future__ import annotations

import random

from reticent_agent.stream.backoff import Backoff
from reticent_contract import limits


def test_waits_are_a_random_part_of_a_growing_bound() -> None:
    chance = random.Random(1)
    waits = [[backoff.next_s() for _ in range(14)] for backoff in _many(chance)]
    for number, column in enumerate(zip(*waits, strict=True)):
        bound = min(limits.RECONNECT_MAX_S, limits.RECONNECT_FIRST_S * 2**number)
        assert max(column) <= bound
        assert abs(sum(column) / len(column) - bound / 2) < bound * 0.1


def test_after_success_the_first_wait_is_short_again() -> None:
    backoff = Backoff(lambda: 1.0)
    for _ in range(40):
        backoff.next_s()
    assert backoff.next_s() == limits.RECONNECT_MAX_S
    backoff.reset()
    assert backoff.next_s() == limits.RECONNECT_FIRST_S


def _many(chance: random.Random) -> list[Backoff]:
    return [Backoff(chance.random) for _ in range(400)]
