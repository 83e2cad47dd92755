"""The names of tests stand in every run's output and in what CI keeps: none holds a raw value."""

from __future__ import annotations

import pytest
from support.raw_ids import RAW


@pytest.mark.parametrize(
    "value",
    [
        "canary@example.com",
        b"mail from canary@example.com",
        "02:00:5e:10:00:ff",
        "203.0.113.77",
        "2001:db8::77",
        "+44 20 7946 0958",
        "0b5a6c1d-2e3f-4071-8293-a4b5c6d7e8f9",
    ],
)
def test_a_value_of_the_form_of_an_identifier_names_no_test(
    request: pytest.FixtureRequest, value: str | bytes
) -> None:
    text = value if isinstance(value, str) else value.decode()
    assert text not in request.node.nodeid
    assert request.node.nodeid.partition("[")[2].startswith("value")


def test_no_test_of_this_run_is_named_after_a_raw_value(request: pytest.FixtureRequest) -> None:
    """Those with names of their own too, which nobody looks at but here."""
    names = (item.nodeid.partition("[") for item in request.session.items)
    assert sorted({test for test, _, said in names if RAW.search(said)}) == []
