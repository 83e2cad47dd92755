"""The checksums that the made numbers are made with, against published examples."""

from __future__ import annotations

import random
import re
from itertools import pairwise

from accuracy import numerals
from accuracy.made import made_cases


def test_verhoeff_is_that_of_uidais_example():
    assert numerals.verhoeff_digit("23412341234") == "6"
    assert numerals.verhoeff_digit("236") == "3"


def test_luhn_is_that_of_the_standards_examples():
    assert numerals.luhn_digit("49015420323751") == "8"
    assert numerals.luhn_digit("411111111111111") == "1"
    assert numerals.luhn_digit("37828224631000") == "5"


def test_a_made_iban_leaves_one_modulo_97():
    rng = random.Random(1)
    for _ in range(200):
        iban = numerals.iban(rng)
        digits = "".join(str(int(char, 36)) for char in iban[4:] + iban[:4])
        assert int(digits) % 97 == 1


def test_the_check_character_of_a_gstin_is_that_of_a_published_one():
    class Published(random.Random):
        """Draws the characters of 27AAPFU0939F1Z, one after the other."""

        drawn = iter(("27", *"AAP", "F", *"U", *"0939", *"F", "1"))

        def choice(self, seq):
            return next(self.drawn)

    assert numerals.gstin(Published()) == "27AAPFU0939F1ZV"


def test_a_mistyped_number_is_another_one():
    rng = random.Random(2)
    for _ in range(200):
        number = numerals.aadhaar(rng)
        wrong = numerals.mistyped(rng, number)
        assert wrong != number
        assert numerals.verhoeff_digit(wrong[:-1]) != wrong[-1]


def test_labels_lie_in_their_text_and_not_over_each_other():
    for case in made_cases():
        spans = sorted((*case.spans, *case.either), key=lambda span: span.start)
        assert all(0 <= span.start < span.end <= len(case.text) for span in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))


def test_no_made_message_is_left_with_a_place_that_was_not_filled():
    assert not [case for case in made_cases() if re.search(r"\{[a-z]*\??\}", case.text)]
