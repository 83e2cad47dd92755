"""What is kept of a line's shape is what holds for every line of that shape, and no more."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from random import Random

import pytest
import re2
from accuracy.made import made_cases
from accuracy.traps import cases_of, traps
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.alternatives import looked_for
from reticent_contract.redact.automaton import gate
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.detectors.custom import CustomDetector, detectors_of
from reticent_contract.redact.detectors.model import Pattern
from reticent_contract.redact.detectors.near import near
from reticent_contract.redact.digits import any_digit, held_by
from reticent_contract.redact.gates import ANY_BEYOND_ASCII
from reticent_contract.redact.necessary import NotUnderstoodError
from reticent_contract.redact.own_matcher import OwnMatcher
from reticent_contract.redact.search import Search
from reticent_contract.redact.sets import ALWAYS, Match, gate_in_parts, gate_of
from reticent_contract.redact.shapes import ANY_DIGIT, LINE_BYTES_MAX, Line, Shapes
from reticent_contract.rows import Row
from support.identifiers import IDENTIFIERS
from support.knowing import kept
from support.made_of_patterns import every_pattern

GATES = sorted({p for d in DETECTORS.values() for f in d.finders for p in looked_for(f.gate)})
PROTECTION = {(name, tier): 1 for name in DETECTORS for tier in ("A", "B")}
_DIGITS = "0123456789"
ASKED_ALONE = [(re2.compile(f.gate), d.name, f) for d in DETECTORS.values() for f in d.finders]


def _other_digits(random: Random, text: str) -> str:
    return "".join(random.choice(_DIGITS) if c in _DIGITS else c for c in text)


@lru_cache(maxsize=1)
def _texts() -> list[bytes]:
    """Made when a test asks: every worker of a run imports this module, and one runs it."""
    random = Random("shapes")
    texts = [case.text for case in (*made_cases()[::40], *traps(), *cases_of("held out"))]
    for _, introductions, make in IDENTIFIERS.values():
        texts += [random.choice(introductions) + make(random) for _ in range(6)]
    texts += [_other_digits(random, text) for text in texts]
    return [text.encode("utf-8", "replace") for text in texts]


def _search(own: OwnIdentifiers | None = None) -> Search:
    return Search(gate(), PROTECTION, own)


def _searched(search: Search, text: bytes) -> list[tuple[int, int, str, bytes, str]]:
    return sorted((h[0], h[1], h[3], bytes(h[4]), h[5]) for h in search.find(text)[0])


def _asked_one_by_one(text: bytes) -> list[tuple[int, int, str, bytes, str]]:
    return sorted(
        (start, end, name, bytes(value), finder.tier)
        for alone, name, finder in ASKED_ALONE
        if alone.search(text) is not None
        for start, end, value in finder.find(text)
    )


@pytest.mark.parametrize("number", range(0, len(GATES), 60))
def test_a_gate_that_takes_any_digit_matches_wherever_the_gate_does(number: int) -> None:
    sources = GATES[number : number + 60]
    exact = gate_of(sources, bytes_max=64 << 20)
    wide = gate_of(map(any_digit, sources), bytes_max=64 << 20)
    for text in _texts():
        met = set(wide(text))
        assert met == set(wide(_shape(text)))
        assert {ALWAYS} <= set(exact(text)) <= met  # and no set ran out of memory


def _shape(text: bytes) -> bytes:
    return text.translate(ANY_DIGIT)


def test_patterns_that_take_any_digit_match_alike_in_all_lines_of_a_shape() -> None:
    patterns = []
    for pattern in every_pattern():
        with suppress(NotUnderstoodError):
            patterns += [pattern] * (any_digit(pattern.source) == pattern.source)
    assert len(patterns) > 150
    for pattern in patterns:
        for text in _texts()[::4]:
            assert pattern.spans(text) == pattern.spans(_shape(text)), pattern.source


@pytest.mark.parametrize("source", [r"\Q1\E", r"\x31", r"\061", r"\pN1"])
def test_what_cannot_be_read_part_by_part_is_not_understood(source: str) -> None:
    with pytest.raises(NotUnderstoodError):
        any_digit(source)
    pattern = Pattern(source)
    line = Line(b"x1y")
    line.shape = Shapes().shape([], [], has_other_view=False)
    assert pattern.spans(line) == pattern.spans(b"x1y")
    assert line.shape.spans == {pattern: None}  # each line is asked


@pytest.mark.parametrize("number", range(0, len(GATES), 100))
def test_what_a_pattern_holds_stands_in_every_match(number: int) -> None:
    for source in GATES[number : number + 100]:
        held, exact = held_by(source), re2.compile(source)
        if held is not None:
            assert [t for t in _texts() if exact.search(t) and held.search(t) is None] == []


def test_where_what_a_finder_needs_matches_nothing_it_finds_nothing() -> None:
    finders = [f for d in DETECTORS.values() for f in d.finders if f.needs is not None]
    assert len(finders) > 100
    for finder in finders:
        assert finder.needs is not None
        for text in _texts()[::3]:
            if not finder.needs.spans(text):
                assert not list(finder.find(text))


def test_a_value_far_from_its_word_is_looked_for_in_no_line_of_the_shape() -> None:
    finder = near("badge", r"[0-9]{7}", "B", lambda value: value, within=8)
    assert finder.needs is not None
    for text, is_told in (
        (b"badge no 1234567", True),
        (b"1234567 badge of nobody", True),
        (b"badge of nobody, left at 1234567", False),
        (b"1234567 left at noon, by nobody with a badge", False),
        (b"badge 1234", False),
    ):
        line = Line(text)
        line.shape = Shapes().shape([], [], has_other_view=False)
        assert bool(finder.needs.of_shape(line)) is is_told
        assert [value for *_, value in finder.find(line)] == [b"1234567"] * is_told
        assert list(finder.find(text)) == list(finder.find(line))


def _shifted_outside(
    random: Random, text: bytes, kept: Iterable[tuple[int, int]]
) -> tuple[bytes, bool]:
    """The text with other digits but in the stretches that are kept, and whether those have any."""
    other = bytearray(_other_digits(random, text.decode("latin-1")).encode("latin-1"))
    has_digit = False
    for start, end in kept:
        start = max(0, start)
        other[start:end] = text[start:end]
        has_digit |= any(byte in _DIGITS.encode() for byte in text[start:end])
    return bytes(other), has_digit


def test_a_finder_tells_digits_apart_only_where_it_says_that_it_reads() -> None:
    random = Random("reads")
    finders = [f for d in DETECTORS.values() for f in d.finders if f.reads is not None]
    assert len(finders) > 90
    settled = 0
    for finder in finders:
        assert finder.needs is not None
        for text in _texts()[::2]:
            spans = finder.needs.spans(text)
            if not spans:
                continue
            read = finder.reading(spans)
            other, has_digit = _shifted_outside(random, text, read)
            if finder.needs.spans(other) == spans:
                found = list(finder.find(text))
                assert [f[:2] for f in finder.find(other)] == [f[:2] for f in found]
                settled += not has_digit
                # and a value has no digit but of where it stands, or of where they are read
                other, _ = _shifted_outside(random, text, (*read, *(f[:2] for f in found)))
                assert list(finder.find(other)) == found
    assert settled > 300


def test_what_no_digit_decides_is_found_without_asking_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = _search()
    shapes = search.matcher().begin_shapes(search._gate)
    texts = [b"failure; rhost=10.1.2.%d user=jq.roe" % n for n in range(4)]
    found = [_searched(search, text) for text in texts]
    assert {"user", "ipv4"} == {name for each in found for _, _, name, _, _ in each}
    (shape,) = kept(shapes.known).values()
    _, looks, settled = shape.looks
    assert [name for *_, name, _ in settled] == ["user"]
    assert {look[3] for look in looks} == {"ipv4"}
    assert [look[2] for look in looks] == list(shape.spans.values())
    monkeypatch.setattr("reticent_contract.redact.detectors.person.named", None)
    assert [_searched(search, text) for text in texts] == found


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((b"user=dwm-1 failed", b"user=dwm-7 failed"), id="an account of the system"),
        pytest.param((b"get www.example.es5 x", b"get www.example.es9 x"), id="an ending"),
        pytest.param((b"mail ann[at]example[dot]org",) * 2, id="spelled otherwise"),
    ],
)
def test_what_a_digit_decides_is_asked_in_each_line(lines: tuple[bytes, bytes]) -> None:
    for first, second in (lines, lines[::-1]):
        search = _search()
        for line in (first, first, first, second, first):
            assert _searched(search, line) == _asked_one_by_one(line)


def test_a_new_shape_is_prepared_at_once_where_most_were_met_again() -> None:
    search = _search()
    shapes = search.matcher().begin_shapes(search._gate)
    for word in ("once", "and", "never", "more"):
        search.find(b"user ann from %s" % word.encode())
    assert shapes.again == 0
    assert not shapes.come_again()
    for word in ("once", "and", "never", "more"):
        search.find(b"user ann from %s" % word.encode())
        search.find(b"user ann from %s" % word.encode())
    assert shapes.again == len(kept(shapes.known)) == 4
    assert shapes.come_again()
    search.find(b"user ann from now")
    assert list(kept(shapes.known).values())[-1].prepared_by is search


def _pieces() -> list[str]:
    random = Random("pieces of lines")
    made = [random.choice(i) + make(random) for _, i, make in IDENTIFIERS.values()]
    return [*made, "password=a1", " ", "\n", "x", "\u00e9", "%40", "1", "00"]


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.lists(st.sampled_from(_pieces()), max_size=8).map("".join), st.randoms())
def test_lines_of_a_known_shape_are_searched_as_if_it_were_unknown(
    text: str, random: Random
) -> None:
    lines = [text, *(_other_digits(random, text) for _ in range(3))]
    search = _search(OwnIdentifiers(CATALOG))
    for _ in range(2):
        for line in lines:
            data = line.encode()
            assert _searched(search, data) == _asked_one_by_one(data)


def test_what_is_learned_later_is_found_in_a_shape_that_was_known() -> None:
    own = OwnIdentifiers(CATALOG)
    search = _search(own)
    line = b"mount by jane.roe 17"
    for _ in range(3):
        assert not [hit for hit in search.find(line)[0] if hit[3] == "own"]
    own.learn(Row("user_account", "snapshot", 0, {"user_name": "jane.roe"}))
    assert [hit[4] for hit in search.find(line)[0] if hit[3] == "own"] == [b"jane.roe"]


def test_searches_that_look_for_other_things_share_no_answers() -> None:
    custom = detectors_of((CustomDetector(name="badge", pattern=r"B-[0-9]{4}"),), None)
    names = {(name, tier): 1 for name in custom for tier in ("A", "B")}
    searches = {
        "all": _search(),
        "addresses": Search(gate(), {("ipv4", "A"): 1}, None),
        "badges": Search(gate(tuple(custom.values())), names, None),
    }
    found = [
        sorted({hit[3] for hit in searches[name].find(b"ann@example.org B-1234 from 10.1.2.3")[0]})
        for name in (*searches, *searches, *searches)
    ]
    assert found == 3 * [["email", "ipv4"], ["ipv4"], ["badge", "email", "ipv4"]]


def _said_in(kept: object) -> Iterator[bytes]:
    """Every text that can be reached from what is kept, whatever type it has."""
    left, asked = [kept], set()
    while left:
        each = left.pop()
        if id(each) in asked or isinstance(each, Search | Pattern | type) or callable(each):
            continue
        asked.add(id(each))
        if isinstance(each, str):
            yield each.encode()
        elif isinstance(each, bytes | bytearray | memoryview):
            yield bytes(each)
        left += gc.get_referents(each)
        if isinstance(each, dict):
            left += each  # no text that is a key is a referent
    assert len(asked) > 20


def test_no_line_and_no_part_of_one_is_kept() -> None:
    search = _search(OwnIdentifiers(CATALOG))
    shapes = search.matcher().begin_shapes(search._gate)
    for number in range(3):
        search.find(b"zebedee@example.org from 10.1.2.%d password=quixotic" % number)
    assert not [text for text in _said_in(shapes) if b"zebedee" in text or b"quixotic" in text]
    [shape] = kept(shapes.known).values()
    as_text, as_bytes = "as zebedee", b"as zebedee"
    for of_it in ((as_text,), [as_bytes], [bytearray(as_bytes)], {as_text: 1}, {as_bytes: 1}):
        shape.looks = (None, [of_it], [])  # and would be seen
        assert [each for each in _said_in(shapes) if b"zebedee" in each] == [b"as zebedee"]


def test_what_is_kept_is_bounded() -> None:
    shapes = OwnMatcher(()).begin_shapes(gate())
    pattern = Pattern("a")
    for number in range(30_000):
        shapes.add(number, shape := shapes.shape([], [], has_other_view=False))
        shape.keep(pattern, [(0, 1)])
        shapes.keep_left(number, [0])
        if number % 1_000 == 0:
            assert len(kept(shapes.known)) <= 8_192
            assert len(kept(shapes.left)) <= 8_192
    for number in range(30_000):
        shape.keep(number, [(0, 1)])
    assert len(shape.spans) < 10_000
    assert not shape.has_room(1)


def test_a_shape_that_comes_again_is_not_forgotten() -> None:
    search = _search()
    line = b"session opened for user ann"
    _, shape = search.find(line)
    once = b"x ok"
    _, of_once = search.find(once)
    for number in range(9_000):
        search.find(b"%s ok" % "".join(chr(97 + int(each)) for each in str(number)).encode())
        assert search.find(line)[1] is shape
    assert search.find(once)[1] is not of_once


def test_of_a_long_line_nothing_is_kept() -> None:
    search = _search(OwnIdentifiers(CATALOG))
    shapes = search.matcher().begin_shapes(search._gate)
    for text in (b"." * LINE_BYTES_MAX, b"-" * (LINE_BYTES_MAX + 1)):
        search.find(text)
    assert len(kept(shapes.known)) == 1


def test_a_long_line_takes_no_room_from_shapes_that_are_kept() -> None:
    search = _search(OwnIdentifiers(CATALOG))
    shapes = search.matcher().begin_shapes(search._gate)
    search.find(b"user=ann")
    room = shapes.known.room
    for _ in range(3):
        assert search.find(b"user=ann " * LINE_BYTES_MAX)[1].has_room(1) is False
    assert shapes.known.room == room
    assert len(kept(shapes.known)) == 1


def test_under_a_key_that_somebody_else_chose_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reticent_contract.redact.shapes._KEY_IS_OURS", False)
    search = _search(OwnIdentifiers(CATALOG))
    shapes = search.matcher().begin_shapes(search._gate)
    assert search.find(b"from 198.51.100.7")[0] == search.find(b"from 198.51.100.7")[0] != []
    assert not kept(shapes.known)


def test_many_sets_name_what_one_set_names() -> None:
    one = gate_of(GATES, bytes_max=32 << 20)
    many = gate_in_parts(GATES, bytes_max=32 << 20)
    for text in _texts():
        assert sorted(one(text)) == sorted(many(text))


APART = ("x", "[a-z]", r"\bc", "-d", "(?i)e", "(?i)[a-z]1", r"(?i)\bg", "(?i)-h")
NEEDING = ("@", '["/]y', ANY_BEYOND_ASCII)  # asked only where one of their signs stands


@pytest.mark.parametrize("silent", APART + NEEDING)
def test_a_set_that_is_silent_silences_all(monkeypatch: pytest.MonkeyPatch, silent: str) -> None:
    def out_of_memory(patterns: Iterable[str], *, bytes_max: int) -> Match:
        listed = list(patterns)
        return (lambda _: []) if silent in listed else gate_of(listed, bytes_max=bytes_max)

    sound = gate_in_parts(APART + NEEDING, bytes_max=8 << 20)
    monkeypatch.setattr("reticent_contract.redact.sets.gate_of", out_of_memory)
    text = "c -d E @ / \u00e9".encode()
    assert sorted(sound(text)) == [0, 2, 3, 4, 5, 9, 11]
    assert gate_in_parts(APART + NEEDING, bytes_max=8 << 20)(text) == []
