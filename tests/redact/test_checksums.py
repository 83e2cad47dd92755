"""Check digits against numbers that their specifications and issuers publish."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.redact.checksums import CHECKSUMS, gstin, luhn, mod97, verhoeff

HOLDS = (
    (luhn, "79927398713"),  # ISO/IEC 7812-1's usual example
    (luhn, "4111111111111111"),
    (luhn, "378282246310005"),
    (luhn, "490154203237518"),  # an IMEI of 3GPP TS 23.003's form
    (verhoeff, "2363"),  # Verhoeff's own example: 236 takes 3
    (verhoeff, "123451"),
    (mod97, "GB82WEST12345698765432"),  # ISO 13616's registry
    (mod97, "DE89370400440532013000"),
    (mod97, "FR1420041010050500013M02606"),
    (gstin, "27AAPFU0939F1ZV"),
    (gstin, "29AAGCB7383J1Z4"),
)


@pytest.mark.parametrize(("check", "text"), HOLDS, ids=range(len(HOLDS)))
def test_published_numbers_pass(check: Callable[[str], bool], text: str) -> None:
    assert check(text)


@pytest.mark.parametrize(("check", "text"), HOLDS, ids=range(len(HOLDS)))
def test_every_single_wrong_digit_is_noticed(check: Callable[[str], bool], text: str) -> None:
    for i, character in enumerate(text):
        if character.isdigit():
            for other in set("0123456789") - {character}:
                assert not check(text[:i] + other + text[i + 1 :])


@pytest.mark.parametrize(("check", "text"), [c for c in HOLDS if c[0] is verhoeff])
def test_verhoeff_notices_neighbours_that_were_exchanged(
    check: Callable[[str], bool], text: str
) -> None:
    for i in range(len(text) - 1):
        if text[i] != text[i + 1]:
            assert not check(text[:i] + text[i + 1] + text[i] + text[i + 2 :])


@given(st.text(max_size=40))
def test_no_text_makes_a_check_fail_with_an_error(text: str) -> None:
    for check in CHECKSUMS.values():
        assert check(text) in (True, False)


@given(st.text("0123456789", min_size=1, max_size=18))
def test_exactly_one_check_digit_fits(digits: str) -> None:
    for check in (luhn, verhoeff):
        assert sum(check(digits + c) for c in "0123456789") == 1
