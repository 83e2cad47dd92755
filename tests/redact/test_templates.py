"""A line with numbers of other lengths becomes what it becomes where nothing is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import combinations, count
from random import Random
from typing import Any

import pytest
from accuracy.made import made_cases
from accuracy.traps import cases_of, traps
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.redact import Plan
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.free_numbers import (
    NotAlikeError,
    Places,
    free_numbers,
    numbers_of,
    trials,
)
from reticent_contract.redact.hits import Hit
from reticent_contract.redact.proof import Seen, proved
from reticent_contract.redact.recent import Recent
from reticent_contract.redact.scanner import Scanner
from reticent_contract.redact.search import Search
from reticent_contract.redact.shapes import ANY_DIGIT, Shape
from reticent_contract.redact.template import Placed, Template
from reticent_contract.redact.templates import Templates
from reticent_contract.rows import Row
from support.knowing import OWN, RULES, anew, forget_shapes, kept, scanner_in
from support.made_of_patterns import texts_of

ScannerOf = Callable[..., Scanner]
LINE = "combo sshd[{}]: failed for user kim from {} port {} ssh2"
ORDINARY = (
    LINE.format(4711, "198.51.100.7", 50_312),
    "cron[812]: pam_unix: session opened for user kim by (uid=0) in 12 ms",
    "dhclient: bound to 198.51.100.7, renewal in 1480 seconds, attempt 3",
    "worker 17 sent 2048 bytes to ann@example.com after 3 tries",
    "kernel: usb 3: device 12 of user kim reset, error 71",
)
ADDRESSES = tuple(
    f"{first}.{second}.{third}.{last}"
    for first, second in ((198, 51), (9, 7), (43, 143))
    for third, last in ((100, 7), (5, 77), (22, 201))
)
_NUMBER = re.compile("[0-9]+")


@pytest.fixture(scope="module")
def scanner_of(plan_of: Callable[..., Plan]) -> ScannerOf:
    def make(rule: str = "pseudonyms", *, own: dict[str, str] = OWN, **more: Any) -> Scanner:
        return scanner_in(plan_of({"message": {"scan": RULES[rule]}}, own=own, **more))

    return make


def _lines(random: Random, many: int) -> list[str]:
    return [
        LINE.format(
            10 ** random.randint(2, 4), random.choice(ADDRESSES), 10 ** random.randint(3, 4) + at
        )
        for at in range(many)
    ]


def _alike(random: Random, text: str, many: int) -> Iterator[str]:
    """Lines in which some numbers are longer or shorter, and others come again."""
    drawn: dict[tuple[int, int], list[str]] = {}
    lengths: list[list[int]] = []
    for number in _NUMBER.findall(text):
        is_varied = len(number) <= 6 and random.random() < 0.6
        more = (0, *random.choices((-2, -1, 1, 2), k=2)) if is_varied else (0,)
        lengths.append(
            [max(1, min(6, len(number) + each)) if each else len(number) for each in more]
        )

    def other(match: re.Match[str], at: count[int]) -> str:
        number = next(at)
        length = random.choice(lengths[number])
        known = drawn.setdefault((number, length), [])
        if len(known) < 2:
            digits = "".join(random.choices("0123456789", k=length))
            known.append(random.choice((match[0][:length].ljust(length, "7"), digits)))
        return random.choice(known)

    for _ in range(many):
        at = count()
        yield _NUMBER.sub(lambda match, at=at: other(match, at), text)  # type: ignore[misc]


@lru_cache(maxsize=1)
def _with_free_numbers() -> list[str]:
    cases = (*made_cases()[::7], *traps(), *cases_of("formats of programs"))
    texts = {case.text for case in cases}
    return sorted(each for each in texts if free_numbers(each.encode().translate(ANY_DIGIT)))


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a template told what becomes of a line, or only what its patterns tell."""
    met = {"outcome": 0, "shape": 0}
    outcome, shape = Placed.outcome, Template.shape

    def of_outcome(self: Placed, *asked: Any) -> Any:
        pieces = outcome(self, *asked)
        met["outcome"] += pieces is not None
        return pieces

    def of_shape(self: Template, *asked: Any) -> Any:
        met["shape"] += 1
        return shape(self, *asked)

    monkeypatch.setattr(Placed, "outcome", of_outcome)
    monkeypatch.setattr(Template, "shape", of_shape)
    return met


