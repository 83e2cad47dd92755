"""Line breaks and tabs that are written out part values as real ones do; paths stay paths."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.redact.breaks import broken
from reticent_contract.redact.findings import findings
from reticent_contract.redact.shapes import ANY_DIGIT
from support.identifiers import IDENTIFIERS

RedactOne = Callable[..., object]
_RULE: dict[str, object] = {"scan": {}}
BREAKS = [
    *(r"\n", r"\r\n", r"\t", r"\n\t\t", r"\\n", r"\\\\n", r"\\r\\n", r"\x0a", r"\x09", r"\u000a"),
    *("#012", "#011", "#015#012", "^M\\n", "%0A", "%0D%0A", "=0D=0A", "=0A=20=20"),
]


def found(text: str) -> list[tuple[str, str]]:
    return [(f.detector, text[f.start : f.end]) for f in findings(text)]


@pytest.mark.parametrize("sign", BREAKS)
@pytest.mark.parametrize(
    ("before", "told", "value", "behind"),
    [
        ("Zeile 1", "", "4024007140363325", "paid"),
        ("of line two.", "", "AAKPZ7711Q", "Seen"),
        ("", "", "NL91ABNA0417164300", "bic"),
        ('{"log":"up', "", "2001:db8:71::9", '"}'),
        ("done.", "", "mail.wierzba.com.pl", "is down"),
        ("sent to", "", "pooja@wierzba.com.pl", "Ok"),
        ("Owner", "", "MH12QR4407", "Colour"),
        ("x", "host=", "db-lodz-4", "port: 3"),
        ("route", "", "172.20.4.19", "via"),
        ("at", "", "00:1b:63:9e:04:7d", "seen"),
        ("", "user=", "wanda.k", "role: x"),
        ("line", "user: ", "wanda.k", "shell=/bin/sh"),
        ("from", "", "S-1-5-21-3623811015-3361044348-30300820-1013", "Type"),
    ],
    ids=range(13),
)
def test_a_value_between_breaks_is_found_and_ends_there(
    sign: str, before: str, told: str, value: str, behind: str
) -> None:
    assert value in [v for _, v in found(f"{before}{sign}{told}{value}{sign}{behind}")]


@pytest.mark.parametrize("sign", [r"\n", r"\r\n", r"\\n", r"\t", "#012", r"\u000a", "=0D=0A"])
def test_pairs_behind_breaks_are_pairs(redact_one: RedactOne, sign: str) -> None:
    text = sign.join(("user=wanda", "pass=Owl#77x", "card 4024007140363325", "ip=172.20.4.19"))
    left = str(redact_one("message", _RULE, text))
    assert not any(part in left for part in ("wanda", "Owl", "77x", "4024", "172."))
    assert left.count("<") == 4


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (r"pan: AAKPZ7711Q\nnext line", r"pan: <pan>\nnext line"),
        (r"seen MH12QR4407\nOwner unknown", r"seen <vehicle>\nOwner unknown"),
        (r"iban NL91ABNA0417164300\nreason none", r"iban <iban>\nreason none"),
        (r'{"m":"\nhello\nworld\n"}', r'{"m":"\nhello\nworld\n"}'),
        (r'{"m":"\tat main\r\n\tat run"}', r'{"m":"\tat main\r\n\tat run"}'),
        # Which may be a path, or a domain and a user, stays one.
        (r"C:\new\table\readme.txt", r"C:\new\table\readme.txt"),
        (r"C:\\new\\table\\readme.txt", r"C:\\new\\table\\readme.txt"),
        (r"logon of WERKE\nina ok", r"logon of WERKE\<user> ok"),
        (r"logon of WERKE\\rbeck failed", r"logon of WERKE\\<user> failed"),
        (r"opened \\nas.wierzba.com.pl\t1", r"opened \\<fqdn>\t1"),
        (r"C:\Users\nina\notes.txt", r"C:\Users\<user>\notes.txt"),
        (r"C:\Users\tom.reed\x", r"C:\Users\<user>\x"),
        (r"HKLM\Software\net\rules\10", r"HKLM\Software\net\rules\10"),
        (r"run %APPDATA%\npm\node_modules\.bin\tsc", r"run %APPDATA%\npm\node_modules\.bin\tsc"),
        ("mac=0A:1B:63:9E:04:7D up", "mac=<mac> up"),
        ("id=0A1B and =0D11", "id=0A1B and =0D11"),
        ("colour #012345, issue #0123", "colour #012345, issue #0123"),
        ("timeout=20s size=20", "timeout=20s size=20"),
    ],
    ids=range(18),
)
def test_what_is_left(redact_one: RedactOne, text: str, left: str) -> None:
    assert redact_one("message", _RULE, text) == left


@pytest.mark.parametrize("name", IDENTIFIERS)
@pytest.mark.parametrize("sign", [r"\n", r"\r\n", "#012", "=0D=0A"])
def test_every_kind_is_found_between_breaks(sign: str, name: str) -> None:
    _, introductions, make = IDENTIFIERS[name]
    random = Random(f"breaks around {name}")
    for number in range(12):
        value = make(random)
        text = f"one{sign}{introductions[number % len(introductions)]}{value}{sign}next"
        at = text.index(value)
        covered = {i for f in findings(text) for i in range(f.start, f.end)}
        assert all(i in covered or not text[i].isalnum() for i in range(at, at + len(value)))


@given(st.lists(st.sampled_from([*BREAKS, "a", "C:\\", "\\", " ", "0", "="]), max_size=12))
@settings(deadline=None)
def test_offsets_stay_and_no_digit_but_those_told_decides(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    view, breaks = broken(data)
    assert len(view) == len(data)
    assert [data[: each.start].count(b"\n") for each in breaks] == [0] * len(breaks)
    assert broken(view)[1] == []
    if not any(sign in data for sign in (b"#0", b"=0", b"%0", b"x0", b"u0")):
        assert [tuple(b) for b in broken(data.translate(ANY_DIGIT))[1]] == [
            tuple(b) for b in breaks
        ]


def test_time_grows_with_length_only() -> None:
    for piece in (r"\n", r"a\n", r"\\\\\n", "#012", "=0A", "C:\\n", r"\nuser=a"):
        start = time.perf_counter()
        broken((piece * 20_000).encode())
        assert time.perf_counter() - start < 2
