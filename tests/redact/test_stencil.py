"""A line whose shape is known, and the digits that decide, becomes what it would become anew."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from accuracy.made import made_cases
from accuracy.traps import cases_of, traps
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.redact import Plan
from reticent_contract.redact.scanner import Scanner
from reticent_contract.redact.shapes import ANY_DIGIT, Outcomes
from reticent_contract.redact.stencil import Stencil
from support.identifiers import IDENTIFIERS
from support.knowing import OWN, RULES, anew, kept, scanner_in

ALLOW = ["ann.lee7", "kestrel7.example.net", "198.51.100.0/28"]
_DIGITS = "0123456789"
ScannerOf = Callable[..., Scanner]


@pytest.fixture(scope="module")
def scanner_of(plan_of: Callable[..., Plan]) -> ScannerOf:
    def make(rule: str = "pseudonyms", **more: Any) -> Scanner:
        return scanner_in(plan_of({"message": {"scan": RULES[rule]}}, own=OWN, **more))

    return make


def _other_digits(random: Random, text: str) -> str:
    """Also out of two alone, by which what stands twice is often the same again."""
    drawn = random.choice((_DIGITS, "01"))
    return "".join(random.choice(drawn) if c in _DIGITS else c for c in text)


@pytest.mark.parametrize("allow", [[], ALLOW], ids=["no exceptions", "exceptions"])
@pytest.mark.parametrize("rule", RULES)
def test_labelled_lines_become_what_they_become_anew(
    scanner_of: ScannerOf, rule: str, allow: list[str]
) -> None:
    random = Random(f"{rule} {allow}")
    knowing, asked_anew = scanner_of(rule, allow=allow), scanner_of(rule, allow=allow)
    cases = (*made_cases()[::83], *traps()[::13], *cases_of("formats of programs")[::9])
    for case in cases:
        digits = [case.text, *(_other_digits(random, case.text) for _ in range(3))]
        for text in (*digits, *digits, digits[0]):
            assert knowing(text) == anew(asked_anew, text)
    stencils = [shape.stencil[1] for shape in kept(knowing._search.shapes().known).values()]
    assert sum(each is not None and each._met > 3 for each in stencils) > len(cases) / 3


def _pieces() -> list[str]:
    random = Random("pieces of lines")
    made = [random.choice(i) + make(random) for _, i, make in IDENTIFIERS.values()]
    own = [*OWN.values(), *ALLOW[:2], "user ann.lee7", "198.51.100.7", "10.1.2.3-4"]
    return [*made, *own, "password=a1", " ", "\n", "x", "\u00e9", "%40", "1", "00", " 1.2.3.4"]


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.lists(st.sampled_from(_pieces()), max_size=6).map("".join), st.randoms())
def test_any_line_becomes_what_it_becomes_anew(
    scanner_of: ScannerOf, text: str, random: Random
) -> None:
    knowing, asked_anew = scanner_of(allow=ALLOW), scanner_of(allow=ALLOW)
    lines = [text, *(_other_digits(random, text) for _ in range(3))]
    for line in (*lines, *lines, *lines):
        assert knowing(line) == anew(asked_anew, line)


def _learned(scanner: Scanner, *lines: str) -> list[Stencil | None]:
    for _ in range(3):
        for line in lines:
            scanner(line)
    return [shape.stencil[1] for shape in kept(scanner._search.shapes().known).values()]


def test_a_line_is_not_searched_where_what_decides_is_known(
    scanner_of: ScannerOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = scanner_of()
    line = "Jun 14 15:16:01 combo sshd[19939]: failed for user kim from 198.51.100.7 port 4711"
    later = "Jun 15 09:10:59 combo sshd[20011]: failed for user kim from 198.51.100.7 port 5122"
    _learned(scanner, line)
    before, after = anew(scanner_of(), later), "port 5122"
    monkeypatch.setattr("reticent_contract.redact.search.Search.look", None)
    assert scanner(later) == before
    assert after in str(before)
    with pytest.raises(TypeError):  # another address was not looked at
        scanner(line.replace("198.51.100.7", "198.51.100.9"))


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("sealed 7 at \u0669\u0669\u0669", id="another view"),
        pytest.param("maren.voss77 was here on day 7", id="own identifier"),
        pytest.param("card 4111 1111 1111 1111 on day 7", id="a finder that may read anything"),
    ],
)
def test_a_line_of_which_any_digit_may_decide_has_no_stencil(
    scanner_of: ScannerOf, line: str
) -> None:
    assert set(_learned(scanner_of(), line)) == {None}


def test_a_line_with_a_detector_of_the_policy_has_no_stencil(scanner_of: ScannerOf) -> None:
    detectors = {"badge": {"pattern": "B-[0-9]{4}"}}
    assert _learned(scanner_of(detectors=detectors), "from 198.51.100.7 by B-1234") == [None]


def test_a_value_that_is_an_exception_decides_too(scanner_of: ScannerOf) -> None:
    scanner = scanner_of(allow=ALLOW)
    lines = ["from user ann.lee7 at 9:41", "from user ann.lee8 at 9:41"]
    _learned(scanner, *lines)
    assert scanner(lines[0]) == lines[0]
    assert "ann.lee8" not in str(scanner(lines[1]))


def test_what_a_line_was_is_not_kept(scanner_of: ScannerOf) -> None:
    scanner = scanner_of()
    _learned(scanner, "failed for user kim4711 from 198.51.100.7")
    known = kept(scanner._search.shapes().outcomes.known)
    assert len(known) == 1
    assert all(isinstance(key, int) for key in known)
    assert "kim4711" not in repr(known)


def test_outcomes_are_bounded() -> None:
    known = Outcomes().known
    for number in range(20_000):
        known.keep(number, ())
        assert len(known.newer) <= 4_096
    assert len(kept(known)) <= 2 * 4_096


def test_where_what_decides_never_comes_again_nothing_more_is_kept(
    scanner_of: ScannerOf,
) -> None:
    scanner = scanner_of()
    for number in range(1_000):
        scanner(f"seen from 198.51.{number % 250}.{number // 250 + 1}")
    assert len(kept(scanner._search.shapes().outcomes.known)) < 200


def _outcome(stencil: Stencil, line: bytes) -> object:
    return stencil.outcome(line.decode(), line)


def test_windows_that_overlap_are_one_and_those_without_digits_none() -> None:
    outcomes = Outcomes()
    stencil = Stencil([(4, 9), (0, 5), (20, 22)], (), outcomes)
    line = b"10.0.0.1 from ann to 7"
    stencil.learn(line, [(9, 13)], ((0, 8, "<ipv4>"),))
    assert stencil._deciding[2] == ((0, 9), (20, 22))
    assert _outcome(stencil, line.replace(b"ann", b"bob")) == ((0, 8, "<ipv4>"),)
    assert _outcome(stencil, line.replace(b"7", b"8")) is None
    assert line.translate(ANY_DIGIT) != line


def test_a_finding_outside_of_what_decided_decides_from_then_on() -> None:
    stencil = Stencil([(0, 2)], (), Outcomes())
    stencil.learn(b"10 20", [(3, 5)], ((3, 5, "<x>"),))
    assert _outcome(stencil, b"10 20") == ((3, 5, "<x>"),)
    assert _outcome(stencil, b"10 21") is None
