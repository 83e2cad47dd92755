"""What is cut out of a gate stands wherever the gate matches, and says enough."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random

import pytest
import re2
from accuracy.made import made_cases
from accuracy.traps import cases_of, traps
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.redact import necessary as module
from reticent_contract.redact.alternatives import alternatives, looked_for
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.gates import cheaper
from reticent_contract.redact.necessary import necessary
from support.matching import matching

GATES = sorted({finder.gate for detector in DETECTORS.values() for finder in detector.finders})
CUT = [gate for gate in GATES if necessary(gate) != gate]

CUTS = {
    r"\b(?:by|for) [^\s(]+\(uid=": r"\(uid=",
    r"(?i)[?&](?:[a-z_]{0,24}(?:token|secret)|auth|key)=[^&]+": (
        r"(?i)(?:token|secret)=|[?&](?:auth|key)=[^&]"
    ),
    r"://[^/\s:@]*(?::[^/\s]+)?@": r"://",
    r"(?:a|(?i:b[^=]*=token=))c": r"(?i:=)(?i:t)(?i:o)(?i:k)(?i:e)(?i:n)(?i:=)c|(?:a)c",
    "user '[a-z]+": "user '[a-z]",
    "Cookie: [^;]{12,}": "Cookie: [^;]{8}",
}
STAY = (
    "password for [a-z]+ from [0-9]",  # words alone, and too few
    "a[^b]*b",
    r"port [0-9]+:tcp",  # digits end soon by themselves
    r"(by) [^ ]+\(uid=",  # what captures, flags within, letters quoted: not understood
    r"(?P<by>by) [^ ]+\(uid=",
    r"by (?i)[^ ]+\(uid=",
    r"\Qby\E [^ ]+\(uid=",
    r"\pL [^ ]+\(uid=",
    r"\x41 [^ ]+\(uid=",
    r"by [^ ]+\(uid=)",
)


@lru_cache(maxsize=1)
def _texts() -> list[bytes]:
    """Made when a test asks: every worker of a run imports this module, and one runs it."""
    held_out = (*cases_of("held out"), *cases_of("held out a second time"))
    cases = (*made_cases()[::12], *traps(), *held_out)
    return [case.text.encode("utf-8", "replace") for case in cases]


def _in_python(pattern: str) -> str:
    """A pattern of RE2 in the spelling of `re`."""
    pattern = re.sub(r"\\x\{([0-9A-Fa-f]+)\}", lambda m: f"\\U{int(m[1], 16):08x}", pattern)
    return pattern.replace(r"\z", r"\Z")


@pytest.mark.parametrize("pattern", CUTS)
def test_a_gate_is_cut_to_its_most_telling_stretch(pattern: str) -> None:
    assert sorted(necessary(pattern).split("|")) == sorted(CUTS[pattern].split("|"))


@pytest.mark.parametrize("pattern", STAY)
def test_what_would_tell_too_little_or_is_not_understood_stays(pattern: str) -> None:
    assert necessary(pattern) == pattern


def test_gates_of_detectors_are_among_those_that_are_cut() -> None:
    assert len(CUT) > 15


@pytest.mark.parametrize("number", range(len(CUT)))
def test_what_is_cut_matches_wherever_the_gate_does(number: int) -> None:
    gate = CUT[number]
    exact, wide = re2.compile(gate), re2.compile(cheaper(necessary(gate)))
    assert [t for t in _texts() if exact.search(t) and not wide.search(t)] == []

    @settings(max_examples=25, derandomize=True, database=None, deadline=None)
    @given(st.from_regex(re.compile(_in_python(gate))))
    def holds(text: str) -> None:
        data = text.encode("utf-8", "replace")
        if exact.search(data):
            assert wide.search(data)

    holds()


APART = {
    "(?i)a(?:b|c)|(?:d|e)f": ("(?i)ab", "(?i)ac", "(?i)df", "(?i)ef"),
    r"\b[a-c](?:c|d(?:e|f))g": (r"\b[a-c]cg", r"\b[a-c]deg", r"\b[a-c]dfg"),
    r"\b[Bb](?:c|d)[ef]": (r"\bBc[ef]", r"\bbc[ef]", r"\bBd[ef]", r"\bbd[ef]"),
    "(?m)^[Bb]y|['s] x": ("(?m)^By", "(?m)^by", "(?m)' x", "(?m)s x"),
    "(?i)[xy]z|[x]": ("(?i)[xy]z", "(?i)[x]"),
    "[Bb]+y": ("[Bb]+y",),
    "(?:a|b)(?:c|d)": ("a(?:c|d)", "b(?:c|d)"),  # not each with each
    "a+(?:b|c)": ("a+(?:b|c)",),
    "(?:a|(?i:b|(?:c|d)e))f": ("af", "(?i:b)f", "(?i:ce)f", "(?i:de)f"),
    "(?:a|b)?c|(?:ab)c": ("(?:a|b)?c", "abc"),
    "(?:a|b)" + "c" * 65: ("(?:a|b)" + "c" * 65,),  # long: not written twice
    "(a|b)c|d": ("(a|b)c|d",),  # not understood
    "|a": ("", "a"),
}


@pytest.mark.parametrize("pattern", APART)
def test_a_gate_is_taken_apart_at_its_beginning(pattern: str) -> None:
    assert alternatives(pattern) == APART[pattern]


def test_what_is_looked_for_matches_exactly_where_the_cut_gate_does() -> None:
    cut = {gate: cheaper(necessary(gate)) for gate in GATES}
    apart = {gate: list(looked_for(gate)) for gate in GATES}
    assert sum(len(pieces) > 1 for pieces in apart.values()) > 50
    asked = (*cut.values(), *(piece for pieces in apart.values() for piece in pieces))
    found = matching(asked, _texts())
    for gate in GATES:
        assert set().union(*(found[piece] for piece in apart[gate])) == found[cut[gate]], gate


@pytest.mark.parametrize("flag", ["", "(?i)", "(?m)"])
def test_patterns_made_by_chance_match_the_same_taken_apart(flag: str) -> None:
    random = Random(f"apart {flag}")
    texts = [
        "".join(random.choices("aAbB==. \n\u00e9c", k=random.randint(0, 14))).encode()
        for _ in range(60)
    ]
    apart = 0
    for _ in range(400):
        pattern = flag + _made(random)
        pieces = [re2.compile(piece) for piece in alternatives(pattern)]
        apart += len(pieces) > 1
        whole = re2.compile(pattern)
        for text in texts:
            assert any(piece.search(text) for piece in pieces) == bool(whole.search(text)), pattern
    assert apart > 150


ATOMS = ("a", "b", "=", "[ab]", "[^=]", ".", r"\w", r"\b", "^", "$", r"\x{e9}", r"\.", " ")
COUNTS = ("", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,12}", "{9,}", "*?")
OPENINGS = ("(?:", "(?:", "(?i:", "(?-i:")


def _made(random: Random, depth: int = 3) -> str:
    branches = []
    for _ in range(random.choice((1, 1, 2, 3))):
        parts = []
        for _ in range(random.randint(1, 4)):
            if depth and random.random() < 0.3:
                group = f"{random.choice(OPENINGS)}{_made(random, depth - 1)})"
                parts.append(group + random.choice(COUNTS[:6]))
                continue
            part = random.choice(ATOMS)
            parts.append(part + ("" if part in (r"\b", "^", "$") else random.choice(COUNTS)))
        branches.append("".join(parts))
    return "|".join(branches)


@pytest.mark.parametrize("flag", ["", "(?i)", "(?m)"])
def test_patterns_made_by_chance_match_no_less_when_everything_is_cut(
    flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WITH_SIGN_BITS_MIN", 1.0)
    monkeypatch.setattr(module, "_WORDS_BITS_MIN", 1.0)
    monkeypatch.setattr(module, "_EDGE_BITS_MIN", 0.5)
    monkeypatch.setattr(module, "_NARROW_CHARS_MAX", 1)
    random = Random(f"patterns {flag}")
    texts = [
        "".join(random.choices("aAbB==. \n\u00e9c", k=random.randint(0, 14))).encode()
        for _ in range(80)
    ]
    cut = matched = 0
    for _ in range(400):
        pattern = flag + _made(random)
        shorter = necessary(pattern)
        cut += shorter != pattern
        exact, wide = re2.compile(pattern), re2.compile(shorter)
        for text in texts:
            if exact.search(text):
                matched += 1
                assert wide.search(text), (pattern, shorter, text)
    assert cut > 150
    assert matched > 5_000
