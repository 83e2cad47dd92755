"""What a pattern is where every digit is taken for any, and what run of digits it always holds."""

from __future__ import annotations

import re
from random import Random

import pytest
import re2
from reticent_contract.redact import digits
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.digits import any_digit, held_by
from reticent_contract.redact.gates import parts
from reticent_contract.redact.necessary import NotUnderstoodError


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


_PARTS = (
    *(
        "a",
        "0",
        "5",
        "-",
        "[",
        "]",
        "^",
        "\\",
        "0-9",
        "1-9",
        "{2}",
        "{2,}",
        "{",
        "}",
        "x",
        "(",
        ")",
    ),
    *(r"\x{31}", r"\x{0031}", r"\x{80}", r"\d", r"\w", r"\pN", r"\p{N}", r"\Q", r"\E", "|", "*"),
    *("a-z", " -~", "[:alpha:]", r"\-", "\n", r"\0", "."),
)


def _by_its_parts(source: str) -> str | None:
    """As it is where no pattern is seen to need nothing; None where it is none."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(source, options)
        return "".join(map(digits._of_any.__wrapped__, parts(source)))
    except (re2.error, NotUnderstoodError):
        return None


def test_a_pattern_seen_to_take_all_digits_alike_does_part_by_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random("all or none")
    made = {"".join(random.choices(_PARTS, k=random.randint(1, 7))) for _ in range(20_000)}
    gates = {finder.gate for detector in DETECTORS.values() for finder in detector.finders}
    seen = digits._ALL_OR_NONE
    monkeypatch.setattr(digits, "_ALL_OR_NONE", re.compile("(?!)"))
    alike = [source for source in made | gates if seen.fullmatch(source) is not None]
    assert len(alike) > 2_000
    for source in alike:
        assert _by_its_parts(source) in (source, None)


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
