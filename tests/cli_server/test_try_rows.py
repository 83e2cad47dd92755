"""`reticent-server policy try --rows`: rows in, what would leave of each out, problems named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from reticent_server.commands.policy.trial import _Rows
from reticent_server.policies.drafts import read_draft
from reticent_server.policies.row_lines import NoRowError, row_of
from reticent_server.policies.trying import RowTrial
from support.trying import attempt

POLICY = read_draft(default_policy_yaml(), CATALOG).policy


def test_rows_go_in_and_come_out_as_json() -> None:
    done = attempt(
        b'{"usb": {"serial": "4C530001", "vendor_id": "0781"}}\n'
        b"no row\n"
        b'{"user_account.snapshot": {"user_id": 1000}}\n'
        b'{"network_interface.snapshot": {"ip_addresses": ["192.0.2.14"], "mtu": 1500}}\n'
        b'{"usb.unplugged": {"vendor_id": "0781"}}',
        "--rows",
    )
    assert done.code == 1  # two lines were no rows
    first, bad, nothing, nic, event, rest = done.out.decode().split("\n")
    assert json.loads(first)["usb.snapshot"]["vendor_id"] == "0781"
    assert json.loads(first)["usb.snapshot"]["serial"].startswith("pn:usb.serial:1:")
    assert (bad, nothing, event, rest) == ("", "", "", "")
    expected = {"ip_addresses": ["192.0.2.0/24"], "mtu": 1500}
    assert json.loads(nic) == {"network_interface.snapshot": expected}
    assert "2 unreadable" in done.err


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        "1",
        '{"usb": 1}',
        '{"nope": {}}',
        '{"usb": {}, "os": {}}',
        "[" * 9_999,
        '{"host": {"host_name": NaN}}',
        '{"host": {"host_name": 1e999}}',
        '{"usb": {"x": -Infinity}}',
    ],
)
def test_what_is_no_row_is_refused(line: str) -> None:
    with pytest.raises(NoRowError):
        row_of(line, CATALOG)
    assert RowTrial(POLICY, CATALOG).one(line).outcome == "unreadable"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is no JSON"),
        ('{"hosts": {}}', "names an unknown table, 'hosts' (did you mean 'host'?)"),
        ('{"usb.unplug": {}}', "names an unknown event of usb, 'unplug' ("),
        (
            '{"log_line.message": "Alice"}',
            "'message' (known: line); message is a field of it: "
            'use {"log_line.line": {"message": …}}',
        ),
        ('{"host": {"host_nam": "X"}}', "of host, 'host_nam' (did you mean 'host_name'?)"),
        ('{"usb": {"zzzz": "X"}}', "names an unknown field of usb, 'zzzz' (known: "),
        ('{"usb": {"Alice Miller": 1}}', "names an unknown field of usb (known: "),
        ('{"usb": {"serial": "Alice", "serial": "X"}}', "has one key twice"),
        ('{"usb.snapshot": {"serial": "Alice"}, "usb.snapshot": {}}', "has one key twice"),
    ],
)
def test_why_a_line_is_no_row_is_said_without_its_values(line: str, why: str) -> None:
    with pytest.raises(NoRowError) as refused:
        row_of(line, CATALOG)
    assert why in str(refused.value)
    assert "Alice" not in str(refused.value)


def test_lines_that_are_no_rows_are_named_up_to_twenty_and_then_counted() -> None:
    done = attempt(b'{"usb": {"vendor_id": "0781"}}\n' + b"Alice\n" * 23, "--rows")
    assert done.code == 1
    assert done.out.count(b"\n") == 24
    told = done.err.splitlines()
    assert [line.partition(": is no JSON")[0] for line in told[:20]] == [
        f"line {number}" for number in range(2, 22)
    ]
    assert told[20:] == ["and 3 more", "24 lines: 1 left, 23 unreadable"]
    assert "Alice" not in done.err


def test_rows_as_json_say_what_became_of_each() -> None:
    done = attempt(
        b'{"usb": {"vendor_id": "0781"}}\nAlice\n{"user_account": {"user_id": 1000}}\n',
        *("--rows", "--json"),
    )
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {"row": {"usb.snapshot": {"vendor_id": "0781"}}, "outcome": "left"},
        {"row": None, "outcome": "unreadable"},
        {"row": None, "outcome": "dropped"},
    ]
    problem, counts = map(json.loads, done.err.splitlines())
    assert problem["line"] == 2
    assert counts == {"left": 1, "unreadable": 1, "dropped": 1}


@settings(max_examples=100, deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )
)
def test_a_row_of_whatever_json_gives_one_line(value: object) -> None:
    lines = [json.dumps({"session.logon": {"user_name": value, "service": value}})]
    for show in (False, True):
        (written,) = _Rows(RowTrial(POLICY, CATALOG), show=show, as_json=False).lines(lines)
        assert len(written.splitlines()) <= 1


# --- show ---


def test_show_marks_what_was_found_within_rows() -> None:
    done = attempt(
        b'{"network_interface": {"ip_addresses": ["203.0.113.7", "x"], "mtu": 1500}}\n'
        b'{"log_line": {"message": "password=hunter2! from 203.0.113.9", "program": "sshd"}}\r\n'
        b'{"os":  {"name": "Ubuntu"}}\n'
        b"Alice\n",
        *("--rows", "--show"),
    )
    assert done.code == 1
    nic, line, kept, bad, rest = done.out.decode().split("\n")
    expected = {"ip_addresses": ["[ipv4/A:203.0.113.7]", "x"], "mtu": 1500}
    assert json.loads(nic) == {"network_interface.snapshot": expected}
    message = "password=[secret/B:hunter2!] from [ipv4/A:203.0.113.9]"
    assert json.loads(line) == {"log_line.line": {"message": message, "program": "sshd"}}
    assert line.endswith("\r")
    assert kept == '{"os":  {"name": "Ubuntu"}}'  # as it was given
    assert (bad, rest) == ("", "")
    assert done.err.splitlines()[-1] == "4 lines: 1 kept, 2 marked, 1 unreadable"


def test_what_was_found_in_a_row_is_told_by_field_element_and_places() -> None:
    row = {"network_interface": {"ip_addresses": ["x", "on 203.0.113.7"], "mtu": 1500}}
    given = f"{json.dumps(row)}\nAlice\n".encode()
    done = attempt(given, *("--rows", "--show", "--json"))
    tried, bad = map(json.loads, done.out.splitlines())
    place = {"field": "ip_addresses", "element": 1, "start": 3, "end": 14}
    assert tried["found"] == [{**place, "detector": "ipv4", "tier": "A"}]
    assert (tried["outcome"], bad["outcome"], bad["found"]) == ("left", "unreadable", [])


def test_show_marks_nothing_in_a_row_behind_what_its_field_has_room_for() -> None:
    long = "203.0.113.7 " + "so it goes " * 200 + "203.0.113.9"
    trial = RowTrial(POLICY, CATALOG)
    tried = trial.mark(json.dumps({"host": {"host_name": long}}))
    assert tried.row is not None
    marked = str(tried.row["host.snapshot"])
    assert "[ipv4/A:203.0.113.7] so it" in marked
    assert "203.0.113.9" not in marked
    plain = trial.mark(json.dumps({"host": {"host_name": long[12:-11]}}))
    assert (tried.outcome, plain.outcome) == ("marked", "cut")


def test_a_row_that_a_detector_could_not_look_at_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_value: bytes) -> None:
        raise RuntimeError

    monkeypatch.setattr("reticent_contract.redact.detectors.contact.is_valid", broken)
    given = json.dumps({"log_line": {"message": "+1 415 555 0199"}})
    trial = RowTrial(POLICY, CATALOG)
    assert _Rows(trial, show=True, as_json=False).lines([given]) == [""]
    assert trial.counts == {"failed": 1}
    (document,) = _Rows(trial, show=True, as_json=True).lines([given])
    assert json.loads(document)["found"] is None
