"""Canonical forms: spellings of one thing agree, and canonical text is a fixed point."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog.model import Form
from reticent_contract.redact.actions.ip_prefix import prefix_of
from reticent_contract.redact.forms import canonical_form, ipv4_octets, parse_ip

SAME = (
    (Form.MAC, "00:1A:2B:3C:4D:5E", "001a2b3c4d5e"),
    (Form.MAC, "00-1a-2b-3c-4d-5e", "001a2b3c4d5e"),
    (Form.MAC, "001a.2b3c.4d5e", "001a2b3c4d5e"),
    (Form.USER, " Alice ", "alice"),
    (Form.USER, "Ste\u0301phane", "st\u00e9phane"),
    (Form.USER, "STRASSE", "strasse"),
    (Form.EMAIL, "Alice@Example.COM.", "alice@example.com"),
    (Form.EMAIL, "a@b\u00fccher.example", "a@xn--bcher-kva.example"),
    (Form.HOST, "Laptop7.Corp.Example.", "laptop7.corp.example"),
    (Form.IP, "[2001:DB8:0:0::1]", "2001:db8::1"),
    (Form.IP, "fe80::1%eth0", "fe80::1"),
    (Form.IP, "::ffff:192.0.2.1", "192.0.2.1"),
    (Form.IP, "192.0.2.1/24", "192.0.2.1"),
    (Form.IP, "010.001.002.003", "10.1.2.3"),
    (Form.UUID, "{4C4C4544-0042-3510-8051-B9C04F4A4D32}", "4c4c4544-0042-3510-8051-b9c04f4a4d32"),
    (Form.UUID, "4c4c45440042351080 51b9c04f4a4d32".replace(" ", ""), None),
    (Form.SERIAL, " pf3x9z1k\n", "PF3X9Z1K"),
    (Form.PHONE, "+49 (30) 123-4567", "+49301234567"),
    (Form.PHONE, "0049 30 1234567", "+49301234567"),
    (Form.PHONE, "0 0 0", "000"),
    (Form.TEXT, "  e\u0301 ", "\u00e9"),
)
NONE = (
    (Form.MAC, "00:1a:2b:3c:4d"),
    (Form.MAC, "zz:1a:2b:3c:4d:5e"),
    (Form.USER, "  "),
    (Form.EMAIL, "nobody"),
    (Form.EMAIL, "@example.com"),
    (Form.HOST, "two words"),
    (Form.IP, "300.1.1.1"),
    (Form.IP, "text"),
    (Form.UUID, "not-a-uuid"),
    (Form.PHONE, "x1"),
    (Form.PHONE, "+12(0)"),
    (Form.TEXT, ""),
)


@pytest.mark.parametrize(("form", "spelling", "canonical"), SAME)
def test_spellings_of_one_thing_agree(form: Form, spelling: str, canonical: str | None) -> None:
    if canonical is None:
        canonical = "4c4c4544-0042-3510-8051-b9c04f4a4d32"
    assert canonical_form(form, spelling) == canonical


@pytest.mark.parametrize(("form", "value"), NONE)
def test_what_is_not_of_the_form_has_no_canonical_text(form: Form, value: str) -> None:
    assert canonical_form(form, value) is None


@given(st.sampled_from(Form), st.text(max_size=60))
def test_canonical_text_is_a_fixed_point_and_nothing_raises(form: Form, value: str) -> None:
    canonical = canonical_form(form, value)
    if canonical is not None:
        assert canonical_form(form, canonical) == canonical


@given(st.ip_addresses(v=4), st.integers(min_value=0, max_value=28))
def test_the_common_spelling_of_an_address_is_read_as_every_other(
    address: ipaddress.IPv4Address, bits: int
) -> None:
    assert ipv4_octets(str(address)) == address.packed
    assert parse_ip(str(address)) == address
    prefix = prefix_of(str(address), v4=bits, v6=48)
    assert prefix == str(ipaddress.ip_network((address, bits), strict=False))
    assert prefix == prefix_of(f"[{address}]", v4=bits, v6=48)  # as `parse_ip` reads it


@given(st.text(alphabet="0123456789. x\0", max_size=18))
def test_what_is_read_as_the_common_spelling_is_that(text: str) -> None:
    octets = ipv4_octets(text)
    if octets is not None:
        assert str(ipaddress.IPv4Address(octets)) == text
