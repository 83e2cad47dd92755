"""What a pattern is where every digit is taken for any, and what run of digits it always holds."""

from __future__ import annotations

import pytest
from reticent_contract.redact.digits import any_digit, held_by


@pytest.mark.parametrize(
    ("source", "wide"),
    [
        ("a1b", "a[0-9]b"),
        ("a[0-9]{2,3}", "a[0-9]{2,3}"),
        (r"[2-9]x[^0-9]", r"(?:[2-9]|[0-9])x[^0-9]"),
        (r"[^5]\d\w.", r"(?:[^5]|[0-9])\d\w."),
        (r"\x{31}|\b", r"(?:\x{31}|[0-9])|\b"),
        (r"[ -~]\{2}", r"[ -~]\{[0-9]}"),
    ],
)
def test_digits_that_a_pattern_tells_become_any(source: str, wide: str) -> None:
    assert any_digit(source) == wide


def test_what_a_pattern_holds_is_read_from_its_literals() -> None:
    for source, run, begins in ((r"\b00[1-9]", b"00", True), (r"(?i)x2y", b"2", False)):
        held = held_by(source)
        assert held is not None
        assert (held.run, held.begins) == (run, begins)
    assert held_by(r"a|1") is held_by(r"1?x") is held_by(r"(?:1|2)") is held_by(r"ab") is None
    held = held_by(r"\b00[1-9]")
    assert held is not None
    texts = (b"007", b" 007", b"-007", b"a007", b"1007", b"_007", b"07", b"000")
    assert [held.search(text) is not None for text in texts] == [True] * 3 + [False] * 5
    assert held.search(b"000 007") is not None


@pytest.mark.parametrize(
    ("source", "behind"),
    [
        (r"\b00 ?\(?[1-9][0-9 ()./\-]{3}", r" ?\(?[1-9][0-9 ()./\-]{3}"),
        (r"x10+(?:a|b)", "0+"),
        (r"x1[^a]", ""),
        (r"x1\w", ""),
        (r"x1[\x{e9}]", ""),
        (r"(?i)x12", ""),
    ],
)
def test_what_stands_behind_is_read_as_far_as_it_means_the_same(source: str, behind: str) -> None:
    held = held_by(source)
    assert held is not None
    assert held.behind == behind
