"""Time grows with the length of a text and no faster, whatever the text is made of."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from reticent_contract.catalog.model import Catalog
from reticent_contract.reading import At
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.scanner import Scanner
from reticent_contract.rows import Row

CHARS = 100_000
SECONDS_MAX = 2.0  # each takes well under a tenth of that on an idle core
MADE_OF = {
    "one letter": "a",
    "dots": "1.",
    "octets": "1.2.3.4.",
    "colons": ":",
    "groups": "2001:",
    "double colons": "::1 ",
    "pairs": "ab:",
    "at signs": "a@",
    "mail that never ends": "a@b.",
    "keys": "password=",
    "key letters": "token-",
    "PEM beginnings": "-----BEGIN RSA PRIVATE KEY-----",
    "JWT beginnings": "eyJ",
    "names": "for user ",
    "for and from": "for x from ",
    "paths": "/home/",
    "backslashes": "A\\",
    "percent codes": "%25",
    "broken percent codes": "%%2",
    "own names": "maren.voss",
    "half own names": "maren.",
    "full width": "\uff20",
    "marks": "e\u0301\u0301",
    "invisible": "\u200b",
    "names apart": "user=alice\0",
    "secrets apart": "token: ab\u00a0cd ",
    "codes apart": "x=%41\0password=ab\0",
    "addresses": "10.1.2.3 ",
    "mails": "a@b.example ",
    "angle brackets": "<pn:",
    "server words": "server ",
    "words that end in rev and blanks": "prev                         1.2.3.4 ",
    "underscored pairs": "ab_",
    "one backslash after another": "\\\\",
    "JSON escapes": "\\u0041",
    "escaped slashes": "\\/",
    "escapes of JavaScript": "\\u{41}",
    "broken escapes of JavaScript": "\\u{4",
    "escapes of escape()": "%u0041",
    "broken C escapes": "\\x4",
    "curl": "curl ",
    "curl with options": "curl -u a:b ",
    "curl with broken options": "curl -u ",
    "mysql": "mysql -x ",
    "options": "--a-b-c-",
    "base64": "aA1+",
    "lines of base64": "aA1+" * 16 + "\n",
    "authorization": "Authorization: a ",
    "reversed addresses": "4.3.2.1.in-addr.arpa ",
    "nibbles": "1.a.",
    "digits": "4",
    "groups of four": "4111 ",
    "card words": "card 4111 1111 1111 1112 ",
    "digits and dashes": "4-",
    "Aadhaar words": "aadhaar ",
    "Aadhaars": "aadhaar 234567890124 ",
    "imei": "imei 490154203237518 ",
    "plus signs": "+1",
    "phones": "+91 98765 43210 ",
    "phone words and digits": "phone 9",
    "brackets and digits": "(9",
    "a call and numbers": "call 9876543210 12 ",
    "numbers behind one call": "9876543210 ",
    "phones with extensions": "205.874.8835x5193",
    "extensions of extensions": "205-874-8835 x1 ext 2 #3;ext=4",
    "calls that are asked for": "call 1234567 for support ",
    "calls": "call 9",
    "codes of countries in brackets": "(+358) ",
    "payments": "paid 501846785035 ",
    "accounts": "account GB50MWDE694105",
    "phones that are joined": "+919876543210/9876543211+",
    "cards in a row": "4111111111111111,",
    "cards in quotes of print": "card \u201c4111111111111111\u201d",
    "cards among words without blanks": "\u30ab\u30fc\u30c94111111111111111",
    "columns of places": "12.971599,77.594566,",
    "hosts in quotes of print": "\u201cmail.example.com\u201d\u3001",
    "mails in quotes of print": "\u201ca@example.com\u201d\u3001",
    "signs of print": "\u201c",
    "encoded words": "=?utf-8?q?a=40b.example?= ",
    "encoded words within another": "=?utf-8?q?",
    "encoded words in base64": "=?utf-8?b?YUBiLmV4YW1wbGU=?=",
    "coordinates": "12.971599, 77.594563 ",
    "halves of coordinates": "lat=1.1 ",
    "degrees": "12\u00b058'17N ",
    "labels": "a.",
    "host names": "a.example.com ",
    "long labels": "a-",
    "files": "a.b.zip ",
    "host words": "host a.dev ",
    "dashed octets": "10-",
    "dashed addresses": "a-10-0-0-1 ",
    "URLs": "http://a.b/?a=b&",
    "query values": "&a=b",
    "URL beginnings": "http://",
    "users in URLs": "://a@",
    "capitals": "A",
    "capitals and digits": "AB12",
    "PANs": "AFZPK7190K ",
    "GSTINs": "27AAPFU0939F1ZV",
    "plates": "KA 01 ",
    "UPI": "a@ybl ",
    "UPI words": "upi ",
    "IBANs": "DE89 3704 ",
    "SIDs": "S-1-5-21-1-",
    "entities": "&#64;",
    "broken entities": "&#6",
    "octal escapes": "\\303",
    "quoted mails": '"a b"@',
    "hex": "0a",
    "escaped quotes": '\\"user\\":',
    "addresses in two views": "10.1.2.3 %41",
    "users that are named again": "user=kzorbx, kzorbx ",
    "machines and their owners": "kzorb, kzorb-mbp ",
    "braces of connections": "server=d;pwd={a b;",
    "quotes of connections": 'server=d;pwd="a b;',
    "single quotes of connections": "server=d;pwd='a b;",
    "entities of connections": "server=d;pwd=&quot;a b;",
    "connections": "server=d;pwd=a b;",
    "words of a password": "password: blue sky ",
    "a password's signs": "password = a = b ",
    "a password's quoted words": 'password: a "b" c" ',
    "quotes within words": "secret 5 a'b",
    "a device's secrets": "username a secret 0 b ",
    "heads of tables": "user,password\n",
    "cells": 'user,password\n"a ""b, ',
    "cells of one row": '"a, ',
    "rows that do not fit": "user,password\na\na,b,c\n",
    "messages' ids": "References: <a@b> ",
    "ids behind one another": "<a@b> ",
    "senders": "from=<a@b>, ",
    "peers": "from a port 22 by b ",
    "numbers in groups": "card 4111 1111 11111111 ",
    "surnames": " \u0936\u0930\u094d\u092e\u093e",
}
ENDED_BY = ("", "\r\n")


@pytest.fixture(scope="module")
def scanner(catalog: Catalog) -> Scanner:
    own = OwnIdentifiers(catalog)
    for i in range(200):
        own.learn(
            Row("lab", "snapshot", 0, {"user_name": f"person.{i:03d}", "serial": f"SN{i:06d}"})
        )
    own.learn(Row("lab", "snapshot", 0, {"user_name": "maren.voss"}))
    return Scanner(
        Scan.read(At([]), None).treatments,
        bytes_max=10 * CHARS,
        own=own,
        substitute=lambda name, _tier, _value: f"<{name}>".encode(),
        substitute_own=lambda _identity: b"<own>",
    )


@pytest.mark.parametrize("end", ENDED_BY, ids=("at its end", "before CRLF"))
@pytest.mark.parametrize("name", MADE_OF)
def test_a_line_of_100000_characters_costs_linear_time(
    scanner: Scanner, name: str, end: str
) -> None:
    piece = MADE_OF[name]
    line = (piece * (CHARS // len(piece) + 1))[:CHARS] + end
    scanner(line[:1_000])

    def seconds(run: Callable[[str], object], text: str) -> float:
        start = time.process_time()
        run(text)
        return time.process_time() - start

    assert seconds(scanner, line) < SECONDS_MAX
    assert seconds(normalised, line) < SECONDS_MAX
