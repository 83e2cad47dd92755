"""Cards and IBANs that a registry does not prove, beside the words that tell them."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings


def found(line: str) -> list[tuple[str, str]]:
    return [(each.detector, line[each.start : each.end]) for each in findings(line)]


WORDS = ("card {}", "paid with {}", "charged to {}", "payment method: {}", "refund to {} ok")


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize(
    "number",
    [
        *("501846785035", "576148218315", "589200406561", "630443229913", "639096266320"),
        *("675982685660", "676292121875", "060427048727", "180030438204470", "213182462099184"),
        *("3598111629066439", "3508808967620573"),
    ],
)
def test_short_and_rare_cards_are_told_by_a_word_and_their_check(number: str, words: str) -> None:
    assert found(words.format(number)) == [("card", number)]
    assert found(f"trace {number}") == []


@pytest.mark.parametrize(
    "words",
    [
        *("\u043a\u0430\u0440\u0442\u0430 {}", "kortnummer {}", "k\u00e1rtya {}", "bankpas {}"),
        *("pagato con {}", "authorization {} declined", "carte {}", "\u652f\u4ed8 {}"),
    ],
)
def test_a_card_is_one_in_every_language(words: str) -> None:
    assert found(words.format("501846785035")) == [("card", "501846785035")]


@pytest.mark.parametrize("number", ["4111 1111 1111 1112", "5500-0000-0000-0005"])
def test_a_mistyped_card_is_told_by_what_it_paid(number: str) -> None:
    assert found(f"paid with {number}") == [("card", number)]


@pytest.mark.parametrize("words", ["iban {}", "IBAN: {}", "iban={}", '{{"iban":"{}"}}'])
@pytest.mark.parametrize(
    "number",
    [
        *("PH339145982388290100", "TH839208332306", "BD81SJUN981029386", "GB73HKNR2513016440752"),
        *("CO47IQZO9678578681386", "AR41CUCL89990183822312517755", "ph33 9145 9823 8829 0100"),
    ],
)
def test_beside_its_own_word_an_iban_is_of_any_country(number: str, words: str) -> None:
    assert found(words.format(number)) == [("iban", number)]


@pytest.mark.parametrize(
    "words", ["transfer to {}", "bank account: {}", "payment to {} failed", "acct {}"]
)
def test_a_check_that_holds_tells_an_iban_of_any_length(words: str) -> None:
    for number in ("GB50MWDE6941055994467", "TH752225845165", "PH219379984923268953"):
        assert found(words.format(number)) == [("iban", number)]


def test_countries_beside_the_registry_are_proved_by_length_and_check() -> None:
    number = "IR740839519923446480186926"
    assert [(each.detector, each.tier) for each in findings(f"to {number} ok")] == [("iban", "A")]


@pytest.mark.parametrize(
    "line",
    [
        *("transfer to sda1 1482112823 bytes", "transfer to US12 region", "iban check ok"),
        *("payment method id 1482112823", "paid with order 141211282312", "charged 4200.00 EUR"),
        *(
            "video card 12345678",
            "network card PCI 1234:56",
            "card 3 of 512",
            "bank account closed",
        ),
        *("ean 6159982596668", "barcode 6968204738126", "isbn 4714652281736"),
        *("payment 123456789012 booked", "transfer to AB12CDEFGHIJKLMN done"),
    ],
)
def test_what_numbers_or_counts_something_is_no_card_and_no_iban(line: str) -> None:
    assert found(line) == []


def test_a_foreign_plate_goes_whole() -> None:
    for plate in ("9A B4428", "0-53164K", "9E 1C4DPL", "NP 54177"):
        assert found(f"number plate: {plate}") == [("vehicle", plate)]
