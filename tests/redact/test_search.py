"""The search asks a few sets of gates; it finds what finders find whose gates are asked alone."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

import pytest
import re2
from accuracy.traps import cases_of, traps
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.alternatives import looked_for
from reticent_contract.redact.automaton import gate
from reticent_contract.redact.breaks import broken, either
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.detectors.custom import CustomDetector, detectors_of
from reticent_contract.redact.detectors.model import Finder
from reticent_contract.redact.detectors.secret_gate import secret_finders, secret_gate, secrets_in
from reticent_contract.redact.hits import Hit
from reticent_contract.redact.search import Search
from reticent_contract.redact.written import masked, without_written
from reticent_contract.rows import Row
from support.identifiers import IDENTIFIERS

CUSTOM = CustomDetector(name="badge", pattern=r"B-[0-9]{4}")
PROTECTION = {(name, tier): 1 for name in (*DETECTORS, CUSTOM.name) for tier in ("A", "B")}
BY_NAME = detectors_of((CUSTOM,), None)
OWN_TEXTS = ("jane.roe", "JANE.ROE", "02:1a:4c:5e:00:07", "021A.4C5E.0007", "atlas-7", "atlas-70")


def _own(*, names: bool, macs: bool) -> OwnIdentifiers:
    own = OwnIdentifiers(CATALOG)
    if names:
        own.learn(Row("user_account", "snapshot", 0, {"user_name": "jane.roe"}))
        own.learn(Row("host", "snapshot", 0, {"host_name": "atlas-7"}))
    if macs:
        mac = {"mac_address": "02:1a:4c:5e:00:07"}
        own.learn(Row("network_interface", "snapshot", 0, mac))
    return own


LEARNED = {
    "nothing": _own(names=False, macs=False),
    "what is bounded": _own(names=True, macs=False),
    "what matches anywhere": _own(names=False, macs=True),
    "both": _own(names=True, macs=True),
}


# Made when a test asks: every worker of a run imports this module, and one runs it.


@lru_cache(maxsize=1)
def _asked_alone() -> list[tuple[Any, str, Finder]]:
    return [
        (re2.compile(finder.gate), detector.name, finder)
        for detector in BY_NAME.values()
        for finder in detector.finders
    ]


@lru_cache(maxsize=len(LEARNED))
def _search(learned: str) -> Search:
    return Search(gate(tuple(BY_NAME.values())), PROTECTION, LEARNED[learned])


def _asked(text: bytes, own: OwnIdentifiers) -> list[Hit]:
    found: list[Hit] = [
        (start, end, (0, 0, 0), name, bytes(value), finder.tier, None)
        for alone, name, finder in _asked_alone()
        if alone.search(text) is not None
        for start, end, value in finder.find(text)
    ]
    matcher = own.matcher()
    if matcher is not None:
        found += [(s, e, (0, 0, 0), "own", text[s:e], "A", None) for s, e, _ in matcher.find(text)]
    return found


def _plain(text: bytes, own: OwnIdentifiers) -> list[tuple[int, int, str, bytes, str]]:
    text = masked(text)
    hits, (view, breaks) = _asked(text, own), broken(text)
    if breaks:
        hits = either(hits, _asked(view, own), breaks)
    return sorted((h[0], h[1], h[3], h[4], h[5]) for h in without_written(text, hits))


def _searched(text: bytes, search: Search) -> list[tuple[int, int, str, bytes, str]]:
    return sorted((h[0], h[1], h[3], bytes(h[4]), h[5]) for h in search.find(text)[0])


def _pieces() -> list[str]:
    random = Random("search")
    made = [random.choice(i) + make(random) for _, i, make in IDENTIFIERS.values()]
    return [*made, *OWN_TEXTS, "B-1234", "password=", " ", "\n", "x", "\u00e9", "%40"]


@pytest.mark.parametrize("learned", LEARNED)
def test_a_search_finds_what_finders_asked_one_by_one_find(learned: str) -> None:
    search, own = _search(learned), LEARNED[learned]

    @settings(max_examples=50, derandomize=True, database=None, deadline=None)
    @given(st.lists(st.sampled_from(_pieces()), max_size=8).map("".join))
    def holds(text: str) -> None:
        data = text.encode()
        assert _searched(data, search) == _plain(data, own)

    holds()


def test_a_search_finds_so_in_labelled_lines_too() -> None:
    for case in (*traps()[::12], *cases_of("held out")[::12]):
        data = f"{case.text} jane.roe".encode("utf-8", "replace")
        assert _searched(data, _search("both")) == _plain(data, LEARNED["both"])


@pytest.mark.parametrize("learned", [name for name in LEARNED if name != "nothing"])
def test_the_gate_of_own_identifiers_names_secrets_as_their_own_gate_does(learned: str) -> None:
    matcher = LEARNED[learned].matcher()
    assert matcher is not None
    for text in ("password=hunter2", "://ann:pw@host", "curl -u ann:pw", "jane.roe", "nothing"):
        data = f"{text} 02:1a:4c:5e:00:07".encode()
        named = [index for index in matcher.gate(data) if index <= len(secret_finders())]
        assert sorted(named) == sorted(secret_gate()(data))


def test_no_pattern_is_looked_for_by_two_automata() -> None:
    asked = {finder.gate for detector in DETECTORS.values() for finder in detector.finders}
    with_gate = gate()
    assert len({id(sharing) for sharing in with_gate.finders}) == len(asked)
    assert with_gate.others_count + with_gate.secrets_count == len(with_gate.finders)
    patterns = [pattern for asked_for in asked for pattern in looked_for(asked_for)]
    assert len(patterns) == len(with_gate.finders)


def test_a_policy_with_detectors_of_its_own_shares_the_set_of_the_built_in_ones() -> None:
    badge = CustomDetector(name="badge", pattern=r"B-[0-9]{4}")
    with_gate = gate(tuple(detectors_of((badge,), None).values()))
    assert with_gate.custom is not None
    assert with_gate.others is gate().others


def test_finders_look_once_however_many_patterns_of_their_gate_match() -> None:
    with_gate = gate()
    text = b"mobile 98450 12345, phone 98450 12345, fax 98450 12345"
    named = with_gate.match(text)
    sharings = [id(with_gate.finders[index - 2]) for index in named if index > 1]
    assert len(sharings) == len(set(sharings)) > 0
    found = _search("nothing").find(text)[0]
    assert len(found) == len(set(found)) > 2
    pairs = b"password=a1b2c3d4 secret=a1b2c3d4"
    assert len(secrets_in(pairs)) == len(set(secrets_in(pairs))) == 2


@pytest.mark.parametrize("text", ["jane.roes", "atlas-70", "02:1a:4c:5e:00:08"])
def test_what_only_begins_like_an_own_identifier_is_none(text: str) -> None:
    assert not [hit for hit in _search("both").find(text.encode())[0] if hit[3] == "own"]
