"""A key of each issuer in the table goes whole, wherever it stands; codes by each phrase go too."""

from __future__ import annotations

import random

import pytest
from reticent_contract.redact.detectors.issuers import ROWS
from reticent_contract.redact.detectors.sent_codes import PHRASES
from reticent_contract.redact.findings import findings
from support.made_of_patterns import made

_PLACES = ("{}", "found {} in the log", '{{"key":"{}"}}', "x={},y=1")
_KEYS_EACH = 5


def _is_gone(line: str, value: str) -> bool:
    first = line.index(value)
    found = {
        at
        for each in findings(line)
        if each.detector == "secret"
        for at in range(each.start, each.end)
    }
    return found.issuperset(range(first, first + len(value)))


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_a_key_of_each_issuer_goes_whole(number: int) -> None:
    begin, rest = ROWS[number]
    rng = random.Random(number)
    for _ in range(_KEYS_EACH):
        value = made(begin, rng) + made(rest, rng)
        while not any(c.isdigit() for c in value):  # may be words: few keys are so
            value = made(begin, rng) + made(rest, rng)
        assert all(_is_gone(place.format(value), value) for place in _PLACES), begin


def test_a_code_behind_each_phrase_goes_and_a_word_stays() -> None:
    for phrase in PHRASES:
        assert _is_gone(f"{phrase}: 604817", "604817"), phrase
        assert _is_gone(f"{phrase} 604817.", "604817"), phrase
        assert not [each for each in findings(f"{phrase} sent") if each.detector == "secret"], (
            phrase
        )