def _without_shapes(scanner: Scanner, text: str) -> object:
    """What becomes of it where no shape is known, but templates are."""
    forget_shapes(scanner)
    return scanner(text)


@pytest.fixture
def proved_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reticent_contract.redact.templates._LOOKS_A_PAIR", 0)


@pytest.mark.usefixtures("proved_soon")
@pytest.mark.parametrize("rule", RULES)
def test_labelled_lines_become_what_they_become_anew(
    scanner_of: ScannerOf, rule: str, used: dict[str, int]
) -> None:
    random = Random(rule)
    knowing, asked_anew = scanner_of(rule), scanner_of(rule)
    for text in (*ORDINARY, *random.sample(_with_free_numbers(), 110)):
        lines = list(_alike(random, text, 50))
        for line in lines[:35]:
            _without_shapes(knowing, line)
        for line in lines[35:]:
            assert _without_shapes(knowing, line) == anew(asked_anew, line)
    assert used["outcome"] > 200
    assert used["shape"] > 70


@pytest.mark.usefixtures("proved_soon")
@pytest.mark.parametrize("name", DETECTORS)
def test_what_patterns_match_becomes_what_it_becomes_anew(scanner_of: ScannerOf, name: str) -> None:
    random = Random(name)
    knowing, asked_anew = scanner_of("words"), scanner_of("words")
    for finder in DETECTORS[name].finders:
        for text in texts_of(finder, random, 1):
            around = f"day {random.randint(1, 31)} of {text} took {random.randint(1, 400)} ms"
            lines = list(_alike(random, around, 24))
            for line in lines[:18]:
                _without_shapes(knowing, line)
            for line in lines[18:]:
                assert _without_shapes(knowing, line) == anew(asked_anew, line)


def _proofs(scanner: Scanner) -> list[Template]:
    met = [met for alike in kept(scanner._templates._alike).values() for met in alike.met.values()]
    return [each.template for each in met if each.template is not None]


