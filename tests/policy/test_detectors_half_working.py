"""A policy's own detector that would find less than it seems to is refused, with its line."""

from __future__ import annotations

import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, default_policy_yaml
from reticent_contract.redact.detectors.custom import pattern_size
from reticent_contract.redact.detectors.custom_syntax import (
    checked_groups,
    may_lack_checked,
    takes_bytes,
)
from reticent_server.policies.drafts import lint_text, read_draft
from reticent_server.policies.trying import DEFAULT_FIELD, Trial
from reticent_server.policies.yaml_source import parse_yaml_policy

DEFAULT = default_policy_yaml()
LINE = DEFAULT.count("\n") + 3
DIGITS = "(?P<checked>[0-9]{8})"


def policy_with(pattern: str, *more: str) -> str:
    said = "".join(f"    {line}\n" for line in more)
    return f"{DEFAULT}detectors:\n  asset:\n    pattern: '{pattern}'\n{said}"


def refusal(text: str) -> str:
    with pytest.raises(PolicyError) as refused:
        read_draft(text, CATALOG)
    return refused.value.told


REFUSED = (
    (f"AS{DIGITS}|BX{DIGITS}", "has several groups `checked`"),
    (f"AS{DIGITS}|BX(?<checked>[0-9]{{8}})", "has several groups `checked`"),
    (f"(?:AS{DIGITS}){{1,2}}X{DIGITS}", "has several groups `checked`"),
    (f"AS{DIGITS}|BX[0-9]{{8}}", "without its group `checked`"),
    (f"AS(?:-{DIGITS})?[A-Z]{{2}}", "without its group `checked`"),
    (f"AS{DIGITS}?[A-Z]{{2}}", "without its group `checked`"),
    (f"AS{DIGITS}??[A-Z]{{2}}", "without its group `checked`"),
    (f"AS(?:-{DIGITS}){{0,2}}X", "without its group `checked`"),
    (f"AS(?:(?:a|{DIGITS})-){{1,2}}X", "without its group `checked`"),
    (f"(?:AS(?:x{DIGITS}y)|BX)z", "without its group `checked`"),
    (f"AS{DIGITS}(?i)?[A-Z]{{2}}", "without its group `checked`"),
    (rf"AS{DIGITS}\Q\E?[A-Z]{{2}}", "without its group `checked`"),
    (f"AS{DIGITS}{{1,2}}(?i)?[A-Z]{{2}}", "without its group `checked`"),
)


@pytest.mark.parametrize(("pattern", "why"), REFUSED, ids=range(len(REFUSED)))
def test_a_group_that_does_not_count_in_every_match_is_refused(pattern: str, why: str) -> None:
    text = policy_with(pattern, "checksum: luhn")
    told = refusal(text)
    assert f"line {LINE}: detectors.asset.pattern: " in told
    assert why in told
    assert any(why in found.sentence for found in lint_text(text, CATALOG, now_s=0))
    parse_yaml_policy(text, CATALOG)  # laptops that have it in force go on


def test_a_group_over_which_no_checksum_is_calculated_is_refused() -> None:
    told = refusal(policy_with(f"AS{DIGITS}"))
    assert f"line {LINE}: detectors.asset.pattern: has a group `checked` and no checksum" in told


@pytest.mark.parametrize("pattern", [r"AS\C{4}", r"AS\\\C", r"(?:A|\C)S", r"\QAS\E\C"])
def test_a_pattern_that_meets_half_a_character_is_refused(pattern: str) -> None:
    text = policy_with(pattern)
    assert f"line {LINE}: detectors.asset.pattern: has \\C, which meets half a" in refusal(text)
    parse_yaml_policy(text, CATALOG)


FINE = (
    f"(?:AS|BX){DIGITS}",
    f"(?:(?:AS|BX)-?){{0,2}}{DIGITS}(?:/[0-9])?",
    f"(?i:as|bx)(?:x?{DIGITS}y?){{1,2}}",
    "AS(?P<checked>[0-9]{8}|[0-9]{10})Z?",
    f"AS{DIGITS}{{1,3}}?",
    f"AS{DIGITS}(?i)[A-Z]?",
    f"A?(?i)S{DIGITS}",
    rf"[(?P<checked>)|]{{2}}\Q|(?P<checked>\E{DIGITS}\|",
    rf"AS\(?P<checked>[?]{DIGITS}[|?]",
)


