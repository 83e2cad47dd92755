"""Phone numbers as people write them: with an extension, invented, of other regions."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings


def found(line: str) -> list[tuple[str, str]]:
    return [(each.detector, line[each.start : each.end]) for each in findings(line)]


EXTENDED = (
    "205.874.8835x5193",
    "001-257-474-6813x8583",
    "+1-381-613-5119x718",
    "(421)829-0056x53563",
    "+90(239)479-5382x2568",
    "212-555-0123 ext. 12",
    "+1 415 555 2671 ext 1234",
    "(415) 555-2671, ext. 9",
    "020 7946 0123 #12",
    "+1-201-555-0123;ext=12",
    "030 1234567 Durchwahl 12",
)


@pytest.mark.parametrize(
    "words", ["phone: {}", "tel={} ok", "Call {} for support", "SMS sent to {}"]
)
@pytest.mark.parametrize("number", EXTENDED)
def test_an_extension_goes_with_its_number(number: str, words: str) -> None:
    assert found(words.format(number)) == [("phone", number)]


def test_north_americas_form_with_an_extension_needs_no_word() -> None:
    for number in ("305.874.8835x5193", "(421)829-0056x535", "673-207-9949 ext. 45"):
        assert found(f"left a note, {number}, at noon") == [("phone", number)]


@pytest.mark.parametrize(
    "line",
    [
        "customer called from {} yesterday",
        "Call {} for support",
        "please call {} back",
        "missed call from {}",
        "call me back on {}",
        "user can be reached at {}",
        "my number is {}",
        "dialed {} at noon",
        "emergency contact {}",
        "{} is the caller's number",
    ],
)
@pytest.mark.parametrize(
    "number",
    [
        *("082844300", "07 310 4484", "80 37 01 97", "03/763-6703", "02-6017-500", "0 2243 0917"),
        *("(09)817-6478", "+75474964168", "+4739883938", "+62-047-917-8436", "+62 (968) 838 3029"),
        *("+55 21 1819-7829", "+3224 8097155", "+31(0)17 7620529"),
    ],
)
def test_whoever_is_called_may_have_any_number(number: str, line: str) -> None:
    assert found(line.format(number)) == [("phone", number)]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Call 930889290 for support", "930889290"),
        ("Call 1482112823 for support", "1482112823"),
        ("Call 80605147 now to confirm", "80605147"),
        ("customer called from 98247907 yesterday", "98247907"),
        ("SMS sent to 1721962656", "1721962656"),
        ('{"phone": 1721962656}', "1721962656"),
        ("dialing 63236155", "63236155"),
        ("call me on 45831383", "45831383"),
    ],
)
def test_digits_are_a_phone_where_their_words_say_nothing_else(line: str, number: str) -> None:
    assert found(line) == [("phone", number)]


@pytest.mark.parametrize(
    "line",
    [
        "Call +\u09ee\u09ee\u09e6-\u09e8\u09ec\u09e6-\u09ef\u09eb\u09ed-\u09e7 for support",
        "customer called from +\u09ee\u09ee\u09e6-\u09e8\u09ec\u09e6-\u09ef\u09eb\u09ed yesterday",
    ],
)
def test_the_digits_of_other_scripts_are_digits(line: str) -> None:
    assert [detector for detector, _ in found(line)] == ["phone"]


@pytest.mark.parametrize(
    "words",
    [
        *(
            "T\u00e9l\u00e9phone : {}",
            "Telem\u00f3vel: {}",
            "M\u00f3vil: {}",
            "Handynr. {}",
            "Tlf. {}",
        ),
        *("R\u00fcckruf unter {}", "Puh. {}", "Mobitel: {}", "Cep: {}", "Bitte rufen Sie {} an"),
        *("\u03a4\u03b7\u03bb. {}", "\u0422\u0435\u043b.: {}", "\u041c\u043e\u0431. {}"),
        *("\u624b\u6a5f: {}", "\u7535\u8bdd\uff1a{}", "\u96fb\u8a71 {}", "\ud578\ub4dc\ud3f0 {}"),
        *("\u092b\u093c\u094b\u0928: {}", "\u091f\u0947\u0932\u0940\u092b\u094b\u0928 {}"),
        *("\u0e42\u0e17\u0e23 {}", "\u0111i\u1ec7n tho\u1ea1i: {}", "S\u0110T: {}"),
        *("\u0647\u0627\u062a\u0641: {}", "\u062a\u0644\u0641\u0646: {}"),
        *("\u05d8\u05dc\u05e4\u05d5\u05df: {}", "\u05e0\u05d9\u05d9\u05d3: {}"),
    ],
)
def test_a_word_for_a_phone_is_one_in_every_language(words: str) -> None:
    assert found(words.format("0591-234567")) == [("phone", "0591-234567")]


@pytest.mark.parametrize(
    "line",
    [
        "Call 1482112823 ended",
        "Call 123456789 completed in 12 s",
        "Call 12345678 for agent 7 queued",
        "Call 7654321 to queue sales",
        "call 987654321 now in queue",
        "call 2026-0012345 assigned",
        "function called from 40823412",
        "called 1234567 times",
        "call 2.11.4567 returned",
        "call cost -4677.873611693",
        "call cost 126272860253.2",
        "phone verified 2020-09-25T23:42:44.908193",
        "CPU iPhone OS 3_0 like Mac OS X; Mobile/8B119 Safari/6531.15.5",
        "ring buffer 12345678",
        "sms sent at 1482112823",
        "callback at 1482112823",
        "+63209463 bytes",
        "Phone 1280x720",
        "frame 200x300 at 1920x1080",
    ],
)
def test_what_counts_or_numbers_something_is_no_phone(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    "words",
    [
        *("Tel #{}", "Help desk: {}", "spoke to user on {}", "verification code sent to {}"),
        *("callto:{}", "best number {}", "tried {} - no answer", "conference bridge {}"),
        *("Please contact {} for access", "dial-in: {}", "paged {}", "T: {}", "(M) {}", "CB: {}"),
    ],
)
def test_a_desk_says_in_many_ways_whom_it_called(words: str) -> None:
    assert found(words.format("020 7946 0123")) == [("phone", "020 7946 0123")]


@pytest.mark.parametrize(
    "line",
    [
        *("dll callback (12/23/2005 Ale).", "call on 3/11/2025 10:00", "callback 12/23/05 10:15"),
        *("R\u00fcckruf am 23.12.05 10:15", "phone 1/2/2025 10:15:22", "call 14:05:33.1234567"),
        *("t: 1689123456 123", "p: 0.123456789", "d: 123-456-789", "message to 12 users"),
        *(
            "message to 12.345.678 subscribers",
            "contact 123.456.789 others",
            "code for 4.8.15.1623",
        ),
        *("code for 2026-11-28 10:00", "new number 1482112823", "issue #1234567 phone"),
    ],
)
def test_a_day_a_time_and_a_sum_are_no_phone(line: str) -> None:
    assert found(line) == []
