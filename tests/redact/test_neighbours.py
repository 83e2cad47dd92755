"""What stands right beside a value neither hides it nor makes one of what is something longer."""

from __future__ import annotations

from random import Random

import pytest
from reticent_contract.redact.findings import findings
from support.identifiers import IDENTIFIERS

# What a key, a sentence, a URL or a label tells has no shape of its own: what adjoins is its part.
SHAPED = sorted(IDENTIFIERS.keys() - {"user", "secret", "url", "dashed"})
# Those that need no word. Of the others, each has one of its introductions before its neighbour.
PROVED = (
    *("card", "email", "geo", "gstin", "iban", "ifsc", "imei", "ipv4", "ipv6", "mac", "pan"),
    *("phone", "sid", "ssn", "uuid", "vehicle"),
)
KINDS = (*((name, True) for name in SHAPED), *((name, False) for name in PROVED))
VALUES_EACH = 4

SIGNS = tuple("\"'()[]{}<>|;,=*!?^~`&\t")
PAIRS = (
    *("\u201c\u201d", "\u201e\u201c", "\u2018\u2019", "\u00ab\u00bb", "\u2039\u203a"),
    *("\u300c\u300d", "\uff08\uff09", "\u3010\u3011"),
)
BEYOND_ASCII = (
    *"\u0964\u2192\u2190\u21d2\u2502\u2551\u2503\u2022\u25cf\u00b7\u2026\u2013\u2014\u00a7\u00b6",
    *"\u3001\u3002\uff0c\uff1a\uff1b\uff01\u30fb\u060c\u061b\u2028\u00a0\u2003\u3000\ufffd\u20ac",
    *"\u2705\U0001f4de\U0001f600",
    "\u2714\ufe0f",
)
UNSPACED = ("\u30c9", "\u3067\u3059", "\u53f7", "\u7684", "\u0e17\u0e35\u0e48", "\ub294")
COLUMNS = (",", ";", "|", "\t", ", ", "/", ":")
BESIDE = {
    "signs": [pair for s in SIGNS for pair in ((s, ""), ("", s))],
    "pairs of signs": [(s[0], s[-1]) for s in PAIRS],
    "signs beyond ASCII": [pair for s in BEYOND_ASCII for pair in ((s, s), (s, ""), ("", s))],
    "letters of scripts without blanks": [pair for s in UNSPACED for pair in ((s, ""), ("", s))],
    "columns": [
        pair for s in COLUMNS for pair in ((f"7{s}", f"{s}12"), (f"7{s}", ""), ("", f"{s}3"))
    ],
    "dates": [("2026-11-27,", ",2026-11-27"), ("", "/12/27"), ("[", ",5]"), ("{1:", "}")],
}
# Where a neighbour makes it something else.
EXCEPT = {
    ("fqdn", "~", ""): "a home directory",
    ("fqdn", "", "("): "a function is called",
    ("fqdn", "7/", "/12"): "a path",
    ("fqdn", "7/", ""): "a path",
    ("ipv4", "~", ""): "Debian writes versions so",
}


def _is_found(before: str, value: str, behind: str) -> bool:
    covered: set[int] = set()
    for found in findings(f"{before}{value}{behind}"):
        covered.update(range(found.start, found.end))
    return covered.issuperset(range(len(before), len(before) + len(value)))


@pytest.mark.parametrize("group", BESIDE)
@pytest.mark.parametrize(("name", "is_told"), KINDS)
def test_a_value_is_found_whatever_stands_beside_it(name: str, is_told: bool, group: str) -> None:
    _, introductions, make = IDENTIFIERS[name]
    random = Random(f"neighbours of {name}")
    missed = set()
    for number in range(VALUES_EACH):
        told = introductions[number % len(introductions)] if is_told else ""
        value = make(random)
        for before, behind in BESIDE[group]:
            if (name, before, behind) not in EXCEPT and not _is_found(told + before, value, behind):
                missed.add((before, behind))
    assert not missed


