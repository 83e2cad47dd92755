"""What makes the first look at a line cheap: gates without gaps, and what is looked for first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.redact.alternatives import looked_for
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.detectors.called import CALLED
from reticent_contract.redact.detectors.holding_keys import LIKELY, PART, SURE, patterns
from reticent_contract.redact.detectors.model import Finder, Pattern
from reticent_contract.redact.gates import parts
from reticent_contract.redact.necessary import Branch, NotUnderstoodError, Reader, meets
from support.made_of_patterns import texts_of

FINDERS = [
    (f"{name} {number}", finder)
    for name, detector in DETECTORS.items()
    for number, finder in enumerate(detector.finders)
]
WITH_FIRST = [
    (name, finder)
    for name, finder in FINDERS
    if finder.needs is not None and finder.needs.first is not None
]
_SHORT = 8  # so many characters of anything are few states
_NARROW = 20  # signs, digits and blanks end soon by themselves
_GIVEN, *_ = CALLED


def _gaps(branch: Branch, *, is_last: bool = True) -> Iterator[str]:
    """What of a sequence repeats, takes a blank and most else, and has something behind it."""
    for at, item in enumerate(branch):
        ends = is_last and at == len(branch) - 1
        if item.branches is not None:
            for each in item.branches:
                yield from _gaps(each, is_last=ends)
        elif item.most > _SHORT and not ends:
            met = meets(item.source)
            if " " in met and len(met) > _NARROW:
                yield str(item)


def _gaps_of(pattern: str) -> list[str]:
    """Raises NotUnderstoodError."""
    flag = re.match(r"\(\?[ims]+\)", pattern)
    branches = Reader(parts(pattern[flag.end() if flag else 0 :])).whole()
    return [gap for branch in branches for gap in _gaps(branch)]


@pytest.mark.parametrize(
    ("pattern", "gap"),
    [
        (r"password for [^:]*: ", r"[^:]*"),
        (r"(?i)iled (?:a|b) for .{0,40} from ", r".{0,40}"),
        (r"\b(?:x|ssh\s[^@\r\n]*@)", r"[^@\r\n]*"),
    ],
    ids=range(3),
)
def test_a_gap_is_told(pattern: str, gap: str) -> None:
    assert _gaps_of(pattern) == [gap]
    assert _gaps_of(pattern.replace(gap, "[0-9]{1,40}")) == []


def test_no_gate_carries_a_gap_along() -> None:
    """Behind what stands before it (`password for [^:]*: `), every state to the end of the line
    would be another: one such gate was half of what a first look costs."""
    found: dict[str, list[str]] = {}
    unread = 0
    for gate in {finder.gate for _, finder in FINDERS}:
        for pattern in looked_for(gate):
            try:
                gaps = _gaps_of(pattern)
            except NotUnderstoodError:
                unread += 1
                continue
            if gaps:
                found[pattern] = gaps
    assert found == {}
    assert unread <= 1


@lru_cache(maxsize=1)
def _made() -> list[bytes]:
    random = Random("first looks")
    return [text.encode() for _, f in WITH_FIRST for text in texts_of(f, random, 60)]


@pytest.mark.parametrize(("name", "finder"), WITH_FIRST, ids=[name for name, _ in WITH_FIRST])
def test_what_is_looked_for_first_is_no_reason_to_miss_anything(
    name: str, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [text.encode() for text in texts_of(finder, Random(name), 240)]
    texts = (*own, *_made())
    needs = finder.needs
    assert needs is not None
    met = [list(needs.spans(text)) for text in texts]
    found = [list(finder.find(text)) for text in texts]
    monkeypatch.setattr(needs, "first", None)
    assert found == [list(finder.find(text)) for text in texts]
    # It may leave out what is matched and never taken; then what is found has to show that.
    assert any(found) or met == [list(needs.spans(text)) for text in texts]


@pytest.mark.parametrize(("name", "finder"), WITH_FIRST, ids=[name for name, _ in WITH_FIRST])
def test_what_is_looked_for_first_takes_all_digits_alike(name: str, finder: Finder) -> None:
    assert finder.needs is not None
    assert finder.needs.first is not None
    random = Random(name)
    for text in _made():
        other = bytes(random.choice(b"0123456789") if 48 <= c <= 57 else c for c in text)
        assert (finder.needs.first(text) is None) is (finder.needs.first(other) is None)


@given(st.lists(st.sampled_from(("Farah", "Jun-ho", " ", "-", "x", "7", "\u00e9", ".", "Reed"))))
def test_a_given_name_is_seen_by_its_letters_wherever_it_is_found(words: list[str]) -> None:
    needs = _GIVEN.needs
    assert needs is not None
    text = "".join(words).encode()
    # With a letter beyond ASCII, the expression alone is asked.
    beyond = needs.spans(text + " \u00e9".encode())
    assert needs.spans(text + b" -") == [span for span in beyond if span[1] <= len(text)]


@pytest.mark.parametrize("keys", [PART, SURE, LIKELY], ids=["part", "sure", "likely"])
def test_a_key_in_other_letters_is_looked_for_wherever_it_stands(keys: tuple[str, ...]) -> None:
    _, (pattern, _, first) = patterns(keys)
    others = [f"{key}: ".encode() for key in keys if not key[-1].isascii()]
    assert all(Pattern(pattern).spans(text) for text in others)
    assert first is not None
    assert not [text for text in others if first(text) is None]
