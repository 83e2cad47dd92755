"""What is kept of what was met lately."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.redact.recent import Recent

_ROOM = 8


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=200))
def test_it_answers_as_it_was_told_last_or_not_at_all(asked: list[tuple[bool, int]]) -> None:
    recent: Recent[str] = Recent(_ROOM)
    told: dict[int, str] = {}
    for at, (is_told, key) in enumerate(asked):
        if is_told:
            told[key] = f"{key} at {at}"
            recent.keep(key, told[key])
        assert recent.get(key) in (told.get(key), None)
        assert recent.get(key) is not None or not is_told
        assert len(recent.newer) <= _ROOM
        assert len(recent._older) <= _ROOM


def test_what_is_asked_for_stays_and_what_is_not_goes() -> None:
    recent: Recent[str] = Recent(_ROOM)
    recent.keep(-1, "often")
    recent.keep(-2, "once")
    for number in range(10 * _ROOM):
        recent.keep(number, "other")
        assert recent.get(-1) == "often"
    assert recent.get(-2) is None


def test_what_is_large_leaves_less_room() -> None:
    recent: Recent[bytes] = Recent(100, len)
    for number in range(50):
        recent.keep(number, bytes(30))
        assert len(recent.newer) <= 4
        assert len(recent._older) <= 4