@pytest.mark.parametrize(
    "text",
    [
        '{"cards":[4111111111111111,5555555555554444]}',
        "[+919876543210,+919876543211]",
        "call +919876543210/9876543211",
        "call 9876543210 9876543211",
        "call 98765 43210 98765 43211",
        "phones 919876543210 919876543211 919876543212",
        "+919876543210+919876543211",
        "mail.example.com\u3001web.example.com",
        "a@example.com\u3001b@example.com",
        "\u201ca.b@okaxis\u201d\u201cc.d@okaxis\u201d",
    ],
)
def test_each_of_two_values_is_found(text: str) -> None:
    found = findings(text)
    assert len(found) >= 2
    assert len({each.detector for each in found}) == 1
    left = "".join(c for i, c in enumerate(text) if not any(f.start <= i < f.end for f in found))
    assert not any(c.isdigit() or c == "@" for c in left)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("card: 4111111111111111,50 EUR", "4111111111111111"),
        ("IMEI 490154203237518/01", "490154203237518"),
        ("aadhaar 234123412346-1", "234123412346"),
        ("cards\t4111111111111111.0\t2", "4111111111111111"),
        ("2026-11-27-4111111111111111-20261128.csv", "4111111111111111"),
        ("form16-2024-ABCPE1234F-2.pdf", "ABCPE1234F"),
        ("IMG_4111111111111111.jpg", "4111111111111111"),
        ("card_4111111111111111.pdf", "4111111111111111"),
        ("7_123-45-6789_2.pdf", "123-45-6789"),
        ("card=4111+1111+1111+1111&exp=12", "4111+1111+1111+1111"),
        ("card 4111\t1111\t1111\t1111", "4111\t1111\t1111\t1111"),
        ("iban=DE89+3704+0044+0532+0130+00&x", "DE89+3704+0044+0532+0130+00"),
        ("phone=98765+43210&x=1", "98765+43210"),
        ("aadhaar=2341+2341+2346", "2341+2341+2346"),
        ("passport_K1234567_scan.pdf", "K1234567"),
        ("ifsc_HDFO0001234_2.png", "HDFO0001234"),
        ("/@12.97160,77.59460,15z,3", "@12.97160,77.59460,15z"),
        ("phone_9876543210.amr", "9876543210"),
        ("+919876543210_20261127.m4a", "+919876543210"),
        ("call +919876543210 12 times", "+919876543210"),
        ("call +919876543210 2026-11-27", "+919876543210"),
        ("call 98765 43210 2026-11-27 10:00", "98765 43210"),
        ("call 2026-11-27 9876543210 x", "9876543210"),
        ("tel 030/901820-12", "030/901820-12"),
        ("at a4:5e:60:c2:1:9 on en0", "a4:5e:60:c2:1:9"),
        ("7,12.971599,77.594566,920.5", "12.971599,77.594566"),
        ("\u624b\u673a13812345678\u3002", "13812345678"),
    ],
    ids=range(27),
)
def test_what_adjoins_is_no_part_of_the_value(text: str, value: str) -> None:
    assert [text[f.start : f.end] for f in findings(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "took 0.4111111111111111 of 1",
        "card load 0.4111111111111111",
        "x=4111111111111111.25",
        "1.2.840.113619.2.4111111111111111",
        "41111111111111112",
        "x4111111111111111",
        "\u00e94111111111111111",
        "4111111111111111\u0967",
        "pkg-2-4111111111111111-3",
        "4111-1111-1111-1111-99",
        "2341-2341-2346-99",
        "99-2341-2341-2346",
        "123-45-6789-99",
        "99-123-45-6789",
        "3.123-45-6789",
        "xABCPE1234F",
        "ABCPE1234FX",
        "\u00e9ABCPE1234F",
        "ABCPE1234F\u0928",
        "arp 0:1a:2b:3:4d:5e:7",
        "at 11:27:19:40:02:5:3",
        "0.123456,0.234567,0.345678",
        "12.971599,77.594566,13.123456",
        "imei on 20261127194002+0530",
        "@@ -1200,7 +1200,9 @@",
        "call 2026-11-27 19:40:02",
        "mobile 1111 1222 1333 1444",
        "sha1 4111111111111111a94a8fe5ccb19ba61c4c0873",
        "7-4111111111111111a",
    ],
)
def test_what_a_joint_or_a_letter_makes_longer_is_left(text: str) -> None:
    assert findings(text) == ()
