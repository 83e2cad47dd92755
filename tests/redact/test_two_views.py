"""A value that ends early in one of a text's two views leaves in neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.redact import Plan
from reticent_contract.redact.findings import findings
from reticent_contract.redact.normalise import normalised
from reticent_contract.rows import Row

RedactOne = Callable[..., object]

SEPARATORS = (
    *("%20", "%26", "%2c", "%27", "%22", "%3B", "%0A", "%09", "%C2%A0", "%23", "%3C", "%2520"),
    *("&amp;", "&#32;", "&#x20;", "&quot;", "&lt;"),
    *("\\u0020", "\\u0026", "\\x20", "\\040", "\\\\u0020", "\u00a0", "\u3000", "\uff0c", "\uff1b"),
)


@pytest.mark.parametrize(
    ("line", "result"),
    [
        *((f"password=abc{s}defghi", "password=<secret>") for s in SEPARATORS),
        ("--password abc%20defg", "--password <secret>"),
        ("mysql -ppass%20word2", "mysql -p<secret>"),
        ("authorization: Basic abc%2Cdefghijk", "authorization: Basic <secret>"),
        ("cookie: a=b%0Ac=secretd", "cookie: <secret>"),
        ("GET /?password=abc%20defghi&x=1", "GET /?password=<secret>&x=1"),
        ("GET /?pwd=abc%23defghi", "GET /?pwd=<secret>"),
        ("password=a%20b%20c%20d", "password=<secret>"),
        ("password=&quot;abc&quot;", 'password="<secret>"'),
    ],
    ids=range(len(SEPARATORS) + 8),
)
def test_a_coded_separator_within_a_secret_does_not_end_it(
    redact_one: RedactOne, line: str, result: str
) -> None:
    assert redact_one("message", "scan", line) == result


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("x =?utf-8?q?alice=40example.com?=", "x <email>"),
        ("From: =?UTF-8?B?YWxpY2VAZXhhbXBsZS5jb20=?=!", "From: <email>!"),
        ("=?ISO-8859-1*en?Q?card_4111=201111=201111=201111?= x", "card <card> x"),
        ("=?punycode?q?alice=40example.com?=", "<email>"),
        ("=?utf-8?q?nobody=20at=20all?= x", "=?utf-8?q?nobody=20at=20all?= x"),
        ("=?utf-8?b?a?= =?utf-8?b??=", "=?utf-8?b?a?= =?utf-8?b??="),
    ],
    ids=range(6),
)
def test_an_encoded_word_of_a_mail_hides_nothing(
    redact_one: RedactOne, line: str, result: str
) -> None:
    assert redact_one("message", "scan", line) == result


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ('password="abc defghi', 'password="<secret>'),
        ("password='abc defghi", "password='<secret>"),
        ('--password "abc defghi', "--password <secret>"),
        ('{"password":"abc\\"defghi","a":"b"}', '{"password":"<secret>","a":"b"}'),
        (r'{"password":"abc\\","a":"b"}', r'{"password":"<secret>\\","a":"b"}'),
        (r"{\"password\":\"abc\",\"a\":\"b\"}", r"{\"password\":\"<secret>\",\"a\":\"b\"}"),
        (r"{\"password\":\"abc\\\"defghi\",\"a\":1}", r"{\"password\":\"<secret>\",\"a\":1}"),
        ("Bearer abcdefgh1%2Cdefgh2345", "Bearer <secret>"),
    ],
    ids=range(8),
)
def test_a_quote_within_a_secret_or_none_at_its_end_does_not_end_it_early(
    redact_one: RedactOne, line: str, result: str
) -> None:
    assert redact_one("message", "scan", line) == result


def test_a_quoted_secret_that_a_cut_tore_does_not_leave(redact_one: RedactOne) -> None:
    line = 'password="hunter2 ' + "words " * 1_000 + '"'
    assert redact_one("message", "scan", line) == 'password="<secret>'


def test_a_coded_secret_beside_another_hidden_finding_drops_the_value(
    redact_one: RedactOne,
) -> None:
    line = "token=abc%20defghi to ann%40example.com"
    assert redact_one("message", "scan", line) is None


def test_what_has_to_be_dropped_is_dropped_within_a_coded_secret_as_well(
    redact_one: RedactOne,
) -> None:
    rule = {"scan": {"email": "drop_value"}}
    assert redact_one("message", rule, "password=ann%40example.com%20defghi") is None


def test_a_coded_address_keeps_the_pseudonym_of_its_plain_spelling(redact_one: RedactOne) -> None:
    rule = {"scan": {"email": "pseudonymise"}}
    plain = redact_one("message", rule, "to ann+x@example.com now")
    assert redact_one("message", rule, "to ann%2Bx@example.com now") == plain


@pytest.fixture(scope="module")
def scanning(plan_of: Callable[..., Plan]) -> Plan:
    return plan_of({"message": "scan"})


PIECE = st.text("bcdfghjkqvxz", min_size=5, max_size=9)
BEFORE = ("password=", "token: ", "--password ", "mysql -p", "/?password=", "Authorization: Basic ")
AROUND = (
    "{}",
    "GET {} ok",
    "{} from 192.0.2.7",
    "{}&id=%34",
    "{} to ann%40example.com",
    "a %41 {}",
)


@settings(max_examples=600, deadline=None)
@given(
    pieces=st.lists(PIECE, min_size=1, max_size=3),
    separator=st.sampled_from(SEPARATORS),
    before=st.sampled_from(BEFORE),
    around=st.sampled_from(AROUND),
)
def test_no_piece_of_a_coded_secret_leaves(
    scanning: Plan, pieces: list[str], separator: str, before: str, around: str
) -> None:
    line = around.format(before + separator.join(("9wd7pmR2", *pieces)))
    row = scanning.redact(Row("lab", "snapshot", 0, {"message": line}))
    left = "" if row is None else normalised(str(row.values["message"])) or ""
    assert not [piece for piece in ("9wd7pmR2", *pieces) if piece in left]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("username=lwazi&password=Owl%2377x ok", ["lwazi", "Owl%2377x"]),
        ("to=pooja%40wierzba.com.pl&x=1", ["pooja%40wierzba.com.pl"]),
        ("C%3A%5CUsers%5Cwanda%5Cx y", ["wanda"]),
        ("ldap://h/CN=Priya%20Nair,OU=x", ["Priya%20Nair"]),
        ("a%20b &lt;pooja&#64;wierzba.com.pl&gt;", ["pooja&#64;wierzba.com.pl"]),
        (r"to \u0022pooja\u0040wierzba.com.pl\u0022", [r"pooja\u0040wierzba.com.pl"]),
    ],
    ids=range(6),
)
def test_of_a_query_only_the_value_is_a_finding(text: str, found: list[str]) -> None:
    assert [text[f.start : f.end] for f in findings(text)] == found


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("password \u2192 Oat#55", "password ->  <secret>"),
        ("passwort\u2192Oat#55", "passwort-> <secret>"),
        ("api_key \u21d2 k9Fj2LmQ0x", "api_key => <secret>"),
        ("Password \u27a1\ufe0f Oat#55", "Password ->  <secret>"),
        ("psk \u27f6 Frost#881x", "psk ->  <secret>"),
        ("Settings \u2192 Passwords \u2192 Export", "Settings \u2192 Passwords \u2192 Export"),
        ("Settings -> Passwords -> Export", "Settings -> Passwords -> Export"),
    ],
    ids=range(7),
)
def test_an_arrow_is_read_as_programs_write_it(
    redact_one: RedactOne, line: str, result: str
) -> None:
    assert redact_one("message", "scan", line) == result
