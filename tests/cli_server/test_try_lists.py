"""`reticent-server policy try --field` of a field that holds lists: a line may be one, in JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import VALUE_LIST_MAX
from reticent_contract.policy import default_policy_yaml
from reticent_contract.redact import OwnIdentifiers
from reticent_server.policies.drafts import read_draft
from reticent_server.policies.trying import RowTrial, Trial
from support.trying import attempt

POLICY = read_draft(default_policy_yaml(), CATALOG).policy
FIELD = "network_interface.ip_addresses"
MANY = json.dumps(["192.0.2.14"] * (VALUE_LIST_MAX + 1))


def test_each_line_has_one_line_of_the_same_kind() -> None:
    done = attempt(
        b'["203.0.113.7","2001:db8::1"]\n203.0.113.7\n[]\n["x", 5]\n["x", "203.0.113.7"]\r\n["x"',
        *("--field", FIELD),
    )
    assert done.out == (
        b'["203.0.113.0/24", "2001:db8::/48"]\n203.0.113.0/24\n\n\n["203.0.113.0/24"]\r\n\n'
    )
    assert done.err == "6 lines: 1 dropped, 3 failed, 2 redacted\n"


@pytest.mark.parametrize(
    ("line", "text", "outcome"),
    [
        ('["192.0.2.14"]', '["192.0.2.0/24"]', "redacted"),
        (' [ "192.0.2.14" ] ', '["192.0.2.0/24"]', "redacted"),
        ('["none", "192.0.2.14"]', '["192.0.2.0/24"]', "failed"),
        ('[["192.0.2.14"], null]', None, "failed"),
        ('"192.0.2.14"', None, "failed"),
        ('{"a": ["192.0.2.14"]}', None, "failed"),
        ('["192.0.2.14", 1e999]', None, "failed"),  # no list: JSON has no such number
        ('["192.0.2.14", NaN]', None, "failed"),
        ('["192.0.2.14", -Infinity]', None, "failed"),
        (MANY, json.dumps(["192.0.2.0/24"] * VALUE_LIST_MAX), "failed"),
    ],
    ids=range(10),
)
def test_a_line_is_a_list_where_json_takes_it_as_one(
    line: str, text: str | None, outcome: str
) -> None:
    tried = Trial(POLICY, CATALOG, FIELD).one(line)
    assert (tried.text, tried.outcome) == (text, outcome)


def test_a_list_that_is_kept_stays_the_line_that_it_was() -> None:
    rule = default_policy_yaml().replace("ip_addresses: {ip_prefix", "ip_addresses: keep #", 1)
    policy = read_draft(rule[: rule.index("tests:\n")], CATALOG).policy
    line = '[ "192.0.2.14" ,"x\\u0041"]'
    tried = Trial(policy, CATALOG, FIELD)
    assert (tried.one(line).text, tried.lines([line])) == (line, [line])
    assert tried.counts == {"kept": 2}


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_what_json_has_no_number_for_is_marked_as_one_text(number: str) -> None:
    line = f'["203.0.113.7",  {number}]'
    marked = Trial(POLICY, CATALOG, FIELD).mark(line).text
    assert marked == f'["[ipv4/A:203.0.113.7]",  {number}]'
    whole = Trial(POLICY, CATALOG, FIELD).mark('["203.0.113.7", 1e99]').text
    assert json.loads(whole or "") == ["[ipv4/A:203.0.113.7]", 1e99]


def test_show_marks_each_element_and_tells_its_number() -> None:
    line = b'["x", "at 203.0.113.7"]\n["x"]\n203.0.113.7\n'
    done = attempt(line, "--field", FIELD, "--show")
    assert done.out == b'["x", "at [ipv4/A:203.0.113.7]"]\n["x"]\n[ipv4/A:203.0.113.7]\n'
    assert done.err == "3 lines: 1 kept, 2 marked\n"
    first, _, last = map(
        json.loads, attempt(line, "--field", FIELD, "--show", "--json").out.splitlines()
    )
    finding = {"detector": "ipv4", "tier": "A"}
    assert first["found"] == [{"element": 1, "start": 3, "end": 14, **finding}]
    assert last["found"] == [{"start": 0, "end": 11, **finding}]


ELEMENTS = st.one_of(
    st.sampled_from(["192.0.2.14", "2001:db8::7", "x", "", "a\u2028b", "\ud800"]),
    st.integers(),
    st.none(),
)


@settings(max_examples=150, deadline=None)
@given(elements=st.lists(ELEMENTS, max_size=6))
@example(elements=[])
def test_a_list_as_a_line_is_what_it_is_in_a_row(elements: list[object]) -> None:
    own = OwnIdentifiers(CATALOG)
    row = RowTrial(POLICY, CATALOG, own=own).document(
        {"network_interface": {"ip_addresses": elements}}
    )
    tried = Trial(POLICY, CATALOG, FIELD, own=own).one(json.dumps(elements))
    left = (row.row or {}).get("network_interface.snapshot", {})
    assert isinstance(left, dict)
    assert json.loads(tried.text or "[]") == left.get("ip_addresses", [])
    assert len((tried.text or "").splitlines()) <= 1


@pytest.mark.parametrize(
    ("line", "outcome"),
    [("18.5", "kept"), ("nan", "failed"), ("-inf", "failed"), ("1e999", "failed")],
)
def test_a_line_is_a_number_where_json_has_it(line: str, outcome: str) -> None:
    text = default_policy_yaml().replace("latitude: drop", "latitude: keep")
    trial = Trial(read_draft(text, CATALOG).policy, CATALOG, "connection.latitude")
    assert trial.one(line).outcome == outcome
