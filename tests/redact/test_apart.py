"""Control characters keep fields apart, and hide in the middle of values; both are seen."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.redact.apart import apart, hidden_between, longer_secrets
from reticent_contract.redact.findings import findings

RedactOne = Callable[..., object]
INVISIBLE = ["\0", "\x01", "\x0b", "\x1b", "\x1f", "\x7f", "\x85", "\u200b"]
BLANKS = ["\u00a0", "\u1680", "\u2009", "\u2028", "\u2029", "\u3000"]
_RULE: dict[str, object] = {"scan": {}}


@pytest.mark.parametrize("sign", [*INVISIBLE, *BLANKS], ids=ascii)
@pytest.mark.parametrize(
    ("fields", "left", "left_of_invisible"),
    [
        (("user=alice", "user=bob"), "user=<user> user=<user>", "user=<user>=<user>"),
        (("user=alice", "ip=198.51.100.7"), "user=<user> ip=<ipv4>", "user=<user>=<ipv4>"),
        (("00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5f"), "<mac> <mac>", "<mac> <mac>"),
        (("alice@corp.example.com", "bob@corp.example.org"), "<email> <email>", "<email> <email>"),
        (("x", "mail=bob%40corp.example.org", "y"), "x mail=<email> y", "x mail=<email>"),
        (("198.51.100.7", "198.51.100.9"), "<ipv4> <ipv4>", "<ipv4> <ipv4>"),
    ],
    ids=range(6),
)
def test_fields_that_are_kept_apart_all_go(
    redact_one: RedactOne, sign: str, fields: tuple[str, ...], left: str, left_of_invisible: str
) -> None:
    """Of what may be one value with nothing between, all goes."""
    due = left_of_invisible if sign in INVISIBLE else left
    assert redact_one("message", _RULE, sign.join(fields)) == due


@pytest.mark.parametrize("sign", INVISIBLE, ids=ascii)
@pytest.mark.parametrize(
    ("before", "behind", "left"),
    [
        ("al", "ice@corp.example.com", "<email>"),
        ("user=al", "ice", "user=<user>"),
        ("card 4111", "111111111111 x", "card <card> x"),
        ("by 00:1a:2b:", "3c:4d:5e!", "by <mac>!"),
        ("password=ab", "cd", "password=<secret>"),
    ],
    ids=range(5),
)
def test_what_hides_in_a_value_hides_nothing(
    redact_one: RedactOne, sign: str, before: str, behind: str, left: str
) -> None:
    assert redact_one("message", _RULE, before + sign + behind) == left


@pytest.mark.parametrize("sign", ["\0", "\u200b", "\u00ad"], ids=ascii)
@pytest.mark.parametrize(
    ("text", "whole", "rest"),
    [
        ("al|ice@corp.example.com", "alice@corp.example.com", "ice@corp.example.com"),
        ("alice@co|rp.example.com", "alice@corp.example.com", "rp.example.com"),
        ("user=al|ice", "user=alice", "user=al"),
        ("10.98.|7.6", "10.98.7.6", "7.6"),
        ("ann@corp.example.com|bob@corp.example.com", "", "ann@corp.example.com"),
    ],
    ids=range(5),
)
def test_a_word_that_is_only_broken_tells_its_value(
    redact_one: RedactOne, sign: str, text: str, whole: str, rest: str
) -> None:
    """What a control character is between has the value of a part, as if it were two fields."""
    rule = {"scan": {"otherwise": "pseudonymise"}}
    of_whole, of_rest = (str(redact_one("message", rule, each)) for each in (whole, rest))
    left = str(redact_one("message", rule, text.replace("|", sign)))
    if not whole:
        assert left.startswith(of_rest) is (sign != "\u00ad")
    else:
        assert (left == of_whole) is (sign != "\0" or whole == "10.98.7.6")


def test_every_character_apart_is_one_value(redact_one: RedactOne) -> None:
    text = "\0".join("alice@corp.example.com")
    assert redact_one("message", _RULE, text) == "<email>"
    assert [(f.start, f.end, f.detector) for f in findings(text)] == [(0, len(text), "email")]


@pytest.mark.parametrize(
    "text", ["plain\0text", "\u00ab\u00a0mot\u00a0\u00bb", "\x1b[31mred\x1b[0m"]
)
def test_a_text_without_findings_leaves_as_it_is(redact_one: RedactOne, text: str) -> None:
    assert redact_one("message", _RULE, text) == text


def test_findings_have_the_offsets_of_the_text() -> None:
    text = "\u00e9\u00a0user=alice\u00a0\0mail: bob@corp.example.org\0"
    assert [text[f.start : f.end] for f in findings(text)] == ["alice", "bob@corp.example.org"]


@given(st.text(max_size=60))
@settings(max_examples=200, derandomize=True, database=None)
def test_a_blank_stands_for_each_and_nothing_else_changes(text: str) -> None:
    spaced = apart(text)
    assert len(spaced) == len(text)
    assert all(a == b or b == " " for a, b in zip(text, spaced, strict=True))
    assert apart(spaced) is spaced
    assert (spaced is text) == (spaced == text)


def test_where_the_places_cannot_be_proved_there_are_none() -> None:
    hit = (0, 2, (1, 2, 3), "user", b"ab", "B", None)
    assert hidden_between(b"a b", [], b"ab", [hit]) == [(0, 3, (1, 0, 0), "user", b"ab", "B", None)]
    assert hidden_between(b"a-b", [], b"ab", [hit]) is None
    assert hidden_between(b"a", [], b"ab", [hit]) is None
    assert hidden_between(b"a-b", [hit], b"ab", [hit]) == []


def test_secrets_that_go_on_behind_a_blank_are_placed_in_linear_time() -> None:
    def seconds(count: int) -> float:
        text = "\u00e9token: ab\u00a0cd " * count
        each, value = len("\u00e9token: ab\u00a0cd ".encode()), b"ab\xc2\xa0cd"
        hits = [
            (at, at + len(value), (1, 6, 3), "secret", value, "B", None)
            for at in range(9, each * count, each)
        ]
        times = []
        for _ in range(3):
            start = time.process_time()
            placed = longer_secrets(text, [*hits], apart(text), [])
            times.append(time.process_time() - start)
        assert [hit[:2] for hit in placed[:2]] == [(9, 14), (24, 29)]
        assert len(placed) == count
        return min(times)

    assert seconds(8_000) < 24 * seconds(1_000)  # eight times as long, where it is linear
