"""A pattern that needs a sign matches no text without it."""

from __future__ import annotations

from random import Random

import pytest
import re2
from reticent_contract.redact.alternatives import looked_for
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.digits import any_digit
from reticent_contract.redact.gates import ANY_BEYOND_ASCII
from reticent_contract.redact.signs import BEYOND_ASCII, COMMON, KINDS, needed

RARE, QUOTES = KINDS[1:]
NEEDED = {
    "a@[a-z]": RARE,
    r"\\\.x": RARE,
    "[@<]x": RARE,
    "a(?:b=|c)@": RARE,
    "a@|b<": RARE,
    "a@{2}": RARE,
    "/home": QUOTES,
    "(?i)[\"']s": QUOTES,
    "x/y@z": RARE,  # the rarer of two
    f"a{ANY_BEYOND_ASCII}@": BEYOND_ASCII,
    f"{ANY_BEYOND_ASCII}|@": RARE,
    f"(?i)k(?:{ANY_BEYOND_ASCII}{{2}})": BEYOND_ASCII,
}
NONE_NEEDED = (
    "a@|b",
    "a@?b",
    "a(?:@)*b",
    "a@{0,3}",
    "[@a]x",
    "[@ ]x",
    "[@/]x",  # of two kinds
    "a@|b/",
    "[^a]x",
    "[^@]",
    r"[@\s]x",
    r"[@\n]x",
    "[@\t]x",
    "^a",  # as a sign it needs a backslash
    "a$",
    "a|b",
    "a+",
    ".",
    "\u00e9",  # as it is written: case may be ignored
    r"\x{40}",
    r"\Q@\E",
    "(a)@",  # not understood
    "",
)


@pytest.mark.parametrize("pattern", NEEDED)
def test_what_a_pattern_needs_is_told(pattern: str) -> None:
    assert needed(pattern) == NEEDED[pattern]


@pytest.mark.parametrize("pattern", NONE_NEEDED)
def test_what_may_match_without_a_sign_needs_none(pattern: str) -> None:
    assert needed(pattern) is None


def test_patterns_of_detectors_are_among_those_that_need_one() -> None:
    gates = {finder.gate for detector in DETECTORS.values() for finder in detector.finders}
    kinds = [needed(any_digit(pattern)) for gate in gates for pattern in looked_for(gate)]
    assert min(kinds.count(kind) for kind in KINDS) > 30


ATOMS = (
    *("a", "k", "=", "@", "/", "'", r"\^", r"\\", "^", "$", r"\b", ".", r"\W", r"\S", r"\s"),
    *("[ab]", "[@<]", "[\"'/]", "[@/]", "[^@]", "[^a]", r"[\^\]]", "[@-z]", "[!-/]", "[[:punct:]]"),
    *(ANY_BEYOND_ASCII, "\u00e9", "\u017f", r"\x{e9}", r"\x{40}"),
)
COUNTS = ("", "", "", "", "?", "*", "+", "{2}", "{0,2}", "{1,3}", "*?")
OPENINGS = ("(?:", "(?:", "(?i:", "(?-i:")
EDGES = ("^", "$", r"\b")


def _made(random: Random, depth: int = 2) -> str:
    branches = []
    for _ in range(random.choice((1, 1, 2))):
        items = []
        for _ in range(random.randint(1, 3)):
            if depth and random.random() < 0.3:
                item = f"{random.choice(OPENINGS)}{_made(random, depth - 1)})"
            else:
                item = random.choice(ATOMS)
            items.append(item + ("" if item in EDGES else random.choice(COUNTS)))
        branches.append("".join(items))
    return "|".join(branches)


@pytest.mark.parametrize("flag", ["", "(?i)", "(?m)", "(?is)"])
def test_patterns_made_by_chance_match_nothing_without_what_they_need(flag: str) -> None:
    random = Random(f"signs {flag}")
    drawn = "aaks=  @</'\"^\\]!\n\t\u00e9\u017f\u212a\u4e2d"
    texts = ["".join(random.choices(drawn, k=random.randint(0, 6))).encode() for _ in range(200)]
    told = matched = 0
    for _ in range(600):
        pattern = flag + _made(random)
        kind = needed(pattern)
        if kind is None:
            continue
        told += 1
        compiled = re2.compile(pattern)
        for text in texts:
            if compiled.search(text):
                matched += 1
                signs = text.translate(None, COMMON)
                assert any(sign >= 0x80 or chr(sign) in kind for sign in signs), pattern
    assert told > 60
    assert matched > 1_000
