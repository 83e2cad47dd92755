"""Where ip_prefix treats an address in a text, one network stands there, and no second length."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reticent_contract.redact import Plan
from reticent_contract.rows import Row

RedactOne = Callable[..., object]
RULE = {"scan": {"ipv4": "ip_prefix", "ipv6": "ip_prefix"}}

TEXTS = (
    ("from 203.0.113.7/32 on", "from 203.0.113.0/24 on"),
    ("from 203.0.113.7/32.", "from 203.0.113.0/24."),
    ("from 203.0.113.7/8, 198.51.100.9/32", "from 203.0.113.0/24, 198.51.100.0/24"),
    ("inet6 fe80::1%eth0 up", "inet6 fe80::/48 up"),
    ("inet6 fe80::1%eth0/64 up", "inet6 fe80::/48 up"),
    ("inet6 2001:db8:5:6::7/128 up", "inet6 2001:db8:5::/48 up"),
    ("GET 203.0.113.7/2024/x", "GET 203.0.113.0/24/2024/x"),
    ("GET 203.0.113.7/32/x", "GET 203.0.113.0/24/32/x"),
    ("203.0.113.7:443", "203.0.113.0/24:443"),
)


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_an_address_takes_its_length_and_zone_along(number: int, redact_one: RedactOne) -> None:
    text, left = TEXTS[number]
    assert redact_one("message", RULE, text) == left


def test_lines_of_one_shape_are_told_alike(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of({"message": RULE})
    for last in range(10, 99):
        text = f"from 203.0.113.{last}/{last % 22 + 10} on"
        row = plan.redact(Row("lab", "snapshot", 0, {"message": text}))
        assert row is not None
        assert row.values == {"message": "from 203.0.113.0/24 on"}


def test_without_a_prefix_the_length_stays(redact_one: RedactOne) -> None:
    assert redact_one("message", "scan", "from 203.0.113.7/32 on") == "from <ipv4>/32 on"