@pytest.mark.parametrize("pattern", FINE, ids=range(len(FINE)))
def test_a_group_that_stands_in_every_match_is_taken(pattern: str) -> None:
    read_draft(policy_with(pattern, "checksum: luhn"), CATALOG)


def test_signs_that_only_look_like_a_group_or_a_byte_are_none() -> None:
    for pattern in (r"\(?P<checked>x", "[(?P<checked>]{2}", r"\Q(?P<checked>\E", "(?P<checked2>a)"):
        assert checked_groups(pattern) == 0
        read_draft(policy_with(pattern), CATALOG)
    for pattern in (r"\\C", r"\Q\C\E", "C[C]"):
        read_draft(policy_with(pattern), CATALOG)
    text = policy_with(r"AS\(?P<checked>[0-9]{8}", "checksum: luhn")
    trial = Trial(read_draft(text, CATALOG).policy, CATALOG, DEFAULT_FIELD)
    assert trial.lines(["box AS(P<checked>12345674"]) == ["box <asset>"]


PIECES = st.sampled_from(
    [
        *(r"\b", r"\B", "^", "$", r"\A", r"\z", "(?i)", "(?s)", "(?m)", "(?U)"),
        *(".", r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", r"\pL", r"\PL", r"\p{Greek}", r"\p{Any}"),
        *(
            "[^a]",
            "[[:alpha:]]",
            "[[:^alpha:]]",
            r"[\x80-\xff]",
            r"[^\x00-\x7f]",
            "[é-€]",
            r"[^\W]",
        ),
        *(
            r"\x41",
            r"\xe9",
            r"\xc3",
            r"\303",
            r"\x{20ac}",
            r"\x{d800}",
            r"\Qé*\E",
            "é",
            "a",
            "(?i:É)",
        ),
        *("a?", "é{0,2}", "(?:é|a)", "|", "(é)", "(?P<n>.)", r"\a", r"\t", r"\pN", "a??"),
    ]
)


@settings(max_examples=1_500, deadline=None)
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=5), text=st.text("aé€1 *\n😀\x80Éς", max_size=9)
)
@example(pieces=[r"\xc3"], text="é")
@example(pieces=[r"\B", "(?s)", "."], text="é€")
def test_nothing_else_of_the_syntax_matches_within_a_character(
    pieces: list[str], text: str
) -> None:
    pattern = "".join(pieces)
    assert not takes_bytes(pattern)
    _, problem = pattern_size(pattern)
    if problem is None:
        for match in re2.compile(pattern).finditer(text.encode()):
            match.group().decode()


TAILS = st.sampled_from(["", "?", "{0,1}", "{1,2}", "x", "??"])
EMPTY = st.sampled_from(
    ["", "(?i)", r"\Q\E", r"(?s)\Q\E", r"{1}(?s)"]
)  # `?` speaks of what is before


@st.composite
def with_group(draw: st.DrawFn) -> str:
    """A group `checked` of one digit within others."""
    pattern = "(?P<checked>[0-9])" + draw(EMPTY) + draw(TAILS)
    for _ in range(draw(st.integers(0, 3))):
        before = draw(st.sampled_from(["", "a", "a|", "(?:b|c)", "b?"]))
        behind = draw(st.sampled_from(["", "d", "|d", "(?:e|f)?"]))
        pattern = f"(?:{before}{pattern}{behind}){draw(EMPTY)}{draw(TAILS)}"
    return pattern


@settings(max_examples=1_500, deadline=None)
@given(pattern=with_group(), text=st.text("abcdefx1", max_size=6))
@example(pattern="(?P<checked>1)(?i)?x", text="x")
@example(pattern=r"(?P<checked>1)\Q\E?x", text="x")
def test_what_is_taken_has_the_group_in_every_match(pattern: str, text: str) -> None:
    match = re2.compile(pattern).search(text)
    if match is not None and not may_lack_checked(pattern):
        assert match.group("checked") is not None
