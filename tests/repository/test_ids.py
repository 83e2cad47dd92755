"""The names of tests stand in every run's output and in what CI keeps: none holds a raw value."""

from __future__ import annotations

import pytest
from support.raw_ids import is_named_raw


@pytest.mark.parametrize(
    "value",
    [
        "canary@example.com",
        b"mail from canary@example.com",
        "02:00:5e:10:00:ff",
        "203.0.113.77",
        "2001:db8::77",
        "fe80::1",
        "2001:db8::",
        "::1",
        "from [fe80::5054:ff%eth0]",
        "02005e1000ff",
        "0200.5e10.00ff",
        "+44 20 7946 0958",
        "020 7946 0958",
        "(020) 7946-0958",
        "00442079460958",
        "01.23.45.67.89",
        "(555) 555-0142",
        "490154203237518",
        490154203237518,
        "49-015420-323751-8",
        "4111 1111 1111 1111",
        "٤٩٠١٥٤٢٠٣٢٣٧٥١٨",
        "०२० ७९४६ ०९५८",
        "４９０１５４２０３２３７５１８".encode(),
        "123456789012",
        "0b5a6c1d-2e3f-4071-8293-a4b5c6d7e8f9",
        "0b5a6c1d2e3f40718293a4b5c6d7e8f9",
        "S-1-5-21-1004336348-1177238915-682003330-512",
        "/home/canary",
        "C:\\Users\\canary\\x",
    ],
)
def test_a_value_of_the_form_of_an_identifier_names_no_test(
    request: pytest.FixtureRequest, value: str | bytes | int
) -> None:
    said = request.node.nodeid.partition("[")[2]
    assert said.startswith("value")
    text = value.decode() if isinstance(value, bytes) else str(value)
    assert is_named_raw(text.encode("ascii", errors="backslashreplace").decode())


@pytest.mark.parametrize(
    "value", ["tests/e2e/test_demo.py::test_demo", "1.2.3", "2026-05-12 10:11:12", 2**64, True, 443]
)
def test_another_value_names_its_test(request: pytest.FixtureRequest, value: object) -> None:
    assert f"[{value}]" in request.node.nodeid


def test_no_test_of_this_run_is_named_after_a_raw_value(request: pytest.FixtureRequest) -> None:
    """Those with names of their own too, which nobody looks at but here."""
    names = (item.nodeid.partition("[") for item in request.session.items)
    assert sorted({test for test, _, said in names if is_named_raw(said)}) == []