def test_a_line_is_not_searched_where_its_template_is_proved(
    scanner_of: ScannerOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner, random = scanner_of(), Random("proved")
    for line in _lines(random, 400):
        scanner(line)
    later = _lines(random, 200)
    before = [anew(scanner_of(), line) for line in later]
    monkeypatch.setattr(Search, "look", None)
    monkeypatch.setattr(Search, "_shape", None)  # no gate is asked, no pattern compiled
    assert [_without_shapes(scanner, line) for line in later] == before
    other = LINE.format(4711, "198.51.100.9", 8120)
    assert "198.51.100.0/24" in str(_without_shapes(scanner, other))


@pytest.mark.usefixtures("proved_soon")
def test_a_number_of_a_length_that_was_not_met_is_looked_at(scanner_of: ScannerOf) -> None:
    scanner, asked_anew = scanner_of("words"), scanner_of("words")
    for number in range(60):
        _without_shapes(scanner, f"your code is {10 ** (number % 2 + 1)} of today")
    assert _proofs(scanner)
    found = _without_shapes(scanner, "your code is 482913 of today")
    assert found == anew(asked_anew, "your code is 482913 of today")
    assert "482913" not in str(found)


@pytest.mark.usefixtures("proved_soon")
def test_what_is_found_in_one_length_only_has_no_template(scanner_of: ScannerOf) -> None:
    scanner, asked_anew = scanner_of("words"), scanner_of("words")
    lines = [f"your code is {10**length + 7} of today" for length in (1, 2, 3, 4, 5)] * 20
    for line in lines:
        assert _without_shapes(scanner, line) == anew(asked_anew, line)
    assert _proofs(scanner) == []


@pytest.mark.usefixtures("proved_soon")
def test_what_begins_with_two_noughts_is_looked_at(
    scanner_of: ScannerOf, used: dict[str, int]
) -> None:
    scanner, asked_anew = scanner_of("words"), scanner_of("words")
    line = "job {} of worker ab ended, {}49 3012345678 left"
    for number in range(40):
        _without_shapes(scanner, line.format(10 ** (number % 3), 11))
    assert used["outcome"] > 10
    found = _without_shapes(scanner, line.format(12, "00"))
    assert found == anew(asked_anew, line.format(12, "00"))
    assert "3012345678" not in str(found)


def test_where_an_unread_number_decides_no_outcome_is_known(scanner_of: ScannerOf) -> None:
    line = b"job 7 of ann"
    text = line.translate(ANY_DIGIT)
    numbers = numbers_of(text)
    assert numbers is not None
    places = Places.of(text, numbers, free_numbers(text))

    def look(trial: bytes, found: int) -> Seen:
        start = trial.index(b"ann")
        hit: Hit = (start, start + 3, (1, 3, 1), "user", b"ann", "B", None)
        hits = [hit] if len(trial) > found else []
        return Seen(Shape.told([], {}, (None, [], [])), hits, (), True)

    matcher = scanner_of()._search.matcher()
    for found, is_known in ((len(line), False), (0, True)):
        template = proved(line, places, [[1, 2]], partial(look, found=found), matcher, Recent(9))
        template.learn(line.decode(), line, numbers, [], ())
        outcome = Placed(template, numbers).outcome(line.decode(), line)
        assert (outcome is not None) is is_known


@pytest.mark.usefixtures("proved_soon")
def test_an_own_identifier_is_found_whatever_was_proved(scanner_of: ScannerOf) -> None:
    own = {**OWN, "serial": "48213"}
    scanner, asked_anew = scanner_of(own=own), scanner_of(own=own)
    lines = [f"asset {10 ** (n % 3 + 1) * 4 + n % 7} was seen {n} times" for n in range(90)]
    for line in (*lines, "asset 48213 was seen 7 times", "asset 4821 was seen 48213 times"):
        assert _without_shapes(scanner, line) == anew(asked_anew, line)
    assert _proofs(scanner)
    assert "48213" not in str(_without_shapes(scanner, "asset 48213 was seen 7 times"))


@pytest.mark.usefixtures("proved_soon")
def test_what_is_learned_later_ends_what_was_proved(scanner_of: ScannerOf) -> None:
    scanner = scanner_of("words")
    for number in range(90):
        _without_shapes(scanner, f"asset {10 ** (number % 5 + 1) + number} was seen {number} times")
    assert _proofs(scanner)
    assert "99417" in str(_without_shapes(scanner, "asset 99417 was seen 33 times"))
    scanner._own.learn(Row("lab", "snapshot", 0, {"serial": "99417"}))
    for number in (3, 33, 333):
        assert "99417" not in str(scanner(f"asset 99417 was seen {number} times"))


def test_what_a_line_was_is_not_kept(scanner_of: ScannerOf) -> None:
    scanner = scanner_of()
    for line in _lines(Random("kept"), 400):
        scanner(line)
    templates = scanner._templates
    outcomes, alike = kept(templates._outcomes), kept(templates._alike)
    assert outcomes
    proofs = _proofs(scanner)
    assert proofs
    said = repr([outcomes, alike])
    said += repr([[getattr(each, name) for name in Template.__slots__] for each in proofs])
    said += repr([each._read for each in kept(templates.placed).values()])
    assert "kim" not in said
    assert not any(address in said for address in ADDRESSES)


def test_what_is_met_is_bounded(scanner_of: ScannerOf) -> None:
    templates = Templates(scanner_of()._search.matcher())
    most = 0
    for number in range(9_000):
        for last in ("7", "77"):
            line = f"x{'y' * (number % 350)} {'z' * (number // 350)} {last}".encode()
            numbers = numbers_of(line.translate(ANY_DIGIT))
            assert numbers is not None
            templates.meet(line, numbers, lambda *_: pytest.fail("it was met twice only"))
        if number % 200 == 0:
            met = sum(len(alike.met) for alike in kept(templates._alike).values())
            most = max(most, met)
            assert met <= 2 * 2_048
            assert len(kept(templates._first)) <= 2 * 4_096
    assert most > 2_000


def test_what_is_placed_is_bounded(scanner_of: ScannerOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reticent_contract.redact.templates._PLACED_MAX", 20)
    scanner = scanner_of()
    placed = []
    for line in _lines(Random("placed"), 800):
        scanner(line)
        placed.append(len(kept(scanner._templates.placed)))
    assert 20 < max(placed) <= 40


@pytest.mark.parametrize(
    ("line", "free"),
    [
        ("Accepted for ann from 198.51.100.7 port 4711", ["198", "51", "100", "7", "4711"]),
        ("10:11:09 build v2.1 took 12 s", ["10", "12"]),
        ("call 98450 12345 or 415-555-2671", ["98450"]),
        ("sshd[19939]: uid=0 euid=1000", ["19939", "0", "1000"]),
        ("a1 b-2 c_3 4d 1234567 1.2.3.4.5 x", ["1"]),
        ("at 10.0.0.1:51234, 7", ["10", "0", "0", "1"]),
        ("no number", []),
    ],
    ids=range(7),
)
def test_which_numbers_are_free(line: str, free: list[str]) -> None:
    text = line.encode().translate(ANY_DIGIT)
    numbers = numbers_of(text)
    if numbers is None:
        assert not free
        return
    at = free_numbers(text)
    places = Places.of(text, numbers, at)
    assert [line[places.starts[each] : places.ends[each]] for each in sorted(at)] == free


_TEXTS = st.lists(st.sampled_from(["ab", " ", "7", "00", "123456", ".", "=", "-", "\t"])).map(
    "".join
)


@given(_TEXTS, _TEXTS)
def test_lines_with_one_key_have_the_same_between_their_numbers(one: str, other: str) -> None:
    numbers = [numbers_of(each.encode().translate(ANY_DIGIT)) for each in (one, other)]
    if numbers[0] is not None and numbers[1] is not None:
        is_same = _NUMBER.sub("0", one) == _NUMBER.sub("0", other)
        assert (numbers[0].key == numbers[1].key) is is_same


@given(_TEXTS)
def test_places_are_those_of_the_line(line: str) -> None:
    text = line.encode().translate(ANY_DIGIT)
    numbers = numbers_of(text)
    if numbers is None:
        return
    free = free_numbers(text)
    places = Places.of(text, numbers, free)
    for position in range(len(text) + 1):
        is_within = any(places.starts[each] < position < places.ends[each] for each in free)
        try:
            placed = (*places.place(position), *places.place(position))
        except NotAlikeError:
            assert is_within
        else:
            assert not is_within
            assert places.positions(placed) == (position, position)


@settings(max_examples=40)
@given(st.lists(st.sets(st.integers(1, 6), min_size=1, max_size=4), min_size=1, max_size=9))
def test_a_proof_looks_at_each_pair_of_lengths(drawn: list[set[int]]) -> None:
    line = " ".join(f"a={'3' * min(each)}" for each in drawn).encode()
    text = line.translate(ANY_DIGIT)
    numbers = numbers_of(text)
    assert numbers is not None
    places = Places.of(text, numbers, free_numbers(text))
    lengths = [sorted(each) for each in drawn]
    rows = [at.numbers.lengths for _, at in trials(line, places, lengths)]
    assert bool(rows) is any(len(each) > 1 for each in lengths)
    if rows:
        assert all(length in lengths[at] for row in rows for at, length in enumerate(row))
        assert all({row[at] for row in rows} == set(each) for at, each in enumerate(lengths))
    for one, other in combinations(range(len(lengths)), 2):
        if rows:
            pairs = {(row[one], row[other]) for row in rows}
            assert pairs == {(a, b) for a in lengths[one] for b in lengths[other]}
