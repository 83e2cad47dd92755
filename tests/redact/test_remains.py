"""Whether something is left of what the other view of a text shows: in doubt, yes."""

from __future__ import annotations

import pytest
from reticent_contract.redact.hits import Hit
from reticent_contract.redact.remains import are_within, leaves_a_part

DEEP = b"%252525252541"  # coded deeper than anyone needs


def hit(text: bytes, value: bytes, name: str = "email", *, protection: int = 1) -> Hit:
    start = text.index(value)
    return (start, start + len(value), (protection, len(value), 0), name, value, "A", None)


@pytest.mark.parametrize(
    ("value", "name", "result", "is_left"),
    [
        (b"ann@example.org", "email", "to <email>", False),
        (b"ann@example.org", "email", "to ann@example.org", True),
        (b"ann@example.org", "email", "to <email> of example", False),  # plain: whole or not at all
        (b"alpha beta", "secret", "to <secret>", False),
        (b"alpha beta", "secret", "to <secret> beta", True),  # of a secret no piece
        (b"alpha bet", "secret", "to <secret> bet", True),
        (b"alpha be", "secret", "to <secret> be", False),  # two letters stand in every text
        (b"alp", "secret", "to <secret> alp", True),
    ],
)
def test_of_a_plain_value_the_whole_is_looked_for_and_of_a_secret_each_piece(
    value: bytes, name: str, result: str, is_left: bool
) -> None:
    text = b"to " + value
    found = [hit(text, value, name)]
    assert leaves_a_part(text, found, text, found, result) is is_left


def test_what_is_coded_must_lie_within_a_finding_of_the_view() -> None:
    text, view = b"to ann%40example.org", b"to ann@example.org"
    found = [hit(text, b"ann%40example.org")]
    assert not leaves_a_part(text, found, view, [hit(view, b"ann@example.org")], "to <email>")
    assert leaves_a_part(text, found, view, [hit(view, b"example.org", "fqdn")], "to ann@<fqdn>")
    assert leaves_a_part(text, found, view, [], "to nobody")


def test_what_cannot_be_read_plainly_counts_as_left() -> None:
    text = b"to " + DEEP
    assert leaves_a_part(text, [hit(text, DEEP)], b"to A", [hit(b"to A", b"A")], "to <email>")


@pytest.mark.parametrize(("least", "is_within"), [(1, True), (2, True), (3, False)])
def test_a_hit_of_the_view_lies_within_one_that_is_treated_no_less_strictly(
    least: int, is_within: bool
) -> None:
    text, view = b"to ann@example.org", b"to ann@example.org"
    found = [hit(text, b"ann@example.org", protection=2)]
    more = [hit(view, b"example.org", "fqdn", protection=least)]
    assert are_within(more, text, found) is is_within
    assert not are_within([hit(b"to bob", b"bob", protection=1)], text, found)
    deep = b"to " + DEEP
    assert not are_within(more, deep, [hit(deep, DEEP, protection=9)])
