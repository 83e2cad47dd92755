"""Four numbers with dots: what tells a version or a place in a text, and what stays an address."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings

_VERSIONS = (
    "hotfix: 10.1.0.41 applied",
    "fixed in versions 10.40.0.1, 10.40.0.2 and 10.50.0.1",
    "patch level 12.1.0.202",
    "see clause 14.1.32.3",
    "service pack 10.2.0.9",
    "build number 10.41.1.2",
    "the version is 10.41.1.2",
    "Fig. 11.2.63.4 shows it",
    # movements
    "sensor upgraded to 10.53.1.0",
    "downgraded to 10.41.9.0",
    "driver rolled back to 10.40.1.7",
    "Firefox updated to 131.0.67.85",
    "upgrade 10.4.0.12 -> 10.50.0.1 done",
    "suite moved from 4.2.1.0 to 4.3.0.0",
    "tables migrated 4.1.2.9 => 4.2.0.1",
    # small numbers behind a word that hosts have as well
    "plugin 3.2.3.4 loaded",
    "Oracle Database 19.3.0.0",
    "rule 5.2.1.1 of the benchmark",
    "released 3.2.1.0",
    "3.1.2.4. Scope of this document",
    # whatever the words
    "com.example.Web 18.1.1 (20619.2.8.11.12)",
    "9.1.2.3.4",
    "sum 1.024.000.000 booked",
    "2.5.29.31",
)
_ADDRESSES = (
    ("plugin 203.0.113.9 unreachable", "203.0.113.9"),
    ("rule 3.2.3.4/24 permit", "3.2.3.4"),
    ("Oracle 5.6.7.8:1521 refused", "5.6.7.8"),
    ("VM moved from 5.6.7.8 to 5.6.7.9", "5.6.7.9"),
    ("DNS rolled back to 5.6.7.8", "5.6.7.8"),
    ("resolver updated to 9.9.9.9", "9.9.9.9"),
    ("record updated 5.6.7.8 -> 5.6.7.9", "5.6.7.9"),
    ("driver updated on 10.5.0.1", "10.5.0.1"),
    ("pushed version 1.2.3.4 to 10.20.30.5", "10.20.30.5"),
    ("version 1.2.3.4, 10.20.30.5 connected", "10.20.30.5"),
    ("upgraded 192.168.1.7 to 4.2.1.0", "192.168.1.7"),
    ("IP 8.8.4.4.53 > 10.1.2.3.51234: UDP", "8.8.4.4"),
    ("from 192.168.001.010 port 22", "192.168.001.010"),
    ("9.9.9.9. is a resolver", "9.9.9.9"),
    ("203.0.113.9. is another", "203.0.113.9"),
    ("3.2.3.4", "3.2.3.4"),
)


@pytest.mark.parametrize("number", range(len(_VERSIONS)))
def test_a_version_is_no_address(number: int) -> None:
    assert not [f for f in findings(_VERSIONS[number]) if f.detector == "ipv4"]


@pytest.mark.parametrize("number", range(len(_ADDRESSES)))
def test_an_address_beside_such_a_word_is_found(number: int) -> None:
    text, value = _ADDRESSES[number]
    found = [text[f.start : f.end] for f in findings(text) if f.detector == "ipv4"]
    assert value in found


def test_small_numbers_are_asked_in_each_line_of_a_shape() -> None:
    """One shape, two lines: what is decided by digits is not remembered for the other."""
    assert not findings("plugin 3.2.3.4 loaded")
    assert [f.detector for f in findings("plugin 99.2.3.4 loaded")] == ["ipv4"]
